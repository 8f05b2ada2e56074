// SPDX-License-Identifier: Apache-2.0
// The air tracker alone on a folder of inputs with known answers; ends with one line of JSON.
//   node --conditions=isthmus-source bench/tracking-air.ts --data DIR [--out DIR]

import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { benchAir } from './tracking/air.ts';
import { openDataFolder } from './tracking/data.ts';

const { data, out } = parseArgs({
  options: { data: { type: 'string' }, out: { type: 'string' } },
}).values;
if (data === undefined) {
  process.stderr.write('usage: tracking-air.ts --data DIR [--out DIR]\n');
  process.exitCode = 2;
} else {
  if (out !== undefined) await mkdir(out, { recursive: true });
  const result = await benchAir(await openDataFolder(data), out ?? null);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
