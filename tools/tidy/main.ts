// SPDX-License-Identifier: Apache-2.0
// `npm run tidy`: the house rules that no compiler or linter knows. Each check is a pure function of
// the tree, with a test that shows it failing on a spoiled one.

import { fileURLToPath } from 'node:url';
import { describe, settle } from '../finding.ts';
import { checkAmbient } from './ambient-check.ts';
import { checkForeign, checkLinks } from './hygiene-checks.ts';
import {
  checkArchitecture,
  checkCompiler,
  checkManifests,
  checkReadmes,
} from './package-checks.ts';
import { checkClauses, checkDecisions, checkDependencies } from './record-checks.ts';
import {
  checkBannedSyntax,
  checkBannedWords,
  checkFileLength,
  checkLicence,
  FILE_LINES_SOFT,
  longFiles,
} from './source-checks.ts';
import { type Check, readTree } from './tree.ts';

/** Every check by the name its findings carry. */
const CHECKS: Readonly<Record<string, Check>> = {
  licence: checkLicence,
  'file-length': checkFileLength,
  'banned-words': checkBannedWords,
  'banned-syntax': checkBannedSyntax,
  ambient: checkAmbient,
  readme: checkReadmes,
  architecture: checkArchitecture,
  manifest: checkManifests,
  compiler: checkCompiler,
  clauses: checkClauses,
  decisions: checkDecisions,
  dependencies: checkDependencies,
  foreign: checkForeign,
  links: checkLinks,
};

const tree = readTree(fileURLToPath(new URL('../..', import.meta.url)));
const found = Object.values(CHECKS).flatMap((check) => check(tree));
const left = settle(found, new Set(Object.keys(CHECKS)));
process.stdout.write(describe(left));
for (const { path, lines } of longFiles(tree)) {
  process.stdout.write(
    `note: ${path} has ${lines} lines, over the soft limit of ${FILE_LINES_SOFT}\n`,
  );
}
process.exitCode = left.length === 0 ? 0 : 1;
