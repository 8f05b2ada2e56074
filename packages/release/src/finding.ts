// SPDX-License-Identifier: Apache-2.0
// What can be found in an agreement that is one: a closed set of codes, each of one kind. A code is
// what a test or a program goes by; the sentence is for people.

import { instantFromIso } from '@isthmus/earth';
import type { Agreement } from './agreement.ts';

/** The longest flight of least energy: 15,000 km, over a sphere of 6,371 km that does not turn. */
export const LONGEST_FLIGHT_S = 2379;

/** How long the agreement is in force, seconds. */
export function lastsS({ validity }: Agreement): number {
  return (instantFromIso(validity.until) - instantFromIso(validity.from)) / 1e6;
}

/**
 * `contradiction`: two terms of which one cannot hold. `never applies`: a term that changes nothing of
 * what goes. `too late`: what is given comes after it could warn. `not provable`:
 * a promise of which nobody could tell whether it was kept. `gap`: something one of the two may
 * have expected, and is free to leave out.
 */
export type FindingKind = 'contradiction' | 'never applies' | 'too late' | 'not provable' | 'gap';

const KINDS = {
  'level-plot': 'never applies',
  'level-no-report': 'never applies',
  'impact-of-no-launch': 'never applies',
  'grid-without-track': 'never applies',
  'looks-without-tracklet': 'never applies',
  'floor-without-track': 'never applies',
  'floor-of-nothing': 'never applies',
  'floor-under-grid': 'never applies',
  'delay-past-end': 'never applies',
  'delay-past-flight': 'too late',
  'over-already': 'never applies',
  'nobody-gives': 'gap',
  'one-gives': 'gap',
  'coverage-of-no-launches': 'contradiction',
  'coverage-twice': 'contradiction',
  'coverage-past-end': 'never applies',
  'coverage-past-flight': 'too late',
  'coverage-by-one': 'gap',
  'coverage-undated': 'gap',
  'latency-of-nothing': 'never applies',
  'latency-under-delay': 'contradiction',
  'latency-under-tick': 'not provable',
  'latency-past-flight': 'too late',
  'latency-by-one': 'gap',
  'notice-bound-idle': 'never applies',
  'notice-untimed': 'not provable',
  'notice-twice': 'contradiction',
  'notice-undated': 'gap',
  'notices-by-one': 'gap',
  'retention-of-nothing': 'never applies',
  'retention-under-validity': 'gap',
  'retention-by-one': 'gap',
  'withdrawal-of-nothing': 'never applies',
  'withdrawal-past-flight': 'too late',
  'onward-of-nothing': 'never applies',
} as const satisfies Readonly<Record<string, FindingKind>>;

export type FindingCode = keyof typeof KINDS;

/** Every code there is. */
export const FINDING_CODES = Object.keys(KINDS) as readonly FindingCode[];

export interface AgreementFinding {
  readonly kind: FindingKind;
  readonly code: FindingCode;
  /** JSON pointer into the document. */
  readonly path: string;
  /** One plain sentence, with what to do where it is a defect. */
  readonly says: string;
}

/** A finding of this code, of the code's kind. */
export function finding(code: FindingCode, path: string, says: string): AgreementFinding {
  return { kind: KINDS[code], code, path, says };
}

/** What a finding of this kind is: a defect of the document, or a choice that is pointed out. */
export function isDefect({ kind }: AgreementFinding): boolean {
  return kind !== 'gap';
}
