// SPDX-License-Identifier: Apache-2.0
// Runs oxlint with its type-aware part and tells its findings as the other checks tell theirs, less
// those that `exceptions.ts` excuses (as `lint(rule-name)`).

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXCEPTIONS } from './exceptions.ts';
import { describe, type Finding, settle } from './finding.ts';
import { readTree, sources } from './tidy/tree.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

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

/** Lints the tree at `root` by the rules of this repository. */
export function lint(root: string): Finding[] {
  const report = reportOf(root);
  const all = report.diagnostics.map((one): Finding => {
    const line = one.labels?.[0]?.span.line;
    return {
      check: `lint(${/\((.+)\)/.exec(one.code)?.[1] ?? one.code})`,
      path: one.filename.replaceAll('\\', '/'),
      ...(line === undefined ? {} : { line }),
      message: one.help === undefined ? one.message : `${one.message} ${one.help}`,
    };
  });
  // A type that does not resolve makes a finding of every use of it. The compiler says it better.
  const isEcho = (one: Finding): boolean =>
    /`error`|\berror typed\b|type error\./.test(one.message);
  const findings = all.filter((one) => !isEcho(one));
  if (findings.length < all.length) {
    findings.push({
      check: 'lint-types',
      path: 'tsconfig.json',
      message: `${all.length - findings.length} findings only repeat that types do not resolve: mend those first (npm run -s types)`,
    });
  }
  const files = sources(readTree(root)).length;
  if (report.number_of_files < files) {
    findings.push({
      check: 'lint-blind',
      path: '.oxlintrc.json',
      message: `oxlint read ${report.number_of_files} of ${files} source files`,
    });
  }
  return findings;
}

/** What oxlint says of the tree; stops the program when it says nothing that can be read. */
function reportOf(root: string): Report {
  const result = spawnSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/oxlint/bin/oxlint'),
      '-c',
      join(ROOT, '.oxlintrc.json'),
      '-f',
      'json',
    ],
    { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  );
  try {
    return JSON.parse(result.stdout) as Report;
  } catch (cause) {
    throw new Error(`oxlint gave no report: ${result.stdout}${result.stderr}`, { cause });
  }
}

if (import.meta.main) {
  // A rule with no findings left must still show its exceptions to be stale.
  const excused = EXCEPTIONS.map((one) => one.check).filter((check) => check.startsWith('lint('));
  const left = settle(lint(ROOT), new Set(excused));
  process.stdout.write(describe(left));
  process.exitCode = left.length === 0 ? 0 : 1;
}
