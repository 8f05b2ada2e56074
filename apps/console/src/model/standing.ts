// SPDX-License-Identifier: Apache-2.0
// The record of a partner's word, as an officer reads it.

import type { PartnerStanding } from '@isthmus/picture';
import { grouped, kilometres, titled } from './words.ts';

export interface StandingWords {
  readonly short: string;
  /** Whole sentences, with the figures. */
  readonly long: string;
  readonly tone: 'muted' | 'caution' | 'alarm';
}

/** What is said of a partner's record. */
export function standingWords(standing: PartnerStanding): StandingWords {
  const { party, leftOut, widening } = standing;
  const name = titled(party);
  const figures = figuresOf(standing);
  if (leftOut) {
    const long = `${name} errs by more than it says. Its data stay out of what own sensors see, and what it alone tells is shown as its own. ${figures}`;
    return { short: `${name}’s data left out`, long, tone: 'alarm' };
  }
  if (widening > 1) {
    const long = `${name} errs by more than it says. Its variances are taken ${widening} times as large. ${figures}`;
    return { short: `${name}’s data widened × ${widening}`, long, tone: 'caution' };
  }
  const long = `${name} is taken at its word: it agrees with own sensors as well as it says. ${figures}`;
  return { short: `${name} agrees`, long, tone: 'muted' };
}

function figuresOf({ scored, distance, offset, delayS, leadS, events }: PartnerStanding): string {
  const parts = [`${grouped(scored)} reports compared with own data`];
  if (distance !== null) parts.push(`mean squared distance ${distance.toFixed(2)} of 1 expected`);
  if (offset !== null) {
    const { alongM, acrossM, upM, timeS } = offset;
    const sizes = `${signed(alongM)} along, ${signed(acrossM)} right, ${signed(upM)} up`;
    parts.push(`mean offset ${sizes} (${timeS.toFixed(2)} s)`);
  }
  if (delayS !== null) parts.push(`${delayS.toFixed(1)} s old when they come`);
  if (leadS !== null) {
    const when = leadS < 0 ? 'after' : 'before';
    parts.push(`first word ${Math.abs(leadS).toFixed(0)} s ${when} own first sight`);
  }
  const { confirmed, unconfirmed, withdrawn } = events;
  parts.push(`events: ${confirmed} seen too, ${unconfirmed} not, ${withdrawn} taken back`);
  return `${parts.join('; ')}.`;
}

function signed(metres: number): string {
  return `${metres < 0 ? '\u2212' : '+'}${kilometres(Math.abs(metres))}`;
}
