// SPDX-License-Identifier: Apache-2.0
import { addSeconds, type Instant } from '@isthmus/earth';
import type { CancelReason, ConfirmAct, Item, OfficerAct, Picture } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { Confirmation, confirmationBy } from './evidence.ts';
import { type ActAnswer, CANCEL_REASONS, CONFIRM_REASONS, takeAct } from './officers.ts';
import type { WarningState } from './record.ts';
import {
  burnOutState,
  estimateOf,
  eventOf,
  evidenceOf,
  LIFT_OFF,
  objectOf,
  only,
  pictureOf,
} from './testing.ts';
import { createWarnings, currentWarnings, stepWarnings } from './warnings.ts';

const at = (seconds: number): Instant => addSeconds(LIFT_OFF, seconds);
const firm = estimateOf(burnOutState(), { time: at(60), positionM: 500, velocityMps: 5 });
const infrared = evidenceOf({ source: 'infrared', sensors: ['satellite'] });
const west = evidenceOf({ party: 'west', source: 'infrared', looks: 0 });

let serial = 0;
const common = (officer: string, warning = 'system-1') => {
  serial += 1;
  return { id: serial.toString(16).padStart(32, '0'), officer, warning };
};
const cancelBy = (officer: string, reason: CancelReason = 'false-detection'): OfficerAct => ({
  kind: 'cancel',
  reason,
  ...common(officer),
});
const confirmBy = (officer: string): ConfirmAct => ({
  kind: 'confirm',
  reason: 'partner-by-voice',
  ...common(officer),
});
const noteBy = (officer: string, text: string): OfficerAct => ({
  kind: 'note',
  text,
  ...common(officer),
});

/** A state that has seen the pictures; one event seen by infrared where none is given. */
function stateAt(...pictures: readonly Picture[]): WarningState {
  const state = createWarnings('system');
  const all =
    pictures.length > 0 ? pictures : [pictureOf(at(60), eventOf({ evidence: [infrared] }))];
  for (const picture of all) stepWarnings(state, picture, picture.at);
  return state;
}

const stages = (state: WarningState): string[] =>
  currentWarnings(state).map(({ id, stage }) => `${id} ${stage}`);

describe('a withdrawal', () => {
  test.each(CANCEL_REASONS)('for %s takes one person and no time', (reason) => {
    const state = stateAt();
    const answer = takeAct(state, cancelBy('A. Weiss', reason), at(61));
    expect(answer.outcome).toBe('done');
    const warning = only(currentWarnings(state));
    expect(warning.stage).toBe('cancelled');
    expect(warning.history.at(-1)).toMatchObject({ by: ['A. Weiss'], reason, at: at(61) });
    expect(answer.says).toMatch(/^Warning system-1: withdrawn by A\. Weiss: .+\.$/);
  });

  test('holds while nothing is known that was not judged, and the history keeps every step', () => {
    const state = stateAt();
    takeAct(state, cancelBy('A. Weiss'), at(61));
    const before = only(currentWarnings(state)).history;
    for (let s = 62; s < 5000; s += 50) {
      const seen = { ...infrared, lastSeen: at(s), looks: s };
      stepWarnings(state, pictureOf(at(s), eventOf({ evidence: [seen] })), at(s));
    }
    expect(only(currentWarnings(state)).history).toEqual(before);
  });

  test.each([
    ['own radar', evidenceOf()],
    ['another satellite', { ...infrared, sensors: ['satellite', 'satellite-2'] }],
    ['a partner', west],
  ])('does not silence %s that speaks only then: the launch is warned of again', (_who, piece) => {
    const state = stateAt();
    takeAct(state, cancelBy('A. Weiss'), at(61));
    stepWarnings(state, pictureOf(at(62), eventOf({ evidence: [infrared, piece] })), at(62));
    expect(stages(state)).toEqual(['system-1 cancelled', 'system-2 cue']);
    expect(currentWarnings(state)[1]?.history[0]?.because).toContain(
      'Warning system-1 of it was withdrawn; what is new is other evidence than was judged then.',
    );
  });

  test('of what is over, or was never there, is refused and changes nothing', () => {
    const state = stateAt();
    takeAct(state, cancelBy('A. Weiss'), at(61));
    const before = JSON.stringify(state);
    expect(takeAct(state, cancelBy('B. Braun'), at(62)).says).toBe(
      'Warning system-1 is cancelled already.',
    );
    expect(takeAct(state, { ...cancelBy('B. Braun'), warning: 'own-9' }, at(62)).says).toBe(
      'There is no warning own-9.',
    );
    expect(JSON.stringify(state)).toBe(before);
  });
});

