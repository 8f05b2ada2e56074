// SPDX-License-Identifier: Apache-2.0
// The truth that `isthmus simulate` writes, read back: where each thing was, second by second.

import { readFile } from 'node:fs/promises';
import type { Instant } from '@isthmus/earth';
import { UserError } from '../user-error.ts';

const NUMBERS = ['x_m', 'y_m', 'z_m', 'vx_mps', 'vy_mps', 'vz_mps', 'time_us'] as const;
const COLUMNS = ['id', 'kind', ...NUMBERS, 'burns'] as const;
/** Between two rows further apart than this nothing is said. */
const GAP_US_MAX = 10e6;

type Column = (typeof COLUMNS)[number];

/** A true object at one instant. */
export interface TruthPoint {
  readonly id: string;
  readonly kind: string;
  /** Earth-fixed, m and m/s. */
  readonly state: readonly number[];
  readonly burns: boolean;
}

interface Row {
  readonly time: number;
  readonly state: readonly number[];
  readonly burns: boolean;
}

/** Everything true, by object. */
export class TruthFile {
  readonly #objects: ReadonlyMap<string, { readonly kind: string; readonly rows: readonly Row[] }>;

  constructor(
    objects: ReadonlyMap<string, { readonly kind: string; readonly rows: readonly Row[] }>,
  ) {
    this.#objects = objects;
  }

  /** What there is at an instant. */
  at(time: Instant): TruthPoint[] {
    return [...this.#objects].flatMap(([id, { kind, rows }]) => {
      const point = pointAt(rows, time);
      return point === null ? [] : [{ id, kind, ...point }];
    });
  }
}

/**
 * Reads a truth.csv; columns are found by their names, and others are ignored.
 *
 * @throws UserError with file, line, column and what was expected.
 */
export async function readTruth(file: string): Promise<TruthFile> {
  const [header = '', ...lines] = (await textOf(file)).trimEnd().split(/\r?\n/);
  const names = header.split(',');
  const missing = COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new UserError(
      `${file}:1: no column ${missing.join(', ')}; a truth has ${COLUMNS.join(', ')}, as simulate writes them`,
    );
  }
  const objects = new Map<string, { readonly kind: string; readonly rows: Row[] }>();
  lines.forEach((line, i) => {
    const cells = line.split(',');
    const cell = (name: Column): string => cells[names.indexOf(name)] ?? '';
    const [x, y, z, vx, vy, vz, time] = NUMBERS.map((name) => {
      const value = cell(name) === '' ? Number.NaN : Number(cell(name));
      if (Number.isFinite(value)) return value;
      throw new UserError(`${file}:${i + 2}: ${name}: must be a number, not "${cell(name)}"`);
    }) as [number, number, number, number, number, number, number];
    const object = objects.get(cell('id')) ?? { kind: cell('kind'), rows: [] };
    objects.set(cell('id'), object);
    const before = object.rows.at(-1);
    if (before !== undefined && time <= before.time) {
      throw new UserError(
        `${file}:${i + 2}: time_us: must be after ${before.time}, the row of ${cell('id')} above; sort the file by time`,
      );
    }
    object.rows.push({ time, state: [x, y, z, vx, vy, vz], burns: cell('burns') === '1' });
  });
  if (objects.size === 0)
    throw new UserError(`${file}: has no rows; one a second and object is expected`);
  return new TruthFile(objects);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UserError(
      code === 'ENOENT' ? `${file}: there is no such file` : `${file}: cannot be read (${code})`,
      { cause: error },
    );
  }
}

/** The row of an instant, or the cubic through its neighbours' positions and velocities. */
function pointAt(
  rows: readonly Row[],
  time: number,
): { readonly state: readonly number[]; readonly burns: boolean } | null {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle] as Row).time <= time) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [rows[low - 1], rows[low]];
  if (before === undefined) return null;
  if (before.time === time) return before;
  if (after === undefined || after.time - before.time > GAP_US_MAX) return null;
  return { state: between(before, after, time), burns: before.burns };
}

/** Hermite's cubic: for rows a second apart it is good to centimetres under any acceleration flown. */
function between(before: Row, after: Row, time: number): number[] {
  const dt = (after.time - before.time) / 1e6;
  const u = (time - before.time) / 1e6 / dt;
  const position: number[] = [];
  const velocity: number[] = [];
  for (let k = 0; k < 3; k += 1) {
    const [p, q] = [before.state[k] as number, after.state[k] as number];
    const [v, w] = [(before.state[k + 3] as number) * dt, (after.state[k + 3] as number) * dt];
    const [c, d] = [3 * (q - p) - 2 * v - w, 2 * (p - q) + v + w];
    position.push(p + u * (v + u * (c + u * d)));
    velocity.push((v + u * (2 * c + 3 * u * d)) / dt);
  }
  return [...position, ...velocity];
}
