// SPDX-License-Identifier: Apache-2.0
// What a notice adds to one warning: a sentence. Nothing here lowers, ends or holds back a warning,
// and nothing can: a launch under a notice is still a launch.

import { degreesFromRadians, type Geodetic, geodesicInverse } from '@isthmus/earth';
import type { LaunchEstimate } from '@isthmus/picture';
import { fitOf, type SeenLaunch } from './fit.ts';
import type { NoticeHistory } from './history.ts';
import { MATCHED_MIN, RIVAL_MIN } from './limits.ts';
import type { Candidate } from './match.ts';

export interface Announcement {
  /** That one of the notices announced this launch. */
  readonly probability: number;
  /** Notices that may be meant, most probable first; none under one in ten. */
  readonly candidates: readonly Candidate[];
  /** For the officer; null where no notice fits. */
  readonly sentence: string | null;
}

/**
 * Whether notices announce a launch, looked at alone: of two launches that fit one notice both are
 * told so, which `matchNotices` would not do.
 */
export function announcementOf(
  histories: readonly NoticeHistory[],
  seen: SeenLaunch,
): Announcement {
  const odds = histories.map((history) => fitOf(history, seen).odds);
  const all = odds.reduce((sum, value) => sum + value, 0);
  const candidates = histories
    .map(({ notice }, i) => ({ notice: notice.id, probability: (odds[i] ?? 0) / (1 + all) }))
    .filter((candidate) => candidate.probability >= RIVAL_MIN)
    .toSorted((a, b) => b.probability - a.probability);
  const probability = all / (1 + all);
  return { probability, candidates, sentence: sentenceOf(probability, candidates) };
}

function sentenceOf(probability: number, candidates: readonly Candidate[]): string | null {
  if (candidates.length === 0) return null;
  const names = candidates.map(({ notice }) => `“${notice}”`).join(' or ');
  const sure = probability >= MATCHED_MIN ? 'Fits' : 'May fit';
  return `${sure} the notice ${names} (${percent(probability)}). It is a launch all the same.`;
}

/** Never "100 %": no match is certain. */
export function percent(probability: number): string {
  if (probability > 0.99) return 'over 99 %';
  return probability < 0.01 ? 'under 1 %' : `${Math.round(probability * 100)} %`;
}

/** How sure the direction must be before it is told, in sigma. */
const HEADING_SIGMAS = 3;

export type Heading = 'away' | 'not away' | 'undetermined';

/**
 * Whether a launch heads away from a place: the angle between its direction and that of the place,
 * within three sigma, is over 90 degrees. True of the flight up to a quarter of the way round the
 * Earth. `undetermined` too where no direction is known.
 */
export function headingFrom(launch: LaunchEstimate, place: Geodetic): Heading {
  if (launch.azimuthRad === null || launch.azimuthSigmaRad === null) return 'undetermined';
  const { azimuthRad } = geodesicInverse(launch.point, place);
  const between = Math.acos(Math.cos(launch.azimuthRad - azimuthRad));
  const offDeg = degreesFromRadians(between);
  const marginDeg = HEADING_SIGMAS * degreesFromRadians(launch.azimuthSigmaRad);
  if (offDeg - marginDeg > 90) return 'away';
  return offDeg + marginDeg < 90 ? 'not away' : 'undetermined';
}
