// SPDX-License-Identifier: Apache-2.0
// The meter on one exercise: what a partner's attacks yield under the agreement and under coarser
// terms, what each is worth to the partner, and the least coarse terms that hide our radars.

import {
  attack,
  type Criterion,
  knownTerms,
  locates,
  nearestKm,
  termsFamily,
  type Verdict,
  verdictsOf,
} from '@isthmus/disclosure';
import type { Measures } from '@isthmus/sim/score';
import type { PreparedRun } from '../demo/prepare.ts';
import { flyOwn, receivedOf, releasesUnder } from './own-course.ts';
import { flyPartner, type Offer } from './partner-course.ts';

/** How much of the family is flown on the partner's side, which takes seconds each. */
export type WorthOf = 'nothing' | 'recommended' | 'all';

export interface MeterOptions {
  readonly from: string;
  readonly criterion: Criterion;
  readonly worthOf: WorthOf;
  /** Told after each turn of the partner's side. */
  readonly onTurn?: (done: number) => void;
}

/** One member of the family of terms, on this exercise. */
export interface MeasuredTerms {
  readonly name: string;
  /** Items that were released. */
  readonly released: number;
  readonly verdicts: readonly Verdict[];
  /** From the nearest own radar to where an attack puts one, km; null where none puts one anywhere. */
  readonly nearestKm: number | null;
  readonly located: boolean;
  /** What the partner made of it; absent where that was not flown. */
  readonly worth?: Measures;
}

export interface Metered {
  readonly from: string;
  readonly to: string;
  readonly limitKm: number;
  /** What the partner has without us; absent where nothing was flown. */
  readonly alone?: Measures;
  readonly terms: readonly MeasuredTerms[];
  /** Index in `terms` of the least coarse under which no attack locates a radar; null where all do. */
  readonly recommended: number | null;
}

/** Runs the meter; the caller guarantees that `from` is a side of the run. */
export function meter(run: PreparedRun, options: MeterOptions): Metered {
  const { from, criterion, worthOf } = options;
  const [own, partner] = run.sides[0].name === from ? run.sides : [run.sides[1], run.sides[0]];
  const course = flyOwn(run, own, partner.name);
  const offers: Offer[] = [];
  const terms = termsFamily(run.agreement, from).map(({ name, agreement }): MeasuredTerms => {
    const sent = releasesUnder(course, agreement);
    const received = receivedOf(sent);
    offers.push({ agreement, sent });
    const findings = attack(received, knownTerms(agreement, from));
    const verdicts = verdictsOf(findings, course.truth, criterion);
    return {
      name,
      released: received.length,
      verdicts,
      nearestKm: nearestKm(verdicts),
      located: locates(verdicts),
    };
  });
  const found = terms.findIndex(({ located }) => !located);
  const recommended = found === -1 ? null : found;
  const metered = { from, to: partner.name, limitKm: criterion.limitKm, terms, recommended };
  if (worthOf === 'nothing') return metered;
  const flown = terms.flatMap((_, i) =>
    worthOf === 'all' || i === 0 || i === recommended ? [i] : [],
  );
  const worth = flyPartner(run, partner, {
    from,
    offers: flown.map((i) => offers[i] as Offer),
    ...(options.onTurn === undefined ? {} : { onTurn: options.onTurn }),
  });
  const withWorth = terms.map((one, i) => {
    const measures = worth.linked[flown.indexOf(i)];
    return measures === undefined ? one : { ...one, worth: measures };
  });
  return { ...metered, terms: withWorth, alone: worth.alone };
}
