// SPDX-License-Identifier: Apache-2.0
// What the officer is told of a launch that was announced.

import type { NoticeStanding } from '@isthmus/picture';
import { clockTime, date } from './words.ts';

const ANSWERS: Readonly<Record<Exclude<NoticeStanding['answer'], 'seen'>, string>> = {
  'to come': 'to come',
  'window open': 'may come now',
  'not seen': 'its window has closed, and no launch was seen that fits',
  held: 'on hold',
  cancelled: 'cancelled',
  'no time announced': 'no time announced: it fits nothing',
};

/** How it stands, and whether its figures can be true where that is in doubt. */
export function standingWords({ answer, seen, verdict }: NoticeStanding): string {
  const doubt =
    verdict === 'impossible' || verdict === 'unusual' ? `; its figures are ${verdict}` : '';
  if (answer !== 'seen' || seen === null)
    return `${answer === 'seen' ? 'seen' : ANSWERS[answer]}${doubt}`;
  const sure = seen.probability > 0.99 ? 'over 99 %' : `${Math.round(seen.probability * 100)} %`;
  return `seen: warning ${seen.warning}, ${sure}${doubt}`;
}

/** `2012-06-01 09:00:00Z to 10:00:00Z`; the second day is named where it is another. */
export function windowWords({ window }: NoticeStanding): string {
  if (window === null) return '';
  const { from, until } = window;
  const end = date(from) === date(until) ? clockTime(until) : `${date(until)} ${clockTime(until)}`;
  return `${date(from)} ${clockTime(from)} to ${end}`;
}
