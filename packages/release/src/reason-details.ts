// SPDX-License-Identifier: Apache-2.0
// What a decision of the gate means to people: the rule of spec/release.md it rests on, what would have
// to change, and the one word that the partner may be told. Reads decisions; makes none.

import type { ItemKind } from '@isthmus/picture';
import { REASONS, type ReasonCode } from './reasons.ts';

/** The rule behind a reason, and what would have to change for the item to go. */
export interface ReasonDetails {
  readonly code: ReasonCode;
  readonly text: string;
  /** Number of the rule in spec/release.md. */
  readonly rule: string;
  /** One plain sentence. */
  readonly change: string;
}

type Detail = Pick<ReasonDetails, 'rule' | 'change'>;

const DETAILS: Readonly<Record<ReasonCode, Detail>> = {
  'unknown-kind': {
    rule: 'R-20',
    change: 'Nothing that an agreement can say: only the closed set of kinds crosses.',
  },
  'unknown-field': {
    rule: 'R-20',
    change: 'Nothing that an agreement can say: the item would have to be made without that field.',
  },
  'unknown-party': {
    rule: 'R-20',
    change: 'An agreement would have to name both parties.',
  },
  'wrong-mode': {
    rule: 'R-20',
    change: 'Nothing: live and exercise have keys, ports and agreements of their own.',
  },
  'not-yet-valid': { rule: 'R-20', change: 'The agreement would have to be in force: wait.' },
  expired: { rule: 'R-20', change: 'Both sides would have to sign an agreement that is in force.' },
  undetermined: {
    rule: 'R-21',
    change: 'Own sensors would have to determine what it is; it is offered again by itself.',
  },
  'no-clause': {
    rule: 'R-21',
    change: 'The agreement would need a clause that gives this category in this direction.',
  },
  'region-unknown': {
    rule: 'R-22',
    change: 'Its place would have to become known, or the clause to hold without a region.',
  },
  'outside-region': {
    rule: 'R-22',
    change: 'The agreement would need a clause whose region holds the place.',
  },
  'above-level': {
    rule: 'R-23',
    change: 'The level of the clause would have to be raised.',
  },
  withdrawn: {
    rule: 'R-36',
    change: 'Nothing: a withdrawal cannot be taken back. What is seen anew is a new event.',
  },
  'base-mismatch': {
    rule: 'R-33',
    change: 'The track would have to be opened anew by a rebase; the node does so by itself.',
  },
  malformed: {
    rule: 'R-24',
    change: 'The draft is damaged: have the technicians look at the node.',
  },
  'not-representable': {
    rule: 'R-24',
    change: 'Its numbers would have to come within the range of the wire.',
  },
  'bad-identifier': {
    rule: 'R-5',
    change: 'The key of identifiers is damaged: have the technicians look at the node.',
  },
  'queue-full': {
    rule: 'R-37',
    change: 'Fewer items would have to wait for their agreed delay.',
  },
  'no-longer-given': {
    rule: 'R-37',
    change: 'The clause, and the policy, would have to hold still when the agreed delay is over.',
  },
  'no-label': {
    rule: 'R-55',
    change:
      'The side would have to mark it: marking in side.yaml says how each category is marked.',
  },
  'no-equal-label': {
    rule: 'R-55',
    change: 'Both sides would have to agree on an equal of the marking, under labels.',
  },
  'policy-forbids': {
    rule: 'R-50',
    change:
      'Two officers would have to change the policy that is named: what it forbids, no other permits.',
  },
  'policy-silent': {
    rule: 'R-50',
    change: 'Two officers would have to add a policy that permits it.',
  },
  'policy-error': {
    rule: 'R-51',
    change: 'Two officers would have to mend the policy; isthmus policy test shows where it errs.',
  },
};

/** What is known of a reason by its code, or by its sentence as logs of earlier builds have it. */
export function reasonDetails(codeOrText: string): ReasonDetails | null {
  const codes = Object.keys(REASONS) as ReasonCode[];
  const code = codes.find((one) => one === codeOrText || REASONS[one] === codeOrText);
  return code === undefined ? null : { code, text: REASONS[code], ...DETAILS[code] };
}

/** The rule by which a kind of item goes, given that a clause covers it. */
export const RELEASE_RULES: Readonly<
  Record<ItemKind, { readonly id: string; readonly says: string }>
> = {
  'launch-report': {
    id: 'R-30',
    says: 'a report goes when what the partner would read has changed, at most once a tick',
  },
  track: { id: 'R-31', says: 'a state of a track goes at most once a tick' },
  rebase: { id: 'R-32', says: 'a full state opens the track for the partner' },
  tracklet: { id: 'R-33', says: 'a tracklet follows on what the partner holds, over enough looks' },
  drop: { id: 'R-34', says: 'what was begun is ended' },
  withdrawal: { id: 'R-35', says: 'a withdrawal of what was released always goes' },
  'coverage-report': {
    id: 'R-39',
    says: 'a coverage report goes once for each whole period of its clause',
  },
  test: { id: 'R-23', says: 'a test message goes under any clause' },
};

/**
 * What may be said to a partner that asks after something: a function of what it has received, of the
 * agreement it signed and of the clock. So it learns nothing by asking: `not-given` is the answer
 * for what is withheld, for what waits, and for what never was.
 */
export const PARTNER_ANSWERS = {
  given: 'You have it: it stands in the ledger you mirror.',
  'taken-back': 'You had it, and it was taken back.',
  'not-in-force': 'No agreement is in force between us.',
  'not-given': 'Nothing under that name is given to you.',
} as const;

export type PartnerAnswer = keyof typeof PARTNER_ANSWERS;

/** @param known what the partner's own copy of the ledger and the agreement say */
export function partnerAnswer(known: {
  readonly received: boolean;
  readonly withdrawn: boolean;
  readonly inForce: boolean;
}): PartnerAnswer {
  if (known.withdrawn) return 'taken-back';
  if (known.received) return 'given';
  return known.inForce ? 'not-given' : 'not-in-force';
}
