// SPDX-License-Identifier: Apache-2.0
// What releases are worth to the partner: its own half of every turn is flown once, and beside it a
// system picture for each of several streams, so that they differ by what was released alone.

import {
  createNodeState,
  identifierMaker,
  type StepTerms,
  stepOwn,
  stepSystem,
} from '@isthmus/node';
import type { FeedTick } from '@isthmus/picture';
import type { Agreement } from '@isthmus/release';
import { type Measures, scoreRun } from '@isthmus/sim/score';
import { agreementHashOf } from '../agreement-file.ts';
import { type PreparedRun, type PreparedSide, plotsOf } from '../demo/prepare.ts';
import { plotsByTurn, type Sent, turnsOf } from './own-course.ts';

/** A stream and the agreement it was released under. */
export interface Offer {
  readonly agreement: Agreement;
  readonly sent: readonly Sent[];
}

export interface PartnerWorth {
  readonly alone: Measures;
  /** With each offer, in the same order. */
  readonly linked: readonly Measures[];
}

/** A ledger's entry begins with its salt, which says nothing. */
const SALT = new Uint8Array(16);

/** Flies the partner's side with each of `offers`; what goes out in a turn is taken in the next. */
export function flyPartner(
  run: PreparedRun,
  side: PreparedSide,
  given: {
    readonly from: string;
    readonly offers: readonly Offer[];
    readonly onTurn?: (done: number) => void;
  },
): PartnerWorth {
  const { from, offers } = given;
  const create = () => createNodeState({ side: side.name, partner: from, sensors: side.sensors });
  const state = create();
  const variants = offers.map(({ agreement, sent }) => ({
    terms: termsOf(agreement, side.name, from),
    state: create(),
    sent,
    entries: 0,
    ticks: [] as FeedTick[],
  }));
  const alone: FeedTick[] = [];
  let turn = 0;
  for (const { at, plots } of plotsByTurn(plotsOf(side), turnsOf(run))) {
    const link = { up: true, heard: at, configured: true } as const;
    const own = stepOwn(state, { at, plots, entries: [], link, recording: false });
    for (const variant of variants) {
      // Own tracks, warnings and sensors are the same whatever a partner says (rule 1 of the border).
      const { tracking, ownWarnings, sensorStates, plotsTaken } = state;
      Object.assign(variant.state, { tracking, ownWarnings, sensorStates, plotsTaken });
      const entries = (variant.sent[turn - 1]?.bytes ?? []).map((bytes) => {
        const entry = Buffer.concat([SALT, bytes]).toString('base64');
        return { index: variant.entries++, bytes: entry };
      });
      const taken = { at, plots, entries, link, recording: false };
      for (const effect of stepSystem(variant.state, variant.terms, taken, own.side)) {
        if (effect.kind === 'feed' && effect.record.kind === 'tick')
          variant.ticks.push(effect.record);
      }
    }
    turn += 1;
    given.onTurn?.(turn);
  }
  const scores = variants.map(({ ticks }) => scoreRun({ truth: run.truth, ticks }));
  return {
    alone: (scores[0] ?? scoreRun({ truth: run.truth, ticks: alone })).alone,
    linked: scores.map(({ linked }) => linked),
  };
}

function termsOf(agreement: Agreement, from: string, to: string): StepTerms {
  const agreementHash = agreementHashOf(agreement);
  const identify = identifierMaker(new Uint8Array(32), agreementHash);
  return { terms: { agreement, from, to, agreementHash, identify } };
}
