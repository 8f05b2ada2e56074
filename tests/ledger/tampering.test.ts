// SPDX-License-Identifier: Apache-2.0
// Every file of a side's data folder, with bits flipped, cut short, and exchanged with that of the
// other side: found and named before anything is signed, with the bytes kept, or harmless: what is
// opened is what was there.

import { createRandom, type Random } from '@isthmus/earth';
import {
  createMemoryStorage,
  type MemoryStorage,
  openLedger,
  openMirror,
  signCheckpoint,
} from '@isthmus/ledger';
import { formatEvidence, verifyEvidence } from '@isthmus/ledger/verify';
import {
  createNodeState,
  createRegister,
  openJournal,
  publicKeysOf,
  readSnapshot,
  registerScope,
  scanDecisions,
  stateHash,
} from '@isthmus/node';
import {
  decodeIdentifiersKey,
  decodeKeyFile,
  encodeIdentifiersKey,
  encodeKeyFile,
  encodeText,
  formatVerifierKey,
  identityName,
  keyPairFromSeed,
  LINK_PURPOSES,
  type NoteSigner,
  type NoteVerifier,
  noteSigner,
  openRegister,
  parseVerifierKey,
  sha256,
  verifierOf,
} from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import { beforeAll, expect, test } from 'vitest';
import { MEMORY_HEADER, seededKeys } from '../../apps/cli/src/demo/memory-side.ts';
import type { PreparedRun } from '../../apps/cli/src/demo/prepare.ts';
import { preparedRun } from '../border/fixture.ts';
import { startPair } from '../simulation/pair.ts';

const FLIPS = 1_000;
const CUTS = 100;
const SEED = 7;

let run: PreparedRun;
const disks = [createMemoryStorage(), createMemoryStorage()] as const;
const LISTED = ['ledger/out', 'ledger/in'];
const ROOT_FILES = ['journal', 'snapshot-b', 'decisions.ndjson'];

beforeAll(async () => {
  run = await preparedRun();
  const pair = await startPair(run, disks, 295);
  await pair.fly(295, 297);
  await pair.close();
  const again = await startPair(run, disks, 318);
  await again.fly(318, 325);
  await again.close();
});

type Files = Map<string, Uint8Array>;

async function filesOf(disk: MemoryStorage): Promise<Files> {
  const files: Files = new Map();
  const paths = [...ROOT_FILES];
  for (const folder of LISTED) {
    for (const name of await disk.list(folder)) paths.push(`${folder}/${name}`);
  }
  for (const path of paths) {
    const bytes = await disk.read(path);
    if (bytes !== null) files.set(path, bytes);
  }
  files.set('snapshot-b', withoutTracks(files.get('snapshot-b') ?? new Uint8Array()));
  return files;
}

/** The snapshot with the gate's memory and without tracks: hashing those is what takes its time. */
function withoutTracks(bytes: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(bytes);
  const state = JSON.parse(text.slice(text.indexOf('\n') + 1)) as ReturnType<
    typeof createNodeState
  >;
  const empty = createNodeState({ side: state.side, partner: state.partner, sensors: [] });
  const { turns, gate, appended, told } = state;
  const small = { ...empty, turns, gate, appended, told };
  return new TextEncoder().encode(`${stateHash(small)}\n${JSON.stringify(small)}`);
}

async function diskOf(files: Files): Promise<MemoryStorage> {
  const disk = createMemoryStorage();
  for (const [path, bytes] of files) await disk.replace(path, bytes);
  return disk;
}

/** Opens what reads a file and says what it found, as a text that is the same for the same. */
type Reader = (disk: MemoryStorage) => Promise<string>;

const keysOf = (index: 0 | 1): ReturnType<typeof seededKeys> =>
  seededKeys(run, run.sides[index].name, run.sides[index === 0 ? 1 : 0].name);

const readLedger: Reader = async (storage) => {
  const signer = openSigner(keysOf(1).ledger);
  const place = { storage, folder: 'ledger/out', origin: signer.name };
  const salt = (): Uint8Array => new Uint8Array(16);
  const ledger = await openLedger({ ...place, signer, salt, isMirrored: true });
  const receipts = await ledger.receipts();
  return JSON.stringify([ledger.size, [...ledger.root], ledger.checkpoint, receipts]);
};

