// SPDX-License-Identifier: Apache-2.0
// An agreement as sentences that somebody can read before signing who reads no YAML. Every term of the
// document is in them, and what is not given is said, too.

import type { Agreement, Clause, Region } from './agreement.ts';
import { LIMITS } from './limits.ts';

/** The categories an agreement can speak of, as people name them. */
export const CATEGORY_WORDS: Readonly<Record<Clause['category'], string>> = {
  launch: 'launches',
  'space-object': 'space objects',
  aircraft: 'aircraft',
};

/** What goes at each level; each has what is before it. */
const LEVEL_WORDS: Readonly<Record<Clause['level'], string>> = {
  report: 'reports',
  track: 'reports and tracks (where each body is, how fast, how surely)',
  tracklet:
    'reports, tracks, and what own sensors added to them step by step, so that the other side can compute as if with one system',
  plot: 'everything down to single looks of single sensors',
};

/** One direction of an agreement, in sentences. */
export interface DirectionWords {
  readonly from: string;
  readonly to: string;
  /** One paragraph a clause. */
  readonly gives: readonly { readonly clause: string; readonly sentences: readonly string[] }[];
  /** One sentence of what no clause gives; null where there is something of everything. */
  readonly nothing: string | null;
}

export interface AgreementWords {
  readonly title: string;
  /** Mode, time in force, and what holds of all that is given. */
  readonly general: readonly string[];
  /** Both directions, in the order of the parties. */
  readonly directions: readonly DirectionWords[];
}

/** Says everything that an agreement says. */
export function describeAgreement(agreement: Agreement): AgreementWords {
  const { name, version, parties, mode, validity } = agreement;
  const [first = '', second = ''] = parties;
  return {
    title: `${name}, version ${version}, between ${first} and ${second}`,
    general: [
      mode === 'live'
        ? 'It is for live data, and never for exercises.'
        : 'It is for exercises, and never for live data.',
      `It is in force from ${dateWords(validity.from)} until ${dateWords(validity.until)}.`,
      'What a side receives it never passes on.',
      ...labelWords(agreement),
      'A side takes back what it gave and found wrong, at any time, also after the end.',
    ],
    directions: [directionOf(agreement, first, second), directionOf(agreement, second, first)],
  };
}

function labelWords({ parties, labels = [] }: Agreement): string[] {
  if (labels.length === 0) return [];
  const rows = labels.map((row) =>
    parties.map((party) => `${row[party]} of ${party}`).join(' is '),
  );
  return [`Markings are equal: ${rows.join('; ')}. What bears none of these is not given.`];
}

function directionOf(agreement: Agreement, from: string, to: string): DirectionWords {
  const clauses = agreement.clauses.filter((one) => one.from === from && one.to === to);
  const missing = (Object.keys(CATEGORY_WORDS) as Clause['category'][]).filter((category) =>
    clauses.every((clause) => clause.category !== category),
  );
  const words = missing.map((category) => CATEGORY_WORDS[category]);
  return {
    from,
    to,
    gives: clauses.map((clause) => ({ clause: clause.id, sentences: sentencesOf(clause) })),
    nothing: words.length === 0 ? null : `Of ${listed(words)} it gives nothing.`,
  };
}

/** The terms of one clause, a sentence each. */
function sentencesOf(clause: Clause): string[] {
  const { category, region, level, impactRegions = false, tickS, gridKm, delayS } = clause;
  const where = region === undefined ? 'anywhere' : regionWords(region);
  const sentences = [`Of ${CATEGORY_WORDS[category]} ${where}: ${LEVEL_WORDS[level]}.`];
  if (category === 'launch') {
    sentences.push(
      impactRegions
        ? 'Reports say where and when it comes down, as far as that is known.'
        : 'Reports do not say where or when it comes down.',
    );
  }
  sentences.push(
    `Times are rounded to ${secondsWords(tickS)}, and nothing is said more often.`,
    `Areas in reports are rounded to cells of ${gridKm.report} km.`,
  );
  if (level !== 'report') sentences.push(...trackSentences(clause));
  sentences.push(
    delayS === 0
      ? 'All of it goes at once.'
      : `All of it waits for ${secondsWords(delayS)}; only a withdrawal does not.`,
  );
  return sentences;
}

function trackSentences({ level, gridKm, looksATracklet, accuracyFloor }: Clause): string[] {
  const sentences: string[] = [];
  const isStepwise = level !== 'track';
  const what = isStepwise ? 'Positions under power' : 'Positions';
  sentences.push(
    gridKm.track === 0
      ? `${what} are not rounded.`
      : `${what} are rounded to cells of ${gridKm.track} km.`,
  );
  if (isStepwise) {
    const looks = looksATracklet ?? LIMITS.looksATrackletDefault;
    sentences.push(
      `In free flight they are not rounded; a step is made of at least ${looks} look${looks === 1 ? '' : 's'}.`,
    );
  }
  if (accuracyFloor !== undefined) {
    const { positionM, velocityMps } = accuracyFloor;
    sentences.push(
      `No position is told as surer than ${positionM} m, and no speed than ${velocityMps} m/s (one sigma).`,
    );
  }
  return sentences;
}

/** `within 500 km of 40° N 30° E`. */
export function regionWords(region: Region): string {
  if (region.kind === 'circle') {
    const { latitudeDeg, longitudeDeg, radiusKm } = region;
    return `within ${radiusKm} km of ${degrees(latitudeDeg, 'NS')} ${degrees(longitudeDeg, 'EW')}`;
  }
  const { southDeg, northDeg, westDeg, eastDeg } = region;
  return `between ${degrees(southDeg, 'NS')} and ${degrees(northDeg, 'NS')}, eastward from ${degrees(westDeg, 'EW')} to ${degrees(eastDeg, 'EW')}`;
}

function degrees(value: number, [plus, minus]: string): string {
  return `${Math.abs(value)}° ${value < 0 ? minus : plus}`;
}

/** `2012-01-01 00:00:00 UTC`. */
export function dateWords(text: string): string {
  return `${text.slice(0, 10)} ${text.slice(11, 19)} UTC`;
}

/** `1 second`, `2 minutes`, `90 seconds`. */
export function secondsWords(seconds: number): string {
  const [value, unit] =
    seconds >= 3600 && seconds % 3600 === 0
      ? [seconds / 3600, 'hour']
      : seconds >= 60 && seconds % 60 === 0
        ? [seconds / 60, 'minute']
        : [seconds, 'second'];
  return `${value} ${unit}${value === 1 ? '' : 's'}`;
}

function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
