// SPDX-License-Identifier: Apache-2.0
// Runs oxlint with its type-aware part and tells its findings as the other checks tell theirs, less
// those that `exceptions.ts` excuses (as `lint(rule-name)`).

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXCEPTIONS } from './exceptions.ts';
import { describe, type Finding, settle } from './finding.ts';
import { readTree, sources } from './tidy/tree.ts';

interface Report {
  readonly number_of_files: number;
  readonly diagnostics: readonly {
    readonly code: string;
    readonly message: string;
    readonly help?: string;
    readonly filename: string;
    readonly labels?: readonly { readonly span: { readonly line: number } }[];
  }[];
}

const root = fileURLToPath(new URL('..', import.meta.url));
const result = spawnSync(
  process.execPath,
  [join(root, 'node_modules/oxlint/bin/oxlint'), '-f', 'json'],
  { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
);
const report = reportOf(result.stdout);
if (report === undefined) {
  process.stderr.write(`oxlint gave no report.\n${result.stdout}${result.stderr}`);
  process.exit(1);
}
const findings = report.diagnostics.map((one): Finding => {
  const line = one.labels?.[0]?.span.line;
  return {
    check: `lint(${/\((.+)\)/.exec(one.code)?.[1] ?? one.code})`,
    path: one.filename.replaceAll('\\', '/'),
    ...(line === undefined ? {} : { line }),
    message: one.help === undefined ? one.message : `${one.message} ${one.help}`,
  };
});
// A type that does not resolve makes a finding of every use of it. The compiler says it better.
const echoes = findings.filter((one) => /`error`|\berror typed\b|type error\./.test(one.message));
const own = findings.filter((one) => !echoes.includes(one));
if (echoes.length > 0) {
  own.push({
    check: 'lint-types',
    path: 'tsconfig.json',
    message: `${echoes.length} findings only repeat that types do not resolve: mend those first (npm run -s types)`,
  });
}
const files = sources(readTree(root)).length;
if (report.number_of_files < files) {
  own.push({
    check: 'lint-blind',
    path: '.oxlintrc.json',
    message: `oxlint read ${report.number_of_files} of ${files} source files`,
  });
}
// A rule with no findings left must still show its exceptions to be stale.
const excused = EXCEPTIONS.map((one) => one.check).filter((check) => check.startsWith('lint('));
const left = settle(own, new Set(excused));
process.stdout.write(describe(left));
process.exitCode = left.length === 0 ? 0 : 1;

function reportOf(text: string): Report | undefined {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return undefined;
  }
}
