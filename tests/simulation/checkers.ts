// SPDX-License-Identifier: Apache-2.0
// The invariants of a simulated episode (I1 to I16 as far as there is something to check), apart
// from the workload and the faults. A checker sees both sides at once, which no node can.

import { createHash, type Hash } from 'node:crypto';
import {
  entryPayload,
  LIMITS as LEDGER_LIMITS,
  LedgerError,
  parseCheckpoint,
} from '@isthmus/ledger';
import { verifyEvidence } from '@isthmus/ledger/verify';
import { type DecisionRecord, publicKeysOf } from '@isthmus/node';
import type { FeedTick, Warning } from '@isthmus/picture';
import { decodeRelease } from '@isthmus/wire';
import { type MemorySide, seededKeys } from '../../apps/cli/src/demo/memory-side.ts';
import type { PreparedRun } from '../../apps/cli/src/demo/prepare.ts';
import type { Machine } from './machine.ts';

/** Problems kept of one episode: the first ones say what broke. */
const PROBLEMS_MAX = 10;
/** The transport's high water, one batch of the largest size beyond it, and its frames. */
const WAITING_BYTES_MAX = 2 * LEDGER_LIMITS.batchBytesMax + (1 << 20);
/** Alarms that say of a partner that its word or its record is false. */
const ACCUSATION = /^link: (mode|fork|hello-signature|refused-batch|bad-receipt):/;

export class Checkers {
  readonly problems: string[] = [];
  released = 0;
  /** Sides that must be recording at every tick, whatever their partner does. */
  readonly mustRecord: [boolean, boolean] = [false, false];
  /**
   * Sides whose disk has lost what it said was durable: no software keeps that, so only what they
   * sign and what they say is judged.
   */
  readonly mayLack: [boolean, boolean] = [false, false];
  readonly #run: PreparedRun;
  readonly #hash: Hash | null;
  readonly #last: (FeedTick | null)[] = [null, null];
  /** Root hash by origin and size, from every checkpoint seen. */
  readonly #roots = new Map<string, string>();
  /** Largest size each side has cosigned of the other's ledger. */
  readonly #receipted = [0, 0];
  readonly #decided: number[] = [-1, -1];

  constructor(run: PreparedRun, isTraced: boolean) {
    this.#run = run;
    this.#hash = isTraced ? createHash('sha256') : null;
  }

  problem(text: string): void {
    if (this.problems.length < PROBLEMS_MAX) this.problems.push(text);
  }

  trace(): string | null {
    return this.#hash?.digest('hex') ?? null;
  }

  /** Every turn of a side, as its officers see it. */
  tick(index: 0 | 1, record: FeedTick): void {
    this.#hash?.update(JSON.stringify(record));
    const name = this.#run.sides[index].name;
    const before = this.#last[index];
    this.#last[index] = record;
    if (this.mustRecord[index] && !record.recording) {
      this.problem(`${name}: the partner made it stop recording`);
    }
    for (const warning of record.ownWarnings) this.#ownWarning(name, warning);
    for (const { says } of record.explained) this.#negative(name, says);
    for (const warning of record.systemWarnings) this.#systemWarning(name, warning);
    if (before !== null && before !== undefined && record.at < before.at) {
      this.problem(`${name}: the feed went back in time`);
    }
  }

