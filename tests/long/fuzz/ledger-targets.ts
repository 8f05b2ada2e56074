// SPDX-License-Identifier: Apache-2.0
// Folders of a ledger and of a mirror with damage in one file: what recovers them, reads them, and
// audits them. Whatever is accepted has the root that was signed for its size.

import { createRandom, type Random } from '@isthmus/earth';
import {
  createMemoryStorage,
  LedgerError,
  leafHash,
  openLedger,
  openLedgerReader,
  openMirror,
  type Storage,
} from '@isthmus/ledger';
import { verifyLedger } from '@isthmus/ledger/verify';
import { cosign, encodeHex, verifierOf } from '@isthmus/seal';
import { COSIGN_KEYS, itemOf, LEDGER_KEYS } from '../kills/keys.ts';
import { several, spoilBytes, spoilLines } from './mutate.ts';
import { Finding, pick, type Target } from './target.ts';

const SIGNER = LEDGER_KEYS.west;
const COSIGNER = COSIGN_KEYS.east;
const PLACE = { folder: 'log', origin: SIGNER.name };
const HEADER_BYTES = 12;
/** A folder has up to ten signatures, and each is checked: a quarter of a millisecond and more. */
const SIGNATURES_MS = 25;

/** Valid folders, and the root that was signed for each size in any of them. */
interface Corpus {
  readonly folders: readonly Uint8Array[];
  readonly mirrors: readonly Uint8Array[];
  readonly roots: ReadonlyMap<number, ReadonlySet<string>>;
}

/** A log of some batches; `salt` makes two logs of one key differ. */
async function corpusOf(): Promise<Corpus> {
  const roots = new Map<number, Set<string>>();
  const folders: Uint8Array[] = [];
  const mirrors: Uint8Array[] = [];
  for (let n = 0; n < 6; n += 1) {
    const random = createRandom(`ledger ${n}`);
    const storage = createMemoryStorage();
    const salt = new Uint8Array(16).fill(n % 3);
    const ledger = await openLedger({ ...PLACE, storage, signer: SIGNER, salt: () => salt });
    const mirrored = createMemoryStorage();
    const verifier = verifierOf(SIGNER);
    const mirror = await openMirror({ ...PLACE, storage: mirrored, verifier });
    for (let batch = 0; batch < n; batch += 1) {
      const count = 1 + random.integer(5);
      const first = ledger.size;
      await ledger.append(Array.from({ length: count }, (_, i) => itemOf('west', first + i)));
      const known = roots.get(ledger.size) ?? new Set();
      roots.set(ledger.size, known.add(encodeHex(ledger.root)));
      const sent = await ledger.batchAfter(mirror.size);
      if (sent !== null) {
        const entries = sent.recorded.map((one) => one.bytes);
        await mirror.accept({ first: sent.first, entries, checkpoint: sent.checkpoint });
      }
      const line = await cosign(mirror.checkpoint ?? '', COSIGNER, 1000 + batch);
      await ledger.addReceipt({ size: ledger.size, line });
    }
    const other = await forked(n);
    if (mirror.size > 0) await mirror.compare(other);
    folders.push(await packed(storage));
    mirrors.push(await packed(mirrored));
  }
  roots.set(0, new Set([encodeHex((await emptyLedger()).root)]));
  return { folders, mirrors, roots };
}

function emptyLedger() {
  const salt = (): Uint8Array => new Uint8Array(16);
  return openLedger({ ...PLACE, storage: createMemoryStorage(), signer: SIGNER, salt });
}

/** A checkpoint of the same key over other entries: the mirror keeps it as evidence. */
async function forked(size: number): Promise<string> {
  const salt = (): Uint8Array => new Uint8Array(16).fill(200);
  const storage = createMemoryStorage();
  const ledger = await openLedger({ ...PLACE, storage, signer: SIGNER, salt });
  await ledger.append(Array.from({ length: 1 + size }, (_, i) => itemOf('west', i)));
  return ledger.checkpoint ?? '';
}

