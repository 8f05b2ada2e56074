// SPDX-License-Identifier: Apache-2.0
// Many episodes of the simulator, in one process. Seeds above those of CI unless told otherwise.

import { parseArgs } from 'node:util';
import { runEpisode } from '../simulation/episode.ts';
import { longSetting, shortSetting } from '../simulation/setting.ts';

/** `--episodes N [--seed FIRST] [--long]`; exit code 1 when an invariant broke. */
export async function longSimulation(args: readonly string[]): Promise<unknown> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      episodes: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '10001' },
      long: { type: 'boolean', default: false },
    },
  });
  const setting = await (values.long ? longSetting() : shortSetting());
  const first = Number(values.seed);
  const episodes = Number(values.episodes);
  const began = performance.now();
  const failed: number[] = [];
  for (let seed = first; seed < first + episodes; seed += 1) {
    const { problems } = await runEpisode(setting, seed);
    if (problems.length === 0) continue;
    failed.push(seed);
    const flag = values.long ? ' --long' : '';
    process.stderr.write(`${problems.join('\n')}\n    npm run sim -- --seed ${seed}${flag}\n`);
  }
  if (failed.length > 0) process.exitCode = 1;
  return { first, episodes, failed, seconds: Math.round((performance.now() - began) / 1000) };
}
