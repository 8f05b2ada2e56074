// SPDX-License-Identifier: Apache-2.0
// `npm run long -- fuzz [--inputs N] [--target NAME] [--seed N] [--input N] [--seconds N]`.

import { OptionError, progress, readCounts } from '../options.ts';
import { consoleRequests } from './console-target.ts';
import { documentTargets } from './document-targets.ts';
import { ledgerTargets } from './ledger-targets.ts';
import { recordTargets } from './record-targets.ts';
import { type FuzzCounts, fuzz } from './run.ts';
import { sealTargets } from './seal-targets.ts';
import { linkSession } from './session-target.ts';
import type { Target } from './target.ts';
import { frameTargets, releaseTargets } from './wire-targets.ts';

const ALL: readonly (() => Target | Promise<Target>)[] = [
  ...frameTargets,
  ...releaseTargets,
  ...sealTargets,
  ...ledgerTargets,
  ...documentTargets,
  ...recordTargets,
  linkSession,
  consoleRequests,
];

/** Inputs for every target, or for those whose name begins with `--target`; with `--input` the one. */
export async function longFuzz(args: readonly string[]): Promise<unknown> {
  const fallbacks = { inputs: 10_000_000, seed: 1, input: -1, seconds: 86_400 };
  const { counts, text } = readCounts(args, fallbacks, ['target']);
  const wanted = text('target') ?? '';
  const { seed, inputs } = counts;
  const end = performance.now() + counts.seconds * 1000;
  const say = progress();
  const onProgress = (name: string, done: number): void => say(() => `${name}: ${done}`);
  const only = counts.input < 0 ? {} : { only: counts.input };
  const results: Record<string, FuzzCounts> = {};
  for (const make of ALL) {
    const target = await make();
    const isWanted = counts.input < 0 ? target.name.startsWith(wanted) : target.name === wanted;
    if (!isWanted || performance.now() > end) {
      await target.close?.();
      continue;
    }
    results[target.name] = await fuzz(target, { seed, inputs, onProgress, ...only });
  }
  if (Object.keys(results).length === 0) throw new OptionError(`no target is called ${wanted}`);
  const total = Object.values(results).reduce((sum, one) => sum + one.inputs, 0);
  return { seed, inputs: total, targets: results };
}
