// SPDX-License-Identifier: Apache-2.0
// What the record costs: decisions, appends that are durable, the delay one item gets between its
// decision and the link, the whole way to the partner's mirror, and an audit. Real files in a folder
// of the system's temporary one, real keys, the shipped code; medians of five repetitions.

import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMemoryStorage, type Ledger } from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { checkInclusion, inclusionProof, leafHash, verifyLedger } from '@isthmus/ledger/verify';
import { verifierOf } from '@isthmus/seal';
import { type Encoded, encode } from '@isthmus/wire';
import { commitOf } from '../apps/cli/src/repository.ts';
import { releaseSource } from './decisions.ts';
import { openLinkPair, openOut, signerOf } from './link-pair.ts';
import { probeMachine } from './probe.ts';

const ROUNDS = 5;
const TRACKS = 4000;
/** Entries under one checkpoint at most, and so in one call here. */
const BATCH = 256;
/** Entries that wait before a producer does: below what a ledger takes, above what a commit takes. */
const QUEUED_MAX = 1024;
const APPENDED = 20_000;
const SENT = 10_000;
const STEADY_PER_S = 1000;
const STEADY_S = 3;
const AUDITED = 102_400;
/** An audit of a quiet link: each entry has a checkpoint of its own. */
const AUDITED_SPARSE = 4000;

export async function benchLedger(): Promise<unknown> {
  const otherLoad = Math.round((loadavg()[0] ?? 0) * 10) / 10;
  const machine = probeMachine(availableParallelism());
  const folder = await mkdtemp(join(tmpdir(), 'isthmus-bench-'));
  try {
    const audit = await benchAudit();
    return {
      bench: 'ledger',
      commit: commitOf(),
      machine: { ...machine, loadBefore: otherLoad },
      decisionsPerS: { at10: decisionsPerS(10), at4000: decisionsPerS(TRACKS) },
      appendPerS: await inRounds(folder, 'append', appendPerS),
      ...(await addedMs(folder)),
      ...(await endToEnd(folder)),
      ...audit,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The median over rounds that each have a folder of their own. */
async function inRounds(
  folder: string,
  name: string,
  measure: (folder: string) => Promise<number>,
): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rates.push(await measure(join(folder, `${name}-${round}`)));
  }
  return Math.round(quantile(rates, 0.5));
}

function decisionsPerS(tracks: number): number {
  const source = releaseSource(tracks);
  const count = 2 * TRACKS;
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    for (let i = 0; i < count; i += 1) source.next();
    rates.push(perS(count, began));
  }
  return Math.round(quantile(rates, 0.5));
}

/** Entries a second that are durable and signed for, with a queue that is never empty. */
async function appendPerS(folder: string): Promise<number> {
  const storage = createFileStorage(folder);
  const ledger = await openOut(storage);
  const items = encodedItems(BATCH);
  const began = performance.now();
  await feed(ledger, APPENDED, () => items);
  const rate = perS(APPENDED, began);
  await ledger.close();
  await storage.close();
  return rate;
}

/** Appends `count` entries and more than that by less than a batch, as fast as they are taken. */
export async function feed(
  ledger: Ledger,
  count: number,
  make: () => readonly Encoded[],
  onDurable: () => void = () => {},
): Promise<void> {
  const under: Promise<void>[] = [];
  for (let asked = 0; asked < count; ) {
    // Waits for the oldest call and does not turn in place, which would take the processor.
    while (ledger.queued >= QUEUED_MAX) await under.shift();
    const items = make();
    under.push(ledger.append(items).then(onDurable));
    asked += items.length;
  }
  await Promise.all(under);
}

/**
 * From the moment an item is due, a thousand each second, to when it is durable, signed for and the
 * link port is told. An item that was late because those before it were counts from when it was due.
 * Beside it the control: how late the same loop is when nothing is decided or recorded.
 */
async function addedMs(folder: string): Promise<Record<string, number>> {
  const quantiles: Record<string, number[]> = {};
  const note = (name: string, delays: readonly number[]): void => {
    for (const p of [50, 99]) {
      const key = `${name}MsP${p}`;
      quantiles[key] = [...(quantiles[key] ?? []), quantile(delays, p / 100)];
    }
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    note('added', await steadyRecord(join(folder, `steady-${round}`)));
    note('control', await steady(() => Promise.resolve()));
  }
  return Object.fromEntries(
    Object.entries(quantiles).map(([key, values]) => [key, round2(quantile(values, 0.5))]),
  );
}

async function steadyRecord(folder: string): Promise<number[]> {
  const storage = createFileStorage(folder);
  const ledger = await openOut(storage);
  const source = releaseSource(TRACKS);
  let told = 0;
  const port = {
    recorded: (size: number): void => {
      told = size;
    },
  };
  const delays = await steady(async () => {
    await ledger.append([encode(source.next())]);
    port.recorded(ledger.size);
  });
  if (told !== STEADY_PER_S * STEADY_S) throw new Error('the link was not told of every entry');
  await ledger.close();
  await storage.close();
  return delays;
}

