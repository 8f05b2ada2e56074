// SPDX-License-Identifier: Apache-2.0
// A partner that sends more than it may, or whose clock is wrong, through the whole core: refused and
// counted, said once, the same in a replay, and what it warns of is taken all the same.

import { addSeconds } from '@isthmus/earth';
import { type Effect, LIMITS, type NodeState, stateHash, step, type Turn } from '@isthmus/node';
import type { Item, LinkState } from '@isthmus/picture';
import { createMemory, type Draft, decide } from '@isthmus/release';
import { encode } from '@isthmus/wire';
import { beforeAll, expect, test } from 'vitest';
import type { PreparedRun } from '../../apps/cli/src/demo/prepare.ts';
import { coreOf, entryOf, preparedRun, termsOf, turnOf } from './fixture.ts';

let run: PreparedRun;
beforeAll(async () => {
  run = await preparedRun();
});

/** What the partner's own gate lets go, as an entry of its record. */
function entries(items: readonly Item[], from: number, at = run.firstTick): Turn['entries'] {
  const { terms } = termsOf(run, 1);
  return items.map((item, i) => {
    const draft: Draft = {
      item,
      category: 'launch',
      region: null,
      current: 'estimate' in item ? item.estimate : null,
      mode: terms.agreement.mode,
    };
    const decision = decide(createMemory(), draft, terms, at);
    if (decision.outcome !== 'release') throw new TypeError(JSON.stringify(decision));
    return entryOf(from + i, encode(decision.released));
  });
}

const track = (n: number, time = run.firstTick): Item => {
  const covariance = Array.from({ length: 21 }, () => 0);
  for (const [k, i] of [0, 6, 11, 15, 18, 20].entries()) covariance[i] = k < 3 ? 1e4 : 1;
  return {
    kind: 'rebase',
    track: `track ${n}`,
    event: 'crowd',
    source: 'radar',
    phase: 'coast',
    epoch: 1,
    looks: 4,
    estimate: { time, state: [7e6, n, 0, 0, 7000, 0], covariance },
  };
};

const report: Item = {
  kind: 'launch-report',
  event: 'alone',
  update: 1,
  final: false,
  launchTime: null,
  launchTimeSigmaS: null,
  launchArea: null,
  azimuthRad: null,
  azimuthSigmaRad: null,
  objectCountAtLeast: 1,
  impactArea: null,
  impactTime: null,
  impactTimeSigmaS: null,
  sources: ['radar'],
  assessment: 'cue',
};

function fly(turns: readonly Turn[]): { state: NodeState; effects: Effect[] } {
  const state = coreOf(run, 0);
  const effects = turns.flatMap((turn) => step(state, termsOf(run, 0), turn));
  return { state, effects };
}

test('W-117 a flood of new tracks is refused and counted, told once, the same in a replay, and the launch report behind it is taken', () => {
  const most = LIMITS.partner.newTracks.atOnce;
  const flood = Array.from({ length: most + 100 }, (_, n) => track(n));
  const first = entries([...flood, report], 0);
  const more = entries(
    Array.from({ length: 100 }, (_, n) => track(most + 200 + n)),
    first.length,
  );
  const turns = [
    turnOf(run, 0, { second: 0, from: 0, entries: first }),
    turnOf(run, 0, { second: 1, from: 0, entries: more }),
  ];
  const { state, effects } = fly(turns);
  // A second later as many more are taken as the bounds say.
  expect(state.budget.refused).toMatchObject({
    newTracks: 200 - LIMITS.partner.newTracks.perSecond,
    warnings: 0,
    updates: 0,
  });
  expect(state.counts.refused).toBe(200 - LIMITS.partner.newTracks.perSecond);
  const said = effects.flatMap((effect) =>
    effect.kind === 'feed' && effect.record.kind === 'note' ? [effect.record.text] : [],
  );
  expect(said.filter((text) => text.includes('more new tracks than we take'))).toHaveLength(1);
  const ticks = effects.flatMap((effect) =>
    effect.kind === 'feed' && effect.record.kind === 'tick' ? [effect.record] : [],
  );
  expect(ticks[0]?.reports).toHaveLength(1);
  const again = fly(turns);
  expect(stateHash(again.state)).toBe(stateHash(state));
});

/** One turn with the given items of the partner's and the given word on its clock. */
function takes(items: Turn['entries'], clock: Turn['link']['clock']): NodeState['counts'] {
  const base = turnOf(run, 0, { second: 0, from: 0, entries: items });
  const link = clock === undefined ? base.link : { ...base.link, clock };
  return fly([{ ...base, link }]).state.counts;
}

