// SPDX-License-Identifier: Apache-2.0
// Roots of our own record at earlier sizes, rebuilt from the entries themselves: what a partner's
// claim "I hold n entries with this root" is compared with. RFC 6962 section 2.1. It trusts no
// stored checkpoint, so a record that was put back from a copy or changed shows here.

import { leafHash } from '@isthmus/ledger';
import { concatBytes, sha256 } from '@isthmus/seal';
import type { RecordReader } from './records.ts';

const NODE_PREFIX = Uint8Array.of(1);

/** Computes roots at sizes that mostly rise: each entry is read once, unless a size falls back. */
export class RecordRoots {
  readonly #reader: RecordReader;
  #size = 0;
  /** Roots of the complete subtrees from left to right, widest first; one per set bit of the size. */
  #peaks: Uint8Array[] = [];

  constructor(reader: RecordReader) {
    this.#reader = reader;
  }

  /** Root over the first `size` entries, 32 bytes. The caller guarantees size <= reader.size. */
  async rootAt(size: number): Promise<Uint8Array> {
    if (size < this.#size) {
      this.#size = 0;
      this.#peaks = [];
    }
    while (this.#size < size) {
      const batch = await this.#reader.batchAfter(this.#size);
      if (batch === null) throw new RangeError(`the record ends before ${size}`);
      for (const entry of batch.recorded.slice(0, size - this.#size)) this.#add(entry.bytes);
    }
    const right = this.#peaks.at(-1);
    if (right === undefined) return sha256(new Uint8Array());
    return this.#peaks.slice(0, -1).reduceRight((root, peak) => nodeHash(peak, root), right);
  }

  #add(entry: Uint8Array): void {
    let peak = leafHash(entry);
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      peak = nodeHash(this.#peaks.pop() as Uint8Array, peak);
    }
    this.#peaks.push(peak);
    this.#size += 1;
  }
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(NODE_PREFIX, left, right));
}
