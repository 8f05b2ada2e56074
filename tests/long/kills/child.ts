// SPDX-License-Identifier: Apache-2.0
// The process that is killed. It is started ahead of time and waits for one line on its standard
// input; then it opens the pair on real files and says what it acknowledges, a JSON line each,
// written at once, so that what was said before a kill is heard after it. A second line ends it in
// good order.

import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createRandom } from '@isthmus/earth';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { randomBytes } from '@isthmus/seal';
import { runPair } from './pair.ts';

/** What the parent sends to set a child to work. */
export interface Work {
  readonly folder: string;
  readonly burst: number;
  readonly seed: string;
}

let stop = false;

function print(value: unknown): void {
  writeSync(1, `${JSON.stringify(value)}\n`);
}

async function work({ folder, burst, seed }: Work): Promise<void> {
  const storages = {
    west: createFileStorage(join(folder, 'west')),
    east: createFileStorage(join(folder, 'east')),
  };
  await runPair({
    storages,
    burst,
    random: createRandom(seed),
    salt: () => randomBytes(16),
    say: print,
    goesOn: () => !stop,
  });
  print(['ended']);
}

let begun = false;
print(['ready']);
for await (const line of createInterface({ input: process.stdin })) {
  stop = begun;
  if (begun) break;
  begun = true;
  work(JSON.parse(line) as Work).then(
    () => process.exit(0),
    (error: unknown) => {
      print(['failed', error instanceof Error ? (error.stack ?? error.message) : String(error)]);
      process.exit(1);
    },
  );
}
// Whoever would hear it is gone.
stop = true;
