// SPDX-License-Identifier: Apache-2.0
// What warnings are worth: whether stated regions hold the truth, when warnings come, what is told
// apart, and what never happens. The parts are in `warning/`; two threads share them.
//   npm run -s bench -- warning [--seed N] [--draws N] --json

import { availableParallelism, loadavg } from 'node:os';
import { readArguments } from '../apps/cli/src/arguments.ts';
import { commitOf } from '../apps/cli/src/repository.ts';
import { answersTo } from './pieces.ts';
import { probeMachine } from './probe.ts';
import { COVERAGE_SLICES, coverageFigures, type Row } from './warning/coverage.ts';
import { PARTS, SHORT_PARTS } from './warning/parts.ts';
import type { Answer, Piece } from './warning/thread.ts';

const SCRIPT = new URL('./warning/thread.ts', import.meta.url);

const DRAWS = 10_000;

export async function benchWarning(args: readonly string[]): Promise<unknown> {
  const given = readArguments(args, { flags: ['json'], texts: ['seed', 'draws'] });
  const seed = given.integer('seed', { fallback: 1, minimum: 0, maximum: 1e9 });
  const draws = given.integer('draws', { fallback: DRAWS, minimum: 1, maximum: 1e7 });
  const loadBefore = Math.round((loadavg()[0] ?? 0) * 10) / 10;
  const machine = probeMachine(availableParallelism());
  const began = performance.now();
  const common = { seed, scale: draws / DRAWS };
  const names = Object.keys(PARTS);
  const parts = names.map((part): Piece => ({ part, ...common }));
  const slices = Array.from(
    { length: COVERAGE_SLICES },
    (_, slice): Piece => ({ slice, ...common }),
  );
  // Short parts last: they fill the time in which the other thread ends its last slice.
  const long = names.length - SHORT_PARTS;
  const pieces = [...parts.slice(0, long), ...slices, ...parts.slice(long)];
  const all = await answersTo<Answer>(SCRIPT, pieces);
  const answers = [...all.slice(0, long), ...all.slice(long + slices.length)];
  const covered = all.slice(long, long + slices.length);
  const rows = covered.flatMap(({ result }) => result as Row[]);
  const seconds = Object.fromEntries(
    names.map((name, i) => [name, rounded(answers[i]?.seconds ?? 0)]),
  );
  const coverageS = covered.reduce((sum, answer) => sum + answer.seconds, 0);
  return {
    bench: 'warning',
    commit: commitOf(),
    seed,
    machine: { ...machine, loadBefore },
    wallS: rounded((performance.now() - began) / 1000),
    processorS: { coverage: rounded(coverageS), ...seconds },
    ...coverageFigures(rows),
    ...Object.assign({}, ...answers.map(({ result }) => result as object)),
  };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
