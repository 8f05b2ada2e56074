// SPDX-License-Identifier: Apache-2.0
// Restores: a side is put back from a copy of any earlier second and started again. It must sign
// nothing before it has asked, take back from the partner's mirror what it lost, and go on: no fork,
// no index signed twice, nothing lost that was exchanged.

import { createRandom } from '@isthmus/earth';
import {
  createMemoryStorage,
  entryPayload,
  exportTiles,
  type MemoryStorage,
  openLedger,
  readTiles,
} from '@isthmus/ledger';
import { identifierMaker, restoreNode } from '@isthmus/node';
import { openSigner } from '@isthmus/seal/adapters';
import { decodeRelease } from '@isthmus/wire';
import { beforeAll, expect, test } from 'vitest';
import { MEMORY_HEADER, type MemorySide, seededKeys } from '../../apps/cli/src/demo/memory-side.ts';
import type { PreparedRun } from '../../apps/cli/src/demo/prepare.ts';
import { preparedRun } from '../border/fixture.ts';
import { type Disks, type Pair, startPair } from './pair.ts';

const DRILLS = 100;
const FROM = 295;
/** Seconds of the flight in all, and in one life of both sides. */
const SECONDS = 48;
const LIFE = 8;

let run: PreparedRun;
/** Both disks as they were before each second. */
const copies: Disks[] = [];

beforeAll(async () => {
  run = await preparedRun();
  const disks: Disks = [createMemoryStorage(), createMemoryStorage()];
  for (let second = FROM; second < FROM + SECONDS; second += LIFE) {
    const pair = await startPair(run, disks, second);
    for (let at = second; at < second + LIFE; at += 1) {
      copies.push([await copyOf(disks[0]), await copyOf(disks[1])]);
      await pair.fly(at, at + 1);
    }
    await pair.close();
  }
});

async function copyOf(disk: MemoryStorage): Promise<MemoryStorage> {
  const copy = createMemoryStorage();
  const paths = ['journal', 'snapshot-a', 'snapshot-b', 'decisions.ndjson'];
  for (const folder of ['ledger/out', 'ledger/in']) {
    for (const name of await disk.list(folder)) paths.push(`${folder}/${name}`);
  }
  for (const path of paths) {
    const bytes = await disk.read(path);
    if (bytes !== null) await copy.replace(path, bytes);
  }
  return copy;
}

/** Every root that was signed for a size of a log; a second one is a fork. */
class Roots {
  readonly forks: string[] = [];
  readonly known = new Map<string, string>();

  async see(disks: Disks, folders = ['ledger/out', 'ledger/in']): Promise<void> {
    for (const disk of disks) {
      for (const folder of folders) {
        const text = Buffer.from((await disk.read(`${folder}/checkpoints`)) ?? []).toString(
          'latin1',
        );
        for (const [, origin, size, root] of text.matchAll(
          /([\w/]+ledger[\w/]+)\n(\d+)\n(.{44})\n\n/g,
        )) {
          const key = `${origin} ${size}`;
          const before = this.known.get(key);
          if (before !== undefined && before !== root) this.forks.push(key);
          this.known.set(key, root ?? '');
        }
      }
    }
  }
}

/** What the command does, on storages in memory. */
async function restoreFromMirror(index: 0 | 1, disk: MemoryStorage, partner: Pair): Promise<void> {
  const [side, other] = [run.sides[index], run.sides[index === 0 ? 1 : 0]];
  const keys = seededKeys(run, side.name, other.name);
  const { mirror } = partner.sides[index === 0 ? 1 : 0];
  const files = new Map<string, Uint8Array>();
  const source = {
    size: mirror.size,
    root: mirror.root,
    checkpoint: mirror.checkpoint,
    // A mirror reads entries; tokens to be sent it has none.
    batchAfter: async (size: number) => ({
      first: size,
      recorded: (await mirror.read(size, mirror.size)).map((bytes, i) => ({
        index: size + i,
        bytes,
      })),
      checkpoint: mirror.checkpoint ?? '',
    }),
  };
  for await (const { path, bytes } of exportTiles(source as never)) files.set(path, bytes);
  const shown = await readTiles((path) => Promise.resolve(files.get(path) ?? null));
  const ledger = await openLedger({
    storage: disk,
    folder: 'ledger/out',
    origin: keys.ledger.name,
    signer: openSigner(keys.ledger),
    salt: () => new Uint8Array(16),
    isMirrored: true,
  });
  await ledger.adopt(shown);
  await restoreNode({
    side: side.name,
    partner: other.name,
    sensors: side.sensors,
    terms: {
      terms: {
        agreement: run.agreement,
        from: side.name,
        to: other.name,
        agreementHash: run.agreementHash,
        identify: identifierMaker(keys.identifiers, run.agreementHash),
      },
    },
    header: { ...MEMORY_HEADER, side: side.name },
    storage: disk,
    entries: shown.entries,
  });
}

