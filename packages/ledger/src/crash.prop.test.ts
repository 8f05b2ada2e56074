// SPDX-License-Identifier: Apache-2.0
// Power is cut, or an operation fails, before every single storage operation of a run, with several
// draws of what the disk keeps; recovery itself is cut too. Whatever happens, what was acknowledged
// is there, no size ever has two signed roots, and nothing is recorded twice.

import { decodeText, encodeText, noteText, verifierOf } from '@isthmus/seal';
import { describe, expect, it } from 'vitest';
import { parseCheckpoint } from './checkpoint.ts';
import {
  type CrashRandom,
  createMemoryStorage,
  entryPayload,
  type Ledger,
  LedgerError,
  type Mirror,
  openLedger,
  openLedgerReader,
  openMirror,
  type Storage,
} from './index.ts';
import { RECORD_HEADER_BYTES } from './records.ts';
import { encodedOf, ORIGIN, SIGNER, seededRandom } from './testing.ts';
import { verifyLedger } from './verify.ts';

const verifier = verifierOf(SIGNER);
const ITEMS = 24;

/** What may go wrong before operation `at`: the plug is pulled, or the operation fails. */
interface Fault {
  readonly at: number;
  readonly kind: 'power' | 'error' | 'error-after';
}

class Bench {
  readonly random: CrashRandom;
  readonly signed = new Map<number, string>();
  readonly acknowledged = new Map<number, string>();
  operations = 0;
  #faults: Fault[];
  readonly disk = createMemoryStorage({ intercept: () => this.#before() });
  #salts = 0;

  constructor(seed: string, faults: readonly Fault[]) {
    this.random = seededRandom(seed);
    this.#faults = [...faults];
  }

  #before(): void {
    const fault = this.#faults[0];
    const due = fault !== undefined && fault.at === this.operations;
    this.operations += 1;
    if (!due || fault.kind === 'error-after') return;
    this.#faults.shift();
    if (fault.kind === 'power') this.disk.crash(this.random);
    else throw new LedgerError('storage', 'no space left on device');
  }

  /** From here on nothing goes wrong: what follows only looks. */
  disarm(): void {
    this.#faults = [];
  }

  /** A session of the disk that notes each checkpoint handed to it, kept or not. */
  storage(): Storage {
    const session = this.disk.session();
    const failAfter = async <T>(operation: Promise<T>): Promise<T> => {
      const result = await operation;
      const fault = this.#faults[0];
      if (fault?.kind === 'error-after' && fault.at < this.operations) {
        this.#faults.shift();
        throw new LedgerError('storage', 'input/output error');
      }
      return result;
    };
    return {
      ...session,
      append: (path, bytes) => {
        if (path.endsWith('/checkpoints')) this.#sign(bytes);
        return failAfter(session.append(path, bytes));
      },
      sync: (path) => failAfter(session.sync(path)),
      replace: (path, bytes) => failAfter(session.replace(path, bytes)),
    };
  }

  #sign(record: Uint8Array): void {
    const note = decodeText(record.subarray(RECORD_HEADER_BYTES));
    const { size } = parseCheckpoint(noteText(note));
    if ((this.signed.get(size) ?? note) !== note) {
      throw new TypeError(`two checkpoints of size ${size}`);
    }
    this.signed.set(size, note);
  }

  openLedger(): Promise<Ledger> {
    const salt = (): Uint8Array => {
      this.#salts += 1;
      return encodeText(String(this.#salts).padStart(16, '0'));
    };
    return openLedger({
      storage: this.storage(),
      folder: 'out',
      origin: ORIGIN,
      signer: SIGNER,
      salt,
    });
  }
}

/** Opens the ledger again and again, as a supervisor would, until a run ends without a fault. */
async function runToEnd(bench: Bench): Promise<Ledger> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const ledger = await bench.openLedger().catch((error: unknown) => {
      expect(error).toBeInstanceOf(LedgerError);
      expect((error as LedgerError).code).not.toBe('corrupt');
      return null;
    });
    if (ledger !== null && (await appendRest(bench, ledger))) return ledger;
  }
  throw new TypeError('faults did not end');
}

/** As the node does: the ledger's size says which item is next. False when recording stopped. */
async function appendRest(bench: Bench, ledger: Ledger): Promise<boolean> {
  for (const index of bench.acknowledged.keys()) expect(index).toBeLessThan(ledger.size);
  const calls: Promise<void>[] = [];
  for (let next = ledger.size; next < ITEMS; ) {
    const count = 1 + bench.random.integer(Math.min(4, ITEMS - next));
    const items = Array.from({ length: count }, (_, i) => encodedOf(next + i));
    const call = ledger.append(items).then((recorded) => {
      for (const one of recorded) {
        bench.acknowledged.set(one.index, decodeText(one.bytes));
      }
    });
    calls.push(call);
    next += count;
    if (bench.random.chance(1, 2)) await Promise.allSettled(calls);
  }
  const ends = await Promise.allSettled(calls);
  const failed = ends.filter((end) => end.status === 'rejected');
  for (const { reason } of failed) {
    expect((reason as LedgerError).code).toBe('not-recording');
  }
  if (failed.length === 0) return true;
  expect(ledger.fault).not.toBe('ok');
  await expect(ledger.append([encodedOf(0)])).rejects.toMatchObject({ code: 'not-recording' });
  return false;
}

