// SPDX-License-Identifier: Apache-2.0
// When a report says it was made, and when it reaches its node: both kinds of sensor do it alike.

import { addSeconds, type Instant, type Random } from '@isthmus/earth';
import type { SensorDocument } from './schema.ts';

/** The stamped time, with the run's clock error and a look's jitter, and the arrival after it. */
export function stampOf(
  timing: SensorDocument['timing'],
  look: { readonly at: Instant; readonly clockS: number },
  draws: Random,
): { readonly time: Instant; readonly arrival: Instant } {
  return {
    time: addSeconds(look.at, look.clockS + timing.jitterSigmaS * draws.normal()),
    arrival: addSeconds(look.at, timing.latencyS + timing.latencySpreadS * draws.uniform()),
  };
}
