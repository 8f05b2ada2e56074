// SPDX-License-Identifier: Apache-2.0
// Who stands outside and remembers: all that was ever acknowledged, held against what is found
// later. Bytes and proofs are the auditor's door's; here is only what was promised.

import { entryPayload, openLedgerReader, parseCheckpoint, type Storage } from '@isthmus/ledger';
import { verifyLedger } from '@isthmus/ledger/verify';
import { encodeHex, equalBytes, noteText, verifierOf } from '@isthmus/seal';
import {
  COSIGN_KEYS,
  itemOf,
  LEDGER_KEYS,
  orderedIn,
  partnerOf,
  SIDES,
  type SideName,
} from './keys.ts';
import { Broken, hashOf, openTrialJournal, type Said, type Sizes } from './pair.ts';

type BySide<T> = Readonly<Record<SideName, T>>;

const NOTHING: Sizes = { ledger: 0, mirror: 0, receipted: 0, turns: 0, applied: 0 };

export class Witness {
  readonly #entries: BySide<string[]> = { west: [], east: [] };
  readonly #notes: BySide<Map<number, string>> = { west: new Map(), east: new Map() };
  readonly #least: Record<SideName, Sizes> = { west: NOTHING, east: NOTHING };

  /** Entries acknowledged so far, of both sides. */
  get acknowledged(): number {
    return this.#entries.west.length + this.#entries.east.length;
  }

  /** Takes what a side said; throws `Broken` when it cannot be true together with earlier words. */
  hear(said: Said): void {
    const [kind, side] = said;
    switch (kind) {
      case 'open':
        this.#compareOpen(side, said[2]);
        return;
      case 'appended': {
        const [, , index, hash] = said;
        const known = this.#entries[side][index];
        if (known !== undefined && known !== hash) throw new Broken(`entry ${index} changed`);
        this.#entries[side][index] = hash;
        this.#atLeast(side, { ledger: index + 1 });
        return;
      }
      case 'signed':
        this.#note(side, said[2]);
        return;
      case 'accepted': {
        const size = this.#note(side, said[2]);
        this.#atLeast(side, { ledger: size });
        this.#atLeast(partnerOf(side), { mirror: size });
        return;
      }
      case 'receipt':
        this.#atLeast(side, { receipted: said[2] });
        return;
      case 'applied':
        this.#atLeast(side, { turns: said[2], applied: said[3] });
    }
  }

  #atLeast(side: SideName, seen: Partial<Sizes>): void {
    const least = { ...this.#least[side] };
    for (const name of Object.keys(seen) as (keyof Sizes)[]) {
      least[name] = Math.max(least[name], seen[name] ?? 0);
    }
    this.#least[side] = least;
  }

  #compareOpen(side: SideName, found: Sizes): void {
    for (const name of Object.keys(found) as (keyof Sizes)[]) {
      if (found[name] >= this.#least[side][name]) continue;
      throw new Broken(`${side} ${name}: ${this.#least[side][name]} lost, ${found[name]} found`);
    }
  }

  /** One size, one root, whoever shows the checkpoint. */
  #note(side: SideName, note: string): number {
    const { size } = parseCheckpoint(noteText(note));
    const known = this.#notes[side].get(size);
    if (known !== undefined && known !== note) throw new Broken(`${side}: two roots of ${size}`);
    this.#notes[side].set(size, note);
    return size;
  }

  /** Proves the entries of both ledgers and finds each acknowledged one; also right after a kill. */
  async checkEntries(storages: BySide<Storage>): Promise<BySide<readonly Uint8Array[]>> {
    const [west, east] = [
      await readLog(storages.west, 'out', 'west'),
      await readLog(storages.east, 'out', 'east'),
    ];
    for (const [side, entries] of [
      ['west', west],
      ['east', east],
    ] as const) {
      this.#entries[side].forEach((hash, index) => {
        const bytes = entries[index];
        if (bytes === undefined || hashOf(bytes) !== hash) {
          throw new Broken(`${side}: entry ${index} was acknowledged and is not there`);
        }
      });
    }
    return { west, east };
  }

  /** After an orderly end: every promise, on the files alone. */
  async checkAll(storages: BySide<Storage>, burst: number): Promise<void> {
    const logs = await this.checkEntries(storages);
    for (const side of SIDES) {
      const partner = partnerOf(side);
      const known = [...this.#notes[side].values()];
      const cosigner = verifierOf(COSIGN_KEYS[partner]);
      const verifier = verifierOf(LEDGER_KEYS[side]);
      const out = await filesIn(storages[side], 'out');
      expectVerified(`${side} out`, verifyLedger({ files: out, verifier, cosigner, known }));
      const mirror = await filesIn(storages[partner], 'in');
      expectVerified(`${side} in`, verifyLedger({ files: mirror, verifier }));
      const held = await readLog(storages[partner], 'in', side);
      if (held.length > logs[side].length) throw new Broken(`${side}: the mirror has more`);
      held.forEach((bytes, i) => {
        if (!equalBytes(bytes, logs[side][i] as Uint8Array)) {
          throw new Broken(`${side}: the mirror differs at ${i}`);
        }
      });
      logs[side].forEach((bytes, i) => {
        if (!equalBytes(entryPayload(bytes), itemOf(side, i).bytes)) {
          throw new Broken(`${side}: entry ${i} is not what was ordered there`);
        }
      });
      await checkJournal(storages[side], side, { burst, own: logs[side], partners: logs[partner] });
    }
  }
}

/** Nothing applied twice, nothing skipped, and every order recorded once. */
async function checkJournal(
  storage: Storage,
  side: SideName,
  expected: {
    readonly burst: number;
    readonly own: readonly Uint8Array[];
    readonly partners: readonly Uint8Array[];
  },
): Promise<void> {
  const { turns } = await openTrialJournal(storage, side);
  let applied = 0;
  let ordered = 0;
  turns.forEach((turn, i) => {
    if (turn.at !== i) throw new Broken(`${side}: turn ${turn.at} stands at ${i}`);
    ordered += orderedIn(side, i, expected.burst);
    for (const { index, bytes } of turn.entries) {
      const entry = expected.partners[applied];
      if (index !== applied || entry === undefined) {
        throw new Broken(`${side}: applied ${index} after ${applied}`);
      }
      if (Buffer.from(entry).toString('base64') !== bytes) {
        throw new Broken(`${side}: applied other bytes at ${index}`);
      }
      applied += 1;
    }
  });
  if (ordered !== expected.own.length) {
    throw new Broken(`${side}: ${ordered} ordered, ${expected.own.length} recorded`);
  }
}

async function readLog(storage: Storage, folder: string, owner: SideName): Promise<Uint8Array[]> {
  const verifier = verifierOf(LEDGER_KEYS[owner]);
  const reader = await openLedgerReader({ storage, folder, origin: verifier.name, verifier });
  const entries: Uint8Array[] = [];
  while (entries.length < reader.size) {
    const batch = await reader.batchAfter(entries.length);
    if (batch === null) throw new Broken(`${owner}: entry ${entries.length} cannot be read`);
    for (const { bytes } of batch.recorded) entries.push(bytes);
  }
  return entries;
}

async function filesIn(storage: Storage, folder: string): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (const name of await storage.list(folder)) {
    const bytes = await storage.read(`${folder}/${name}`);
    if (bytes !== null) files[name] = bytes;
  }
  return files;
}

function expectVerified(what: string, report: ReturnType<typeof verifyLedger>): void {
  if (report.verified) return;
  const root = encodeHex(report.root);
  throw new Broken(`${what}: ${JSON.stringify(report.problem)} after ${report.entries} ${root}`);
}
