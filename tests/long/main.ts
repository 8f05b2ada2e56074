// SPDX-License-Identifier: Apache-2.0
// `npm run long -- NAME …`: what takes longer than CI has. Ends with one line of JSON; `--record`
// adds it to bench/RESULTS.md.

import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { probeMachine } from '../../bench/probe.ts';
import { longSimulation } from './simulation.ts';

const RUNS: Record<string, (args: readonly string[]) => Promise<unknown>> = {
  sim: longSimulation,
};

const [name, ...rest] = process.argv.slice(2);
const run = name !== undefined && Object.hasOwn(RUNS, name) ? RUNS[name] : undefined;
if (run === undefined) {
  process.stderr.write(`usage: npm run long -- ${Object.keys(RUNS).join('|')} [--record]\n`);
  process.exitCode = 2;
} else {
  const result = await run(rest.filter((arg) => arg !== '--record'));
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const machine = probeMachine(availableParallelism());
  const line = JSON.stringify({ name, commit, ...machine, result });
  if (rest.includes('--record')) {
    appendFileSync('bench/RESULTS.md', `\n\`npm run long -- ${name}\`:\n\n    ${line}\n`);
  }
  process.stdout.write(`${line}\n`);
}
