// SPDX-License-Identifier: Apache-2.0
// `npm run long -- mutation [--files a.ts,b.ts:10-90] [--threads N]`: changes the gate's code in one place at
// a time and runs the tests that touch the place. What no test notices has survived. What was found at a
// commit is kept beside the report, also of a run that was broken off, so that it can be done in shares.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commitOf } from '../../../apps/cli/src/repository.ts';
import { OptionError, readCounts } from '../options.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SOURCE = 'packages/release/src';
/** Reports, and what is known of mutants from earlier shares; not under version control. */
const FOLDER = 'node_modules/.cache/isthmus-mutation';
/** Share of the mutants that tests must notice. */
const KILLED_MIN = 0.9;

interface Mutant {
  readonly status: string;
  readonly mutatorName: string;
  readonly location: { readonly start: { readonly line: number } };
  readonly replacement?: string;
}

/** The report of the mutation testing elements' schema, as far as it is read here. */
interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>>;
}

interface FileScore {
  readonly mutants: number;
  readonly killed: number;
  readonly survived: readonly string[];
}

export async function longMutation(args: readonly string[]): Promise<unknown> {
  const { counts, text } = readCounts(args, { threads: 2 }, ['files']);
  const files = filesOf(text('files'));
  const report = await mutate(files, counts.threads);
  const byFile: Record<string, FileScore> = {};
  for (const [name, { mutants }] of Object.entries(report.files)) {
    byFile[name.slice(SOURCE.length + 1)] = scoreOf(mutants);
  }
  const scores = Object.values(byFile);
  const sum = (key: 'mutants' | 'killed'): number =>
    scores.reduce((total, score) => total + score[key], 0);
  const share = Math.round((1000 * sum('killed')) / Math.max(1, sum('mutants'))) / 1000;
  const result = { mutants: sum('mutants'), killed: sum('killed'), share, byFile };
  if (share < KILLED_MIN) {
    throw new Error(
      `tests notice ${share} of the mutants, fewer than ${KILLED_MIN}: ${JSON.stringify(result)}`,
    );
  }
  return result;
}

/** Source files of the gate: those named, or all but names, tables and tests. */
function filesOf(named: string | undefined): string[] {
  const all = readdirSync(join(ROOT, SOURCE)).filter(
    (name) => name.endsWith('.ts') && !/\.test\.ts$|^(index|fixtures|limits)\.ts$/.test(name),
  );
  if (named === undefined) return all;
  const asked = named.split(',');
  const unknown = asked.find((name) => !all.includes(name.split(':')[0] ?? ''));
  if (unknown !== undefined) throw new OptionError(`--files: ${SOURCE} has no ${unknown}`);
  return asked;
}

async function mutate(files: readonly string[], threads: number): Promise<Report> {
  const folder = join(ROOT, FOLDER);
  mkdirSync(folder, { recursive: true });
  const configFile = join(folder, 'stryker.json');
  const report = join(folder, 'report.json');
  const config = {
    testRunner: 'loaded',
    plugins: ['runner.ts', 'messages.ts'].map((name) => join(import.meta.dirname, name)),
    ignorers: ['messages'],
    testRunnerNodeArgs: ['--conditions=isthmus-source'],
    coverageAnalysis: 'perTest',
    concurrency: threads,
    mutate: files.map((name) => `${SOURCE}/${name}`),
    ignorePatterns: ['/apps', '/bench', '/docs', '/scenarios', '/examples'],
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: report },
    incremental: true,
    incrementalFile: join(folder, `${commitOf()}.json`),
    // Where tests are looked for: in node_modules there are none.
    tempDirName: join(tmpdir(), 'isthmus-mutation'),
    disableTypeChecks: false,
    timeoutMS: 5000,
  };
  writeFileSync(configFile, JSON.stringify(config));
  const program = join(ROOT, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const { status } = spawnSync(process.execPath, [program, 'run', configFile], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0 || !existsSync(report)) throw new Error('the mutation tests did not run');
  return JSON.parse(readFileSync(report, 'utf8')) as Report;
}

/** Mutants that no test reaches count as survivors; what does not run at all does not count. */
function scoreOf(mutants: readonly Mutant[]): FileScore {
  const counted = mutants.filter(({ status }) => !/Ignored|CompileError|RuntimeError/.test(status));
  const survived = counted
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map(({ location, mutatorName, replacement = '' }) => {
      return `${location.start.line} ${mutatorName}: ${replacement.slice(0, 60)}`;
    });
  return { mutants: counted.length, killed: counted.length - survived.length, survived };
}
