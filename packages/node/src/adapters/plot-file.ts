// SPDX-License-Identifier: Apache-2.0
// Own plots from a file of NDJSON, one plot a line, ids ascending from 0, arrivals never descending;
// and what sensors say of themselves, in the same file with the same count.
// The file may grow while it is read.

import { type FileHandle, open } from 'node:fs/promises';
import type { Instant } from '@isthmus/earth';
import type { Plot, SensorReport } from '@isthmus/picture';
import Type from 'typebox';
import { Errors } from 'typebox/schema';
import { NodeError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { PlotSource } from '../ports.ts';

const common = {
  id: Type.Integer({ minimum: 0 }),
  sensor: Type.String({ minLength: 1, maxLength: 64 }),
  time: Type.Integer(),
  arrival: Type.Integer(),
};

const schemas = {
  radar: Type.Object(
    {
      kind: Type.Literal('radar'),
      ...common,
      rangeM: Type.Number({ exclusiveMinimum: 0, maximum: 1e8 }),
      azimuthRad: Type.Number({ minimum: 0, exclusiveMaximum: 6.2831853071796 }),
      elevationRad: Type.Number({ minimum: -1.5707963267949, maximum: 1.5707963267949 }),
    },
    { additionalProperties: false },
  ),
  infrared: Type.Object(
    {
      kind: Type.Literal('infrared'),
      ...common,
      eastRad: Type.Number({ minimum: -1.5707963267949, maximum: 1.5707963267949 }),
      northRad: Type.Number({ minimum: -1.5707963267949, maximum: 1.5707963267949 }),
    },
    { additionalProperties: false },
  ),
  state: Type.Object(
    {
      kind: Type.Literal('state'),
      ...common,
      state: Type.Union([Type.Literal('working'), Type.Literal('down')]),
    },
    { additionalProperties: false },
  ),
} as const;

/** Bytes read at a time. */
const CHUNK = 1 << 18;

/**
 * Opens a plot file.
 *
 * A line that is no plot, or longer than `LIMITS.plotLineMax`, stops the source with `plots-invalid`, naming file, line and field: a side
 * must not warn on half of what its sensors said without anybody knowing.
 */
export async function openPlotFile(path: string): Promise<PlotSource & { close(): Promise<void> }> {
  const file = await open(path, 'r');
  const reader = new LineReader(file, path);
  const waiting: (Plot | SensorReport)[] = [];
  let line = 0;
  const refill = async (): Promise<boolean> => {
    const texts = await reader.next();
    for (const text of texts) {
      line += 1;
      waiting.push(plotOf(text, `${path}:${line}`));
    }
    return texts.length > 0;
  };
  return {
    async take(from: number, until: Instant): Promise<readonly (Plot | SensorReport)[]> {
      const taken: (Plot | SensorReport)[] = [];
      for (;;) {
        const next = waiting[0];
        if (next === undefined) {
          if (!(await refill())) return taken;
          continue;
        }
        if (next.id < from) waiting.shift();
        else if (next.arrival <= until) taken.push(waiting.shift() as Plot | SensorReport);
        else return taken;
      }
    },
    close: () => file.close(),
  };
}

/**
 * The plots of a file that is whole, in order: what stands behind the last line feed is a line too.
 * What sensors say of themselves is passed over.
 *
 * What is no plot is refused as `openPlotFile` refuses it.
 */
export async function* readPlotFile(path: string): AsyncGenerator<Plot, void, undefined> {
  const file = await open(path, 'r');
  try {
    const reader = new LineReader(file, path);
    let line = 0;
    for (let texts = await reader.next(); texts.length > 0; texts = await reader.next()) {
      for (const text of texts) {
        line += 1;
        const one = plotOf(text, `${path}:${line}`);
        if (one.kind !== 'state') yield one;
      }
    }
    if (reader.rest === '') return;
    const last = plotOf(reader.rest, `${path}:${line + 1}`);
    if (last.kind !== 'state') yield last;
  } finally {
    await file.close();
  }
}

class LineReader {
  readonly #file: FileHandle;
  readonly #path: string;
  #offset = 0;
  #rest = '';
  #lines = 0;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });

  constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /** What was read behind the last line feed. */
  get rest(): string {
    return this.#rest;
  }

  /** Whole lines that have come since; none at the end of the file. */
  async next(): Promise<string[]> {
    const buffer = Buffer.alloc(CHUNK);
    for (;;) {
      const { bytesRead } = await this.#file.read(buffer, 0, CHUNK, this.#offset);
      if (bytesRead === 0) return [];
      this.#rest += this.#textOf(buffer.subarray(0, bytesRead));
      this.#offset += bytesRead;
      const lines = this.#rest.split('\n');
      this.#refuseLong(lines);
      this.#rest = lines.pop() ?? '';
      this.#lines += lines.length;
      if (lines.length > 0) return lines;
    }
  }

  /** A file without line feeds would be one line, and all of it in memory. */
  #refuseLong(lines: readonly string[]): void {
    const long = lines.findIndex((line) => line.length > LIMITS.plotLineMax);
    if (long === -1) return;
    throw new NodeError(
      'plots-invalid',
      `${this.#path}:${this.#lines + long + 1}: a line of more than ${LIMITS.plotLineMax} characters; one plot a line is expected, each ended by a line feed`,
    );
  }

  #textOf(chunk: Uint8Array): string {
    try {
      return this.#decoder.decode(chunk, { stream: true });
    } catch (cause) {
      const where = `${this.#path}: not UTF-8 text, at byte ${this.#offset} or after it`;
      throw new NodeError('plots-invalid', where, { cause });
    }
  }
}

function plotOf(text: string, where: string): Plot | SensorReport {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new NodeError('plots-invalid', `${where}: not JSON`, { cause: error });
  }
  const kind = (value as { readonly kind?: unknown } | null)?.kind;
  if (kind !== 'radar' && kind !== 'infrared' && kind !== 'state') {
    throw new NodeError(
      'plots-invalid',
      `${where}: kind: is no plot of kind radar or infrared, and no state of a sensor`,
    );
  }
  // By its kind: the complaint of a union of both would be about what the other kind lacks.
  const [, issues] = Errors(schemas[kind], value);
  if (issues.length > 0) {
    // A field too many has a complaint of its own, without words, beside the one that says so.
    const issue = issues.find((one) => one.keyword === 'additionalProperties') ?? issues[0];
    throw new NodeError(
      'plots-invalid',
      `${where}: ${issue?.instancePath.slice(1) || 'the line'}: ${issue?.message}`,
    );
  }
  return value as Plot | SensorReport;
}
