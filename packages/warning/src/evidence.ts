// SPDX-License-Identifier: Apache-2.0
// What a warning rests on, and the two ways to "confirmed". Rule 7 of the border (a partner alone
// never confirms) lives here: `Confirmation` has no constructor anyone else can call, and holds own
// evidence that is enough by itself or a launch by itself, or the word of two officers, or is not.

import type { ConfirmAct, Evidence, WarningBasis } from '@isthmus/picture';
import { OWN_LOOKS_MIN } from './limits.ts';
import { listed } from './words.ts';

/** Evidence of own sensors: the only kind that can carry a confirmation. */
export type OwnEvidence = Evidence & { readonly party: 'own' };

/** Own evidence that is a launch by itself, whatever anyone else says: see `Evidence.stands`. */
export type StandingEvidence = OwnEvidence & { readonly stands: true };

/** What confirms: two kinds of sensor, or two radars; never infrared alone, never a partner alone. */
export type ConfirmingBasis = Extract<WarningBasis, 'dual-phenomenology' | 'several-radars'>;

const minted = Symbol('confirmation');

/**
 * What a confirmation rests on: own evidence of two kinds or two radars; own evidence that stands by
 * itself, joined by a partner's; or two persons of this side. No partner's word is ever the whole.
 */
export type Grounds =
  | { readonly own: readonly [OwnEvidence, ...OwnEvidence[]]; readonly basis: ConfirmingBasis }
  | {
      readonly standing: readonly [StandingEvidence, ...StandingEvidence[]];
      readonly basis: ConfirmingBasis;
    }
  | { readonly officers: readonly [string, string] };

/**
 * Leave to write the stage `confirmed`. Opaque: only `confirmationFrom` makes one, from evidence that
 * contains own evidence, and `confirmationBy`, from the acts of two different officers.
 */
export class Confirmation {
  readonly grounds: Grounds;
  readonly because: string;
  readonly #minted: typeof minted;

  constructor(key: typeof minted, grounds: Grounds, because: string) {
    this.#minted = key;
    this.grounds = grounds;
    this.because = because;
  }

  /** True for what this module made, whatever a cast elsewhere may claim. */
  static isGenuine(value: Confirmation): boolean {
    return #minted in value && value.#minted === minted;
  }
}

/**
 * What `evidence` amounts to, counting only what has enough looks; when nothing has, counting all.
 *
 * Two radars are two own ones by name, or an own one and a partner's. Infrared of two parties stays
 * `infrared-only`: two satellites can be deceived by one cloud.
 */
export function basisOf(evidence: readonly Evidence[]): WarningBasis {
  const counted = evidence.filter(hasEnoughLooks);
  return classify(counted.length > 0 ? counted : evidence);
}

/**
 * The confirmation that `evidence` warrants, or null: own evidence is asked first. A partner's may be
 * the second kind or the second radar only beside own evidence that stands by itself, since a hostile
 * partner may know where our noise is and report exactly there.
 */
export function confirmationFrom(evidence: readonly Evidence[]): Confirmation | null {
  const counted = evidence.filter(hasEnoughLooks);
  const own = counted.filter(isOwn);
  const partners = counted.filter((piece) => !isOwn(piece));
  const [first, ...rest] = own;
  if (first === undefined) return null;
  const alone = confirmingBasis(own);
  if (alone !== null) {
    const grounds = { own: [first, ...rest], basis: alone } as const;
    return new Confirmation(minted, grounds, becauseOf(alone, counted));
  }
  const [standing, ...others] = own.filter(isStanding);
  if (standing === undefined) return null;
  const basis = confirmingBasis([standing, ...others, ...partners]);
  if (basis === null) return null;
  const grounds = { standing: [standing, ...others], basis } as const;
  return new Confirmation(minted, grounds, becauseOf(basis, counted));
}

function confirmingBasis(evidence: readonly Evidence[]): ConfirmingBasis | null {
  const basis = classify(evidence);
  return basis === 'dual-phenomenology' || basis === 'several-radars' ? basis : null;
}

function becauseOf(basis: ConfirmingBasis, evidence: readonly Evidence[]): string {
  const by = basis === 'dual-phenomenology' ? 'Two kinds of sensor agree' : 'Two radars agree';
  return `${by}: ${nameEvidence(evidence)}.`;
}

function isStanding(evidence: OwnEvidence): evidence is StandingEvidence {
  return evidence.stands === true;
}

/** The confirmation by hand that two officers give one warning, or null where they are not two. */
export function confirmationBy(first: ConfirmAct, second: ConfirmAct): Confirmation | null {
  if (first.warning !== second.warning || first.officer === second.officer) return null;
  const officers = [first.officer, second.officer] as const;
  const because = `Confirmed by hand by ${listed(officers)}.`;
  return new Confirmation(minted, { officers }, because);
}

/** Who saw it, in words: own sensors by name, a partner by its own. */
export function nameEvidence(evidence: readonly Evidence[]): string {
  const own = evidence.filter(isOwn);
  const others = evidence.filter((e) => !isOwn(e));
  const words = [...ownWords(own, 'infrared'), ...ownWords(own, 'radar'), ...partnerWords(others)];
  return words.length === 0 ? 'no sensor' : listed(words);
}

export function isOwn(evidence: Evidence): evidence is OwnEvidence {
  return evidence.party === 'own';
}

/** Own sensors of one kind, each once, in order of name. */
function sensorNames(evidence: readonly Evidence[], source: Evidence['source']): string[] {
  const names = evidence.filter((e) => e.source === source).flatMap((e) => e.sensors);
  return [...new Set(names)].sort();
}

/**
 * A partner's evidence counts as it stands: a report tells sources and not looks, behind it is the
 * partner's own threshold, and it never confirms without ours.
 */
function hasEnoughLooks(evidence: Evidence): boolean {
  if (!isOwn(evidence)) return true;
  return evidence.looks >= OWN_LOOKS_MIN * Math.max(1, evidence.sensors.length);
}

function classify(evidence: readonly Evidence[]): WarningBasis {
  const own = evidence.filter(isOwn);
  if (own.length === 0) return 'partner-only';
  const infrared = evidence.some((e) => e.source === 'infrared');
  const radar = evidence.some((e) => e.source === 'radar');
  if (infrared && radar) return 'dual-phenomenology';
  if (infrared) return 'infrared-only';
  const partnerRadar = evidence.some((e) => !isOwn(e));
  const radars = own.flatMap(({ sensors, apart }) => (apart ? sensors.slice(0, 1) : sensors));
  return partnerRadar || new Set(radars).size >= 2 ? 'several-radars' : 'single-radar';
}

function ownWords(own: readonly OwnEvidence[], source: Evidence['source']): string[] {
  if (!own.some((e) => e.source === source)) return [];
  const names = sensorNames(own, source);
  return [names.length === 0 ? `own ${source}` : `own ${source} (${names.join(', ')})`];
}

function partnerWords(others: readonly Evidence[]): string[] {
  const parties = [...new Set(others.map((e) => e.party))].sort();
  return parties.map((party) => {
    const kinds = [...new Set(others.filter((e) => e.party === party).map((e) => e.source))].sort();
    return `${party}'s report (${kinds.join(' and ')})`;
  });
}
