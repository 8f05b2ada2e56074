// SPDX-License-Identifier: Apache-2.0
// A whole file of plots, checked against the sensors before anything is done with it, so that a
// mistake in its last line is told at once and not after all of the tracking.

import type { Instant } from '@isthmus/earth';
import { NodeError } from '@isthmus/node';
import { readPlotFile } from '@isthmus/node/adapters';
import type { Plot, Sensor } from '@isthmus/picture';
import { UserError } from '../user-error.ts';

/** A turn is made of each second between two plots; beyond this a time is taken for a mistake. */
const SILENCE_S_MAX = 86_400;

/** What a checked file holds. */
export interface PlotCount {
  readonly plots: number;
  readonly first: Instant;
  readonly last: Instant;
}

/**
 * Reads the whole file once and refuses what a tracker cannot take or would leave unseen: no plot, a
 * sensor that is not declared or is of the other kind, an arrival before the one above it, a day of
 * silence.
 *
 * @throws UserError with file, line, field, what was expected and what to do.
 */
export async function checkPlots(
  file: string,
  sensors: readonly Sensor[],
  sensorsFile: string,
): Promise<PlotCount> {
  const kinds = new Map(sensors.map((sensor) => [sensor.id, sensor.kind]));
  let first: Instant | null = null;
  let last: Instant | null = null;
  let line = 0;
  for await (const plot of plotsOf(file)) {
    line += 1;
    const refuse = (field: string, why: string): never => {
      throw new UserError(`${file}:${line}: ${field}: ${why}`);
    };
    const kind = kinds.get(plot.sensor);
    if (kind === undefined) {
      refuse(
        'sensor',
        `"${plot.sensor}" is not in ${sensorsFile}, which has ${[...kinds.keys()].join(', ')}; add it there, or name the sensors of this side`,
      );
    }
    if (kind !== plot.kind) {
      refuse(
        'kind',
        `is ${plot.kind}, and ${plot.sensor} is ${kind} in ${sensorsFile}; mend either`,
      );
    }
    if (last !== null && plot.arrival < last) {
      refuse('arrival', `must not be before ${last} of the line above; sort the file by arrival`);
    }
    if (last !== null && plot.arrival - last > SILENCE_S_MAX * 1e6) {
      refuse(
        'arrival',
        `is more than a day after ${last} of the line above; times are microseconds UTC since 1970, and two days are two files`,
      );
    }
    first ??= plot.arrival;
    last = plot.arrival;
  }
  if (first === null || last === null) {
    throw new UserError(
      `${file}: has no plots; one plot a line is expected, as simulate writes them`,
    );
  }
  return { plots: line, first, last };
}

/** The plots of the file in order; what is wrong with it is the user's. */
export async function* plotsOf(file: string): AsyncGenerator<Plot, void, undefined> {
  try {
    yield* readPlotFile(file);
  } catch (error) {
    if (error instanceof NodeError && error.code === 'plots-invalid') {
      throw new UserError(error.message, { cause: error });
    }
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    if (code === null) throw error;
    throw new UserError(
      code === 'ENOENT' ? `${file}: there is no such file` : `${file}: cannot be read (${code})`,
      { cause: error },
    );
  }
}
