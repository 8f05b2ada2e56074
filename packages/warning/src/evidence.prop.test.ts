// SPDX-License-Identifier: Apache-2.0
// Rule 7 of the border over evidence nobody thought of: a partner alone never confirms.

import { addSeconds } from '@isthmus/earth';
import type { Evidence, PictureEvent } from '@isthmus/picture';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { basisOf, Confirmation, confirmationFrom, isOwn, nameEvidence } from './evidence.ts';
import { advance, confirm, type WarningRecord } from './record.ts';
import {
  burnOutState,
  estimateOf,
  eventOf,
  evidenceOf,
  LIFT_OFF,
  objectOf,
  pictureOf,
} from './testing.ts';
import { createWarnings, currentWarnings, stepWarnings } from './warnings.ts';

const radars = ['gabala', 'armavir', 'fylingdales'];
const anyEvidence = fc.record({
  party: fc.constantFrom('own', 'west', 'east', 'OWN', 'own ', ''),
  source: fc.constantFrom('infrared' as const, 'radar' as const),
  sensors: fc.uniqueArray(fc.constantFrom(...radars), { maxLength: 3 }),
  firstSeen: fc.constant(LIFT_OFF),
  lastSeen: fc.constant(addSeconds(LIFT_OFF, 60)),
  looks: fc.integer({ min: 0, max: 100 }),
});
// A partner may claim whatever it likes of its own evidence: only ours can stand.
const claimed = fc
  .tuple(anyEvidence, fc.boolean())
  .map(([evidence, stands]): Evidence => (stands ? { ...evidence, stands } : evidence));
const evidenceSet = fc.array(claimed, { maxLength: 6 });
function unmarked(evidence: Evidence): Evidence {
  const { stands: _, ...rest } = evidence;
  return rest;
}

const partnerOnly = evidenceSet.map((set) => set.filter((e) => e.party !== 'own'));

const objects = [
  objectOf(
    estimateOf(burnOutState(), {
      time: addSeconds(LIFT_OFF, 60),
      positionM: 500,
      velocityMps: 5,
    }),
  ),
];

function historyOf(sets: readonly (readonly Evidence[])[]): readonly string[] {
  const state = createWarnings('system');
  sets.forEach((evidence, i) => {
    const at = addSeconds(LIFT_OFF, 60 + i);
    stepWarnings(state, pictureOf(at, eventOf({ evidence, objects })), at);
  });
  return currentWarnings(state).flatMap((w) => w.history.map((step) => step.stage));
}

