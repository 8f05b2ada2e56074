// SPDX-License-Identifier: Apache-2.0
// Values drawn well inside one class of the coarsening, from the text of spec/release.md (R-41 to
// R-45) and not from the gate's code: two drawn for one class must leave the gate as one.

import {
  type Instant,
  instant,
  multiply,
  packSymmetric,
  type Random,
  transpose,
  unpackSymmetric,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';
import type { Area, Estimate } from '@isthmus/picture';
import { propagateWithTransition } from '@isthmus/tracking';

/** Share of a class that is drawn from, so that its edges are not met. */
const INNER = 0.9;
const CUBE = { n: 6, m: 6, p: 6 } as const;
const RAD = Math.PI / 180;
/** Largest radius of curvature of the ellipsoid. */
const CURVATURE_M = 6_399_594;

/** Uniform over the inner part of [-width / 2, width / 2]. */
export function within(random: Random, width: number): number {
  return (random.uniform() - 0.5) * INNER * width;
}

/** A sigma that, grown by a uniform error of `error`, goes up to `count` steps. */
export function sigmaIn(
  random: Random,
  { count, step, error }: { readonly count: number; readonly step: number; readonly error: number },
): number {
  const grown = (count - 0.5) * step + within(random, step);
  return Math.sqrt(grown * grown - (error * error) / 12);
}

export function timeIn(random: Random, tick: number, tickS: number): Instant {
  return instant(Math.round((tick + within(random, 1)) * tickS * 1e6));
}

/** A cell of the grid of areas, and the step to which the radius goes. */
export interface AreaClass {
  readonly gridKm: number;
  readonly row: number;
  readonly cell: number;
  /** Half grids of the radius. */
  readonly radius: number;
}

export function drawAreaClass(random: Random, gridKm: number): AreaClass {
  const { rowRad } = rowsOf(gridKm);
  const row = Math.round(((random.uniform() - 0.5) * 2 * 80 * RAD) / rowRad);
  const { cells, halfDiagonalM } = rowOf(gridKm, row);
  const cell = random.integer(cells) - Math.floor(cells / 2);
  const least = Math.ceil((2 * halfDiagonalM) / (gridKm * 1000)) + 1;
  return { gridKm, row, cell, radius: least + random.integer(6) };
}

/** A circle of the class. */
export function areaIn(random: Random, { gridKm, row, cell, radius }: AreaClass): Area {
  const { rowRad } = rowsOf(gridKm);
  const { cellRad, halfDiagonalM } = rowOf(gridKm, row);
  const stepM = gridKm * 500;
  const latitudeRad = row * rowRad + within(random, rowRad);
  const longitudeRad = cell * cellRad + within(random, cellRad);
  const heightM = 9000 * random.uniform();
  const radiusM = (radius - 0.5) * stepM + within(random, stepM) - halfDiagonalM;
  return { centre: { latitudeRad, longitudeRad, heightM }, radiusM };
}

function rowsOf(gridKm: number): { readonly rowRad: number; readonly gridRad: number } {
  const gridRad = (gridKm * 1000) / WGS84_SEMI_MAJOR_AXIS_M;
  return { rowRad: Math.PI / 2 / Math.max(1, Math.floor(Math.PI / 2 / gridRad)), gridRad };
}

function rowOf(gridKm: number, row: number) {
  const { rowRad, gridRad } = rowsOf(gridKm);
  const latitudeRad = Math.abs(row * rowRad);
  const cells = Math.max(1, Math.floor((2 * Math.PI * Math.cos(latitudeRad)) / gridRad));
  const cellRad = (2 * Math.PI) / cells;
  const widest = Math.cos(Math.max(0, latitudeRad - rowRad / 2));
  const halfDiagonalM = CURVATURE_M * (Math.hypot(rowRad, cellRad * widest) / 2 + 2e-7);
  return { cells, cellRad, halfDiagonalM };
}

/** A state of a body under a grid: cells of the state, tick, and steps of the covariance. */
export interface StateClass {
  readonly tickS: number;
  readonly tick: number;
  /** Variance of unknown acceleration over the seconds to the tick, of a position and a velocity. */
  readonly isPowered: boolean;
  readonly widths: readonly number[];
  readonly steps: readonly number[];
  readonly cells: readonly number[];
  /** Steps of each element; 32 of the diagonal are the uniform error of a cell. */
  readonly lattice: readonly number[];
}

/** One sigma of unknown acceleration where a body is not free. */
const POWERED_MPS2 = 100;
const LATTICE = 32;
/** Room on the diagonal for what the rounding of the others may take. */
const MARGIN = 2.5;
const DIAGONAL: ReadonlySet<number> = new Set([0, 6, 11, 15, 18, 20]);

export function drawStateClass(
  random: Random,
  given: {
    readonly gridKm: number;
    readonly tickS: number;
    readonly tick: number;
    readonly isPowered: boolean;
  },
): StateClass {
  const { gridKm, tickS, tick, isPowered } = given;
  const { widths, steps } = gridOf(gridKm);
  // High above the ground: below it nothing is moved in time.
  const centre = [4.8e6, 3.8e6, 5.4e6, -4400, 5700, 0];
  const cells = widths.map((width, i) =>
    Math.round(((centre[i] as number) + (i < 3 ? 2e5 : 800) * random.normal()) / width),
  );
  // L L^T of a random lower triangle, above what is taken off again when a world is drawn.
  const worstS = tickS / 2;
  const least = widths.map((width, i) => {
    const powered = isPowered ? POWERED_MPS2 * (i < 3 ? worstS * worstS * 0.5 : worstS) : 0;
    return (4 * (width * width)) / 12 + 2 * powered * powered;
  });
  const root = Float64Array.from({ length: 36 }, (_, k) =>
    k % 6 > Math.floor(k / 6) ? 0 : (widths[Math.floor(k / 6)] as number) * 0.5 * random.normal(),
  );
  const total = multiply(root, transpose(root, 6, 6), CUBE);
  for (let i = 0; i < 6; i += 1) {
    total[i * 7] = (total[i * 7] as number) + (least[i] as number);
  }
  const lattice = [...packSymmetric(total)].map((value, k) =>
    Math.round(value / (steps[k] as number)),
  );
  return { tickS, tick, isPowered, widths, steps, cells, lattice };
}

/** An estimate of the class at a moment of its own. */
export function estimateIn(random: Random, of: StateClass, notAfter: Instant): Estimate {
  const { tickS, tick, isPowered, widths, steps, cells, lattice } = of;
  const drawn = timeIn(random, tick, tickS);
  const time = instant(Math.min(drawn, notAfter));
  const seconds = (tick * tickS * 1e6 - time) / 1e6;
  const onTick = cells.map((cell, i) => {
    const width = widths[i] as number;
    return cell * width + within(random, width);
  });
  const covariance = unpackSymmetric(
    lattice.map((count, k) => {
      const inside = DIAGONAL.has(k) ? count - MARGIN - 0.5 : count;
      return (inside + within(random, 1)) * (steps[k] as number);
    }),
  );
  for (let i = 0; i < 6; i += 1) {
    const width = widths[i] as number;
    const powered = POWERED_MPS2 * (i < 3 ? 0.5 * seconds * seconds : Math.abs(seconds));
    covariance[i * 7] =
      (covariance[i * 7] as number) - (width * width) / 12 - (isPowered ? powered * powered : 0);
  }
  const { state, transition } = propagateWithTransition(onTick, -seconds);
  const moved = multiply(multiply(transition, covariance, CUBE), transpose(transition, 6, 6), CUBE);
  return { time, state: [...state], covariance: packSymmetric(moved) };
}

interface Grid {
  readonly widths: readonly number[];
  readonly steps: readonly number[];
}

const GRIDS = new Map<number, Grid>();

function gridOf(gridKm: number): Grid {
  const known = GRIDS.get(gridKm);
  if (known !== undefined) return known;
  const m = gridKm * 1000;
  const widths = [m, m, m, m / 100, m / 100, m / 100];
  const steps = widths.flatMap((a, i) => widths.slice(i).map((b) => (a * b) / (12 * LATTICE)));
  GRIDS.set(gridKm, { widths, steps });
  return { widths, steps };
}
