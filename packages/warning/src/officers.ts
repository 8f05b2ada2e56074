// SPDX-License-Identifier: Apache-2.0
// What officers do to warnings. To take one back needs one person and no waiting: on 13 January 2018
// it took 38 minutes. To confirm by hand, which nobody's evidence does, needs two different persons.
// Every act stands in the history under its name, and nothing that stood there is changed.

import { addSeconds, type Instant, isoFromInstant, secondsBetween } from '@isthmus/earth';
import type {
  CancelAct,
  CancelReason,
  ConfirmAct,
  ConfirmReason,
  Evidence,
  NoteAct,
  OfficerAct,
  PictureEvent,
} from '@isthmus/picture';
import { confirmationBy } from './evidence.ts';
import { CONFIRM_WITHIN_S, HISTORY_MAX, REMARK_CHARACTERS_MAX } from './limits.ts';
import {
  advance,
  confirm,
  isEnded,
  noteAct,
  type WarningRecord,
  type WarningState,
} from './record.ts';

const CANCEL_WORDS: Record<CancelReason, string> = {
  'false-detection': 'a false detection, there was no launch',
  'exercise-data': 'exercise or test data in the picture, there was no launch',
  'equipment-fault': 'a fault of equipment, there was no launch',
  'announced-launch': 'an announced launch',
  duplicate: 'told twice, another warning of the same launch stands',
  'sent-in-error': 'sent in error',
};

const CONFIRM_WORDS: Record<ConfirmReason, string> = {
  'partner-by-voice': 'the partner’s officers say so by voice',
  'other-sensor': 'a sensor that does not report here has it',
  observer: 'observers have seen it',
};

/** The reasons there are, in the order in which they are shown. */
export const CANCEL_REASONS = Object.keys(CANCEL_WORDS) as readonly CancelReason[];
export const CONFIRM_REASONS = Object.keys(CONFIRM_WORDS) as readonly ConfirmReason[];

/** What came of an act, for the officer, in one sentence. */
export interface ActAnswer {
  readonly outcome: 'done' | 'asked' | 'refused';
  readonly says: string;
  /** Whose act it was: two where the second confirmed. */
  readonly officers: readonly string[];
}

/**
 * Takes one act, in place. The caller guarantees that the officer is one of this side's and that
 * `now` does not go back. What cannot be is refused with the reason, and changes nothing.
 */
export function takeAct(state: WarningState, act: OfficerAct, now: Instant): ActAnswer {
  const record = state.records.find(({ warning }) => warning.id === act.warning);
  if (record === undefined) return refused(act, `There is no warning ${act.warning}.`);
  switch (act.kind) {
    case 'cancel':
      return withdraw(record, act, now);
    case 'confirm':
      return confirmByHand(record, act, now);
    case 'note':
      return remark(record, act, now);
  }
}

function withdraw(record: WarningRecord, act: CancelAct, now: Instant): ActAnswer {
  const { id, stage } = record.warning;
  if (isEnded(record)) return refused(act, `Warning ${id} is ${stage} already.`);
  const because = `Withdrawn by ${act.officer}: ${CANCEL_WORDS[act.reason]}.`;
  advance(record, 'cancelled', now, { because, by: [act.officer], reason: act.reason });
  record.withdrawnOn = record.warning.evidence.map(sourceOf);
  delete record.asked;
  return done(act, `Warning ${id}: ${lower(because)}`);
}

function confirmByHand(record: WarningRecord, act: ConfirmAct, now: Instant): ActAnswer {
  const { id, stage } = record.warning;
  if (stage !== 'cue' && stage !== 'tracked') {
    return refused(act, `Warning ${id} is ${stage} already.`);
  }
  const { asked } = record;
  const isOpen = asked !== undefined && secondsBetween(asked.at, now) <= CONFIRM_WITHIN_S;
  if (!isOpen) return ask(record, act, now);
  const confirmation = confirmationBy(asked.act, act);
  if (confirmation === null) {
    return refused(act, `${act.officer} asked already: the second must be another person.`);
  }
  confirm(record, confirmation, now);
  delete record.asked;
  const officers = [asked.act.officer, act.officer];
  return { outcome: 'done', says: `Warning ${id}: ${lower(confirmation.because)}`, officers };
}

function ask(record: WarningRecord, act: ConfirmAct, now: Instant): ActAnswer {
  if (isFull(record)) return refused(act, 'The history of this warning is full.');
  record.asked = { act, at: now };
  const until = isoFromInstant(addSeconds(now, CONFIRM_WITHIN_S)).slice(11, 19);
  const because = `${act.officer} asks to confirm by hand, since ${CONFIRM_WORDS[act.reason]}; a second officer may until ${until} UTC.`;
  noteAct(record, now, { because, by: [act.officer], reason: act.reason });
  const says = `Warning ${record.warning.id}: ${because}`;
  return { outcome: 'asked', says, officers: [act.officer] };
}

/** A remark may be made of a warning that is over, too. */
function remark(record: WarningRecord, act: NoteAct, now: Instant): ActAnswer {
  const text = act.text.trim();
  if (text === '' || text.length > REMARK_CHARACTERS_MAX) {
    return refused(act, `A remark has 1 to ${REMARK_CHARACTERS_MAX} characters.`);
  }
  if (isFull(record)) return refused(act, 'The history of this warning is full.');
  noteAct(record, now, { because: `${act.officer}: ${text}`, by: [act.officer] });
  return done(act, `Warning ${record.warning.id}: noted.`);
}

function isFull({ warning }: WarningRecord): boolean {
  return warning.history.length >= HISTORY_MAX;
}

/**
 * Whether `record` was withdrawn by an officer who judged all that `event` rests on. A sensor or a
 * party that speaks only now was not judged, and is heard: a warning opens again.
 */
export function isStillWithdrawn(record: WarningRecord, event: PictureEvent): boolean {
  const judged = record.withdrawnOn;
  return judged !== undefined && event.evidence.every((piece) => isJudged(piece, judged));
}

/** What the first sentence of a warning adds where an earlier one of the event was withdrawn. */
export function afterWithdrawal(records: readonly WarningRecord[], event: PictureEvent): string {
  const before = records.findLast(
    ({ warning, withdrawnOn }) => warning.event === event.id && withdrawnOn !== undefined,
  );
  if (before === undefined) return '';
  return ` Warning ${before.warning.id} of it was withdrawn; what is new is other evidence than was judged then.`;
}

/** A party's kind of sensor, and own sensors by name. */
function sourceOf({ party, source, sensors }: Evidence): string {
  return [party, source, ...[...sensors].sort()].join(' ');
}

function isJudged(piece: Evidence, judged: readonly string[]): boolean {
  return judged.some((one) => {
    const [party, source, ...sensors] = one.split(' ');
    const isKind = party === piece.party && source === piece.source;
    return isKind && piece.sensors.every((sensor) => sensors.includes(sensor));
  });
}

function done(act: OfficerAct, says: string): ActAnswer {
  return { outcome: 'done', says, officers: [act.officer] };
}

function refused(act: OfficerAct, says: string): ActAnswer {
  return { outcome: 'refused', says, officers: [act.officer] };
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
