// SPDX-License-Identifier: Apache-2.0
// Two sides at work in one process, by the shipped writers: what one records the other's mirror
// accepts and cosigns, the receipt is kept, and each core takes the partner's entries through its
// journal. The order is the node's: journal durable, then the ledger, then the link. Runs on files
// for kills and on the simulated disk for power cuts.

import { instant, type Random } from '@isthmus/earth';
import {
  type Ledger,
  LedgerError,
  type LedgerReader,
  type Mirror,
  openLedger,
  openLedgerReader,
  openMirror,
  type Storage,
} from '@isthmus/ledger';
import { openJournal, type Turn } from '@isthmus/node';
import { cosign, encodeHex, sha256, verifierOf } from '@isthmus/seal';
import { COSIGN_KEYS, itemOf, LEDGER_KEYS, orderedIn, partnerOf, type SideName } from './keys.ts';

/** What a side acknowledges, said after the fact and never before. */
export type Said =
  /** Recovered: sizes of its ledger, its mirror and its receipts; turns and entries applied. */
  | readonly ['open', SideName, Sizes]
  /** Entry at an index of its ledger, with the hash of its bytes. */
  | readonly ['appended', SideName, number, string]
  /** A checkpoint of the named side: signed by it, or accepted by its partner. */
  | readonly ['signed' | 'accepted', SideName, string]
  | readonly ['receipt', SideName, number]
  /** Turns and applied entries that are durable in the journal. */
  | readonly ['applied', SideName, number, number];

export interface Sizes {
  readonly ledger: number;
  readonly mirror: number;
  readonly receipted: number;
  readonly turns: number;
  readonly applied: number;
}

export interface PairOptions {
  readonly storages: Readonly<Record<SideName, Storage>>;
  /** Most items a turn orders, 1 to 256. */
  readonly burst: number;
  readonly random: Random;
  readonly salt: () => Uint8Array;
  readonly say: (said: Said) => void;
  /** Looked at before each turn. */
  readonly goesOn: (turns: number) => boolean;
}

/** The disk is gone under a journal, which says so by a yes or no. */
class JournalStopped extends Error {}

/** Something the writers must never show, whatever was cut off. */
export class Broken extends Error {}

