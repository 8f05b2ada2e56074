// SPDX-License-Identifier: Apache-2.0
// A small link on disk for tests of the audit: two sides' logs with their mirrors and receipts, an export,
// both registers and a decision log, all by the shipped code, without a run of the whole program.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addSeconds, instantFromIso } from '@isthmus/earth';
import {
  createMemoryStorage,
  exportTiles,
  type Ledger,
  leafHash,
  type MemoryStorage,
  openLedger,
  openLedgerReader,
  openMirror,
} from '@isthmus/ledger';
import {
  createRegister,
  joinAgreementNotes,
  type LinkLife,
  sideKeyName,
  signAgreement,
} from '@isthmus/node';
import {
  cosign,
  encodeHex,
  formatVerifierKey,
  heldKey,
  keyPairFromSeed,
  LINK_PURPOSES,
  type NoteKey,
  sha256,
  verifierOf,
} from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import { encode } from '@isthmus/wire';
import { agreementHashOf, loadAgreement } from '../../apps/cli/src/agreement-file.ts';
import { ROOT } from '../../apps/cli/src/repository.ts';
import { writeRegister } from '../../apps/cli/src/side/key-files.ts';
import { releaseSource } from '../../bench/decisions.ts';

const START = instantFromIso('2012-06-01T12:00:00Z');
const SIDES = ['west', 'east'] as const;

type Side = (typeof SIDES)[number];

const otherSide = (side: Side): Side => (side === 'west' ? 'east' : 'west');

const lifeOf = (side: Side): LinkLife => ({
  side,
  partner: otherSide(side),
  mode: 'exercise',
  epoch: 1,
});

/** Keys from the names of side and purpose. */
export function keyOf(side: Side, purpose: 'identity' | (typeof LINK_PURPOSES)[number]): NoteKey {
  const pair = keyPairFromSeed(sha256(new TextEncoder().encode(`audit ${side} ${purpose}`)));
  return heldKey(sideKeyName(purpose, lifeOf(side)), pair, purpose === 'cosign' ? 4 : 1);
}

/** The verifier key of a side's log. */
export function ledgerKey(side: Side): string {
  return formatVerifierKey(verifierOf(openSigner(keyOf(side, 'ledger'))));
}

/**
 * A log in memory, of `batches` of three entries, each mirrored and receipted two seconds later.
 *
 * @param story another makes another log of the same name, by the same key
 */
export async function makeLog(
  side: Side,
  batches: number,
  story = '',
): Promise<{
  readonly own: MemoryStorage;
  readonly theirs: MemoryStorage;
  readonly ledger: Ledger;
}> {
  const [own, theirs] = [createMemoryStorage(), createMemoryStorage()];
  const signer = openSigner(keyOf(side, 'ledger'));
  const cosigner = openSigner(keyOf(otherSide(side), 'cosign'));
  const origin = signer.name;
  let salted = 0;
  const salt = (): Uint8Array => {
    salted += 1;
    return sha256(new TextEncoder().encode(`${story}${side} ${salted}`)).subarray(0, 16);
  };
  const ledger = await openLedger({ storage: own, folder: 'out', origin, signer, salt });
  const verifier = verifierOf(signer);
  const mirror = await openMirror({ storage: theirs, folder: 'in', origin, verifier });
  const agreement = await loadAgreement(AGREEMENT);
  const agreementHash = agreementHashOf(agreement);
  const terms = { agreement, agreementHash, from: side, to: otherSide(side) };
  const source = releaseSource(3, { start: START, ...terms });
  for (let i = 0; i < batches; i += 1) {
    const from = ledger.size;
    await ledger.append([0, 1, 2].map(() => encode(source.next())));
    const batch = await ledger.batchAfter(from);
    if (batch === null) throw new Error('nothing was appended');
    const { first, recorded, checkpoint } = batch;
    await mirror.accept({ first, entries: recorded.map(({ bytes }) => bytes), checkpoint });
    const atS = Math.floor(addSeconds(START, i + 3) / 1e6);
    const line = await cosign(checkpoint, cosigner, atS);
    await ledger.addReceipt({ size: ledger.size, line });
  }
  return { own, theirs, ledger };
}

/** The agreement of every link made here. */
export const AGREEMENT = join(ROOT, 'agreements/exercise.yaml');