/** Milliseconds from when each act was due to its end. */
async function steady(act: () => Promise<void>): Promise<number[]> {
  const delays: number[] = [];
  const under: Promise<void>[] = [];
  const began = performance.now();
  for (let i = 0; i < STEADY_PER_S * STEADY_S; i += 1) {
    const due = began + (1000 * i) / STEADY_PER_S;
    while (performance.now() < due) await sleep(1);
    const done = act().then(() => {
      delays.push(performance.now() - due);
    });
    under.push(done);
  }
  await Promise.all(under);
  // The first second warms up file and compiler.
  return delays.slice(STEADY_PER_S);
}

/**
 * Items a second from the gate to the partner's mirror, durable on both sides; and the processor's
 * time for one, which other work of the machine changes less.
 */
async function endToEnd(folder: string): Promise<{ endToEndPerS: number; endToEndCpuUs: number }> {
  const rates: number[] = [];
  const cpuUs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const sent = await sendThrough(join(folder, `link-${round}`));
    rates.push(sent.perS);
    cpuUs.push(sent.cpuUs);
  }
  return {
    endToEndPerS: Math.round(quantile(rates, 0.5)),
    endToEndCpuUs: Math.round(quantile(cpuUs, 0.5)),
  };
}

async function sendThrough(folder: string): Promise<{ perS: number; cpuUs: number }> {
  const pair = await openLinkPair(folder);
  const source = releaseSource(TRACKS);
  const make = (): Encoded[] => Array.from({ length: BATCH }, () => encode(source.next()));
  const tell = (): void => pair.recorded(pair.ledger.size);
  // Comes up and warms up.
  await feed(pair.ledger, 2 * BATCH, make, tell);
  await pair.received(pair.ledger.size);
  const before = pair.ledger.size;
  const began = performance.now();
  const cpu = process.cpuUsage();
  await feed(pair.ledger, SENT, make, tell);
  await pair.received(pair.ledger.size);
  const count = pair.ledger.size - before;
  const rate = perS(count, began);
  const { user, system } = process.cpuUsage(cpu);
  await pair.close();
  return { perS: rate, cpuUs: (user + system) / count };
}

async function benchAudit(): Promise<Record<string, number>> {
  const { storage, ledger } = await filled(AUDITED, BATCH);
  const sparse = await filled(AUDITED_SPARSE, 1);
  return {
    auditPerS: await auditPerS(storage, AUDITED),
    auditOneACheckpointPerS: await auditPerS(sparse.storage, AUDITED_SPARSE),
    auditEntries: AUDITED,
    proofBytes: await proofBytes(ledger),
  };
}

type Filled = {
  readonly storage: ReturnType<typeof createMemoryStorage>;
  readonly ledger: Ledger;
};

/** A ledger in memory with this many entries, `each` of them under one checkpoint. */
async function filled(count: number, each: number): Promise<Filled> {
  const storage = createMemoryStorage();
  const ledger = await openOut(storage);
  const items = encodedItems(each);
  while (ledger.size < count) await ledger.append(items);
  return { storage, ledger };
}

async function auditPerS(storage: Filled['storage'], count: number): Promise<number> {
  const files: Record<string, Uint8Array> = {};
  for (const name of await storage.list('out')) {
    files[name] = (await storage.read(`out/${name}`)) ?? new Uint8Array();
  }
  const verifier = verifierOf(signerOf('ledger', 'west'));
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    const report = verifyLedger({ files, verifier });
    rates.push(perS(count, began));
    if (!report.verified || report.entries !== count) throw new Error('the audit found a problem');
  }
  return Math.round(quantile(rates, 0.5));
}

/** Bytes of an inclusion proof and the checkpoint it leads to; the entry itself is apart. */
async function proofBytes(ledger: Ledger): Promise<number> {
  const leaves: Uint8Array[] = [];
  while (leaves.length < ledger.size) {
    const batch = await ledger.batchAfter(leaves.length);
    for (const { bytes } of batch?.recorded ?? []) leaves.push(leafHash(bytes));
  }
  const index = Math.floor(leaves.length / 3);
  const proof = inclusionProof(leaves, index);
  const [leaf, size, root] = [leaves[index] ?? new Uint8Array(), leaves.length, ledger.root];
  if (!checkInclusion({ leaf, index, size, root, proof })) throw new Error('the proof is wrong');
  const hashes = proof.reduce((sum, hash) => sum + hash.length, 0);
  return hashes + new TextEncoder().encode(ledger.checkpoint ?? '').length;
}

function encodedItems(count: number): Encoded[] {
  const source = releaseSource(BATCH);
  return Array.from({ length: count }, () => encode(source.next()));
}

export function perS(count: number, began: number): number {
  return (1000 * count) / (performance.now() - began);
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
