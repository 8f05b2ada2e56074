// SPDX-License-Identifier: Apache-2.0
// `isthmus simulate SCENARIO --out DIR`: the truth, and each side's plots and sensors, as files that
// `isthmus track` reads.

import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addSeconds, secondsBetween } from '@isthmus/earth';
import { stringify } from 'yaml';
import { readArguments } from '../arguments.ts';
import { type PreparedRun, plotsOf, prepareRun, readRun } from '../demo/prepare.ts';
import { writeFeed } from '../demo/provision.ts';
import { UserError } from '../user-error.ts';

export async function simulate(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { texts: ['out', 'seed', 'flight'], flags: ['json'] });
  const out = parsed.text('out');
  const [name, ...rest] = parsed.positionals;
  if (name === undefined || rest.length > 0 || out === undefined) {
    throw new UserError('usage: isthmus simulate SCENARIO --out DIR [--seed N] [--flight FILE]');
  }
  const seed = parsed.integer('seed', { fallback: 1, minimum: 0, maximum: 2 ** 31 - 1 });
  const flight = parsed.text('flight');
  const run = prepareRun(
    await readRun({ scenario: name, ...(flight === undefined ? {} : { flight }) }),
    seed,
  );
  // Into a folder beside it first: a run that breaks off leaves nothing half written.
  const partial = `${out}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await writeFile(join(partial, 'truth.csv'), truthCsv(run));
  for (const side of run.sides) {
    await writeFeed(join(partial, `${side.name}-plots.ndjson`), side);
    await writeFile(
      join(partial, `${side.name}-sensors.yaml`),
      `# The sensors of ${side.name} in scenario ${run.name}.\n${stringify({ sensors: side.sensorDocuments })}`,
    );
  }
  try {
    await rename(partial, out);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw new UserError(`${out}: is there already; name a folder that is not`, { cause: error });
  }
  const counts = Object.fromEntries(run.sides.map((side) => [side.name, plotsOf(side).length]));
  process.stdout.write(
    parsed.flag('json')
      ? `${JSON.stringify({ out, seed, plots: counts })}\n`
      : `${out}: truth.csv, sensors, and ${run.sides.map((side) => `${counts[side.name]} plots of ${side.name}`).join(', ')}\n`,
  );
  return 0;
}

/**
 * One row a second and object: seconds from lift-off, ECEF metres and metres a second, microseconds
 * UTC since 1970, and 1 while it burns.
 */
function truthCsv(run: PreparedRun): string {
  const rows = ['t_s,id,kind,x_m,y_m,z_m,vx_mps,vy_mps,vz_mps,time_us,burns'];
  const lastS = Math.ceil(secondsBetween(run.truth.liftoff, run.truth.end));
  for (let t = 0; t <= lastS; t += 1) {
    for (const object of run.truth.objects) {
      const at = addSeconds(run.truth.liftoff, t);
      const state = object.stateAt(at);
      if (state === null) continue;
      const numbers = [...state].map((v) => v.toFixed(3)).join(',');
      const burns = object.burns.some(({ from, to }) => from <= at && at < to) ? 1 : 0;
      rows.push(`${t},${object.id},${object.kind},${numbers},${at},${burns}`);
    }
  }
  return `${rows.join('\n')}\n`;
}
