// SPDX-License-Identifier: Apache-2.0
// Rule 4 of the border: decided, recorded, then sent. Where the record cannot be written nothing
// goes out, the officers see it, and own warnings do not wait.

import { addSeconds } from '@isthmus/earth';
import { createMemoryStorage, type Storage, type StorageOperation } from '@isthmus/ledger';
import { createMemoryNetwork } from '@isthmus/link/adapters';
import type { FeedTick } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { type MemorySide, openMemorySide } from '../../apps/cli/src/demo/memory-side.ts';
import type { PreparedRun } from '../../apps/cli/src/demo/prepare.ts';
import { preparedRun } from './fixture.ts';

interface Flown {
  readonly ticks: readonly FeedTick[];
  readonly faults: readonly string[];
  readonly arrived: number;
  readonly ownHash: string;
}

/** Flies East (which releases from 295 s on) with West listening; the disk of East may fail. */
async function fly(
  run: PreparedRun,
  fails: (operation: StorageOperation, path: string, second: number) => boolean,
  around: (disk: Storage) => Storage = (disk) => disk,
): Promise<Flown> {
  const network = createMemoryNetwork({ schedule: (run_) => setImmediate(run_) });
  let second = 0;
  const ticks: FeedTick[] = [];
  const faults: string[] = [];
  let salts = 0;
  const open = (index: 0 | 1): Promise<MemorySide> =>
    openMemorySide({
      run,
      side: run.sides[index],
      partner: run.sides[index === 0 ? 1 : 0],
      storage: (index === 1 ? around : (disk: Storage) => disk)(
        createMemoryStorage({
          intercept: (operation, path) => {
            if (index === 1 && fails(operation, path, second)) throw new Error(`EIO ${path}`);
          },
        }),
      ),
      transport: index === 0 ? network.listener : network.dialler,
      conducted: true,
      salt: () => {
        salts += 1;
        return new Uint8Array(16).fill(salts % 256);
      },
      outputs: {
        onFeed: (record) => {
          if (index === 1 && record.kind === 'tick') ticks.push(record);
        },
        onDecision: () => {},
        onFault: (text) => {
          if (index === 1) faults.push(text);
        },
      },
    });
  const sides = [await open(0), await open(1)] as const;
  for (const side of sides) await side.shell.start(run.firstTick);
  while (!sides.every((side) => side.shell.up)) await sides[0].shell.linkSaid();
  for (second = 0; second <= 360; second += 1) {
    const at = addSeconds(run.firstTick, second);
    await Promise.all(sides.map((side) => side.shell.turn(at, true)));
    for (const side of sides) while (!side.shell.marked(at)) await side.shell.linkSaid();
  }
  await Promise.all(sides.map((side) => side.shell.close()));
  return { ticks, faults, arrived: sides[0].mirror.size, ownHash: sides[1].shell.ownHash() };
}

/** A disk whose journal takes its time, and a note of what was durable when something was appended. */
function slowJournal(disk: Storage, seen: { early: number; appends: number }): Storage {
  let unsynced = 0;
  return {
    ...disk,
    append: async (path, bytes) => {
      if (path === 'journal') unsynced += 1;
      if (path === 'ledger/out/entries') {
        seen.appends += 1;
        if (unsynced > 0) seen.early += 1;
      }
      await disk.append(path, bytes);
    },
    sync: async (path) => {
      if (path === 'journal') await new Promise((resolve) => setTimeout(resolve, 2));
      await disk.sync(path);
      if (path === 'journal') unsynced = 0;
    },
  };
}

const writes = (operation: StorageOperation): boolean =>
  operation === 'append' || operation === 'sync' || operation === 'replace';

test('rule 4: a ledger that cannot write stops every release, loudly, and no own warning', async () => {
  const run = await preparedRun();
  const well = await fly(run, () => false);
  const ill = await fly(
    run,
    (operation, path, second) =>
      second >= 320 && path.startsWith('ledger/out') && writes(operation),
  );
  expect(well.arrived).toBeGreaterThan(20);
  expect(ill.arrived).toBeGreaterThan(0);
  expect(ill.arrived).toBeLessThan(well.arrived);
  expect(ill.faults.join()).toContain('NOT RECORDING');
  expect(ill.ticks.at(-1)?.recording).toBe(false);
  expect(ill.ownHash).toBe(well.ownHash);
});

test('rule 4: a journal that cannot write stops every release, and no own warning', async () => {
  const run = await preparedRun();
  const well = await fly(run, () => false);
  const ill = await fly(
    run,
    (operation, path, second) => second >= 10 && path === 'journal' && writes(operation),
  );
  expect(ill.arrived).toBe(0);
  expect(ill.ticks.at(-1)?.recording).toBe(false);
  expect(ill.ownHash).toBe(well.ownHash);
});

test('rule 4: nothing is appended to a ledger before the journal holds its cause', async () => {
  const run = await preparedRun();
  const seen = { early: 0, appends: 0 };
  const flown = await fly(
    run,
    () => false,
    (disk) => slowJournal(disk, seen),
  );
  expect(flown.arrived).toBeGreaterThan(20);
  expect(seen.appends).toBeGreaterThan(20);
  expect(seen.early).toBe(0);
});
