// SPDX-License-Identifier: Apache-2.0
// A prepared flight moved to the present, for nodes that keep the time of the wall clock.

import { instant } from '@isthmus/earth';
import type { Plot, SensorReport } from '@isthmus/picture';
import type { PreparedRun } from '../../apps/cli/src/demo/prepare.ts';

/** The run as if it had begun `pastS` seconds ago: what its sensors say comes from now on. */
export function flightOfNow(run: PreparedRun, pastS: number): PreparedRun {
  const laterUs = Date.now() * 1000 - pastS * 1e6 - run.firstTick;
  const moved = <T extends Plot | SensorReport>(one: T): T => ({
    ...one,
    time: instant(one.time + laterUs),
    arrival: instant(one.arrival + laterUs),
  });
  const [west, east] = run.sides;
  return {
    ...run,
    sides: [
      { ...west, feed: west.feed.map(moved) },
      { ...east, feed: east.feed.map(moved) },
    ],
  };
}