/** All that must hold at the end of a run, whatever went wrong in it. */
async function checkEnd(bench: Bench, ledger: Ledger): Promise<void> {
  bench.disarm();
  const reader = await openLedgerReader({
    storage: bench.disk,
    folder: 'out',
    origin: ORIGIN,
    verifier,
  });
  const texts: string[] = [];
  for (let batch = await reader.batchAfter(0); batch !== null; ) {
    texts.push(...batch.recorded.map((one) => decodeText(one.bytes)));
    batch = await reader.batchAfter(texts.length);
  }
  const items = texts.map((text) => decodeText(entryPayload(encodeText(text))));
  expect(items).toEqual(Array.from({ length: ITEMS }, (_, i) => `item ${i}`));
  for (const [index, text] of bench.acknowledged) expect(texts[index]).toBe(text);
  const files: Record<string, Uint8Array> = {};
  for (const name of ['entries', 'checkpoints', 'size']) {
    files[name] = (await bench.disk.read(`out/${name}`)) as Uint8Array;
  }
  const report = verifyLedger({ files, verifier, known: [...bench.signed.values()] });
  expect(report).toMatchObject({ verified: true, entries: ITEMS });
  expect(ledger.size).toBe(ITEMS);
}

async function operationsOf(seed: string): Promise<number> {
  const bench = new Bench(seed, []);
  const ledger = await runToEnd(bench);
  const { operations } = bench;
  await checkEnd(bench, ledger);
  return operations;
}

/** Runs with these faults; true when all held, else it throws with the seed that shows it. */
async function run(label: string, seed: string, faults: readonly Fault[]): Promise<boolean> {
  const bench = new Bench(seed, faults);
  try {
    await checkEnd(bench, await runToEnd(bench));
    return true;
  } catch (cause) {
    throw new Error(`${label}: seed ${seed}, faults ${JSON.stringify(faults)}`, { cause });
  }
}

describe('a ledger whose disk fails', () => {
  it('L-13 L-15 keeps every acknowledged entry, and one root a size, through a power cut anywhere', async () => {
    for (const seed of ['cut 1', 'cut 2']) {
      const total = await operationsOf(seed);
      for (let at = 0; at < total; at += 1) {
        expect(await run('power', seed, [{ at, kind: 'power' }])).toBe(true);
      }
    }
  });

  it('L-13 L-15 holds when the recovery from one power cut meets the next', async () => {
    const seed = 'cut twice';
    const total = await operationsOf(seed);
    for (let at = 0; at < total; at += 1) {
      for (const after of [1, 2, 4, 7]) {
        const faults: Fault[] = [
          { at, kind: 'power' },
          { at: at + after, kind: 'power' },
        ];
        expect(await run('two cuts', seed, faults)).toBe(true);
      }
    }
  });

  it('L-14 stops recording at any failed operation, and recovers when opened again', async () => {
    for (const kind of ['error', 'error-after'] as const) {
      const seed = `fails ${kind}`;
      const total = await operationsOf(seed);
      for (let at = 0; at < total; at += 1) {
        expect(await run(kind, seed, [{ at, kind }])).toBe(true);
        const thenCut: Fault = { at: at + 4, kind: 'power' };
        expect(await run(kind, seed, [{ at, kind }, thenCut])).toBe(true);
      }
    }
  });
});

async function mirrorRun(seed: string, faults: readonly Fault[]): Promise<number> {
  const bench = new Bench(seed, faults);
  const source = new Bench(`${seed} source`, []);
  await runToEnd(source);
  const reader = await openLedgerReader({
    storage: source.disk,
    folder: 'out',
    origin: ORIGIN,
    verifier,
  });
  let accepted = 0;
  const place = { folder: 'in', origin: ORIGIN, verifier };
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const storage = bench.storage();
    const mirror: Mirror | null = await openMirror({ ...place, storage }).catch(() => null);
    if (mirror === null) continue;
    expect(mirror.size).toBeGreaterThanOrEqual(accepted);
    for (;;) {
      // Small steps, so that there are many batches to interrupt.
      const batch = await reader.batchAfter(mirror.size);
      if (batch === null) break;
      const { first, checkpoint } = smallest(source, mirror.size) ?? batch;
      const size = parseCheckpoint(noteText(checkpoint)).size;
      const entries = batch.recorded.slice(0, size - first).map((one) => one.bytes);
      const taken = await mirror.accept({ first, entries, checkpoint }).then(
        () => true,
        () => false,
      );
      if (!taken) break;
      accepted = mirror.size;
    }
    if (mirror.size < ITEMS) continue;
    bench.disarm();
    expect(mirror.root).toEqual(reader.root);
    const texts = (await mirror.read(0, ITEMS)).map((bytes) => decodeText(entryPayload(bytes)));
    expect(texts).toEqual(Array.from({ length: ITEMS }, (_, i) => `item ${i}`));
    return bench.operations;
  }
  throw new Error(`the mirror did not recover: seed ${seed}, faults ${JSON.stringify(faults)}`);
}

/** The first checkpoint of the source above a size. */
function smallest(source: Bench, size: number): { first: number; checkpoint: string } | null {
  const sizes = [...source.signed.keys()].filter((one) => one > size);
  const checkpoint = source.signed.get(Math.min(...sizes));
  return checkpoint === undefined ? null : { first: size, checkpoint };
}

describe('a mirror whose disk fails', () => {
  it('L-23 holds what it accepted through a power cut or a failure anywhere', async () => {
    const total = await mirrorRun('mirror', []);
    for (let at = 0; at < total; at += 1) {
      const cut: Fault = { at, kind: 'power' };
      expect(await mirrorRun('mirror', [cut])).toBeGreaterThanOrEqual(total);
      expect(await mirrorRun('mirror', [{ at, kind: 'error' }])).toBeGreaterThanOrEqual(total);
      const again: Fault = { at: at + 3, kind: 'power' };
      expect(await mirrorRun('mirror', [cut, again])).toBeGreaterThanOrEqual(total);
    }
  });
});
