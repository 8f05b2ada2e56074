// SPDX-License-Identifier: Apache-2.0
// Own data that comes back. Two sides that look with their own eyes have errors that differ in size
// along every axis, since their sensors stand elsewhere. A track that was told to a partner and is
// told again as its own is an older state of ours: nowhere sharper, exactly as sharp along the axes
// in which nothing was learnt since, and there in the same place.
//
// What is not seen here: an echo that was coarsened, or mixed with the partner's own looks. Against
// those stands the rule that nobody passes on what is not their own, at the sender's gate.

import { multiply, unpackSymmetric } from '@isthmus/earth';
import type { Estimate } from '@isthmus/picture';
import { TrackingError } from '../errors.ts';
import { type JointBasis, jointBasis } from './joint-basis.ts';

/** Variance along any axis over ours: no less, but for rounding, and not of a time long ago. */
const RATIO_MIN = 1 - 1e-6;
const RATIO_MAX = 4;
/** Variance that rounding to the wire leaves, as a share of ours. */
const ROUNDING = 1e-6;
/** Twice the log of how much more likely an echo must make what is seen: a hundred times. */
const EVIDENCE = 2 * Math.log(100);

/**
 * Whether `theirs`, at the time of `ours`, is an older state of ours: a hundred times more likely than
 * independent, by the likelihood of where it is, and no sharper in any direction.
 *
 * False, and never an error, where a covariance is none to rounding: a partner may send any.
 */
export function isEcho(ours: Estimate, theirs: Estimate): boolean {
  if (!mayBeEcho(ours.covariance, theirs.covariance)) return false;
  const joint = jointOrNull(theirs, ours);
  if (joint === null) return false;
  if (!joint.ratios.every((ratio) => ratio >= RATIO_MIN && ratio <= RATIO_MAX)) return false;
  const apart = theirs.state.map((v, i) => v - (ours.state[i] as number));
  const along = multiply(joint.inverse, apart, { n: joint.n, m: joint.n, p: 1 });
  // Along an axis where ours has variance 1: an older state of ours is apart by what was learnt since,
  // ratio - 1, an independent one by both errors, ratio + 1.
  let evidence = 0;
  joint.ratios.forEach((ratio, i) => {
    const echo = Math.max(0, ratio - 1) + ROUNDING;
    const independent = ratio + 1;
    const square = (along[i] as number) ** 2;
    evidence += Math.log(independent / echo) - square * (1 / echo - 1 / independent);
  });
  return evidence > EVIDENCE;
}

/** Places of the diagonal in the packed form. */
const DIAGONAL = [0, 6, 11, 15, 18, 20] as const;

/** The ratio along each axis of the state lies between the least and the largest: quickly looked at. */
function mayBeEcho(ours: readonly number[], theirs: readonly number[]): boolean {
  return DIAGONAL.every((k) => {
    const ratio = (theirs[k] as number) / (ours[k] as number);
    return ratio >= RATIO_MIN && ratio <= RATIO_MAX;
  });
}

function jointOrNull(a: Estimate, b: Estimate): JointBasis | null {
  try {
    return jointBasis(unpackSymmetric(a.covariance), unpackSymmetric(b.covariance), 6);
  } catch (error) {
    if (error instanceof TrackingError) return null;
    throw error;
  }
}