describe('rule 7', () => {
  test('partner only never confirms, whatever it reports and however often', () => {
    fc.assert(
      fc.property(fc.array(partnerOnly, { minLength: 1, maxLength: 5 }), (sets) => {
        for (const set of sets) {
          expect(confirmationFrom(set)).toBeNull();
          expect(basisOf(set)).toBe('partner-only');
        }
        expect(historyOf(sets)).not.toContain('confirmed');
      }),
      { numRuns: 300 },
    );
  });

  test('what confirms holds own evidence with looks, and two kinds or two radars', () => {
    fc.assert(
      fc.property(evidenceSet, (set) => {
        const confirmation = confirmationFrom(set);
        if (confirmation === null) return;
        const { grounds } = confirmation;
        if ('officers' in grounds) throw new RangeError('no officer acted');
        const pieces: readonly Evidence[] = 'own' in grounds ? grounds.own : grounds.standing;
        expect(pieces.every((e) => isOwn(e) && e.looks >= 3)).toBe(true);
        expect('own' in grounds || pieces.every((e) => e.stands === true)).toBe(true);
        const kinds = new Set(set.map((e) => e.source));
        const own = set.filter(isOwn).filter((e) => e.source === 'radar');
        const names = new Set(own.flatMap((e) => e.sensors));
        const partnerRadar = set.some((e) => !isOwn(e) && e.source === 'radar');
        expect(kinds.size === 2 || names.size >= 2 || (own.length > 0 && partnerRadar)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('taking own evidence away from any set leaves nothing that confirms', () => {
    fc.assert(
      fc.property(evidenceSet, (set) => {
        expect(confirmationFrom(set.filter((e) => !isOwn(e)))).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });

  test('where no own evidence stands by itself, no partner adds what confirms', () => {
    fc.assert(
      fc.property(evidenceSet, (set) => {
        const noise = set.map((evidence) => unmarked(evidence));
        const alone = confirmationFrom(noise.filter(isOwn));
        expect(confirmationFrom(noise) !== null).toBe(alone !== null);
      }),
      { numRuns: 2000 },
    );
  });

  test('one own look that is noise, and a partner that reports exactly there, confirm nothing', () => {
    const partner = [evidenceOf({ party: 'west', source: 'infrared', looks: 1000 })];
    for (const looks of [1, 3, 9, 1000]) {
      const noise = unmarked(evidenceOf({ looks }));
      expect(confirmationFrom([noise, ...partner])).toBeNull();
      expect(historyOf([[noise, ...partner]])).toEqual(['cue', 'tracked']);
    }
    expect(historyOf([[evidenceOf(), ...partner]])).toContain('confirmed');
  });

  test('no order of evidence changes what it amounts to', () => {
    fc.assert(
      fc.property(evidenceSet, (set) => {
        const turned = [...set].reverse();
        expect(basisOf(turned)).toBe(basisOf(set));
        expect(confirmationFrom(turned)?.because).toBe(confirmationFrom(set)?.because);
        expect(nameEvidence(turned)).toBe(nameEvidence(set));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the way to confirmed', () => {
  const record = (): WarningRecord => {
    const state = createWarnings('own');
    const at = addSeconds(LIFT_OFF, 60);
    const event: PictureEvent = eventOf({ objects });
    stepWarnings(state, pictureOf(at, event), at);
    const [made] = state.records;
    if (made === undefined) throw new RangeError('expected a warning');
    return made;
  };

  test('the stage cannot be named without a confirmation, and a confirmation cannot be made', () => {
    const made = record();
    // @ts-expect-error: `advance` does not take the stage that needs evidence
    const byName = (): void => advance(made, 'confirmed', LIFT_OFF, 'because I say so');
    const grounds = { own: [evidenceOf()], basis: 'several-radars' };
    const alike = { grounds, because: '' } as const;
    // @ts-expect-error: a look-alike has no private mark
    confirm(made, alike, LIFT_OFF);
    expect(byName).toBeTypeOf('function');
    expect(made.warning.stage).toBe('tracked');
  });

  test('a cast that forges the mark changes nothing', () => {
    const made = record();
    expect(made.warning.stage).toBe('tracked');
    const forged = new Confirmation(
      Symbol('confirmation') as never,
      { own: [evidenceOf() as never], basis: 'several-radars' },
      'forged',
    );
    confirm(made, forged, LIFT_OFF);
    expect(made.warning.stage).toBe('tracked');
  });
});

describe('basis', () => {
  const infrared = evidenceOf({ source: 'infrared', sensors: ['satellite'] });
  const radar = evidenceOf({ sensors: ['gabala'] });
  const west = evidenceOf({ party: 'west', source: 'infrared', looks: 0 });
  const westRadar = evidenceOf({ party: 'west', looks: 0 });
  test.each([
    ['one satellite', [infrared], 'infrared-only', false],
    ['two satellites of two parties', [infrared, west], 'infrared-only', false],
    ['one radar', [radar], 'single-radar', false],
    ['two own radars', [evidenceOf({ sensors: ['gabala', 'armavir'] })], 'several-radars', true],
    [
      'two own radars of which each follows something else',
      [evidenceOf({ sensors: ['gabala', 'armavir'], apart: true })],
      'single-radar',
      false,
    ],
    ['own radar and a partner radar', [radar, westRadar], 'several-radars', true],
    ['own radar and a partner satellite', [radar, west], 'dual-phenomenology', true],
    ['own satellite and a partner radar', [infrared, westRadar], 'dual-phenomenology', true],
    ['own satellite and own radar', [infrared, radar], 'dual-phenomenology', true],
    ['a partner with both', [west, westRadar], 'partner-only', false],
  ] as const)('%s', (_name, evidence, basis, confirms) => {
    expect(basisOf(evidence)).toBe(basis);
    expect(confirmationFrom(evidence) !== null).toBe(confirms);
  });

  test('too few looks do not count towards a confirmation', () => {
    const thin = evidenceOf({ sensors: ['gabala'], looks: 2 });
    expect(confirmationFrom([infrared, thin])).toBeNull();
    expect(basisOf([infrared, thin])).toBe('infrared-only');
    const two = evidenceOf({ sensors: ['gabala', 'armavir'], looks: 5 });
    expect(confirmationFrom([two])).toBeNull();
  });

  test('the sentence names own sensors and the partner', () => {
    expect(confirmationFrom([radar, west])?.because).toBe(
      "Two kinds of sensor agree: own radar (gabala) and west's report (infrared).",
    );
    expect(nameEvidence([infrared, radar, west, westRadar])).toBe(
      "own infrared (satellite), own radar (gabala) and west's report (infrared and radar)",
    );
    expect(nameEvidence([])).toBe('no sensor');
  });
});
