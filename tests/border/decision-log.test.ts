// SPDX-License-Identifier: Apache-2.0
// The decision log beside a running border: it has no say in what is recorded or when it goes, it
// loses and repeats nothing, and each of its lines points at the entry it was written about.

import { createMemoryStorage, leafHash, type MemoryStorage, type Storage } from '@isthmus/ledger';
import { scanDecisions, strayDecisions } from '@isthmus/node';
import { expect, test } from 'vitest';
import type { Disks } from '../simulation/pair.ts';
import { startPair } from '../simulation/pair.ts';
import { preparedRun } from './fixture.ts';

const FROM = 295;

function disks(): Disks {
  return [createMemoryStorage(), createMemoryStorage()];
}

/** A disk on which the decision log never comes back from a write. */
function stuck(disk: Storage): Storage {
  const never = new Promise<void>(() => {});
  return {
    ...disk,
    append: (path, bytes) => (path === 'decisions.ndjson' ? never : disk.append(path, bytes)),
  };
}

async function linesOf(disk: MemoryStorage): Promise<ReturnType<typeof scanDecisions>> {
  return scanDecisions((await disk.read('decisions.ndjson')) ?? new Uint8Array());
}

test('D-5 the ledger’s bytes and the ticks of sending are the same with the log on a stuck disk', async () => {
  const run = await preparedRun();
  const runs = [];
  for (const around of [(disk: Storage) => disk, stuck]) {
    const pair = await startPair(run, disks(), FROM, { around });
    const sizes: number[] = [];
    for (let second = FROM; second < FROM + 70; second += 1) {
      await pair.fly(second, second + 1);
      sizes.push(pair.sides[0].mirror.size);
    }
    const [, east] = pair.sides;
    runs.push({ sizes, root: east.ledger.root, size: east.ledger.size });
    for (const side of pair.sides) side.driver()?.suspend();
  }
  expect(runs[0]?.size).toBeGreaterThan(20);
  expect(runs[1]).toEqual(runs[0]);
});

test('D-2 D-6 after crashes each decision stands once, and points at its own entry', async () => {
  const run = await preparedRun();
  const both = disks();
  let second = FROM;
  for (let life = 0; life < 4; life += 1) {
    const pair = await startPair(run, both, second);
    await pair.fly(second, second + 17);
    second += 17;
    if (life === 3) await pair.close();
    // A killed process: nothing more of it happens, and of what it wrote all stays.
    for (const side of pair.sides) side.driver()?.suspend();
    if (life < 3)
      for (const disk of both) disk.crash({ integer: (n) => n - 1, chance: () => false });
  }
  const scan = await linesOf(both[1]);
  expect(scan.broken).toBeNull();
  expect(scan.lines.map((line) => line.ordinal)).toEqual(scan.lines.map((_, i) => i));
  const last = await startPair(run, both, second);
  const [west, east] = last.sides;
  expect(west.mirror.size).toBe(east.ledger.size);
  const leaves = (await west.mirror.read(0, west.mirror.size)).map(leafHash);
  expect(leaves.length).toBeGreaterThan(20);
  const released = scan.lines.filter((line) => line.outcome === 'released');
  expect(released.map((line) => line.entry)).toEqual(leaves.map((_, i) => i));
  expect(strayDecisions(scan.lines, leaves)).toEqual([]);
  expect(strayDecisions(scan.lines, leaves.toReversed()).length).toBeGreaterThan(0);
  await last.close();
});
