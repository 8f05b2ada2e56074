// SPDX-License-Identifier: Apache-2.0
import { addSeconds, type Instant, instant } from '@isthmus/earth';
import type { Policy, PolicySource } from '@isthmus/release';
import { expect, test } from 'vitest';
import { parseAct } from './officers.ts';
import { stepPolicy, withPolicy } from './policy-change.ts';
import { type PolicyAct, policyVersionOf } from './policy-state.ts';
import { createNodeState, type NodeState } from './state.ts';
import type { DecisionRecord, Effect, SideAct, Turn } from './turn.ts';

const START = instant(1_340_000_000_000_000);
const OFFICERS = ['First Officer', 'Second Officer'];

function sourceOf(text: string): PolicySource {
  return { files: [{ name: 'a.cedar', text }], regions: {} };
}
const FIRST = sourceOf('first');
const NEXT = sourceOf('next');

/** Reads anything but `broken`. */
function read(source: PolicySource, version: string): Policy {
  if (source.files[0]?.text === 'broken') throw new Error('a.cedar:1: is none');
  return { version, regions: {}, decide: () => ({ outcome: 'permit', policies: ['all'] }) };
}

let acts = 0;
function propose(officer: string, policy: PolicySource, from: Instant): PolicyAct {
  acts += 1;
  return { kind: 'propose-policy', id: String(acts).padStart(32, '0'), officer, from, policy };
}
function approve(officer: string, policy: PolicySource): PolicyAct {
  acts += 1;
  const id = String(acts).padStart(32, '0');
  return { kind: 'approve-policy', id, officer, version: policyVersionOf(policy) };
}

function newState(): NodeState {
  const state = createNodeState({ side: 'west', partner: 'east', sensors: [] });
  take(state, 0, [], FIRST);
  return state;
}

/** A turn at so many seconds from the start: what came of its acts, and the lines of the log. */
function take(state: NodeState, second: number, given: readonly SideAct[], policy?: PolicySource) {
  const turn: Turn = {
    at: addSeconds(START, second),
    plots: [],
    acts: given,
    entries: [],
    link: { up: true, heard: null, configured: true },
    recording: true,
    ...(policy === undefined ? {} : { policy }),
  };
  const effects: Effect[] = [];
  stepPolicy(state, turn, read, effects);
  state.turns += 1;
  return {
    lines: effects.flatMap((effect): DecisionRecord[] =>
      effect.kind === 'decision' ? [effect.record] : [],
    ),
    answers: effects.flatMap((effect) => (effect.kind === 'answer' ? [effect.answer] : [])),
  };
}
const ruling = (state: NodeState) => state.policy.inForce?.source.files[0]?.text;

test('R-57 one proposes, another approves, and it rules from the stated time on; both names stand in the log', () => {
  const state = newState();
  expect(ruling(state)).toBe('first');
  const from = addSeconds(START, 100);
  expect(take(state, 1, [propose('First Officer', NEXT, from)]).answers).toMatchObject([
    { outcome: 'asked', officers: ['First Officer'] },
  ]);
  expect(take(state, 2, [approve('Second Officer', NEXT)]).lines).toMatchObject([
    {
      kind: 'approve-policy',
      outcome: 'done',
      officers: OFFICERS,
      subject: policyVersionOf(NEXT),
      // Made while the old one ruled.
      policy: policyVersionOf(FIRST),
    },
  ]);
  take(state, 99, []);
  expect(ruling(state)).toBe('first');
  expect(take(state, 100, []).lines).toMatchObject([
    {
      kind: 'policy',
      outcome: 'in-force',
      officers: OFFICERS,
      subject: policyVersionOf(NEXT),
      policy: policyVersionOf(NEXT),
    },
  ]);
  expect(ruling(state)).toBe('next');
  expect(state.policy.proposed).toEqual([]);
});

