// SPDX-License-Identifier: Apache-2.0
// What a partner adds, made weaker by a factor on its covariance. Pairing and gating have been done
// on what it told, so that widening lets nothing in; here only the numbers give way. With a factor of
// 1 every object is returned as it came.

import { invertPositive, multiply, packSymmetric, unpackSymmetric } from '@isthmus/earth';
import type { Estimate, LaunchEstimate, PictureObject } from '@isthmus/picture';

/**
 * Objects after a contribution, each as if what was added to the one before had had `widening` times
 * its covariance. What the partner alone knows is that much wider.
 */
export function widenedObjects(
  after: readonly PictureObject[],
  before: readonly PictureObject[],
  widening: number,
): readonly PictureObject[] {
  if (widening === 1) return after;
  return after.map((object) => {
    const own = before.find(({ id }) => id === object.id);
    if (object.estimate === null || object.estimate === own?.estimate) return object;
    // Own estimates that were not replaced are those radar had seen coast: see `withTrack`.
    const isAdded = own !== undefined && own.phase !== 'boost' && own.coastSeenS > 0;
    const estimate =
      isAdded && own.estimate !== null
        ? weakened(own.estimate, object.estimate, widening)
        : widened(object.estimate, widening);
    return { ...object, estimate };
  });
}

/** A launch told by a partner, its variances multiplied. */
export function widenedLaunch(launch: LaunchEstimate, widening: number): LaunchEstimate {
  if (widening === 1) return launch;
  const [ee, en, nn] = launch.pointCovarianceM2;
  const { azimuthSigmaRad } = launch;
  return {
    ...launch,
    timeSigmaS: launch.timeSigmaS * Math.sqrt(widening),
    pointCovarianceM2: [ee * widening, en * widening, nn * widening],
    azimuthSigmaRad: azimuthSigmaRad === null ? null : azimuthSigmaRad * Math.sqrt(widening),
  };
}

function widened(estimate: Estimate, widening: number): Estimate {
  return { ...estimate, covariance: estimate.covariance.map((v) => v * widening) };
}

/**
 * Between `own` and `fused` in information: Y = (1 - 1/w) Y_own + (1/w) Y_fused. Since fused
 * information is own plus added, that is own plus added / w; and being covariance intersection of
 * the two with these weights (Julier & Uhlmann 1997), it is never surer than either warrants.
 */
function weakened(own: Estimate, fused: Estimate, widening: number): Estimate {
  const ours = invertPositive(unpackSymmetric(own.covariance), 6);
  const both = invertPositive(unpackSymmetric(fused.covariance), 6);
  if (ours === null || both === null) return own;
  const share = 1 / widening;
  const information = ours.map((v, i) => (1 - share) * v + share * (both[i] as number));
  const covariance = invertPositive(information, 6);
  if (covariance === null) return own;
  const apart = Float64Array.from(fused.state, (v, i) => v - (own.state[i] as number));
  const pull = multiply(both, apart, { n: 6, m: 6, p: 1 }).map((v) => share * v);
  const shift = multiply(covariance, pull, { n: 6, m: 6, p: 1 });
  return {
    time: own.time,
    state: own.state.map((v, i) => v + (shift[i] as number)),
    covariance: packSymmetric(covariance),
  };
}
