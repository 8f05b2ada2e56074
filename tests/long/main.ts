// SPDX-License-Identifier: Apache-2.0
// `npm run long -- NAME [options]`: one of the long trials. Progress on standard error; the last line
// is JSON with commit, machine, seed and counts. Exit code 1 when the trial found something.

import { availableParallelism, loadavg } from 'node:os';
import { commitOf } from '../../apps/cli/src/repository.ts';
import { probeMachine } from '../../bench/probe.ts';
import { longFuzz } from './fuzz/long.ts';
import { longKills } from './kills/long.ts';
import { longMutation } from './mutation/long.ts';
import { OptionError } from './options.ts';
import { longSimulation } from './simulation.ts';

/** Each takes its own options and gives its counts, or throws what it found. */
const TRIALS: Record<string, (args: readonly string[]) => Promise<unknown>> = {
  kills: longKills,
  fuzz: longFuzz,
  mutation: longMutation,
  sim: longSimulation,
};

async function main([name, ...rest]: readonly string[]): Promise<number> {
  const trial = name !== undefined && Object.hasOwn(TRIALS, name) ? TRIALS[name] : undefined;
  if (trial === undefined) {
    throw new OptionError(`usage: npm run long -- ${Object.keys(TRIALS).join('|')} [options]`);
  }
  // Before the trial: hours later the tree may be another.
  const commit = commitOf();
  const machine = { ...probeMachine(availableParallelism()), loadBefore: loadavg()[0] };
  const began = performance.now();
  const counts = await trial(rest);
  const seconds = Math.round((performance.now() - began) / 1000);
  const line = { trial: name, commit, machine, seconds, counts };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isOption = error instanceof OptionError;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${isOption ? error.message : text}\n`);
  process.exitCode = isOption ? 2 : 1;
}
