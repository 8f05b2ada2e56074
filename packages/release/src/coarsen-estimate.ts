// SPDX-License-Identifier: Apache-2.0
// Coarsening of states: to the tick, to the grid, to the floor, and always to the millimetre, so
// that what the gate remembers is bit for bit what the partner decodes. The covariance that goes
// covers what was done. See spec/release.md, R-45 to R-48.

import {
  coastAcceleration,
  coriolisMatrix,
  type Instant,
  instant,
  multiply,
  packSymmetric,
  secondsBetween,
  transpose,
  unpackSymmetric,
} from '@isthmus/earth';
import type { Estimate, FlightPhase } from '@isthmus/picture';
import type { Clause } from './agreement.ts';

const SIX = 6;
const MILLI = 1000;
/** Velocities are rounded to the distance of a cell over this time. */
const GRID_S = 100;
/** Longest step of the integrator; a fourth-order step of it is exact to the millimetre in coast. */
const STEP_S = 5;
/** One sigma of thrust or drag on each axis where the flight is not free. */
const POWERED_MPS2 = 100;
/** How far above the floor a raised sigma comes, so that raising twice is raising once. */
const FLOOR_MARGIN = 1.001;
/** Elements of a covariance go to this part of the variance of a cell's uniform error. */
const LATTICE = 32;
/**
 * What the rounding of fifteen elements, each by half a step at most, can take from any direction: by
 * Gershgorin's circles five times a half, in steps of the diagonal.
 */
const LATTICE_MARGIN = 2.5;

/**
 * A track item: the state moved to the newest tick that is past, as a free body with its covariance
 * carried along, then rounded to the grid with the uniform error of a cell added to the covariance,
 * which goes to a lattice of the cell's own: finer numbers would tell the partner what the grid hides.
 * What lies on tick, grid and lattice already stays as it is; no measured estimate does.
 */
export function coarsenTrack(
  estimate: Estimate,
  clause: Clause,
  given: { readonly phase: FlightPhase; readonly now: Instant },
): Estimate {
  const onTick = moveTo(estimate, tickOf(estimate.time, clause.tickS, given.now), given.phase);
  const { accuracyFloor } = clause;
  if (clause.gridKm.track === 0) return quantise(raiseToFloor(onTick, accuracyFloor));
  const cell = cellOf(clause.gridKm.track);
  // The floor is raised from the lattice, so that what it adds tells nothing finer.
  const coarse = raiseToLattice(roundToGrid(onTick, cell), cell);
  return quantise(raiseToLattice(raiseToFloor(coarse, accuracyFloor), cell));
}

/** A rebase or a tracklet: no tick, no grid, since its error must stay independent of the others. */
export function floorOnly(estimate: Estimate, clause: Clause): Estimate {
  return quantise(raiseToFloor(estimate, clause.accuracyFloor));
}

/** Millimetres and millimetres a second; no negative zero; nothing but the three fields. */
export function quantise(estimate: Estimate): Estimate {
  return {
    time: estimate.time,
    state: estimate.state.map((value) => Math.round(value * MILLI) / MILLI + 0),
    covariance: estimate.covariance.map((value) => value + 0),
  };
}

/** The nearest tick, or the last one where the nearest is still to come. */
function tickOf(time: Instant, tickS: number, now: Instant): Instant {
  const tickUs = tickS * 1e6;
  const nearest = Math.round(time / tickUs);
  return instant(
    Math.min(nearest, Math.max(Math.floor(now / tickUs), Math.floor(time / tickUs))) * tickUs,
  );
}

function moveTo(estimate: Estimate, to: Instant, phase: FlightPhase): Estimate {
  const seconds = secondsBetween(estimate.time, to);
  if (seconds === 0) return estimate;
  const steps = Math.ceil(Math.abs(seconds) / STEP_S);
  const dtS = seconds / steps;
  let state = Float64Array.from(estimate.state);
  let covariance = unpackSymmetric(estimate.covariance);
  for (let i = 0; i < steps; i += 1) {
    const f = transition(state, dtS);
    covariance = multiply(multiply(f, covariance, CUBE), transpose(f, SIX, SIX), CUBE);
    state = rungeKutta(state, dtS);
  }
  if (phase === 'boost' || phase === 'reentry') {
    const positionM = 0.5 * POWERED_MPS2 * seconds * seconds;
    const velocityMps = POWERED_MPS2 * Math.abs(seconds);
    addToDiagonal(covariance, positionM * positionM, velocityMps * velocityMps);
  }
  return { time: to, state: [...state], covariance: packSymmetric(covariance) };
}

const CUBE = { n: SIX, m: SIX, p: SIX } as const;

/** Fourth-order step of the free fall in the rotating frame. */
function rungeKutta(state: Float64Array, dtS: number): Float64Array<ArrayBuffer> {
  const k1 = derivative(state);
  const k2 = derivative(state.map((x, i) => x + 0.5 * dtS * (k1[i] as number)));
  const k3 = derivative(state.map((x, i) => x + 0.5 * dtS * (k2[i] as number)));
  const k4 = derivative(state.map((x, i) => x + dtS * (k3[i] as number)));
  return state.map((x, i) => {
    const ends = (k1[i] as number) + (k4[i] as number);
    const middles = (k2[i] as number) + (k3[i] as number);
    return x + (dtS / 6) * (ends + 2 * middles);
  });
}

function derivative(state: Float64Array): Float64Array {
  const result = { acceleration: new Float64Array(3), gradient: new Float64Array(9) };
  coastAcceleration(state, result, false);
  return Float64Array.of(
    state[3] as number,
    state[4] as number,
    state[5] as number,
    ...result.acceleration,
  );
}

