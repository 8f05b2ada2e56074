// SPDX-License-Identifier: Apache-2.0
import { beforeAll, expect, test } from 'vitest';
import { type PreparedRun, prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { runEpisode } from './episode.ts';

const EPISODES = 200;
let run: PreparedRun;

beforeAll(async () => {
  run = prepareRun(await readRun({ scenario: 'black-sea' }), 1);
});

test(`${EPISODES} episodes of faults break no invariant`, async () => {
  const broken: string[] = [];
  let released = 0;
  for (let seed = 1; seed <= EPISODES; seed += 1) {
    const result = await runEpisode(run, seed);
    released += result.released;
    for (const problem of result.problems) {
      broken.push(`${problem}\n    replay: npm run sim -- --seed ${seed}`);
    }
  }
  expect(broken).toEqual([]);
  // A simulator in which nothing crosses would find nothing.
  expect(released).toBeGreaterThan(EPISODES);
  // About a second an episode, twice that where the machine has other work.
}, 900_000);

test('an episode run twice says the same, byte for byte', async () => {
  const first = await runEpisode(run, 7);
  const again = await runEpisode(run, 7);
  expect(again.trace).toBe(first.trace);
});
