// SPDX-License-Identifier: Apache-2.0
// The decision log by itself: its chain, what it does with damage, and that it never writes a line
// before its cause or its entry is there. How it runs beside a ledger is tests/border.

import { createMemoryStorage, type Storage } from '@isthmus/ledger';
import { encodeHex, encodeText, sha256 } from '@isthmus/seal';
import { expect, test } from 'vitest';
import { DecisionLog, type DecisionLogOptions, scanDecisions } from './decision-log.ts';
import type { DecisionRecord } from './turn.ts';

function record(ordinal: number): DecisionRecord {
  return {
    ordinal,
    turn: 10 + ordinal,
    at: (1_340_000_000_000_000 + ordinal) as DecisionRecord['at'],
    outcome: 'withheld',
    kind: 'track',
    subject: `e${ordinal}/tö`,
    clause: null,
    reasons: ['No clause covers it.'],
    removed: [],
    entry: null,
  };
}

interface Opened {
  readonly log: DecisionLog;
  readonly faults: string[];
}

async function open(
  storage: Storage,
  decided = { from: 0, upTo: 99 },
  durable: DecisionLogOptions['durable'] = () => Promise.resolve(true),
): Promise<Opened> {
  const faults: string[] = [];
  const onFault = (text: string): void => void faults.push(text);
  const log = await DecisionLog.open({ storage, side: 'west', decided, durable, onFault });
  return { log, faults };
}

async function bytesOf(storage: Storage): Promise<Uint8Array> {
  return (await storage.read('decisions.ndjson')) ?? new Uint8Array();
}

async function storageWith(count: number): Promise<ReturnType<typeof createMemoryStorage>> {
  const storage = createMemoryStorage();
  const { log } = await open(storage);
  for (let i = 0; i < count; i += 1) {
    log.append([record(i)]);
    await log.idle();
  }
  return storage;
}

test('D-1 any byte changed, and any line taken out or exchanged, breaks the chain at its line', async () => {
  const bytes = await bytesOf(await storageWith(4));
  expect(scanDecisions(bytes)).toMatchObject({ side: 'west', first: 0, broken: null });
  expect(scanDecisions(bytes).lines.map((line) => line.ordinal)).toEqual([0, 1, 2, 3]);
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = bytes.with(at, (bytes[at] as number) ^ 0x02);
    const line = bytes.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
    expect(scanDecisions(changed).broken, `byte ${at}`).toBe(line);
  }
  const lines = new TextDecoder().decode(bytes).split(/(?<=\n)/);
  const without = lines.toSpliced(2, 1);
  const exchanged = lines.with(2, lines[3] as string).with(3, lines[2] as string);
  for (const other of [without, exchanged]) {
    expect(scanDecisions(new TextEncoder().encode(other.join(''))).broken).toBe(3);
  }
});

test('D-2 a line is written once, after the journal holds its cause, and goes on after a restart', async () => {
  const storage = createMemoryStorage();
  const causes: ((isDurable: boolean) => void)[] = [];
  const cause = (): Promise<boolean> => new Promise((resolve) => causes.push(resolve));
  const { log } = await open(storage, { from: 0, upTo: 0 }, cause);
  log.append([record(0), record(1)]);
  await Promise.resolve();
  expect(await bytesOf(storage)).toHaveLength(0);
  causes.shift()?.(true);
  await log.idle();
  const again = (await open(storage, { from: 0, upTo: 3 })).log;
  again.append([record(0), record(1), record(2)]);
  await again.idle();
  expect(scanDecisions(await bytesOf(storage)).lines.map((line) => line.ordinal)).toEqual([
    0, 1, 2,
  ]);
});

test('D-3 a torn last line is cut aside; what does not hold is laid aside, whole, and told', async () => {
  const bytes = await bytesOf(await storageWith(3));
  const last = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
  for (let length = last + 1; length < bytes.length; length += 7) {
    const storage = createMemoryStorage();
    await storage.replace('decisions.ndjson', bytes.slice(0, length));
    const { log, faults } = await open(storage);
    log.append([record(2)]);
    await log.idle();
    expect(await bytesOf(storage)).toEqual(bytes);
    expect(faults).toEqual([]);
    expect(await storage.read(`decisions.ndjson-cut-${last}`)).toEqual(bytes.slice(last, length));
  }
  const spoiled: [Uint8Array, { from: number; upTo: number }][] = [
    [bytes.with(last - 20, 0x20), { from: 0, upTo: 3 }],
    [bytes.slice(0, last), { from: 3, upTo: 3 }],
    [bytes, { from: 0, upTo: 2 }],
  ];
  for (const [content, decided] of spoiled) {
    const storage = createMemoryStorage();
    await storage.replace('decisions.ndjson', content);
    const { log, faults } = await open(storage, decided);
    expect(faults).toHaveLength(1);
    expect(await storage.read('decisions-damaged-0.ndjson')).toEqual(content);
    log.append([record(decided.from)]);
    await log.idle();
    expect(scanDecisions(await bytesOf(storage))).toMatchObject({
      first: decided.from,
      broken: null,
    });
  }
});

test('D-1 a line with a sound hash around nonsense breaks the chain: anybody can make a hash', () => {
  const line = (json: string): Uint8Array => {
    const hash = encodeHex(sha256(encodeText(json)));
    return encodeText(`{"hash":"${hash}",${json.slice(1)}\n`);
  };
  expect(scanDecisions(line('{"isthmus":"decisions","side":"west","first":0}')).broken).toBeNull();
  for (const json of [
    '{"isthmus":"decisions"',
    '{"isthmus":"decisions","first":0}',
    '{"isthmus":"decisions","side":"west","first":-1}',
    '{"isthmus":"decisions","side":"west","first":0.5}',
  ]) {
    expect(scanDecisions(line(json)), json).toMatchObject({ broken: 1, end: 0, lines: [] });
  }
});

test('D-4 a log that cannot write says so once, and lets no snapshot pass for what it lacks', async () => {
  const storage = createMemoryStorage({
    intercept: (operation) => {
      if (operation === 'sync') throw new Error('EIO');
    },
  });
  const { log, faults } = await open(storage);
  log.append([record(0)]);
  const waited = log.caughtUp(1);
  await log.idle();
  log.append([record(1)]);
  expect(await waited).toBe(false);
  expect(await log.caughtUp(1)).toBe(false);
  expect(faults).toEqual([expect.stringContaining('Releases go on')]);
});