/** exp(A dt) to the second order, A the Jacobian of the free fall at the step's beginning. */
function transition(state: Float64Array, dtS: number): Float64Array {
  const result = { acceleration: new Float64Array(3), gradient: new Float64Array(9) };
  coastAcceleration(state, result, true);
  const a = new Float64Array(SIX * SIX);
  for (let i = 0; i < 3; i += 1) {
    a[i * SIX + i + 3] = 1;
    for (let j = 0; j < 3; j += 1) {
      a[(i + 3) * SIX + j] = result.gradient[i * 3 + j] as number;
      a[(i + 3) * SIX + j + 3] = coriolisMatrix[i * 3 + j] as number;
    }
  }
  const a2 = multiply(a, a, CUBE);
  return a.map(
    (value, k) => (k % (SIX + 1) === 0 ? 1 : 0) + value * dtS + ((a2[k] as number) * dtS * dtS) / 2,
  );
}

/** A cell of the grid, and the steps of a covariance under it. */
interface Cell {
  /** Width by axis: metres, metres a second. */
  readonly widths: readonly number[];
  /** Step of each of the 21 elements. */
  readonly steps: readonly number[];
}

function cellOf(gridKm: number): Cell {
  const cellM = gridKm * 1000;
  const widths = [cellM, cellM, cellM, cellM / GRID_S, cellM / GRID_S, cellM / GRID_S];
  const steps = widths.flatMap((a, i) => widths.slice(i).map((b) => (a * b) / (12 * LATTICE)));
  return { widths, steps };
}

/** To the centre of its cell; a uniform error of a cell has the variance cell^2 / 12 on each axis. */
function roundToGrid(estimate: Estimate, { widths, steps }: Cell): Estimate {
  const state = estimate.state.map((value, i) => {
    const cell = widths[i] as number;
    return Math.round(value / cell) * cell + 0;
  });
  const isCoarse =
    state.every((value, i) => value === estimate.state[i]) &&
    isOnLattice(estimate.covariance, steps);
  if (isCoarse) return estimate;
  const covariance = unpackSymmetric(estimate.covariance);
  const [cellM, , , cellMps] = widths as [number, number, number, number];
  addToDiagonal(covariance, (cellM * cellM) / 12, (cellMps * cellMps) / 12);
  return { time: estimate.time, state, covariance: packSymmetric(covariance) };
}

/** Every element to a whole number of its steps, and no direction sharper than before. */
function raiseToLattice(estimate: Estimate, { steps }: Cell): Estimate {
  if (isOnLattice(estimate.covariance, steps)) return estimate;
  const covariance = estimate.covariance.map((value, k) => {
    const step = steps[k] as number;
    const count = value / step;
    return (DIAGONAL.has(k) ? Math.ceil(count + LATTICE_MARGIN) : Math.round(count)) * step;
  });
  return { ...estimate, covariance };
}

function isOnLattice(covariance: readonly number[], steps: readonly number[]): boolean {
  return covariance.every((value, k) => {
    const step = steps[k] as number;
    return Math.round(value / step) * step === value;
  });
}

/** Places of the diagonal in the upper triangle by rows. */
const DIAGONAL: ReadonlySet<number> = new Set([0, 6, 11, 15, 18, 20]);

/** Adds the same to every axis until no direction is sharper than the floor. */
function raiseToFloor(estimate: Estimate, floor: Clause['accuracyFloor']): Estimate {
  if (floor === undefined) return estimate;
  const covariance = unpackSymmetric(estimate.covariance);
  const position = missing(smallestEigenvalue(covariance, 0), floor.positionM);
  const velocity = missing(smallestEigenvalue(covariance, 3), floor.velocityMps);
  if (position === 0 && velocity === 0) return estimate;
  addToDiagonal(covariance, position, velocity);
  return { ...estimate, covariance: packSymmetric(covariance) };
}

function missing(variance: number, floor: number): number {
  return variance >= floor * floor ? 0 : floor * floor * FLOOR_MARGIN - variance;
}

function addToDiagonal(covariance: Float64Array, position: number, velocity: number): void {
  for (let i = 0; i < SIX; i += 1) {
    const k = i * SIX + i;
    covariance[k] = (covariance[k] as number) + (i < 3 ? position : velocity);
  }
}

/**
 * Smallest eigenvalue of the 3x3 block at `from` on the diagonal, in closed form (Smith, CACM 4,
 * 1961).
 */
function smallestEigenvalue(full: Float64Array, from: number): number {
  const at = (i: number, j: number): number => full[(from + i) * SIX + from + j] as number;
  const mean = (at(0, 0) + at(1, 1) + at(2, 2)) / 3;
  const off = at(0, 1) ** 2 + at(0, 2) ** 2 + at(1, 2) ** 2;
  const d = [at(0, 0) - mean, at(1, 1) - mean, at(2, 2) - mean] as const;
  const p = Math.sqrt((d[0] ** 2 + d[1] ** 2 + d[2] ** 2 + 2 * off) / 6);
  // All but a sphere: p cubed would vanish below, and this bound is as good as the value.
  if (p <= mean * 1e-9) return mean - 2 * p;
  const determinant =
    d[0] * (d[1] * d[2] - at(1, 2) ** 2) -
    at(0, 1) * (at(0, 1) * d[2] - at(1, 2) * at(0, 2)) +
    at(0, 2) * (at(0, 1) * at(1, 2) - d[1] * at(0, 2));
  const r = Math.min(1, Math.max(-1, determinant / (2 * p ** 3)));
  return mean + 2 * p * Math.cos(Math.acos(r) / 3 + (2 * Math.PI) / 3);
}
