// SPDX-License-Identifier: Apache-2.0
// Attacks.
export {
  attack,
  type Findings,
  PLACE_ATTACKS,
  type PlaceAttack,
  VALUE_ATTACKS,
  type ValueAttack,
} from './attacks.ts';
export type { PlaceEstimate, ValueEstimate } from './estimate.ts';
export type { KnownTerms, Received } from './received.ts';
// What is true, and what to do.
export { type FamilyMember, knownTerms, termsFamily } from './terms-family.ts';
export { type Gap, gapsOf } from './timing.ts';
export {
  type Criterion,
  locates,
  nearestKm,
  type OwnTruth,
  type Verdict,
  verdictsOf,
} from './verdicts.ts';