/** Opens both sides and runs them until told to stop or a writer fails; then all is at rest. */
export async function runPair(options: PairOptions): Promise<void> {
  const [west, east] = await openBoth(options);
  let failed = false;
  const live = async (side: Side, partner: Side): Promise<void> => {
    try {
      while (!failed && options.goesOn(side.turns)) {
        await side.turn();
        await side.sendTo(partner);
      }
      await side.rest();
      while (!failed && (await side.sendTo(partner)));
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  try {
    await settled([live(west, east), live(east, west)]);
  } finally {
    await settled([west.close(), east.close()]);
  }
}

/** When one side does not open, the process ends, and with it what the other has begun. */
async function openBoth(options: PairOptions): Promise<[Side, Side]> {
  const opened = await Promise.allSettled([openSide('west', options), openSide('east', options)]);
  const [west, east] = opened;
  if (west.status === 'fulfilled' && east.status === 'fulfilled') return [west.value, east.value];
  const sides = opened.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
  await settled(sides.map((side) => side.close()));
  const failed = opened.find((end) => end.status === 'rejected');
  throw failed?.reason;
}

/** Waits for all, then throws the first failure: nothing goes on behind the caller's back. */
async function settled<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const ends = await Promise.allSettled(promises);
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}

const HEADER = { isthmus: 'journal', build: 'long', engine: 'long', architecture: 'long' } as const;

type OpenedTrialJournal = ReturnType<typeof openJournal>;

/** Opens a side's journal as the trials write it. */
export function openTrialJournal(storage: Storage, side: SideName): OpenedTrialJournal {
  return openJournal(storage, { ...HEADER, side });
}

async function openSide(name: SideName, options: PairOptions): Promise<Side> {
  const storage = options.storages[name];
  const [own, partners] = [LEDGER_KEYS[name], LEDGER_KEYS[partnerOf(name)]];
  const place = { storage, folder: 'out', origin: own.name };
  const ledger = await openLedger({
    ...place,
    signer: own,
    salt: options.salt,
    cosigner: verifierOf(COSIGN_KEYS[partnerOf(name)]),
  });
  const mirror = await openMirror({
    storage,
    folder: 'in',
    origin: partners.name,
    verifier: verifierOf(partners),
  });
  const reader = await openLedgerReader({ ...place, verifier: verifierOf(own) });
  const { journal, turns } = await openTrialJournal(storage, name);
  const side = new Side(name, options, { ledger, mirror, reader, journal });
  await side.replay(turns);
  return side;
}

interface Parts {
  readonly ledger: Ledger;
  readonly mirror: Mirror;
  readonly reader: LedgerReader;
  readonly journal: Awaited<ReturnType<typeof openJournal>>['journal'];
}

class Side {
  readonly #name: SideName;
  readonly #options: PairOptions;
  readonly #parts: Parts;
  turns = 0;
  #applied = 0;
  #ordered = 0;
  #underWay: Promise<void> = Promise.resolve();

  constructor(name: SideName, options: PairOptions, parts: Parts) {
    this.#name = name;
    this.#options = options;
    this.#parts = parts;
  }

  /** The turns on disk again, and what they ordered and the ledger does not hold yet, once. */
  async replay(turns: readonly Turn[]): Promise<void> {
    const { ledger, mirror } = this.#parts;
    for (const turn of turns) {
      if (turn.at !== this.turns) throw new Broken(`turn ${turn.at} stands at ${this.turns}`);
      for (const { index } of turn.entries) {
        if (index !== this.#applied) throw new Broken(`entry ${index} follows ${this.#applied}`);
        this.#applied += 1;
      }
      this.#ordered += orderedIn(this.#name, this.turns, this.#options.burst);
      this.turns += 1;
    }
    if (this.#applied > mirror.size) throw new Broken('applied beyond what the mirror holds');
    if (ledger.size > this.#ordered) throw new Broken('recorded before its cause was durable');
    const { turns: taken } = this;
    const [applied, receipted] = [this.#applied, ledger.receiptedSize];
    const sizes = { ledger: ledger.size, mirror: mirror.size, receipted, turns: taken, applied };
    this.#options.say(['open', this.#name, sizes]);
    if (ledger.checkpoint !== null) this.#options.say(['signed', this.#name, ledger.checkpoint]);
    this.#append(ledger.size, this.#ordered);
  }

  /** One turn: what the mirror has got, into the journal; what the turn orders, to the ledger. */
  async turn(): Promise<void> {
    const { journal, ledger, mirror } = this.#parts;
    const first = this.#applied;
    const bytes = await mirror.read(first, Math.min(mirror.size, first + 1024));
    const entries = bytes.map((one, i) => ({
      index: first + i,
      bytes: Buffer.from(one).toString('base64'),
    }));
    const link = { up: true, heard: null, configured: true };
    journal.append({ at: instant(this.turns), plots: [], entries, link, recording: true });
    const from = this.#ordered;
    this.#ordered += orderedIn(this.#name, this.turns, this.#options.burst);
    this.turns += 1;
    this.#applied += entries.length;
    if (!(await journal.durable())) throw new JournalStopped('the journal stopped');
    this.#options.say(['applied', this.#name, this.turns, this.#applied]);
    this.#append(from, this.#ordered);
    if (ledger.queued > 1024 || this.#options.random.chance(1, 3)) await this.#underWay;
  }

  /** Hands the partner the next batch and keeps its receipt; false when there was none. */
  async sendTo(partner: Side): Promise<boolean> {
    const { ledger, reader } = this.#parts;
    const { mirror } = partner.#parts;
    const batch = await reader.batchAfter(mirror.size);
    if (batch !== null) {
      const { first, checkpoint, recorded } = batch;
      await mirror.accept({ first, entries: recorded.map((one) => one.bytes), checkpoint });
      this.#options.say(['accepted', this.#name, checkpoint]);
    }
    const { checkpoint, size } = mirror;
    if (checkpoint === null || size <= ledger.receiptedSize) return batch !== null;
    // The reader sees a checkpoint a moment before the writer owns to it.
    if (size > ledger.size) await this.#underWay;
    const line = await cosign(checkpoint, COSIGN_KEYS[partner.#name], size);
    await ledger.addReceipt({ size, line });
    this.#options.say(['receipt', this.#name, size]);
    return batch !== null;
  }

  /** Resolves when all that was ordered is recorded. */
  async rest(): Promise<void> {
    await this.#underWay;
  }

  async close(): Promise<void> {
    await this.#underWay.catch(() => undefined);
    await this.#parts.journal.durable();
    await this.#parts.ledger.close();
  }

  #append(from: number, to: number): void {
    const { ledger } = this.#parts;
    const items = Array.from({ length: to - from }, (_, i) => itemOf(this.#name, from + i));
    const before = this.#underWay;
    const append = async (): Promise<void> => {
      for (const one of await ledger.append(items)) {
        this.#options.say(['appended', this.#name, one.index, hashOf(one.bytes)]);
      }
      const { checkpoint } = ledger;
      if (checkpoint !== null) this.#options.say(['signed', this.#name, checkpoint]);
    };
    if (items.length === 0) return;
    this.#underWay = Promise.all([before, append()]).then(() => undefined);
    // Looked at when it is awaited; until then it must not count as nobody's.
    this.#underWay.catch(() => undefined);
  }
}

/** Enough of a hash to tell any two entries apart. */
export function hashOf(bytes: Uint8Array): string {
  return encodeHex(sha256(bytes)).slice(0, 24);
}

const BROKEN: ReadonlySet<string> = new Set([
  'corrupt',
  'forked',
  'rolled-back',
  'bad-signature',
  'bad-checkpoint',
  'bad-origin',
  'bad-receipt',
  'bad-entry',
  'bad-proof',
  'bad-range',
  'gap',
  'root-mismatch',
  'equivocation',
]);

/** Whether an end of `runPair` is what a lost disk explains; all else is a finding. */
export function isLostDisk(error: unknown): boolean {
  if (error instanceof JournalStopped) return true;
  if (!(error instanceof LedgerError) || BROKEN.has(error.code)) return false;
  return error.cause === undefined || isLostDisk(error.cause);
}
