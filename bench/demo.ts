// SPDX-License-Identifier: Apache-2.0
// What the link is worth: the demonstration over many seeds, each side alone and linked in the same
// run, paired. Medians with 95 % intervals from order statistics; "never" counts as worse than any
// number and is printed as null.

import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Measures } from '@isthmus/sim/score';
import type { SideSummary } from '../apps/cli/src/demo/summary.ts';
import { commitOf } from '../apps/cli/src/repository.ts';
import { probeMachine } from './probe.ts';

const SEEDS_SCRIPT = fileURLToPath(new URL('./demo-seeds.ts', import.meta.url));

interface SeedResult {
  readonly seed: number;
  readonly sides: Readonly<Record<string, SideSummary>>;
}

/** A median and its 95 % interval; null where that is "never". */
interface Interval {
  readonly median: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export async function benchDemo(args: readonly string[]): Promise<unknown> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '100' },
      scenario: { type: 'string', default: 'black-sea' },
      json: { type: 'boolean' },
    },
  });
  const seeds = Number(values.seeds);
  const cpus = availableParallelism();
  const began = performance.now();
  const results = await runSeeds(values.scenario, seeds, Math.min(cpus, seeds));
  const names = Object.keys(results[0]?.sides ?? {});
  return {
    bench: 'demo',
    scenario: values.scenario,
    seeds: results.length,
    commit: commitOf(),
    machine: probeMachine(cpus),
    wallS: Math.round((performance.now() - began) / 100) / 10,
    sides: Object.fromEntries(names.map((name) => [name, compare(results, name)])),
  };
}

async function runSeeds(scenario: string, seeds: number, workers: number): Promise<SeedResult[]> {
  const results: SeedResult[] = [];
  const run = (worker: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const args = ['--conditions=isthmus-source', SEEDS_SCRIPT, scenario];
      const range = [String(1 + worker), String(seeds), String(workers)];
      const child = spawn(process.execPath, [...args, ...range], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      createInterface({ input: child.stdout }).on('line', (line) => {
        results.push(JSON.parse(line) as SeedResult);
        if (process.stderr.isTTY) process.stderr.write(`\r${results.length} of ${seeds} seeds`);
      });
      child.on('close', (code) =>
        code === 0 ? resolve() : reject(new Error(`seeds ${range.join(' ')} ended with ${code}`)),
      );
    });
  await Promise.all(Array.from({ length: workers }, (_, worker) => run(worker)));
  return results.sort((a, b) => a.seed - b.seed);
}

const MEASURES: Record<string, (measures: Measures) => number | null> = {
  tCue: (m) => m.tCue,
  tTracked: (m) => m.tTracked,
  tConfirmed: (m) => m.tConfirmed,
  tRadar: (m) => m.tRadar,
  tUseful: (m) => m.tUseful,
  area330Km2: (m) => m.impact['330']?.area90Km2 ?? null,
  error330Km: (m) => m.impact['330']?.errorKm ?? null,
  area420Km2: (m) => m.impact['420']?.area90Km2 ?? null,
  area600Km2: (m) => m.impact['600']?.area90Km2 ?? null,
  rmseKm: (m) => m.rmseKm,
};

function compare(results: readonly SeedResult[], name: string): unknown {
  const pairs = results.flatMap((result) => result.sides[name] ?? []);
  const rows = Object.entries(MEASURES).map(([key, read]) => {
    const alone = pairs.map((pair) => read(pair.alone) ?? Number.POSITIVE_INFINITY);
    const linked = pairs.map((pair) => read(pair.linked) ?? Number.POSITIVE_INFINITY);
    const gain = alone.map((value, i) => {
      const other = linked[i] ?? Number.POSITIVE_INFINITY;
      return value === other ? 0 : value - other;
    });
    return [
      key,
      { alone: interval(alone), linked: interval(linked), gain: interval(gain) },
    ] as const;
  });
  const completeness = (mode: 'alone' | 'linked'): Interval =>
    interval(pairs.map((pair) => pair[mode].completeness));
  return {
    ...Object.fromEntries(rows),
    completeness: { alone: completeness('alone'), linked: completeness('linked') },
    regionsHold: {
      alone: held(pairs.map((pair) => pair.alone)),
      linked: held(pairs.map((pair) => pair.linked)),
    },
    ledgersVerified: pairs.every((pair) => pair.ledgers.out.verified && pair.ledgers.in.verified),
  };
}

/** How often a stated 90 % region holds the true impact point. */
function held(
  measures: readonly Measures[],
): Record<string, { readonly stated: number; readonly covered: number }> {
  const at = ['330', '420', '600'] as const;
  return Object.fromEntries(
    at.map((key) => {
      const stated = measures.flatMap((m) => m.impact[key] ?? []);
      return [key, { stated: stated.length, covered: stated.filter((r) => r.covered).length }];
    }),
  );
}

/** The median and the order statistics that hold it with 95 % (binomial, normal approximation). */
function interval(values: readonly number[]): Interval {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const half = 0.98 * Math.sqrt(n);
  const at = (rank: number): number | null => {
    const value = sorted[Math.min(n - 1, Math.max(0, Math.round(rank)))];
    return value === undefined || !Number.isFinite(value) ? null : Math.round(value * 1000) / 1000;
  };
  return { median: at((n - 1) / 2), low: at((n - 1) / 2 - half), high: at((n - 1) / 2 + half) };
}
