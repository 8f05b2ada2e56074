// SPDX-License-Identifier: Apache-2.0
// An agreement as sentences that somebody can read before signing who reads no YAML. Every term of the
// document is in them, and what is not given is said, too.

import type { Agreement, Clause, CoverageClause } from './agreement.ts';
import {
  announcements,
  latencySentences,
  onwardSentences,
  retentionSentences,
  withdrawalSentence,
} from './duty-words.ts';
import { LIMITS } from './limits.ts';
import { dateWords, listed, regionWords, secondsWords } from './plain-words.ts';

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
  /** What silence means; null where coverage reports say it. */
  readonly silence: string | null;
  /** What it announces of its own doing, one paragraph a duty. */
  readonly announces: readonly { readonly duty: string; readonly sentences: readonly string[] }[];
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
      ...onwardSentences(agreement),
      withdrawalSentence(agreement),
      ...retentionSentences(agreement),
      ...labelWords(agreement),
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
  const coverage = (agreement.coverage ?? []).filter((one) => one.from === from && one.to === to);
  const words = missing.map((category) => CATEGORY_WORDS[category]);
  return {
    from,
    to,
    gives: [
      ...clauses.map((clause) => ({
        clause: clause.id,
        sentences: [...sentencesOf(clause), ...latencySentences(agreement, clause.id)],
      })),
      ...coverage.map((clause) => ({
        clause: clause.id,
        sentences: [...coverageSentences(clause), ...latencySentences(agreement, clause.id)],
      })),
    ],
    nothing: words.length === 0 ? null : `Of ${listed(words)} it gives nothing.`,
    silence:
      coverage.length > 0
        ? null
        : 'It never says that it would have seen a launch: its silence means nothing.',
    announces: announcements(agreement, from),
  };
}

/** The terms of one coverage clause, a sentence each. */
function coverageSentences({ region, objectClasses, everyS }: CoverageClause): string[] {
  return [
    `Of the ground ${regionWords(region)}, for each period of ${secondsWords(everyS)}: that a launch would have been seen and none was, or that the ground was not covered.`,
    `It is said of ${listed(objectClasses)} launches${objectClasses.length > 1 ? ', each for itself' : ''}.`,
    'No sensor, no place and no edge of coverage is in it; heights are rounded up to 10 km, probabilities down to a tenth.',
    'Where something was seen that may have come from there, no such word goes.',
  ];
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
