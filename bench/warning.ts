// SPDX-License-Identifier: Apache-2.0
// What warnings are worth: whether stated regions hold the truth, when warnings come, what is told
// apart, and what never happens. The parts are in `warning/`; two threads share them.
//   npm run -s bench -- warning [--seed N] [--draws N] --json

import { availableParallelism, loadavg } from 'node:os';
import { Worker } from 'node:worker_threads';
import { readArguments } from '../apps/cli/src/arguments.ts';
import { commitOf } from '../apps/cli/src/repository.ts';
import { probeMachine } from './probe.ts';
import { COVERAGE_SLICES, coverageFigures, type Row } from './warning/coverage.ts';
import { PARTS } from './warning/parts.ts';
import type { Answer, Piece } from './warning/thread.ts';

const DRAWS = 10_000;
const THREADS = 2;

export async function benchWarning(args: readonly string[]): Promise<unknown> {
  const given = readArguments(args, { flags: ['json'], texts: ['seed', 'draws'] });
  const seed = given.integer('seed', { fallback: 1, minimum: 0, maximum: 1e9 });
  const draws = given.integer('draws', { fallback: DRAWS, minimum: 1, maximum: 1e7 });
  const loadBefore = Math.round((loadavg()[0] ?? 0) * 10) / 10;
  const machine = probeMachine(availableParallelism());
  const began = performance.now();
  const common = { seed, scale: draws / DRAWS };
  const parts = Object.keys(PARTS).map((part): Piece => ({ part, ...common }));
  const slices = Array.from({ length: COVERAGE_SLICES }, (_, slice) => ({ slice, ...common }));
  const answers = await answersTo([...parts, ...slices]);
  const rows = answers.slice(parts.length).flatMap(({ result }) => result as Row[]);
  const seconds = Object.fromEntries(
    Object.keys(PARTS).map((name, i) => [name, rounded(answers[i]?.seconds ?? 0)]),
  );
  const coverageS = answers.slice(parts.length).reduce((sum, answer) => sum + answer.seconds, 0);
  return {
    bench: 'warning',
    commit: commitOf(),
    seed,
    machine: { ...machine, loadBefore },
    wallS: rounded((performance.now() - began) / 1000),
    processorS: { coverage: rounded(coverageS), ...seconds },
    ...coverageFigures(rows),
    ...Object.assign({}, ...answers.slice(0, parts.length).map(({ result }) => result as object)),
  };
}

/** Hands the pieces out in order to whichever thread is free; answers in the order of the pieces. */
async function answersTo(pieces: readonly Piece[]): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const thread = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./warning/thread.ts', import.meta.url));
      let mine = -1;
      const hand = (): void => {
        mine = next;
        next += 1;
        const piece = pieces[mine];
        if (piece !== undefined) worker.postMessage(piece);
        else void worker.terminate().then(() => resolve());
      };
      worker.on('message', (answer: Answer) => {
        answers[mine] = answer;
        if (process.stderr.isTTY) process.stderr.write(`\r${mine + 1} of ${pieces.length} pieces `);
        hand();
      });
      worker.on('error', reject);
      hand();
    });
  await Promise.all(Array.from({ length: THREADS }, thread));
  return answers;
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
