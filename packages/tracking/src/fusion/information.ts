// SPDX-License-Identifier: Apache-2.0
// Estimates as information: what one adds to another (tracklets, Drummond 1997), what several
// independent ones say together, and covariance intersection where nothing is known about what they
// share. Everything is relative to one of the inputs, never to the Earth's
// centre, so that nothing is lost in the difference of large numbers.

import {
  cholesky,
  type Instant,
  invertPositive,
  multiply,
  packSymmetric,
  secondsBetween,
  transpose,
  unpackSymmetric,
} from '@isthmus/earth';
import type { Estimate } from '@isthmus/picture';
import { TrackingError } from '../errors.ts';
import { propagateCoast, propagateInPlace } from '../models/coast.ts';
import { intersect } from './intersection.ts';

const SIX = 6;
const SIXES = { n: SIX, m: SIX, p: SIX } as const;

/**
 * What own sensors added between `base` and `current`: an equivalent measurement of the whole state
 * at `current.time`, such that `combine(base, tracklet)` is `current` again.
 *
 * Null when the difference of the two is not positive definite: nothing was added in some
 * direction yet, and the caller waits for more looks.
 */
export function trackletBetween(base: Estimate, current: Estimate): Estimate | null {
  const before = propagateCoast(base, current.time);
  const after = invertPositive(unpackSymmetric(current.covariance), SIX);
  const prior = invertPositive(unpackSymmetric(before.covariance), SIX);
  if (after === null || prior === null) return null;
  const gained = new Float64Array(SIX * SIX);
  for (let i = 0; i < gained.length; i += 1)
    gained[i] = (after[i] as number) - (prior[i] as number);
  const covariance = invertPositive(gained, SIX);
  if (covariance === null || cholesky(covariance, SIX) === null) return null;
  const pull = multiply(after, difference(current.state, before.state), { n: 6, m: 6, p: 1 });
  const shift = multiply(covariance, pull, { n: 6, m: 6, p: 1 });
  const state = before.state.map((value, i) => value + (shift[i] as number));
  if (!state.every(Number.isFinite)) return null;
  return { time: current.time, state, covariance: packSymmetric(covariance) };
}

/**
 * Adds an independent tracklet to an estimate, at the tracklet's time.
 *
 * @throws TrackingError `not-positive-definite` when either covariance is not.
 */
export function combine(base: Estimate, tracklet: Estimate): Estimate {
  const before = propagateCoast(base, tracklet.time);
  return addInformation(before, [tracklet]);
}

/**
 * The estimate of several that share no information, all moved to `at` first.
 *
 * One estimate is returned as it is, moved. The caller has gated them: this function does not ask
 * whether they agree.
 *
 * @throws TrackingError `no-estimates` for an empty list, `not-positive-definite` as `combine`.
 */
export function fuseIndependent(estimates: readonly Estimate[], at: Instant): Estimate {
  const [first, ...others] = estimates.map((estimate) => propagateCoast(estimate, at));
  if (first === undefined) throw new TrackingError('no-estimates', 'nothing to fuse');
  return others.length === 0 ? first : addInformation(first, others);
}

/**
 * A narrow estimate and a wide, independent one of the same unpowered body, fused where the wide one
 * was made and moved to `at`; null where their squared distance there is above `gate`.
 *
 * A Gaussian hundreds of kilometres long does not stay one under way, a narrow one does: so the
 * narrow one goes to the wide one's time and not the other way round. Where that is earlier, only what
 * the two differ by there comes back, by what the errors then and now have in common: a way back through
 * the air is full of drag that nobody knows, and with it the wide one says little of now; but it
 * never makes the narrow one wider (one step of a smoother, Rauch, Tung & Striebel, AIAA J. 3, 1965).
 */