/** Files of the folder in one byte string, so that an input is one: name, length, content. */
async function packed(storage: Storage): Promise<Uint8Array> {
  const files: [string, Uint8Array][] = [];
  for (const name of await storage.list(PLACE.folder)) {
    files.push([name, (await storage.read(`${PLACE.folder}/${name}`)) ?? new Uint8Array(0)]);
  }
  return pack(files);
}

function pack(files: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [name, content] of files) {
    const head = Buffer.alloc(5 + name.length);
    head.writeUInt8(name.length);
    head.write(name, 1, 'latin1');
    head.writeUInt32BE(content.length, 1 + name.length);
    parts.push(head, content);
  }
  return new Uint8Array(Buffer.concat(parts));
}

const NAME = /^[a-z][a-z-]{0,31}$/;

function unpack(bytes: Uint8Array): [string, Uint8Array][] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const files: [string, Uint8Array][] = [];
  for (let at = 0; at < view.length; ) {
    const length = view.readUInt8(at);
    if (at + 5 + length > view.length) break;
    const name = view.toString('latin1', at + 1, at + 1 + length);
    const from = at + 5 + length;
    at = from + view.readUInt32BE(from - 4);
    if (NAME.test(name)) files.push([name, bytes.subarray(from, at)]);
  }
  return files;
}

/** Damage in one file: bytes, or a record with its check put right, or the order of records. */
function damage(folder: Uint8Array, random: Random): Uint8Array {
  const files = unpack(folder);
  if (files.length === 0) return folder;
  const at = random.integer(files.length);
  const [name, content] = files[at] as [string, Uint8Array];
  if (random.chance(1, 40)) files.splice(at, 1);
  else files[at] = [name, spoilFile(content, random)];
  return pack(files);
}

function spoilFile(content: Uint8Array, random: Random): Uint8Array {
  if (random.chance(1, 3))
    return several(content, random, (one) => spoilBytes(one, random, content));
  const records = recordsOf(content);
  if (records.length === 0) return spoilLines(content, random, content);
  const at = random.integer(records.length);
  const record = records[at] as Uint8Array;
  switch (random.integer(5)) {
    case 0:
      records.splice(at, 1);
      break;
    case 1:
      records.splice(at, 0, record);
      break;
    case 2:
      records.reverse();
      break;
    default:
      records[at] = several(record, random, (one) => spoilLines(one, random, record));
  }
  return new Uint8Array(Buffer.concat(records.map(recordOf)));
}

/** Contents of the records of a file, as spec/ledger.md has them: length, check, content. */
function recordsOf(content: Uint8Array): Uint8Array[] {
  const records: Uint8Array[] = [];
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  for (let at = 0; at + HEADER_BYTES <= content.length; ) {
    const end = at + HEADER_BYTES + view.getUint32(at);
    if (end > content.length) break;
    records.push(content.subarray(at + HEADER_BYTES, end));
    at = end;
  }
  return records;
}

function recordOf(content: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(content.length);
  return Buffer.concat([head, leafHash(content).subarray(0, 8), content]);
}

async function storageOf(input: Uint8Array): Promise<Storage> {
  const storage = createMemoryStorage();
  for (const [name, content] of unpack(input)) {
    await storage.replace(`${PLACE.folder}/${name}`, content);
  }
  return storage;
}

function expectSigned(corpus: Corpus, size: number, root: Uint8Array): void {
  if (corpus.roots.get(size)?.has(encodeHex(root)) === true) return;
  throw new Finding(`accepts a root that was never signed for size ${size}`);
}

const isRefusal = (error: unknown): boolean => error instanceof LedgerError;

function folderTarget(
  name: string,
  seeds: readonly Uint8Array[],
  read: (input: Uint8Array) => boolean | Promise<boolean>,
): Target {
  return {
    name,
    oneIn: 50,
    msMax: SIGNATURES_MS,
    isRefusal,
    make: (random) => damage(pick(random, seeds), random),
    read,
  };
}

