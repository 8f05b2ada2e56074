// SPDX-License-Identifier: Apache-2.0
// Satellites followed from rise to set, a look a second, by two radars at once: what the day of satellites
// thins away. In so many looks, at low elevations and where one radar hands over to both and both to
// the other, a body that only falls may be found to burn, and that may become a launch.

import { addSeconds, createRandom, type Instant, type Random } from '@isthmus/earth';
import type { Plot, RadarSensor } from '@isthmus/picture';
import {
  createTracking,
  type ElementSet,
  ownPicture,
  predictSatellite,
  stepTracking,
} from '@isthmus/tracking';
import { createWarnings, currentWarnings, stepWarnings } from '@isthmus/warning';
import { drawSky } from './orbits.ts';
import { constantErrors, lookAt, passesOf, radar, START } from './satellites.ts';

const PASSES = 60;
const SATELLITES = 60;
const HOURS = 6;
const LONGEST_S = 1500;

/** Runs the part; see the fields it returns. `scale` 1 is 60 passes. */
export async function wholePasses(given: {
  readonly seed: number;
  readonly scale: number;
}): Promise<Record<string, unknown>> {
  const random = createRandom(`${given.seed}/whole passes`);
  const radars = [radar('west', 43, 40), radar('east', 41, 48)].map((one) => ({
    ...one,
    revisitS: 1,
  }));
  const sky = drawSky(SATELLITES, addSeconds(START, -2 * 3600), random.fork('sky'));
  const seen = passesOf(sky, radars.slice(0, 1), HOURS * 3600);
  const passes = seen.slice(0, Math.max(3, Math.round(PASSES * given.scale)));
  const figures = {
    wholePasses: passes.length,
    wholePassLooks: 0,
    wholePassesForced: 0,
    wholePassWarnings: 0,
  };
  passes.forEach(({ elements, fromS }, i) => {
    const plots = looksOf(
      elements,
      { radars, fromS: Math.max(0, fromS - 120) },
      random.fork(`whole ${i}`),
    );
    const { isForced, warnings } = play(radars, plots);
    figures.wholePassLooks += plots.length;
    if (isForced) figures.wholePassesForced += 1;
    figures.wholePassWarnings += warnings;
  });
  return figures;
}

function looksOf(
  elements: ElementSet,
  of: { readonly radars: readonly RadarSensor[]; readonly fromS: number },
  random: Random,
): Plot[] {
  const constants = of.radars.map((sensor) => constantErrors(sensor, random));
  const plots: Plot[] = [];
  for (let s = 0; s < LONGEST_S; s += 1) {
    of.radars.forEach((sensor, i) => {
      const time = addSeconds(START, of.fromS + s + 0.4 * i);
      const there = predictSatellite(elements, time);
      if (there === null) return;
      const plot = lookAt(sensor, { state: there.state, time }, random, constants[i] ?? [0, 0, 0]);
      if (plot !== null) plots.push(plot);
    });
  }
  return plots.toSorted((a, b) => a.arrival - b.arrival).map((plot, id) => ({ ...plot, id }));
}

/** Whether the tracker ever had it under power, and how many warnings came of it. */
function play(
  radars: readonly RadarSensor[],
  plots: readonly Plot[],
): { readonly isForced: boolean; readonly warnings: number } {
  const tracking = createTracking(radars);
  const warnings = createWarnings('own');
  const warned = new Set<string>();
  let isForced = false;
  let next = 0;
  for (
    let now: Instant = plots[0]?.arrival ?? START;
    next < plots.length;
    now = addSeconds(now, 1)
  ) {
    const due: Plot[] = [];
    for (; (plots[next]?.arrival ?? Number.POSITIVE_INFINITY) <= now; next += 1) {
      due.push(plots[next] as Plot);
    }
    stepTracking(tracking, due, now);
    const picture = ownPicture(tracking, now);
    isForced ||= picture.events.some(({ objects }) =>
      objects.some(({ phase }) => phase === 'boost'),
    );
    stepWarnings(warnings, picture, now);
    for (const { id } of currentWarnings(warnings)) warned.add(id);
  }
  return { isForced, warnings: warned.size };
}