describe('a confirmation by hand', () => {
  const run = (...acts: readonly (readonly [number, ConfirmAct])[]) => {
    const state = stateAt(
      pictureOf(at(60), eventOf({ evidence: [west], objects: [objectOf(firm)] })),
    );
    const answers = acts.map(([second, act]): ActAnswer => takeAct(state, act, at(second)));
    return { state, answers, warning: only(currentWarnings(state)) };
  };

  test('takes two different persons, who both stand in the history with what they said', () => {
    const { answers, warning } = run([61, confirmBy('A. Weiss')], [100, confirmBy('B. Braun')]);
    expect(answers.map(({ outcome }) => outcome)).toEqual(['asked', 'done']);
    expect(warning.stage).toBe('confirmed');
    // It still says on what evidence: a partner's word alone.
    expect(warning.basis).toBe('partner-only');
    expect(warning.history.slice(-2)).toMatchObject([
      {
        stage: 'tracked',
        by: ['A. Weiss'],
        reason: 'partner-by-voice',
        because:
          'A. Weiss asks to confirm by hand, since the partner’s officers say so by voice; a second officer may until 11:43:01 UTC.',
      },
      {
        stage: 'confirmed',
        by: ['A. Weiss', 'B. Braun'],
        because: 'Confirmed by hand by A. Weiss and B. Braun.',
      },
    ]);
    expect(answers[1]?.officers).toEqual(['A. Weiss', 'B. Braun']);
  });

  test('is not one person twice, however often', () => {
    const acts = Array.from({ length: 50 }, (_, i) => [61 + i, confirmBy('A. Weiss')] as const);
    const { answers, warning } = run(...acts);
    expect(warning.stage).toBe('tracked');
    expect(answers.at(-1)?.says).toContain('the second must be another person');
  });

  test('is not two persons two minutes apart: the second asks anew', () => {
    const { answers, warning } = run([61, confirmBy('A. Weiss')], [182, confirmBy('B. Braun')]);
    expect(answers.map(({ outcome }) => outcome)).toEqual(['asked', 'asked']);
    expect(warning.stage).toBe('tracked');
    const after = run(
      [61, confirmBy('A. Weiss')],
      [182, confirmBy('B. Braun')],
      [183, confirmBy('A. Weiss')],
    );
    expect(after.warning.history.at(-1)?.by).toEqual(['B. Braun', 'A. Weiss']);
  });

  test('of one warning does not help another, and a withdrawal in between ends it', () => {
    const { state } = run([61, confirmBy('A. Weiss')]);
    expect(takeAct(state, { ...confirmBy('B. Braun'), warning: 'system-2' }, at(62)).outcome).toBe(
      'refused',
    );
    takeAct(state, cancelBy('C. Schwarz'), at(63));
    expect(takeAct(state, confirmBy('B. Braun'), at(64)).says).toBe(
      'Warning system-1 is cancelled already.',
    );
  });

  test('a cue can be confirmed by hand as well', () => {
    const state = stateAt();
    for (const officer of ['A. Weiss', 'B. Braun']) takeAct(state, confirmBy(officer), at(61));
    expect(stages(state)).toEqual(['system-1 confirmed']);
    expect(CONFIRM_REASONS).toContain('observer');
  });
});

describe('rule 7 of the border in the types', () => {
  test('only acts of confirmation make one: no item of a partner, no evidence, no other act', () => {
    const report = { kind: 'launch-report', event: 'e' } as unknown as Item;
    // @ts-expect-error: what a partner may send is no act of an officer
    const byItem = (): unknown => confirmationBy(report, report);
    // @ts-expect-error: evidence is no act of an officer
    const byEvidence = (): unknown => confirmationBy(west, west);
    // @ts-expect-error: another act of an officer is not this one
    const byCancel = (): unknown => confirmationBy(cancelBy('A'), cancelBy('B'));
    expect([byItem, byEvidence, byCancel]).toHaveLength(3);
    const one = confirmBy('A. Weiss');
    expect(confirmationBy(one, { ...one })).toBeNull();
    const made = confirmationBy(one, { ...one, officer: 'B. Braun' });
    expect(made !== null && Confirmation.isGenuine(made)).toBe(true);
  });
});

describe('a remark', () => {
  test('stands in the history under its name and moves nothing, also when all is over', () => {
    const state = stateAt();
    takeAct(state, cancelBy('A. Weiss'), at(61));
    const answer = takeAct(state, noteBy('B. Braun', '  called the partner, no answer '), at(70));
    expect(answer.outcome).toBe('done');
    const warning = only(currentWarnings(state));
    expect(warning.history.at(-1)).toEqual({
      stage: 'cancelled',
      at: at(70),
      because: 'B. Braun: called the partner, no answer',
      by: ['B. Braun'],
    });
  });

  test('empty, too long, or beyond what a history holds is refused; a withdrawal never is', () => {
    const state = stateAt();
    expect(takeAct(state, noteBy('B. Braun', ' '), at(61)).outcome).toBe('refused');
    expect(takeAct(state, noteBy('B. Braun', 'x'.repeat(281)), at(61)).outcome).toBe('refused');
    const outcomes = Array.from({ length: 300 }, () =>
      takeAct(state, noteBy('B. Braun', 'again'), at(61)),
    ).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(255);
    expect(takeAct(state, cancelBy('A. Weiss'), at(62)).outcome).toBe('done');
    expect(stages(state)).toEqual(['system-1 cancelled']);
  });
});
