// SPDX-License-Identifier: Apache-2.0
// Why something is withheld: a closed set of codes, each with one sentence for the officer. A
// sentence names rules and parties, never a value of the draft.

export const REASONS = {
  'unknown-kind': 'This kind of item is not in the closed set.',
  'unknown-field': 'The item holds a field that no rule knows.',
  'unknown-party': 'Giver and receiver are not the two parties of the agreement.',
  'wrong-mode': 'Live and exercise never mix: the item is of the other mode than the agreement.',
  'not-yet-valid': 'The agreement is not yet in force.',
  expired: 'The agreement is no longer in force.',
  undetermined: 'What the event is has not been determined, so that no clause covers it.',
  'no-clause': 'No clause gives this category in this direction.',
  'region-unknown':
    'Every clause that could cover it is bound to a region, and the place is unknown.',
  'outside-region': 'It lies outside the regions of the clauses that could cover it.',
  'above-level': 'The clause gives this category at a lower level.',
  withdrawn: 'The event was withdrawn; nothing more is said of it.',
  'base-mismatch': 'It does not follow from what was last released of this track.',
  malformed: 'A number or word of the item is missing or is none.',
  'not-representable': 'A number is outside the range of the wire.',
  'bad-identifier': 'The identifier of the agreement could not be made.',
  'queue-full': 'Too many items wait for their agreed delay.',
  'no-longer-given': 'The agreement no longer gives it.',
  'no-label': 'It bears no marking, and the agreement gives only what bears one.',
  'no-equal-label': 'The agreement has no equal of its marking for the receiver.',
  'policy-forbids': 'A policy of this side forbids it.',
  'policy-silent': 'No policy of this side permits it.',
  'policy-error': 'The policy of this side could not be judged whole.',
} as const;

export type ReasonCode = keyof typeof REASONS;

/** One reason for withholding. */
export interface Reason {
  readonly code: ReasonCode;
  /** One plain sentence. */
  readonly text: string;
}

/** The reason of that code. */
export function reason(code: ReasonCode): Reason {
  return { code, text: REASONS[code] };
}
