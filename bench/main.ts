// SPDX-License-Identifier: Apache-2.0
// `npm run -s bench -- NAME --json`: one benchmark, ending with one line of JSON.

import { benchConsole } from './console.ts';
import { benchDemo } from './demo.ts';
import { benchFlood } from './flood.ts';
import { benchLedger } from './ledger.ts';
import { benchTiles } from './tiles.ts';

const BENCHMARKS: Record<string, (args: readonly string[]) => Promise<unknown>> = {
  console: benchConsole,
  demo: benchDemo,
  flood: benchFlood,
  tiles: benchTiles,
  ledger: benchLedger,
};

const [name, ...rest] = process.argv.slice(2);
const benchmark =
  name !== undefined && Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
if (benchmark === undefined) {
  process.stderr.write(`usage: npm run -s bench -- ${Object.keys(BENCHMARKS).join('|')} --json\n`);
  process.exitCode = 2;
} else {
  process.stdout.write(`${JSON.stringify(await benchmark(rest))}\n`);
}