const readMirror: Reader = async (storage) => {
  const [verifier] = publicKeysOf(keysOf(0)).ledger as [NoteVerifier];
  const mirror = await openMirror({
    storage,
    folder: 'ledger/in',
    origin: verifier.name,
    verifier,
  });
  return JSON.stringify([mirror.size, [...mirror.root], mirror.checkpoint]);
};

const readJournal: Reader = async (storage) => {
  const header = { ...MEMORY_HEADER, side: run.sides[1].name };
  return JSON.stringify((await openJournal(storage, header)).turns);
};

const readState: Reader = async (storage) => {
  const state = await readSnapshot(storage, run.sides[1].name);
  return state === null ? 'none' : stateHash(state);
};

const CLASSES: readonly [path: string, read: () => Reader][] = [
  ['ledger/out/entries', () => readLedger],
  ['ledger/out/checkpoints', () => readLedger],
  ['ledger/out/size', () => readLedger],
  ['ledger/out/receipts', () => readLedger],
  ['ledger/in/entries', () => readMirror],
  ['ledger/in/checkpoints', () => readMirror],
  ['journal', () => readJournal],
  ['snapshot-b', () => readState],
  ['decisions.ndjson', () => readDecisions],
];

const readDecisions: Reader = async (storage) => {
  const scan = scanDecisions((await storage.read('decisions.ndjson')) ?? new Uint8Array());
  const { broken, lines, side } = scan;
  if (broken !== null) throw new TypeError(`line ${broken} of the decision log`);
  if (side !== run.sides[1].name) throw new TypeError('the decision log of another side');
  return JSON.stringify(lines);
};

/** What speaks of the file in a refusal, for people. */
const NAMED = /entr|checkpoint|last size|receipt|journal|snapshot|log|bytes that no/;

/** Any reason a key is refused for. */
const REFUSED = /./;

/** Opens a side with one file spoiled; says what is wrong with how that went, or null. */
async function drill(
  files: Files,
  path: string,
  spoiled: Uint8Array,
  given: { readonly read: Reader; readonly good: string },
): Promise<string | null> {
  const { read, good } = given;
  const disk = await diskOf(new Map(files).set(path, spoiled));
  let found: string;
  try {
    found = await read(disk);
  } catch (error) {
    if (!NAMED.test((error as Error).message)) return `not named: ${String(error)}`;
    const kept = await disk.read(path);
    return kept !== null && same(kept, spoiled) ? null : 'refused, but the bytes were changed';
  }
  if (found === good) return null;
  // Something less was opened: then every byte must still be there, in place or moved aside.
  const total = await bytesUnder(disk, path);
  return total >= spoiled.length
    ? null
    : `opened as something else, and ${spoiled.length - total} bytes are gone`;
}