test('R-57 one person alone changes nothing, whatever is tried', () => {
  const state = newState();
  const from = addSeconds(START, 10);
  const tried = [
    propose('First Officer', NEXT, from),
    approve('First Officer', NEXT),
    propose('First Officer', NEXT, from),
    approve('First Officer', NEXT),
  ];
  const { answers } = take(state, 1, tried);
  expect(answers.map(({ outcome }) => outcome)).toEqual(['asked', 'refused', 'asked', 'refused']);
  for (const second of [9, 10, 11, 1000]) take(state, second, []);
  expect(ruling(state)).toBe('first');
  // Nor by another file at a new start: the first policy comes with side.yaml, once.
  take(state, 1001, [], NEXT);
  expect(ruling(state)).toBe('first');
  // An approval that comes after the time is none.
  expect(take(state, 1002, [approve('Second Officer', NEXT)]).answers).toMatchObject([
    { outcome: 'refused' },
  ]);
});

test('R-57 what is approved is no longer in one person’s hands', () => {
  const state = newState();
  const from = addSeconds(START, 50);
  take(state, 1, [propose('First Officer', NEXT, from), approve('Second Officer', NEXT)]);
  const again = propose('First Officer', NEXT, addSeconds(START, 5000));
  expect(take(state, 2, [again]).answers).toMatchObject([{ outcome: 'refused' }]);
  expect(take(state, 3, [approve('Second Officer', NEXT)]).answers).toMatchObject([
    { outcome: 'refused' },
  ]);
  take(state, 50, []);
  expect(ruling(state)).toBe('next');
});

test('what is no policy, of the past, in force already, or one too many is refused and changes nothing', () => {
  const state = newState();
  const later = addSeconds(START, 100);
  const cases: readonly [PolicyAct, RegExp][] = [
    [propose('First Officer', sourceOf('broken'), later), /no policy: a\.cedar:1: is none/],
    [propose('First Officer', NEXT, addSeconds(START, 1)), /in the past/],
    [propose('First Officer', FIRST, later), /in force already/],
    [approve('First Officer', NEXT), /No policy [0-9a-f]{64} is proposed/],
  ];
  for (const [act, says] of cases) {
    const { answers } = take(state, 1, [act]);
    expect(answers[0]?.outcome).toBe('refused');
    expect(answers[0]?.says).toMatch(says);
  }
  const many = Array.from({ length: 6 }, (_, i) =>
    propose('First Officer', sourceOf(`p${i}`), later),
  );
  expect(take(state, 2, many).answers.filter(({ outcome }) => outcome === 'asked')).toHaveLength(4);
  expect(ruling(state)).toBe('first');
});

test('an act that comes twice is taken once', () => {
  const state = newState();
  const act = propose('First Officer', NEXT, addSeconds(START, 100));
  take(state, 1, [act, act]);
  state.acts = [act.id];
  expect(take(state, 2, [act]).answers).toEqual([]);
});

test('R-51 a policy in force that can no longer be read withholds everything', () => {
  const state = newState();
  const terms = {} as Parameters<typeof withPolicy>[1];
  const question = {} as Parameters<Policy['decide']>[0];
  expect(withPolicy(state, terms, read).policy?.decide(question).outcome).toBe('permit');
  expect(withPolicy(state, terms, undefined).policy?.decide(question).outcome).toBe('error');
  const broken = () => {
    throw new Error('the agreement has no such clause');
  };
  expect(withPolicy(state, terms, broken).policy?.decide(question).outcome).toBe('error');
  state.policy.inForce = null;
  expect(withPolicy(state, terms, read).policy).toBeUndefined();
});

test('an act on the policy is read as strictly as any other', () => {
  const act = propose('First Officer', NEXT, addSeconds(START, 100));
  expect(parseAct(JSON.parse(JSON.stringify(act)), OFFICERS)).toEqual(act);
  expect(() => parseAct({ ...act, officer: 'Eve' }, OFFICERS)).toThrow('names no officer "Eve"');
  for (const change of [
    { extra: 1 },
    { from: 0.5 },
    { policy: { files: [], regions: {} } },
    { id: 'x' },
  ]) {
    expect(() => parseAct({ ...act, ...change }, OFFICERS)).toThrow('it is not an act');
  }
});
