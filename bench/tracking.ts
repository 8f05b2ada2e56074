// SPDX-License-Identifier: Apache-2.0
// The tracking library on inputs with known answers: errors beside the bound, honesty of covariances,
// and updates a second, on any folder in the format of `shared/oracles/README.md`.
//   npm run -s bench -- tracking [--data DIR] [--out DIR] --json

import { mkdir } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { readArguments } from '../apps/cli/src/arguments.ts';
import { commitOf } from '../apps/cli/src/repository.ts';
import { probeMachine } from './probe.ts';
import { benchAir } from './tracking/air.ts';
import { type DataFolder, openDataFolder, readBound, readTrajectory } from './tracking/data.ts';
import { benchFused } from './tracking/fused.ts';
import { estimate, scoreEstimates, writeEstimates } from './tracking/single.ts';
import { compileTwin, measureCurve, measureSpeed } from './tracking/speed.ts';

const DATA = '../shared/oracles/tracking';

/** A part of the benchmark: its figures, and with a folder its estimates as `score.py` reads them. */
type Part = (folder: DataFolder, outDir: string | null) => Promise<Record<string, unknown>>;
// The air picture first: the most memory that the process has used is then its own.
const PARTS: readonly Part[] = [benchAir, benchSingle, benchFused];

export async function benchTracking(args: readonly string[]): Promise<unknown> {
  const given = readArguments(args, { flags: ['json'], texts: ['data', 'out'] });
  const otherLoad = Math.round((loadavg()[0] ?? 0) * 10) / 10;
  const machine = probeMachine(availableParallelism());
  const folder = await openDataFolder(given.text('data') ?? DATA);
  const outDir = given.text('out') ?? null;
  if (outDir !== null) await mkdir(outDir, { recursive: true });
  const figures: Record<string, unknown> = {};
  for (const part of PARTS) Object.assign(figures, await part(folder, outDir));
  return {
    bench: 'tracking',
    commit: commitOf(),
    machine: { ...machine, loadBefore: otherLoad },
    data: folder.path,
    ...figures,
  };
}

/** Each `a_*` and `c_*` case by itself; the cost curve on the first of them. */
async function benchSingle(
  folder: DataFolder,
  outDir: string | null,
): Promise<Record<string, unknown>> {
  const single: Record<string, unknown> = {};
  let curve = {};
  const twin = await compileTwin();
  try {
    for (const [index, about] of folder.trajectories.entries()) {
      const data = await readTrajectory(folder, about);
      const bound = await readBound(folder, about.name, {
        firstS: about.firstS,
        seconds: data.seconds,
      });
      const estimates = estimate(about, data);
      const score = scoreEstimates(estimates, data.truth, { bound, seed: about.name });
      const speed = await measureSpeed(about, data, twin);
      if (index === 0) curve = measureCurve(about, data);
      if (outDir !== null) await writeEstimates(join(outDir, `${about.name}.csv`), estimates);
      single[about.name] = { ...rounded(score), ...speed };
    }
  } finally {
    await twin.close();
  }
  return { single, ...curve, cppSkipped: twin.skipped };
}

/** Figures to five digits. */
function rounded(figures: object): object {
  return JSON.parse(
    JSON.stringify(figures, (_key, value: unknown) =>
      typeof value === 'number' ? Number(value.toPrecision(5)) : value,
    ),
  ) as object;
}
