// SPDX-License-Identifier: Apache-2.0
// A partner that sends more than it may, through the whole core: refused and counted, said once, the
// same in a replay, and what it warns of is taken all the same.

import { type Effect, type NodeState, stateHash, step, type Turn } from '@isthmus/node';
import type { Item } from '@isthmus/picture';
import { createMemory, type Draft, decide } from '@isthmus/release';
import { encode } from '@isthmus/wire';
import { beforeAll, expect, test } from 'vitest';
import type { PreparedRun } from '../../apps/cli/src/demo/prepare.ts';
import { LIMITS } from '../../packages/node/src/limits.ts';
import { coreOf, entryOf, preparedRun, termsOf, turnOf } from './fixture.ts';

let run: PreparedRun;
beforeAll(async () => {
  run = await preparedRun();
});

/** What the partner's own gate lets go, as an entry of its record. */
function entries(items: readonly Item[], from: number): Turn['entries'] {
  const { terms } = termsOf(run, 1);
  return items.map((item, i) => {
    const draft: Draft = {
      item,
      category: 'launch',
      region: null,
      current: 'estimate' in item ? item.estimate : null,
      mode: terms.agreement.mode,
    };
    const decision = decide(createMemory(), draft, terms, run.firstTick);
    if (decision.outcome !== 'release') throw new TypeError(JSON.stringify(decision));
    return entryOf(from + i, encode(decision.released));
  });
}

const track = (n: number): Item => {
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
    estimate: { time: run.firstTick, state: [7e6, n, 0, 0, 7000, 0], covariance },
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
