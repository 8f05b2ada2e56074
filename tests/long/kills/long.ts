// SPDX-License-Identifier: Apache-2.0
// `npm run long -- kills [--kills N] [--power-cuts N] [--seconds N] [--seed N] [--from RUN]`.

import { availableParallelism } from 'node:os';
import { progress, readCounts } from '../options.ts';
import { kills } from './kills.ts';
import { powerCuts } from './power-cuts.ts';

/** Kills of a real process, then power cuts on the simulated disk. `--seconds` bounds the kills. */
export async function longKills(args: readonly string[]): Promise<unknown> {
  const { counts } = readCounts(args, {
    kills: 10_000,
    'power-cuts': 10_000,
    seconds: 86_400,
    seed: 1,
    from: 0,
  });
  const { seed, seconds, from } = counts;
  const say = progress();
  const lanes = Math.max(1, Math.min(2, availableParallelism()));
  const began = performance.now();
  const killed = await kills({
    seed,
    count: counts.kills,
    seconds,
    lanes,
    onProgress: (done) => say(() => `${done.kills} kills, ${done.folders} folders`),
  });
  const killSeconds = Math.round((performance.now() - began) / 1000);
  const onProgress = (done: number): void => say(() => `${done} power cuts`);
  const cut = await powerCuts({ seed, count: counts['power-cuts'], from, onProgress });
  return { seed, kills: { ...killed, seconds: killSeconds }, powerCuts: cut };
}