async function bytesUnder(disk: MemoryStorage, path: string): Promise<number> {
  let total = await disk.size(path);
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const name = path.slice(folder === '' ? 0 : folder.length + 1);
  if (folder !== '') {
    for (const other of await disk.list(folder)) {
      if (other.startsWith(`${name}-cut-`)) total += await disk.size(`${folder}/${other}`);
    }
    return total;
  }
  // At the root: moved aside whole, or cut where the file now ends.
  const damaged = await disk.size(`${name}-damaged`);
  return total + damaged + (await disk.size(`${name}-cut-${total}`));
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function flipped(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.integer(bytes.length);
  return bytes.with(at, (bytes[at] as number) ^ (1 << random.integer(8)));
}

test(`L-35 any of ${FLIPS} flipped bits a file class is found and named, or harmless`, async () => {
  const files = await filesOf(disks[1]);
  const problems: string[] = [];
  for (const [path, read] of CLASSES) {
    const random = createRandom(`${SEED} flip ${path}`);
    const bytes = files.get(path);
    if (bytes === undefined) continue;
    const given = { read: read(), good: await read()(await diskOf(files)) };
    for (let i = 0; i < FLIPS; i += 1) {
      const problem = await drill(files, path, flipped(bytes, random), given);
      if (problem !== null) problems.push(`seed ${SEED}, ${path}, flip ${i}: ${problem}`);
    }
  }
  expect(problems.slice(0, 5)).toEqual([]);
});

test('L-35 a file cut short at any place is found and named, or harmless', async () => {
  const files = await filesOf(disks[1]);
  const problems: string[] = [];
  for (const [path, read] of CLASSES) {
    const random = createRandom(`${SEED} cut ${path}`);
    const bytes = files.get(path);
    if (bytes === undefined) continue;
    const given = { read: read(), good: await read()(await diskOf(files)) };
    for (let i = 0; i < CUTS; i += 1) {
      const length = random.integer(bytes.length);
      const problem = await drill(files, path, bytes.slice(0, length), given);
      if (problem !== null) problems.push(`seed ${SEED}, ${path}, cut to ${length}: ${problem}`);
    }
  }
  expect(problems.slice(0, 5)).toEqual([]);
});

test('L-35 a file of the other side in place of one’s own is found and named', async () => {
  const [others, files] = [await filesOf(disks[0]), await filesOf(disks[1])];
  for (const [path, read] of CLASSES) {
    const other = others.get(path);
    if (other === undefined || !files.has(path)) continue;
    const disk = await diskOf(new Map(files).set(path, other));
    await expect(read()(disk), path).rejects.toThrow(NAMED);
    expect(await disk.read(path), path).toEqual(other);
  }
});

/** Texts that are no files of the data folder, and what reads each: throws for all but what was written. */
async function keyTexts(): Promise<readonly [string, string, (text: string) => unknown][]> {
  const keys = keysOf(1);
  const [partner, side] = [run.sides[0].name, run.sides[1].name];
  const life = { side, partner, mode: 'exercise', epoch: 1 } as const;
  const pair = keyPairFromSeed(sha256(encodeText('tampering identity')));
  const identity = noteSigner(identityName(registerScope(life)), pair);
  const certificate = sha256(encodeText('certificate'));
  const register = await createRegister(life, { keys, identity, certificate, open: openSigner });
  const agent = { ...verifierOf(keys.ledger), agentSocket: '/run/agent.sock' };
  const verifier = verifierOf(identity);
  return [
    ...LINK_PURPOSES.map(
      (purpose) => [`${purpose}.key`, encodeKeyFile(keys[purpose]), decodeKeyFile] as const,
    ),
    ['agent.key', encodeKeyFile(agent), sameAgent(agent.agentSocket)],
    ['identifiers.key', encodeIdentifiersKey(keys.identifiers), decodeIdentifiersKey],
    ['identity.pub', formatVerifierKey(verifier), parseVerifierKey],
    [
      'register.note',
      register,
      (text: string) => openRegister(text, verifier, registerScope(life)),
    ],
    ['evidence', ...(await evidenceOf(openSigner(keys.ledger)))],
  ].map(
    ([name, text, parse]) => [name, text, parse] as [string, string, (text: string) => unknown],
  );
}

/** The path of a socket has no check, and needs none: another agent has other keys, or none. */
function sameAgent(socket: string): (text: string) => unknown {
  return (text) => {
    const key = decodeKeyFile(text);
    if ('agentSocket' in key && key.agentSocket === socket) return key;
    throw new TypeError('another agent, which does not sign with this key');
  };
}

/** Two roots for one size, which proves; spoiled, it proves nothing or is none. */
async function evidenceOf(signer: NoteSigner): Promise<[string, (text: string) => unknown]> {
  const note = (root: string): Promise<string> =>
    signCheckpoint({ origin: signer.name, size: 3, root: sha256(encodeText(root)) }, signer);
  const evidence = { kind: 'two-roots', first: await note('a'), second: await note('b') } as const;
  const judge = (text: string): unknown => {
    const { verdict, says } = verifyEvidence(text, [verifierOf(signer)]);
    if (verdict !== 'proven') throw new TypeError(says);
    return verdict;
  };
  return [formatEvidence(evidence), judge];
}

test('L-35 a key file, register or evidence with a flipped bit, or cut, is none', async () => {
  for (const [name, text, parse] of await keyTexts()) {
    expect(() => parse(text), name).not.toThrow();
    const random = createRandom(`${SEED} ${name}`);
    for (let i = 0; i < FLIPS / 5; i += 1) {
      const bytes = flipped(new TextEncoder().encode(text), random);
      const spoiled = new TextDecoder().decode(bytes);
      expect(() => parse(spoiled), `seed ${SEED}, ${name}, flip ${i}`).toThrow(REFUSED);
      const length = random.integer(text.length - 1);
      const cut = text.slice(0, length);
      expect(() => parse(cut), `seed ${SEED}, ${name}, cut to ${length}`).toThrow(REFUSED);
    }
  }
});
