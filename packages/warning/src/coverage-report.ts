// SPDX-License-Identifier: Apache-2.0
// What a side may say of its own coverage: a report only where something is known. Where anything was
// seen that may have been launched there, nothing is said: the launch report is the answer to that.

import { addSeconds, enclosingRadiusM, geodesicDistanceM, type Instant } from '@isthmus/earth';
import type { CoverageReport, ObjectClass, Picture, PictureEvent } from '@isthmus/picture';
import type { Coverage } from './coverage.ts';
import { type CoverageArea, wholeOf } from './coverage-parts.ts';

/** What is seen this long before a period may still have been launched in it: estimates err. */
const BEFORE_S = 60;
const AREA_PROBABILITY = 0.95;

/**
 * The report that `coverage` of `area` warrants at the time of the own picture, or null: where the
 * sensors have not worked for long enough, or something was seen. Its period is as long as it can be;
 * the gate takes the last whole one.
 *
 * @param everyS length of the periods that are reported
 */
export function coverageReport(
  coverage: Coverage,
  asked: {
    readonly own: Picture;
    readonly area: CoverageArea;
    readonly objectClass: ObjectClass;
    readonly everyS: number;
  },
): CoverageReport | null {
  const { own, area, objectClass, everyS } = asked;
  const of = { kind: 'coverage-report', objectClass } as const;
  if (!coverage.covered) {
    const period = { from: addSeconds(own.at, -2 * everyS), until: own.at };
    return {
      ...of,
      ...period,
      state: 'not-covered',
      leastHeightM: null,
      detectionProbability: null,
    };
  }
  const { period, leastHeightM, detectionProbability } = coverage;
  if (period === null) return null;
  // Of the last whole period and no more: what was seen before it has nothing to do with it.
  const from = addSeconds(period.until, -2 * everyS);
  const begins = period.from > from ? period.from : from;
  if (own.events.some((event) => mayBeFrom(event, area, begins))) return null;
  return {
    ...of,
    from: begins,
    until: period.until,
    state: 'nothing-seen',
    leastHeightM,
    detectionProbability,
  };
}

/** Whether an event may be a launch from the region since an instant, by all that own sensors know. */
function mayBeFrom(event: PictureEvent, area: CoverageArea, since: Instant): boolean {
  if (event.category === 'aircraft' || event.category === 'space-object') return false;
  const { launch } = event;
  // Of what is over and done nothing is known but when it was last seen.
  if (event.lastSeen < addSeconds(since, -BEFORE_S)) return false;
  if (launch === null) return event.firstSeen >= addSeconds(since, -BEFORE_S);
  if (launch.time < addSeconds(since, -BEFORE_S - 2 * launch.timeSigmaS)) return false;
  const radiusM = enclosingRadiusM(launch.pointCovarianceM2, AREA_PROBABILITY);
  const whole = wholeOf(area);
  const awayM = geodesicDistanceM(whole.centre, launch.point);
  return !(awayM > whole.radiusM + radiusM);
}
