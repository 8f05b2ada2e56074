// SPDX-License-Identifier: Apache-2.0
// The seeds CI runs, cut into shares of which each test file takes one, so that the test runner's
// workers use every core.

import { expect, test } from 'vitest';
import { runEpisode } from './episode.ts';
import { longSetting, type Setting, shortSetting } from './setting.ts';

/** One seed in so many runs twice and must say the same. */
const TWICE_ONE_IN = 100;

export interface Share {
  readonly form: 'short' | 'long';
  readonly firstSeed: number;
  readonly episodes: number;
}

/** Declares the test of one share of the seeds. */
export function testShare({ form, firstSeed, episodes }: Share): void {
  const lastSeed = firstSeed + episodes - 1;
  test(`${form} episodes ${firstSeed} to ${lastSeed} break no invariant, and 1 % say the same twice`, async () => {
    const setting = await (form === 'long' ? longSetting() : shortSetting());
    const broken: string[] = [];
    let released = 0;
    let liarSessions = 0;
    let convictions = 0;
    for (let seed = firstSeed; seed <= lastSeed; seed += 1) {
      const isTwice = seed % TWICE_ONE_IN === 0;
      const result = await runEpisode(setting, seed, isTwice);
      released += result.released;
      liarSessions += result.liar?.sessions ?? 0;
      convictions += result.liar?.convicted === true ? 1 : 0;
      const problems = [...result.problems];
      if (isTwice && (await isOther(setting, seed, result.trace))) {
        problems.push('run twice, it said something else');
      }
      const flag = form === 'long' ? ' --long' : '';
      for (const problem of problems) {
        broken.push(`${problem}\n    replay: npm run sim -- --seed ${seed}${flag}`);
      }
    }
    expect(broken).toEqual([]);
    // A simulator in which nothing crosses would find nothing.
    expect(released).toBeGreaterThan(episodes);
    // Nor would one whose liars nobody listens to.
    const { hostile } = setting.form;
    expect(liarSessions).toBeGreaterThan(hostile ? episodes / 4 : -1);
    expect(convictions).toBeGreaterThan(hostile ? episodes / 100 : -1);
    // A third of a second a short episode where the machine has other work.
  }, 900_000);
}

async function isOther(setting: Setting, seed: number, trace: string | null): Promise<boolean> {
  return (await runEpisode(setting, seed, true)).trace !== trace;
}
