// SPDX-License-Identifier: Apache-2.0
// The log the kit writes as the partner of what it judges. Not the ledger: it signs what no ledger
// would, so its tree is computed here and nothing of it is on a disk.

import { formatCheckpoint, type Hash, leafHash } from '@isthmus/ledger';
import { concatBytes, type NoteSigner, randomBytes, sha256, signNote } from '@isthmus/seal';

/** Entries that were accepted, and checkpoints of whatever is asked. */
export class OwnLog {
  readonly entries: Uint8Array[] = [];
  readonly signer: NoteSigner;
  readonly #leaves: Hash[] = [];

  constructor(signer: NoteSigner) {
    this.signer = signer;
  }

  get size(): number {
    return this.entries.length;
  }

  /** What was cosigned: from now on the log has it. */
  add(entries: readonly Uint8Array[]): void {
    this.entries.push(...entries);
    this.#leaves.push(...entries.map(leafHash));
  }

  rootWith(more: readonly Uint8Array[]): Hash {
    return rootOf([...this.#leaves, ...more.map(leafHash)]);
  }

  rootAt(size: number): Hash {
    return rootOf(this.#leaves.slice(0, size));
  }

  /** The true checkpoint of the log with `more` behind it. */
  checkpointWith(more: readonly Uint8Array[]): Promise<string> {
    return this.sign({ size: this.size + more.length, root: this.rootWith(more) });
  }

  /** A checkpoint of any size and root, under any name and key. */
  sign(
    tree: { readonly size: number; readonly root: Hash },
    { origin, signer }: { readonly origin: string; readonly signer: NoteSigner } = {
      origin: this.signer.name,
      signer: this.signer,
    },
  ): Promise<string> {
    return signNote(formatCheckpoint({ origin, ...tree }), [signer]);
  }
}

/** A Release behind its salt. */
export function entryOf(release: Uint8Array): Uint8Array {
  return concatBytes(randomBytes(16), release);
}

/** RFC 6962 section 2.1, as it stands there. */
function rootOf(leaves: readonly Hash[]): Hash {
  const [first] = leaves;
  if (first === undefined) return sha256(new Uint8Array());
  if (leaves.length === 1) return first;
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  const [left, right] = [rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half))];
  return sha256(concatBytes(Uint8Array.of(1), left, right));
}
