// SPDX-License-Identifier: Apache-2.0
// A side's own policy over a flight: it withholds by Cedar text, two officers change it with effect from a
// stated time, every decision names its version, and the journal's turns give the same again.

import { addSeconds } from '@isthmus/earth';
import {
  type DecisionRecord,
  policyVersionOf,
  type StepTerms,
  stateHash,
  step,
  type Turn,
} from '@isthmus/node';
import type { PolicySource } from '@isthmus/release';
import { createCedarPolicy } from '@isthmus/release/adapters';
import { encodeHex, sha256 } from '@isthmus/seal';
import { decodeRelease } from '@isthmus/wire';
import { expect, test } from 'vitest';
import { coreOf, preparedRun, termsOf, turnOf } from './fixture.ts';

const FIRST = 60;
const SECONDS = 95;
const CHANGE = 85;

const sourceOf = (text: string): PolicySource => ({
  files: [{ name: 'a.cedar', text }],
  regions: {},
});
const REPORTS = sourceOf(
  '@id("reports") permit (principal == Party::"east", action, resource == Kind::"launch-report");',
);
const TRACKS = sourceOf(
  '@id("all") permit (principal, action, resource) when { context.category == Category::"launch" };',
);

interface Flown {
  readonly lines: readonly DecisionRecord[];
  readonly bytes: readonly string[];
  readonly kinds: readonly string[];
  readonly turns: readonly Turn[];
  readonly hash: string;
}

type More = (second: number) => Pick<Turn, 'acts' | 'policy'>;

/** The first seconds of west, with what its officers do; or again, over journalled turns. */
async function fly(more: More, journal?: readonly Turn[]): Promise<Flown> {
  const run = await preparedRun();
  const state = coreOf(run, 0);
  const given: StepTerms = {
    ...termsOf(run, 0),
    readPolicy: (source, version) => createCedarPolicy(source, run.agreement, version),
  };
  const turns: Turn[] = [];
  const lines: DecisionRecord[] = [];
  const sent: Uint8Array[] = [];
  for (let second = FIRST; second < SECONDS; second += 1) {
    const turn = journal?.[second - FIRST] ?? {
      ...turnOf(run, 0, { second, from: state.plotsTaken }),
      ...more(second),
    };
    turns.push(JSON.parse(JSON.stringify(turn)) as Turn);
    for (const effect of step(state, given, turn)) {
      if (effect.kind === 'decision') lines.push(effect.record);
      if (effect.kind === 'append') sent.push(effect.encoded.bytes);
    }
  }
  return {
    lines,
    bytes: sent.map((one) => encodeHex(sha256(one))),
    kinds: sent.map((one) => decodeRelease(one).item.kind),
    turns,
    hash: stateHash(state),
  };
}

test('a policy withholds within the agreement, two officers change it, and a replay decides the same', async () => {
  const run = await preparedRun();
  const from = addSeconds(run.firstTick, CHANGE);
  const flown = await fly((second) => {
    if (second === FIRST) return { policy: REPORTS };
    const acts = [
      {
        kind: 'propose-policy',
        id: 'a'.repeat(32),
        officer: 'First Officer',
        from,
        policy: TRACKS,
      },
      {
        kind: 'approve-policy',
        id: 'b'.repeat(32),
        officer: 'Second Officer',
        version: policyVersionOf(TRACKS),
      },
    ] as const;
    return second === 70 ? { acts } : {};
  });
  const [before, after] = [REPORTS, TRACKS].map(policyVersionOf);
  const decided = flown.lines.filter(
    ({ outcome }) => outcome === 'released' || outcome === 'withheld',
  );
  for (const line of decided) {
    expect(line.policy, String(line.ordinal)).toBe(line.at < from ? before : after);
  }
  const withheld = decided.filter(({ outcome }) => outcome === 'withheld');
  expect(withheld).toMatchObject([
    { kind: 'track', codes: ['policy-silent'], policies: [], policy: before },
  ]);
  const early = decided.filter(({ outcome, at }) => outcome === 'released' && at < from);
  expect(new Set(early.map(({ kind }) => kind))).toEqual(new Set(['launch-report']));
  expect(early.every(({ policies }) => policies?.join() === 'reports')).toBe(true);
  expect(flown.kinds.filter((kind) => kind === 'track').length).toBeGreaterThan(5);
  const change = flown.lines.filter(({ officers }) => officers !== undefined);
  expect(change.map(({ kind, outcome, officers, at }) => [kind, outcome, officers, at])).toEqual([
    ['policy', 'in-force', [], addSeconds(run.firstTick, FIRST)],
    ['propose-policy', 'asked', ['First Officer'], addSeconds(run.firstTick, 70)],
    ['approve-policy', 'done', ['First Officer', 'Second Officer'], addSeconds(run.firstTick, 70)],
    ['policy', 'in-force', ['First Officer', 'Second Officer'], from],
  ]);

  const again = await fly(() => ({}), flown.turns);
  expect(again).toEqual(flown);

  // Never more than without one, and what goes of the launch reports goes the same.
  const without = await fly(() => ({}));
  expect(without.bytes.length).toBeGreaterThan(flown.bytes.length);
  const reports = (of: Flown) => of.bytes.filter((_, i) => of.kinds[i] === 'launch-report');
  expect(reports(flown)).toEqual(reports(without));
});