const aheadS = (seconds: number) => ({
  offsetUs: seconds * 1e6,
  uncertaintyUs: 0,
  steppedUs: null,
});

test('W-121 what is released later than the partner’s clock can be is refused and counted, and what is not is taken', () => {
  const released = (seconds: number) => entries([report], 0, addSeconds(run.firstTick, seconds));
  const taken = { received: 1, refused: 0 };
  const refused = { received: 0, refused: 1 };
  expect(takes(released(2), aheadS(0))).toMatchObject(taken);
  expect(takes(released(3), aheadS(0))).toMatchObject(refused);
  expect(takes(released(3), aheadS(-3600))).toMatchObject(refused);
  expect(takes(released(3), aheadS(3600))).toMatchObject(taken);
  expect(takes(released(3601), undefined)).toMatchObject(taken);
  expect(takes(released(3700), undefined)).toMatchObject(refused);
  expect(takes(released(7200), aheadS(86_400))).toMatchObject(refused);
});

test('W-121 a track seen in the future is refused, so that none is kept alive by its time', () => {
  const later = addSeconds(run.firstTick, 4 * 3600);
  expect(takes(entries([track(1, later)], 0), aheadS(0))).toMatchObject({ refused: 1 });
  expect(takes(entries([track(1)], 0), aheadS(0))).toMatchObject({ received: 1 });
});

test('W-120 the officer is told in words when the partner’s clock is off, when it jumps, and when it agrees again', () => {
  const at = (second: number, clock: NonNullable<Turn['link']['clock']>): Turn => {
    const base = turnOf(run, 0, { second, from: 0 });
    return { ...base, plots: [], link: { ...base.link, clock } };
  };
  const { effects } = fly([
    at(0, aheadS(0)),
    at(1, { ...aheadS(10), steppedUs: 10e6 }),
    at(2, aheadS(10)),
    at(3, aheadS(-3600)),
    at(4, aheadS(0)),
  ]);
  const said = effects.flatMap((effect) =>
    effect.kind === 'feed' && effect.record.kind === 'note' && effect.record.text.includes('clock')
      ? [effect.record.text.split(/[,:]/)[0]]
      : [],
  );
  expect(said).toEqual([
    'The partner’s clock or ours has jumped',
    'The partner’s clock is 10.0 s ahead of ours',
    'The partner’s clock agrees with ours again.',
  ]);
  const ticks = effects.flatMap((effect) =>
    effect.kind === 'feed' && effect.record.kind === 'tick' ? [effect.record.partnerClock] : [],
  );
  expect(ticks.map((clock) => clock?.isOff)).toEqual([false, true, true, true, false]);
});

test('W-120 a silent partner is lost in ten ticks, whatever our own clock does meanwhile', () => {
  const clocks: readonly ((tick: number) => number)[] = [
    (tick) => tick,
    (tick) => tick - 3600,
    () => 0,
    (tick) => 10 * tick,
  ];
  for (const clock of clocks) {
    const states: LinkState[] = [];
    const turns = Array.from({ length: 12 }, (_, tick): Turn => {
      const base = turnOf(run, 0, { second: 0, from: 0 });
      const heard = run.firstTick;
      const link = { ...base.link, heard, ...(tick > 1 ? { silentTurns: tick } : {}) };
      const at = addSeconds(run.firstTick, tick === 0 ? 0 : clock(tick));
      return { ...base, at, plots: [], link };
    });
    for (const effect of fly(turns).effects) {
      if (effect.kind === 'feed' && effect.record.kind === 'tick') states.push(effect.record.link);
    }
    expect(states[3]).not.toBe('up');
    expect(states.slice(10)).toEqual(['lost', 'lost']);
  }
});

test('W-120 our own clock going an hour forth and back, jumping and standing still stops no turn', () => {
  const state = coreOf(run, 0);
  const wander = [0, 1, 2, 3602, 3603, 3, 4, 4, 4, 14, 15, 5, 6, -3594, -3593, 8];
  for (const [turn, second] of wander.entries()) {
    const base = turnOf(run, 0, { second: turn * 20, from: state.plotsTaken });
    step(state, termsOf(run, 0), { ...base, at: addSeconds(base.at, second - turn) });
  }
  expect(state.turns).toBe(wander.length);
});