  decision(index: 0 | 1, record: DecisionRecord): void {
    if (record.entry === null) return;
    this.released += 1;
    // I3: entries are ordered in one sequence; a restart may order again what it had not recorded.
    if (record.entry > (this.#decided[index] ?? -1) + 1) {
      this.problem(
        `${this.#run.sides[index].name}: entry ${record.entry} was decided out of order`,
      );
    }
    this.#decided[index] = Math.max(this.#decided[index] ?? -1, record.entry);
    if (record.clause === null) this.problem('something was released under no clause (I1)');
  }

  /** Each simulated second: what both sides have signed so far never contradicts itself. */
  observe(sides: readonly (MemorySide | null)[]): void {
    for (const [index, side] of sides.entries()) {
      if (side === null) continue;
      this.#checkpoint(side.ledger.checkpoint);
      this.#checkpoint(side.mirror.checkpoint);
      const other = sides[1 - index];
      if (this.mayLack.includes(true)) continue;
      // I1: the partner never holds more than is durable here.
      if (other !== null && other !== undefined && other.mirror.size > side.ledger.size) {
        this.problem('the partner holds an entry that is not durable at its sender (I1)');
      }
      // I4: what was receipted stays.
      const receipted = side.ledger.receiptedSize;
      this.#receipted[index] = Math.max(this.#receipted[index] ?? 0, receipted);
      if (side.ledger.size < (this.#receipted[index] ?? 0)) {
        this.problem('an acknowledged entry is gone (I4)');
      }
    }
  }

  /** I13: what waits for a partner stays within the bounds of queue, window and transport. */
  bounded(name: string, waiting: { readonly entries: number; readonly bytes: number }): void {
    if (waiting.entries > LEDGER_LIMITS.queueEntriesMax || waiting.bytes > WAITING_BYTES_MAX) {
      this.problem(`${name}: ${waiting.entries} entries, ${waiting.bytes} bytes wait (I13)`);
    }
  }

  /** I6: what a side says of a partner that has only ever been honest. */
  fault(index: 0 | 1, text: string): void {
    if (ACCUSATION.test(text) && !this.mayLack.includes(true)) {
      this.problem(`${this.#run.sides[index].name}: an honest partner accused (I6): ${text}`);
    }
  }

  /** After the quiet time of a side whose partner lied to the end and then kept to the session. */
  async atRestBeside(
    index: 0 | 1,
    lastTurn: () => Promise<void>,
    linkMayBeDown: boolean,
  ): Promise<void> {
    await lastTurn();
    const name = this.#run.sides[index].name;
    const link = this.#last[index]?.link;
    if (link !== 'up' && !linkMayBeDown) this.problem(`${name}: the link is ${link} (I16)`);
  }

  /** After the quiet minute (I3, I4, I5, I8, I16). */
  async atRest(
    sides: readonly [MemorySide, MemorySide],
    lastTurn: () => Promise<void>,
  ): Promise<void> {
    const arrived = sides.map((side) => side.mirror.size);
    for (const index of [0, 1]) {
      const sent = sides[1 - index]?.ledger.size;
      if (arrived[index] !== sent) {
        this.problem(`${sent} entries are recorded, ${arrived[index]} arrived (I8)`);
      }
    }
    await lastTurn();
    for (const index of [0, 1]) {
      const other = sides[1 - index] as MemorySide;
      const name = this.#run.sides[index]?.name ?? '';
      const tick = this.#last[index];
      if (tick?.link !== 'up') this.problem(`${name}: the link is ${tick?.link} at rest (I16)`);
      if (tick?.recording !== true) this.problem(`${name}: not recording at rest (I16)`);
      const counts = this.#last[1 - index]?.counts;
      const applied = (counts?.received ?? 0) + (counts?.refused ?? 0);
      if (applied !== arrived[1 - index] || counts?.refused !== 0) {
        this.problem(`${name}: ${arrived[1 - index]} arrived, ${applied} applied (I4)`);
      }
      await this.#entries(name, other);
    }
  }

  async #entries(name: string, holder: MemorySide): Promise<void> {
    const seen = new Set<string>();
    for (const entry of await holder.mirror.read(0, holder.mirror.size)) {
      const payload = entryPayload(entry);
      const release = decodeRelease(payload);
      if (release.agreementHash !== this.#run.agreementHash) {
        this.problem(`${name}: an entry under another agreement (I2)`);
      }
      const key = Buffer.from(payload).toString('base64');
      if (seen.has(key)) this.problem(`${name}: the same item twice (I3)`);
      seen.add(key);
    }
  }

  /** I6: one root for one size of one origin, for ever. */
  #checkpoint(note: string | null): void {
    if (note === null) return;
    const { origin, size, root } = parseCheckpoint(note.slice(0, note.indexOf('\n\n') + 1));
    const key = `${origin} ${size}`;
    const hex = Buffer.from(root).toString('hex');
    const known = this.#roots.get(key);
    if (known !== undefined && known !== hex) this.problem(`two roots for ${key} (I6)`);
    this.#roots.set(key, hex);
  }

  #ownWarning(name: string, warning: Warning): void {
    if (warning.evidence.some((piece) => piece.party !== 'own')) {
      this.problem(`${name}: a partner's evidence in an own warning (rule 2)`);
    }
  }

  /** No claim of a partner's counts more than log(1 - 0.99), whatever it is sure of. */
  #negative(name: string, says: readonly string[]): void {
    for (const text of says) {
      const counts = /counts \u2212([\d.]+) in log odds/.exec(text)?.[1];
      if (counts !== undefined && !(Number(counts) <= 4.61)) this.problem(`${name}: ${text}`);
    }
  }

  /** I9: confirmed never rests on a partner alone. */
  #systemWarning(name: string, warning: Warning): void {
    const own = warning.evidence.some((piece) => piece.party === 'own');
    if (warning.stage === 'confirmed' && !own) {
      this.problem(`${name}: confirmed by the partner alone (I9)`);
    }
  }
}

/** Evidence of a side that convicts its partner; what an honest partner can come to is not that. */
export function convictions(run: PreparedRun, machine: Machine): number {
  const { index, prepared, disk } = machine;
  const partner = run.sides[index === 0 ? 1 : 0].name;
  const { ledger } = publicKeysOf(seededKeys(run, partner, prepared.name));
  const kept = [...disk.contents()].filter(([path]) => path.startsWith('ledger/in/evidence-'));
  return kept.filter(([, bytes]) => {
    try {
      return verifyEvidence(new TextDecoder().decode(bytes), ledger).verdict === 'proven';
    } catch (error) {
      if (error instanceof LedgerError) return false;
      throw error;
    }
  }).length;
}
