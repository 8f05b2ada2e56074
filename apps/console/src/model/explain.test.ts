// SPDX-License-Identifier: Apache-2.0
import { geodeticFromDegrees } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { casesOf } from './cases.ts';
import {
  actorOf,
  aloneLine,
  evidenceLines,
  factsOf,
  nameOf,
  reportLine,
  sightLines,
} from './explain.ts';
import { after, evidence, OUTLOOK, snapshot, warning } from './fixture.ts';
import { fold, type PictureState } from './picture-state.ts';

/** With plain spaces: how lines break is not what is tested. */
const plain = (text: string | null | undefined): string | undefined =>
  text?.replaceAll('\u00a0', ' ');

function only(part: Parameters<typeof snapshot>[0] = {}) {
  const state = fold(null, snapshot(part)) as PictureState;
  const cases = casesOf(state);
  expect(cases).toHaveLength(1);
  return { state, one: cases[0] as (typeof cases)[number] };
}

test('while only the partner has seen it, what own sensors alone would say is nothing', () => {
  const { one, state } = only();
  expect(plain(aloneLine(one, state))).toBe(
    'Own sensors alone: nothing known. Without West there would be no warning yet.',
  );
  expect(plain(reportLine(one, state))).toBe(
    "West's launch report 3, received 4 s ago: tracked, by infrared.",
  );
});

test('once own radar has it, it says until when and what it waited for', () => {
  const both = warning({
    stage: 'confirmed',
    basis: 'dual-phenomenology',
    evidence: [evidence('own', 'radar', [296, 330]), evidence('west', 'infrared', [62, 180])],
  });
  const seen = { reason: 'below the horizon', until: after(292) } as const;
  const outlook = {
    ...OUTLOOK,
    sensors: [
      {
        sensor: 'gabala',
        now: 'in view',
        inViewFrom: after(292),
        inViewUntil: after(801),
        before: seen,
      },
    ],
  } as const;
  const own = warning({
    id: 'W-7',
    event: 'e-1',
    evidence: [evidence('own', 'radar', [296, 330])],
  });
  const { one, state } = only({
    clock: { at: after(331), speed: 20, over: false },
    warnings: [
      { picture: 'own', warning: own },
      { picture: 'system', warning: both },
    ],
    outlooks: [outlook],
    joins: [{ own: 'e-1', partner: 'west:aa', system: 'west:aa' }],
  });
  expect(evidenceLines(one, state).map(({ who, party }) => [who, party])).toEqual([
    ['gabala', 'own'],
    ['West', 'partner'],
  ]);
  expect(plain(sightLines(one, state)[0]?.text)).toBe(
    'Sees it until about 09:13:21Z. It was below the horizon until 09:04:52Z.',
  );
  expect(aloneLine(one, state)).toContain('Own sensors alone: cue since 09:01:04Z');
});

test('without an impact region the reason is said in its place', () => {
  const { one } = only();
  expect(factsOf(one).find(({ name }) => name === 'Impact')).toEqual({
    name: 'Impact',
    value: 'No statement',
    note: 'the launch is not yet tracked',
  });
});

test('what can be reached is told with its condition, and not as an impact', () => {
  const corners = [geodeticFromDegrees(40, 30), geodeticFromDegrees(41, 31)];
  const own = warning({
    impact: {
      statement: 'reachable',
      because: 'still powered',
      condition: { motion: 'thrust', from: after(100), until: after(130) },
      centre: geodeticFromDegrees(40.5, 30.5),
      outline: corners,
      areaKm2: 9000,
    },
  });
  const { one } = only({ warnings: [{ picture: 'own', warning: own }], reports: [] });
  const facts = factsOf(one).map(({ name, value, note }) => plain(`${name}: ${value}, ${note}`));
  expect(facts).toContain('Impact: No statement, it is still under power');
  expect(facts.find((fact) => fact?.startsWith('Can reach'))).toMatch(
    /^Can reach: 9\s000 km² about 40.5° N 30.5° E, only if it burns out between 09:01:40Z and 09:02:10Z$/,
  );
});

test('a warning of own sensors alone says nothing of a partner', () => {
  const own = warning({ basis: 'single-radar', evidence: [evidence('own', 'radar', [296, 330])] });
  const { one, state } = only({ warnings: [{ picture: 'own', warning: own }], reports: [] });
  expect(one.says).toEqual([]);
  expect(aloneLine(one, state)).toBeNull();
  expect(reportLine(one, state)).toBeNull();
});

test('who acted and why stands beside the step; what evidence did has nobody', () => {
  const step = { stage: 'cancelled', at: after(100), because: '' } as const;
  expect(actorOf(step)).toBeNull();
  expect(actorOf({ ...step, by: ['A. Weiss'], reason: 'exercise-data' })).toBe(
    'A. Weiss · exercise data',
  );
  expect(actorOf({ ...step, by: ['A. Weiss', 'B. Braun'], reason: 'observer' })).toBe(
    'A. Weiss and B. Braun · observers',
  );
  expect(actorOf({ ...step, by: ['A. Weiss'] })).toBe('A. Weiss');
});

test('the name to type is the own warning’s where there is one, else the system’s', () => {
  const system = warning({ id: 'system-3' });
  const alone = only({ warnings: [{ picture: 'system', warning: system }] });
  expect(nameOf(alone.one)).toBe('system-3');
  const own = warning({ id: 'own-1' });
  const { one } = only({
    warnings: [
      { picture: 'own', warning: own },
      { picture: 'system', warning: system },
    ],
  });
  expect(nameOf(one)).toBe('own-1');
  expect(factsOf(one)[0]).toEqual({ name: 'Warning', value: 'own-1', note: null });
});

test('what the node says of the two sides stands beside either warning, each sentence once', () => {
  const says = ['West saw it by infrared from 09:01:02 UTC; own sensors have not.'];
  const own = warning({ id: 'own-1', event: 'west:aa' });
  const { one } = only({
    warnings: [
      { picture: 'own', warning: own, says: [...says, 'Another.'] },
      { picture: 'system', warning: warning({ id: 'system-3' }), says },
    ],
  });
  expect(one.says).toEqual([...says, 'Another.']);
});

test('a sensor that is down is said to be, wherever the launch may be', () => {
  const sensors = [
    { sensor: 'gabala', state: 'down', since: after(30), heardAt: after(90) },
  ] as const;
  const { one, state } = only();
  const told = { ...state, status: { ...state.status, sensors } };
  expect(plain(sightLines(one, told)[0]?.text)).toBe('Down since 09:00:30Z.');
});