async function recovered(): Promise<Target> {
  const corpus = await corpusOf();
  const options = { ...PLACE, signer: SIGNER, cosigner: verifierOf(COSIGNER) };
  return folderTarget('ledger-recovered', corpus.folders, async (input) => {
    const storage = await storageOf(input);
    const ledger = await openLedger({ ...options, storage, salt: () => new Uint8Array(16) });
    expectSigned(corpus, ledger.size, ledger.root);
    for (const { size } of await ledger.receipts()) {
      if (!Number.isSafeInteger(size)) throw new Finding(`a receipt of ${size}`);
    }
    return true;
  });
}

/** Two slots of a size file, with their checks put right around spoilt checkpoints. */
async function lastSize(): Promise<Target> {
  const corpus = await corpusOf();
  const slotBytes = 4096;
  const spoil = (content: Uint8Array, random: Random): Uint8Array => {
    const at = slotBytes * random.integer(2);
    const record = recordsOf(content.subarray(at, at + slotBytes))[0] ?? new Uint8Array(0);
    const spoilt = several(record, random, (one) => spoilLines(one, random, record));
    const slot = new Uint8Array(slotBytes);
    slot.set(recordOf(spoilt).subarray(0, slotBytes));
    const out = content.slice();
    out.set(slot, at);
    return random.chance(1, 4) ? spoilBytes(out, random, content) : out;
  };
  const options = { ...PLACE, signer: SIGNER, cosigner: verifierOf(COSIGNER) };
  return {
    ...folderTarget('last-size', corpus.folders, async (input) => {
      const storage = await storageOf(input);
      const ledger = await openLedger({ ...options, storage, salt: () => new Uint8Array(16) });
      expectSigned(corpus, ledger.size, ledger.root);
      return true;
    }),
    make(random) {
      const files = unpack(pick(random, corpus.folders));
      return pack(
        files.map(([name, content]) => [name, name === 'size' ? spoil(content, random) : content]),
      );
    },
  };
}

async function mirrorRecovered(): Promise<Target> {
  const corpus = await corpusOf();
  const verifier = verifierOf(SIGNER);
  return folderTarget('mirror-recovered', corpus.mirrors, async (input) => {
    const mirror = await openMirror({ ...PLACE, storage: await storageOf(input), verifier });
    expectSigned(corpus, mirror.size, mirror.root);
    if ((await mirror.read(0, mirror.size)).length !== mirror.size) throw new Finding('lacks some');
    return true;
  });
}

async function logRead(): Promise<Target> {
  const corpus = await corpusOf();
  const verifier = verifierOf(SIGNER);
  return folderTarget('log-read', corpus.folders, async (input) => {
    const reader = await openLedgerReader({ ...PLACE, storage: await storageOf(input), verifier });
    expectSigned(corpus, reader.size, reader.root);
    for (let read = 0; read < reader.size; ) {
      const batch = await reader.batchAfter(read);
      if (batch === null) throw new Finding(`no batch after ${read} of ${reader.size}`);
      read += batch.recorded.length;
    }
    return true;
  });
}

/** The audit says what is wrong and never throws on the content of files. */
async function audited(): Promise<Target> {
  const corpus = await corpusOf();
  const [verifier, cosigner] = [SIGNER, COSIGNER].map(verifierOf);
  if (verifier === undefined || cosigner === undefined) throw new TypeError('two keys');
  const target = folderTarget('ledger-audited', corpus.folders, (input) => {
    const report = verifyLedger({ files: Object.fromEntries(unpack(input)), verifier, cosigner });
    expectSigned(corpus, report.entries, report.root);
    return report.verified;
  });
  return { ...target, isRefusal: () => false };
}

export const ledgerTargets: readonly (() => Promise<Target>)[] = [
  recovered,
  lastSize,
  mirrorRecovered,
  logRead,
  audited,
];
