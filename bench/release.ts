// SPDX-License-Identifier: Apache-2.0
// What the gate gives away and what it costs: pairs of worlds compared, the leak matrix, the honesty of
// what is coarsened, and rates. The parts are in `release/`; two threads share them.
//   npm run -s bench -- release [--seed N] [--pairs N] --json

import { availableParallelism, loadavg } from 'node:os';
import { readArguments } from '../apps/cli/src/arguments.ts';
import { commitOf } from '../apps/cli/src/repository.ts';
import { answersTo } from './pieces.ts';
import { probeMachine } from './probe.ts';
import { type CoarseningAnees, SETTINGS, upperLimit } from './release/coarsened-flights.ts';
import { freeBits } from './release/free-bits.ts';
import type { LeakMatrix } from './release/leak-matrix.ts';
import type { NonInterference } from './release/non-interference.ts';
import { decisionsPerS, releasePerS } from './release/rates.ts';
import { compareRecorded } from './release/recorded.ts';
import type { Piece } from './release/thread.ts';

const SCRIPT = new URL('./release/thread.ts', import.meta.url);

const PAIRS = 100_000;
/** Pairs of one piece of work. */
const SLICE = 5000;
const RUNS = 100;

export async function benchRelease(args: readonly string[]): Promise<unknown> {
  const given = readArguments(args, { flags: ['json'], texts: ['seed', 'pairs'] });
  const seed = given.integer('seed', { fallback: 1, minimum: 0, maximum: 1e9 });
  const pairs = given.integer('pairs', { fallback: PAIRS, minimum: 1, maximum: 1e7 });
  const loadBefore = Math.round((loadavg()[0] ?? 0) * 10) / 10;
  const machine = probeMachine(availableParallelism());
  const began = performance.now();
  const scale = Math.min(1, pairs / PAIRS);
  // Rates first and alone: what runs beside would slow them.
  const decisions = decisionsPerS(scale);
  const releases = await releasePerS(scale);
  const worlds = Array.from({ length: Math.ceil(pairs / SLICE) }, (_, i): Piece => {
    return { part: 'worlds', seed, from: i * SLICE, pairs: Math.min(SLICE, pairs - i * SLICE) };
  });
  const runs = Math.max(2, Math.round(RUNS * scale));
  const flights = SETTINGS.map((coarsening): Piece => ({ part: 'flights', runs, coarsening }));
  const every = Math.max(1, Math.round(1 / scale / 10));
  const answers = await answersTo<unknown>(SCRIPT, [
    { part: 'matrix', seed, every },
    ...flights,
    ...worlds,
  ]);
  const [matrix, ...rest] = answers;
  const anees = rest.slice(0, flights.length) as CoarseningAnees[];
  const recorded = await compareRecorded({ seed: seed + 1, pairs: Math.ceil(pairs / 50) });
  return {
    bench: 'release',
    commit: commitOf(),
    seed,
    machine: { ...machine, loadBefore },
    wallS: Math.round((performance.now() - began) / 100) / 10,
    decisionsPerS: decisions,
    releasePerS: releases.wall,
    releaseProcessorUs: releases.processorUs,
    coarseningAnees: { runs, upperLimit: upperLimit(runs), lowerLimit: 0.3, byGrid: anees },
    nonInterference: sumOf(rest.slice(flights.length) as NonInterference[]),
    recorded: { pairs: recorded.pairs, entries: recorded.entries, sameRoot: recorded.sameRoot },
    leakMatrix: matrix as LeakMatrix,
    freeBits: freeBits(),
  };
}

function sumOf(parts: readonly NonInterference[]): NonInterference {
  return parts.reduce((sum, part) => ({
    pairs: sum.pairs + part.pairs,
    differences: sum.differences + part.differences,
    released: sum.released + part.released,
    withheld: sum.withheld + part.withheld,
    firstDifference: sum.firstDifference ?? part.firstDifference,
  }));
}