export function fuseAtOrigin(
  narrow: Estimate,
  wide: Estimate,
  options: { readonly gate: number; readonly at: Instant },
): Estimate | null {
  if (wide.time >= narrow.time) {
    const there = propagateCoast(narrow, wide.time);
    if (!(separation(there, wide) <= options.gate)) return null;
    return propagateCoast(addInformation(there, [wide]), options.at);
  }
  const state = Float64Array.from(narrow.state);
  const covariance = unpackSymmetric(narrow.covariance);
  const before = covariance.slice();
  const back = propagateInPlace(state, covariance, secondsBetween(narrow.time, wide.time));
  const inverse = invertPositive(sum(covariance, unpackSymmetric(wide.covariance)), SIX);
  if (inverse === null) return null;
  const apart = difference(wide.state, state);
  if (!(quadratic(inverse, apart) <= options.gate)) return null;
  const common = multiply(before, transpose(back, SIX, SIX), SIXES);
  const gain = multiply(common, inverse, SIXES);
  const shift = multiply(gain, apart, { n: 6, m: 6, p: 1 });
  const known = multiply(gain, transpose(common, SIX, SIX), SIXES);
  const fused: Estimate = {
    time: narrow.time,
    state: narrow.state.map((value, k) => value + (shift[k] as number)),
    covariance: packSymmetric(before.map((value, k) => value - (known[k] as number))),
  };
  return propagateCoast(fused, options.at);
}

/**
 * Covariance intersection of two estimates at the later of their times: consistent whatever they
 * share. The weight minimises the determinant.
 *
 * @throws TrackingError `not-positive-definite` when either covariance is not.
 */
export function covarianceIntersection(a: Estimate, b: Estimate): Estimate {
  const time = a.time >= b.time ? a.time : b.time;
  const one = propagateCoast(a, time);
  const two = propagateCoast(b, time);
  const both = intersect(
    { mean: one.state, covariance: unpackSymmetric(one.covariance) },
    { mean: two.state, covariance: unpackSymmetric(two.covariance) },
  );
  return { time, state: Array.from(both.mean), covariance: packSymmetric(both.covariance) };
}

/**
 * Squared Mahalanobis distance of two estimates taken as independent, at the later of their times.
 * Infinity when their summed covariance is not positive definite.
 */
export function separation(a: Estimate, b: Estimate): number {
  const time = a.time >= b.time ? a.time : b.time;
  const one = propagateCoast(a, time);
  const two = propagateCoast(b, time);
  const both = unpackSymmetric(one.covariance.map((v, i) => v + (two.covariance[i] as number)));
  const inverse = invertPositive(both, SIX);
  if (inverse === null) return Number.POSITIVE_INFINITY;
  const d = difference(one.state, two.state);
  return quadratic(inverse, d);
}

/** dᵀ m d. */
export function quadratic(m: ArrayLike<number>, d: ArrayLike<number>): number {
  const n = d.length;
  let total = 0;
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      total += (m[i * n + j] as number) * (d[i] as number) * (d[j] as number);
    }
  }
  return total;
}

/** Information form of the first estimate plus others at the same time. */
function addInformation(first: Estimate, others: readonly Estimate[]): Estimate {
  const information = inverseOrThrow(unpackSymmetric(first.covariance), SIX);
  const pull = new Float64Array(SIX);
  for (const other of others) {
    const added = inverseOrThrow(unpackSymmetric(other.covariance), SIX);
    const part = multiply(added, difference(other.state, first.state), { n: 6, m: 6, p: 1 });
    for (let i = 0; i < SIX; i += 1) pull[i] = (pull[i] as number) + (part[i] as number);
    for (let i = 0; i < information.length; i += 1) {
      information[i] = (information[i] as number) + (added[i] as number);
    }
  }
  const covariance = inverseOrThrow(information, SIX);
  const shift = multiply(covariance, pull, { n: 6, m: 6, p: 1 });
  return {
    time: first.time,
    state: first.state.map((value, i) => value + (shift[i] as number)),
    covariance: packSymmetric(covariance),
  };
}

function sum(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value + (b[i] as number));
}

function difference(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from(a, (value, i) => value - (b[i] as number));
}

function inverseOrThrow(matrix: ArrayLike<number>, n: number): Float64Array {
  const inverse = invertPositive(matrix, n);
  if (inverse === null) {
    throw new TrackingError('not-positive-definite', 'a covariance is not positive definite');
  }
  return inverse;
}
