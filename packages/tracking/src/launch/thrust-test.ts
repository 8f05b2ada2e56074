// SPDX-License-Identifier: Apache-2.0
// Does it still burn? A body taken for unpowered is followed along with what a constant thrust along
// its velocity would do to the innovations (generalised likelihood ratio: Willsky & Jones, IEEE T-AC
// 21, 1976, for a slope that begins with the test). It answers both ways: thrust is there, or there
// is none that matters; and until the looks say either, neither. A mean of squared innovations says
// only the first, and late: a young filter takes thrust for an error of its velocity.

import { type Instant, secondsBetween } from '@isthmus/earth';
import { LIMITS } from './limits.ts';
import type { Correction, RadarFilter } from './radar-filter.ts';

/** Plain data. */
export interface ThrustTest {
  since: Instant;
  /** Time of the last look taken. */
  at: Instant;
  /** 6: error of the unpowered state for each m/s² of thrust since then. */
  sensitivity: number[];
  /** Of the thrust, in 1/(m/s²)², and the information times the thrust found. */
  information: number;
  pull: number;
}

export type ThrustVerdict = 'burns' | 'coasts' | 'undecided';

export function openThrustTest(at: Instant): ThrustTest {
  return { since: at, at, sensitivity: [0, 0, 0, 0, 0, 0], information: 0, pull: 0 };
}

/** Takes what one look at `time` corrected of the unpowered filter; changes `test`. */
export function testThrust(test: ThrustTest, correction: Correction, time: Instant): void {
  const dt = secondsBetween(test.at, time);
  // A late look says little of what has been since; the next in order says it better.
  if (dt < 0) return;
  const { state, byPosition, inverse, gain, difference } = correction;
  const s = sensitivityAfter(test, state, dt);
  const seen = [0, 1, 2].map((k) =>
    [0, 1, 2].reduce((sum, j) => sum + (byPosition[k * 3 + j] as number) * (s[j] as number), 0),
  );
  for (let k = 0; k < 3; k += 1) {
    for (let l = 0; l < 3; l += 1) {
      const weighed = (seen[k] as number) * (inverse[k * 3 + l] as number);
      test.information += weighed * (seen[l] as number);
      test.pull += weighed * (difference[l] as number);
    }
  }
  for (let i = 0; i < 6; i += 1) {
    const taken = [0, 1, 2].reduce(
      (sum, k) => sum + (gain[i * 3 + k] as number) * (seen[k] as number),
      0,
    );
    s[i] = (s[i] as number) - taken;
  }
  test.sensitivity = s;
  test.at = time;
}

/** Carried on by seconds in which gravity's gradient does nothing yet. */
function sensitivityAfter(test: ThrustTest, state: readonly number[], dt: number): number[] {
  const s = [...test.sensitivity];
  const speed = Math.max(1, Math.hypot(state[3] as number, state[4] as number, state[5] as number));
  for (let i = 0; i < 3; i += 1) {
    const along = (state[i + 3] as number) / speed;
    s[i] = (s[i] as number) + dt * (s[i + 3] as number) + 0.5 * dt * dt * along;
    s[i + 3] = (s[i + 3] as number) + dt * along;
  }
  return s;
}

/**
 * A filter predicted to the time of a look, as it would be under the thrust found so far and what is
 * not known of it: what a look has to fit where the body may burn.
 */
export function withThrust(test: ThrustTest, filter: RadarFilter): RadarFilter {
  const s = sensitivityAfter(test, filter.state, secondsBetween(test.at, filter.time));
  const variance = 1 / (test.information + 1 / LIMITS.thrustPriorMps2 ** 2);
  const thrust = Math.max(0, test.pull * variance);
  return {
    ...filter,
    state: filter.state.map((v, i) => v + (s[i] as number) * thrust),
    covariance: filter.covariance.map(
      (v, k) => v + (s[Math.floor(k / 6)] as number) * (s[k % 6] as number) * variance,
    ),
  };
}

/** Thrust acceleration along the velocity as far as the looks tell, and one sigma of it, m/s². */
export function thrustFound(test: ThrustTest): {
  readonly thrustMps2: number;
  readonly sigmaMps2: number;
} {
  if (!(test.information > 0)) return { thrustMps2: 0, sigmaMps2: Number.POSITIVE_INFINITY };
  return {
    thrustMps2: test.pull / test.information,
    sigmaMps2: 1 / Math.sqrt(test.information),
  };
}

/** What the looks taken say. */
export function verdictOf(test: ThrustTest): ThrustVerdict {
  const { thrustMps2, sigmaMps2 } = thrustFound(test);
  if (thrustMps2 > LIMITS.thrustMps2Min && thrustMps2 > LIMITS.thrustSigmas * sigmaMps2) {
    return 'burns';
  }
  const most = thrustMps2 + LIMITS.noThrustSigmas * sigmaMps2;
  return most < LIMITS.thrustMps2Min ? 'coasts' : 'undecided';
}