async function entriesOf(pair: Pair, index: 0 | 1): Promise<string[]> {
  const { mirror } = pair.sides[index === 0 ? 1 : 0];
  const entries = await mirror.read(0, mirror.size);
  return entries.map((entry) => Buffer.from(entry).toString('hex'));
}

/** Under no identifier that went out before does anything go now but its withdrawal, and that first. */
function expectAnew(before: readonly string[], after: readonly string[], label: string): void {
  const eventsOf = (entries: readonly string[]): [kind: string, event: string][] =>
    entries.map((hex) => {
      const { item } = decodeRelease(entryPayload(Buffer.from(hex, 'hex')));
      return [item.kind, 'event' in item ? item.event : ''];
    });
  const old = new Set(eventsOf(before).map(([, event]) => event));
  const since = eventsOf(after.slice(before.length));
  expect(since.length, label).toBeGreaterThan(0);
  expect(since[0]?.[0], label).toBe('withdrawal');
  for (const [kind, event] of since) if (old.has(event)) expect(kind, label).toBe('withdrawal');
  expect(
    since.some(([kind]) => kind === 'launch-report'),
    label,
  ).toBe(true);
}

/** The side that was put back signed nothing, and its officers were told what to do. */
function expectStopped(faults: readonly string[], side: MemorySide, label: string): void {
  expect(faults.join(), label).toContain('isthmus restore');
  expect(side.ledger.fault, label).toMatchObject({ code: 'rolled-back' });
}

function expectSame(now: Uint8Array | null, before: Uint8Array | null, label: string): void {
  expect(now, label).toEqual(before);
}

/** One drill; resolves to whether the mirror was needed. */
async function drill(seed: number): Promise<boolean> {
  const random = createRandom(`restore ${seed}`);
  const index = random.chance(3, 4) ? 1 : 0;
  const lost = 1 + random.integer(SECONDS - 1);
  const copied = random.integer(lost);
  const [now, old] = [copies[lost], copies[copied]] as [Disks, Disks];
  const both = await Promise.all([copyOf(now[0]), copyOf(now[1])]);
  both[index] = await copyOf(old[index]);
  const disks: Disks = [both[0], both[1]];
  const label = `replay: seed ${seed}`;
  const roots = new Roots();
  // What was signed in the last moment and had not reached the partner died with the disk.
  await roots.see(now, ['ledger/in']);
  const faults: string[] = [];
  let second = FROM + lost;
  const onFault = (of: 0 | 1, text: string): void => {
    if (of === index) faults.push(text);
  };
  if (random.chance(1, 3)) {
    // The copy runs alone first: what it decides waits, and is not what it decided then.
    const alone = await startPair(run, disks, second, { isApart: true });
    await alone.fly(second, second + 3);
    for (const disk of disks) disk.crash({ integer: (n) => n - 1, chance: () => false });
    second += 3;
  }
  const signed = await disks[index].read('ledger/out/checkpoints');
  let pair = await startPair(run, disks, second, { onFault });
  const exchanged = await entriesOf(pair, index);
  const isBehind = exchanged.length > pair.sides[index].ledger.size;
  await pair.fly(second, second + 2);
  await pair.close();
  if (isBehind) {
    expectStopped(faults, pair.sides[index], label);
    const since = await disks[index].read('ledger/out/checkpoints');
    expectSame(since, signed, label);
    await restoreFromMirror(index, disks[index], pair);
  }
  await roots.see(disks);
  second += 2;
  pair = await startPair(run, disks, second, { onFault });
  await pair.fly(second, second + 3);
  for (const side of pair.sides) {
    expect([side.shell.up, side.ledger.fault, side.ledger.isWaiting], label).toEqual([
      true,
      'ok',
      false,
    ]);
  }
  const after = await entriesOf(pair, index);
  expect(after.slice(0, exchanged.length), label).toEqual(exchanged);
  expect(pair.sides[index].ledger.size, label).toBe(after.length);
  if (isBehind) expectAnew(exchanged, after, label);
  await pair.close();
  await roots.see(disks);
  expect(roots.forks, label).toEqual([]);
  expect(roots.known.size, label).toBeGreaterThanOrEqual(exchanged.length > 0 ? 1 : 0);
  return isBehind;
}

test(`L-34 L-36 ${DRILLS} restores from a copy: no fork, no index twice, nothing exchanged lost`, async () => {
  let behind = 0;
  for (let seed = 1; seed <= DRILLS; seed += 1) if (await drill(seed)) behind += 1;
  // Drills that never lose anything would show nothing.
  expect(behind).toBeGreaterThan(DRILLS / 4);
}, 600_000);
