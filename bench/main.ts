// SPDX-License-Identifier: Apache-2.0
// `npm run -s bench -- NAME --json`: one benchmark, ending with one line of JSON.

import { UserError } from '../apps/cli/src/user-error.ts';
import { benchAudit } from './audit.ts';
import { benchConsole } from './console.ts';
import { benchDemo } from './demo.ts';
import { benchDisclosure } from './disclosure.ts';
import { benchFlood } from './flood.ts';
import { benchLedger } from './ledger.ts';
import { benchRelease } from './release.ts';
import { benchTiles } from './tiles.ts';
import { benchTracking } from './tracking.ts';
import { benchWarning } from './warning.ts';

const BENCHMARKS: Record<string, (args: readonly string[]) => Promise<unknown>> = {
  audit: benchAudit,
  console: benchConsole,
  demo: benchDemo,
  disclosure: benchDisclosure,
  flood: benchFlood,
  release: benchRelease,
  tiles: benchTiles,
  ledger: benchLedger,
  tracking: benchTracking,
  warning: benchWarning,
};

const [name, ...rest] = process.argv.slice(2);
const benchmark =
  name !== undefined && Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
if (benchmark === undefined) {
  process.stderr.write(`usage: npm run -s bench -- ${Object.keys(BENCHMARKS).join('|')} --json\n`);
  process.exitCode = 2;
} else {
  try {
    process.stdout.write(`${JSON.stringify(await benchmark(rest))}\n`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`bench: ${error.message}\n`);
    process.exitCode = 2;
  }
}
