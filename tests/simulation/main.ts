// SPDX-License-Identifier: Apache-2.0
// `npm run sim -- --seed N [--long] [--episodes K]`: replays an episode of the simulator, or runs
// many.

import { parseArgs } from 'node:util';
import { runEpisode } from './episode.ts';
import { longSetting, shortSetting } from './setting.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    episodes: { type: 'string', default: '1' },
    long: { type: 'boolean', default: false },
  },
});
const setting = values.long ? await longSetting() : await shortSetting();
const first = Number(values.seed);
let failed = 0;
for (let seed = first; seed < first + Number(values.episodes); seed += 1) {
  const result = await runEpisode(setting, seed, true);
  if (result.problems.length > 0) failed += 1;
  if (result.problems.length > 0 || values.episodes === '1') {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  }
}
process.stdout.write(`${Number(values.episodes) - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
