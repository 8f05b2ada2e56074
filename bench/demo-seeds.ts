// SPDX-License-Identifier: Apache-2.0
// One worker of `bench/demo.ts`: runs seeds FIRST, FIRST + STRIDE … up to LAST in this process and
// prints one line of JSON each.

import { prepareRun, readRun } from '../apps/cli/src/demo/prepare.ts';
import { runInProcess } from '../apps/cli/src/demo/run-in-process.ts';

const [scenario = 'black-sea', first = '1', last = '1', stride = '1'] = process.argv.slice(2);
const documents = await readRun({ scenario });
for (let seed = Number(first); seed <= Number(last); seed += Number(stride)) {
  const sides = await runInProcess(prepareRun(documents, seed));
  process.stdout.write(`${JSON.stringify({ seed, sides })}\n`);
}
