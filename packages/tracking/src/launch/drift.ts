// SPDX-License-Identifier: Apache-2.0
// Running means of the normalised innovation, range, azimuth and elevation, fast then slow: what says that a
// track follows another body than before.

import { LIMITS } from './limits.ts';

export function noDrift(): number[] {
  return [0, 0, 0, 0, 0, 0];
}

/** The means after one more innovation, in sigmas. */
export function driftAfter(means: readonly number[], normalised: readonly number[]): number[] {
  return means.map((mean, i) => {
    const weight = LIMITS.driftWeights[i < 3 ? 0 : 1] as number;
    return (1 - weight) * mean + weight * (normalised[i % 3] as number);
  });
}

/** Whether a mean is more than noise. */
export function drifts(means: readonly number[]): boolean {
  return means.some((mean, i) => Math.abs(mean) > (LIMITS.driftThresholds[i < 3 ? 0 : 1] ?? 9));
}
