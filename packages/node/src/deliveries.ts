// SPDX-License-Identifier: Apache-2.0
// What the link has delivered and the core has yet to take: entries of the partner's in sequence,
// grouped by the marks between them, handed out a bounded turn at a time.

import type { Instant } from '@isthmus/earth';
import type { LinkEntry } from '@isthmus/link';
import { LIMITS } from './limits.ts';
import type { PartnerEntry } from './turn.ts';

/** Of a turn's entries in base64. */
const MOST_CHARACTERS = (LIMITS.entryBytesPerTurn / 3) * 4;

/** Entries delivered before a mark of the partner's. */
interface Delivered {
  /** Null while the partner's tick has not ended. */
  readonly mark: Instant | null;
  readonly entries: readonly PartnerEntry[];
}

/** The entries of one partner on their way into turns. */
export class Deliveries {
  #closed: Delivered[] = [];
  #open: PartnerEntry[] = [];
  #received: number;
  readonly #untaken: { readonly upTo: number; readonly taken: () => void }[] = [];

  /** @param received entries that the core has applied already */
  constructor(received: number) {
    this.#received = received;
  }

  /** Entries of the partner's ledger that have come so far: the index of the next. */
  get received(): number {
    return this.#received;
  }

  /** Resolves when the core has taken the entries: until then the link reads only so far ahead. */
  deliver(entries: readonly LinkEntry[]): Promise<void> {
    for (const entry of entries) {
      // Delivered again after a reconnection of the worker: the core has it already.
      if (entry.index < this.#received) continue;
      this.#open.push({ index: entry.index, bytes: Buffer.from(entry.bytes).toString('base64') });
      this.#received = entry.index + 1;
    }
    // More than a turn takes is not worth waiting for a mark, and the mark may wait for it.
    if (this.#open.length >= LIMITS.entriesPerTurn) this.closeGroup(null);
    const upTo = this.#received;
    return new Promise((taken) => this.#untaken.push({ upTo, taken }));
  }

  /** Ends the group of what came since the last one, with the partner's mark if that is why. */
  closeGroup(mark: Instant | null): void {
    this.#closed.push({ mark, entries: this.#open });
    this.#open = [];
  }

  /**
   * Takes out the entries of a turn, within its bounds.
   *
   * @param before only what the partner sent in ticks before this one; null for all that came
   * @returns `heard`: whether a mark of the partner's was among them
   */
  take(before: Instant | null): {
    readonly entries: readonly PartnerEntry[];
    readonly heard: boolean;
  } {
    if (before === null) this.closeGroup(null);
    const entries: PartnerEntry[] = [];
    let heard = false;
    let characters = 0;
    while (entries.length < LIMITS.entriesPerTurn) {
      const group = this.#closed[0];
      if (group === undefined) break;
      if (before !== null && group.mark !== null && group.mark >= before) break;
      heard ||= group.mark !== null;
      let next = 0;
      for (; next < group.entries.length && entries.length < LIMITS.entriesPerTurn; next += 1) {
        const entry = group.entries[next] as PartnerEntry;
        if (characters + entry.bytes.length > MOST_CHARACTERS) break;
        characters += entry.bytes.length;
        entries.push(entry);
      }
      if (next < group.entries.length) {
        this.#closed[0] = { mark: group.mark, entries: group.entries.slice(next) };
        break;
      }
      this.#closed.shift();
    }
    return { entries, heard };
  }

  /** The core has applied the first `count` entries: whoever waited for them goes on. */
  applied(count: number): void {
    while ((this.#untaken[0]?.upTo ?? Number.POSITIVE_INFINITY) <= count) {
      this.#untaken.shift()?.taken();
    }
  }
}