/** The event all entries of a link are of, as its agreement names it. */
export const EVENT = '1'.padStart(32, '0');

/** Writes a whole link: `SIDE-out`, `SIDE-in`, `west-export`, `keys/SIDE`, and the files beside. */
export async function writeLink(root: string, batches: number): Promise<void> {
  mkdirSync(root, { recursive: true });
  await writeAgreementNote(join(root, 'agreement.note'));
  for (const side of SIDES) {
    const { own, theirs } = await makeLog(side, batches);
    await writeFolder(own, 'out', join(root, `${side}-out`));
    await writeFolder(theirs, 'in', join(root, `${otherSide(side)}-in`));
    await writeKeys(side, join(root, 'keys', side));
    if (side === 'west') {
      await writeExport(own, join(root, 'west-export'));
      await writeDecisions(own, join(root, 'decisions.ndjson'));
    }
  }
}

/** What a side hands over of its keys. */
export async function writeKeys(side: Side, folder: string): Promise<void> {
  const keys = Object.fromEntries(LINK_PURPOSES.map((one) => [one, keyOf(side, one)]));
  const identity = openSigner(keyOf(side, 'identity'));
  const note = await createRegister(lifeOf(side), {
    keys: { ...keys, identifiers: new Uint8Array(32) } as Parameters<
      typeof createRegister
    >[1]['keys'],
    identity,
    certificate: new Uint8Array(32),
    open: openSigner,
  });
  await writeRegister(folder, { identity: verifierOf(identity), note });
}

/** A folder of memory as the files it would be. */
export async function writeFolder(
  storage: MemoryStorage,
  folder: string,
  target: string,
): Promise<void> {
  mkdirSync(target, { recursive: true });
  for (const name of await storage.list(folder)) {
    const bytes = await storage.read(`${folder}/${name}`);
    if (bytes !== null) writeFileSync(join(target, name), bytes);
  }
}

async function writeAgreementNote(file: string): Promise<void> {
  const hash = agreementHashOf(await loadAgreement(AGREEMENT));
  const signers = SIDES.map((side) => openSigner(keyOf(side, 'agreement')));
  const notes = await Promise.all(signers.map((signer) => signAgreement(hash, [signer])));
  writeFileSync(file, joinAgreementNotes(notes, hash));
}

async function writeExport(storage: MemoryStorage, target: string): Promise<void> {
  const verifier = verifierOf(openSigner(keyOf('west', 'ledger')));
  const place = { storage, folder: 'out', origin: verifier.name };
  const reader = await openLedgerReader({ ...place, verifier });
  const { size, root } = reader;
  const batchAfter: typeof reader.batchAfter = (from) => reader.batchAfter(from);
  const source = { size, root, checkpoint: await reader.cosigned(), batchAfter };
  for await (const { path, bytes } of exportTiles(source)) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), bytes);
  }
}

/** The log that goes with West's ledger, and of something that was withheld. */
async function writeDecisions(storage: MemoryStorage, file: string): Promise<void> {
  const verifier = verifierOf(openSigner(keyOf('west', 'ledger')));
  const reader = await openLedgerReader({
    storage,
    folder: 'out',
    origin: verifier.name,
    verifier,
  });
  const leaves: string[] = [];
  for (;;) {
    const batch = await reader.batchAfter(leaves.length);
    if (batch === null) break;
    leaves.push(...batch.recorded.map(({ bytes }) => encodeHex(leafHash(bytes))));
  }
  const common = { turn: 1, at: START, kind: 'track', subject: 'e1/t1', removed: [] };
  const lines = [
    { isthmus: 'decisions', side: 'west', first: 0 },
    {
      ordinal: 0,
      ...common,
      outcome: 'withheld',
      clause: null,
      reasons: ['Outside.'],
      codes: ['outside-region'],
      entry: null,
      leaf: null,
    },
    ...leaves.map((leaf, entry) => ({
      ordinal: entry + 1,
      ...common,
      outcome: 'released',
      clause: 'west-launches',
      reasons: [],
      entry,
      leaf,
    })),
  ];
  let hash = '';
  let text = '';
  for (const line of lines) {
    const json = JSON.stringify(line);
    hash = encodeHex(sha256(Buffer.from(hash + json)));
    text += `{"hash":"${hash}",${json.slice(1)}\n`;
  }
  writeFileSync(file, text);
}
