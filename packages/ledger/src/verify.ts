// SPDX-License-Identifier: Apache-2.0
// The auditor's door: from the bytes of a ledger's files and a public key, whether they hold, and
// if not, where. It opens nothing, writes nothing, and needs nothing of ours but seal.

import { decodeText, equalBytes, SealError } from '@isthmus/seal';
import { type Checkpoint, openCheckpoint, openSigned } from './checkpoint.ts';
import { LedgerError } from './errors.ts';
import { readLastSize } from './last-size.ts';
import { LIMITS } from './limits.ts';
import { checkCosignature, type LogKey, type LogKeys, logKeys } from './log-keys.ts';
import { parseReceipt } from './receipt-form.ts';
import { type RecordScan, scanRecords } from './records.ts';
import { edgeRoot, emptyEdge, growEdge, type Hash, type TreeEdge } from './tree.ts';

export {
  type ConsistencyClaim,
  checkConsistency,
  checkInclusion,
  type InclusionClaim,
} from './check.ts';
export { openCheckpoint } from './checkpoint.ts';
export type { LogKey, LogKeys } from './log-keys.ts';
export { consistencyProof, inclusionProof, rootOf } from './prove.ts';
export { type Hash, leafHash } from './tree.ts';

/** What an auditor has. */
export interface LedgerEvidence {
  /** Content of the folder by file name; `entries` and `checkpoints` of a ledger or of a mirror. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** The ledger's public key, or all of them, as its owner's register has them. */
  readonly verifier: LogKeys;
  /** The partner's cosigning key, or all of them: receipts are checked when it is given. */
  readonly cosigner?: LogKeys;
  /** Checkpoints of this log that came another way: each must be a beginning of it. */
  readonly known?: readonly string[];
}

/** Where and how the bytes do not hold. */
export interface LedgerProblem {
  readonly kind:
    | 'entry'
    | 'root'
    | 'checkpoint'
    | 'signature'
    | 'receipt'
    | 'interrupted'
    | 'size'
    | 'split-view'
    /** By a key that had ended before, or not what the owner of a revoked key stands by. */
    | 'revoked';
  /** Index of the first entry that may be wrong; the only one when `through` equals it. */
  readonly entry: number | null;
  /** Index of the last entry that may be wrong. */
  readonly through: number | null;
  readonly message: string;
}

/** The verdict. */
export interface LedgerReport {
  /** Entries proven under a signed checkpoint before any problem. */
  readonly entries: number;
  readonly checkpoints: number;
  /** Receipts checked under the cosigner's key. */
  readonly receipts: number;
  /** Largest size with a checked receipt. */
  readonly receiptedSize: number;
  /** Root of the proven entries. */
  readonly root: Hash;
  readonly verified: boolean;
  readonly problem?: LedgerProblem;
}

/**
 * Verifies a whole ledger: every record's check, every checkpoint's signature and root, receipts,
 * and checkpoints known from elsewhere. What it cannot see is a log cut off cleanly at an earlier
 * checkpoint: for that, give it a `known` checkpoint from the partner.
 */
export function verifyLedger(evidence: LedgerEvidence): LedgerReport {
  const audit = new Audit(evidence);
  try {
    audit.readCheckpoints();
    audit.proveEntries();
    audit.compareSize();
    audit.compareKnown();
    audit.compareEnds();
    audit.checkReceipts();
  } catch (caught) {
    if (!(caught instanceof Found)) throw caught;
    return { ...audit.report(), verified: false, problem: caught.problem };
  }
  return { ...audit.report(), verified: true };
}

/** Carries a problem out of the step that found it; never leaves this module. */
class Found extends Error {
  readonly problem: LedgerProblem;

  constructor(kind: LedgerProblem['kind'], message: string, span: readonly number[] = []) {
    super(message);
    this.problem = { kind, entry: span[0] ?? null, through: span[1] ?? span[0] ?? null, message };
  }
}

interface SignedCheckpoint extends Checkpoint {
  readonly note: string;
  readonly key: LogKey;
}

class Audit {
  readonly #evidence: LedgerEvidence;
  readonly #checkpoints: SignedCheckpoint[] = [];
  readonly #rootAt = new Map<number, Hash>();
  #stop: RecordScan['stop'] = 'clean';
  #edge: TreeEdge = emptyEdge();
  #proven = 0;
  #receipts = 0;
  #receiptedSize = 0;

  constructor(evidence: LedgerEvidence) {
    this.#evidence = evidence;
  }

  report(): Omit<LedgerReport, 'verified'> {
    return {
      entries: this.#edge.size,
      checkpoints: this.#proven,
      receipts: this.#receipts,
      receiptedSize: this.#receiptedSize,
      root: edgeRoot(this.#edge),
    };
  }

  readCheckpoints(): void {
    const bytesMax = LIMITS.checkpointBytesMax;
    const scan = scanRecords(this.#file('checkpoints'), { bytesMax });
    for (const [i, record] of scan.records.entries()) {
      const note = opened(`checkpoint ${i}`, 'checkpoint', () => decodeText(record.bytes));
      const { checkpoint, key } = opened(`checkpoint ${i}`, 'signature', () =>
        openSigned(note, this.#evidence.verifier),
      );
      if (checkpoint.size <= (this.#checkpoints.at(-1)?.size ?? 0)) {
        throw new Found('checkpoint', `checkpoint ${i} does not grow the log`);
      }
      this.#checkpoints.push({ ...checkpoint, note, key });
    }
    this.#stop = scan.stop;
  }

  proveEntries(): void {
    const bytes = this.#file('entries');
    const scan = scanRecords(bytes, { bytesMax: LIMITS.entryBytesMax });
    const known = this.#knownCheckpoints().map((one) => one.size);
    const ends = logKeys(this.#evidence.verifier).map((key) => key.end?.size ?? 0);
    const wanted = new Set([...known, ...ends]);
    let edge = this.#edge;
    for (const checkpoint of this.#checkpoints) {
      if (checkpoint.size > scan.records.length) {
        const index = scan.records.length;
        const what = scan.stop === 'damaged' ? 'is damaged' : 'is missing';
        throw new Found('entry', `entry ${index} ${what}`, [index]);
      }
      while (edge.size < checkpoint.size) {
        edge = growEdge(edge, [scan.records[edge.size]?.hash as Hash]);
        if (wanted.has(edge.size)) this.#rootAt.set(edge.size, edgeRoot(edge));
      }
      if (!equalBytes(edgeRoot(edge), checkpoint.root)) {
        const span = [this.#edge.size, checkpoint.size - 1];
        throw new Found('root', `entries ${span.join(' to ')} do not give the signed root`, span);
      }
      this.#edge = edge;
      this.#proven += 1;
    }
    const signedEnd = scan.records[this.#edge.size - 1]?.end ?? 0;
    if (this.#stop !== 'clean') {
      throw new Found('checkpoint', `checkpoint ${this.#proven} is damaged or not complete`);
    }
    if (bytes.length > signedEnd) {
      throw new Found('interrupted', `${bytes.length - signedEnd} bytes are not signed for`);
    }
  }

  /** A mirror has no `size`; where there is one it must agree with the last checkpoint. */
  compareSize(): void {
    const bytes = this.#evidence.files['size'];
    if (bytes === undefined) return;
    const found = opened('last size', 'size', () => readLastSize(bytes));
    if (found === null || found.torn) {
      throw new Found('size', 'the last size and root are damaged, or their writing was cut off');
    }
    const { last } = found;
    const same = last.size === this.#edge.size && equalBytes(last.root, edgeRoot(this.#edge));
    if (!same || last.origin !== logKeys(this.#evidence.verifier)[0].name) {
      throw new Found('size', `last size ${last.size} is not that of the last checkpoint`);
    }
  }

  compareKnown(): void {
    for (const known of this.#knownCheckpoints()) {
      if (known.size > this.#edge.size) {
        const message = `a signed checkpoint of ${known.size} entries is known`;
        throw new Found('split-view', message, [this.#edge.size, known.size - 1]);
      }
      const root = known.size === 0 ? edgeRoot(emptyEdge()) : this.#rootAt.get(known.size);
      if (root === undefined || !equalBytes(root, known.root)) {
        throw new Found('split-view', `another root is signed for size ${known.size}`);
      }
    }
  }

  /**
   * The owner of an ended key has said, with another key, what it stands by. No log may differ from it,
   * and one signed by a revoked key must contain it, for nothing else tells it from one that the thief made up.
   */
  compareEnds(): void {
    for (const key of logKeys(this.#evidence.verifier)) {
      const { end, status } = key;
      if (end === undefined || end === null || end.size === 0) continue;
      const root = this.#rootAt.get(end.size);
      if (root !== undefined && equalBytes(root, end.root)) continue;
      const signed = this.#checkpoints.some((one) => one.key === key);
      if (root === undefined && (status !== 'revoked' || !signed)) continue;
      const message = `the owner of a ${status} key of this log stands by another at ${end.size}`;
      throw new Found(status === 'revoked' ? 'revoked' : 'split-view', message);
    }
  }

  checkReceipts(): void {
    const { files, cosigner } = this.#evidence;
    const bytes = files['receipts'];
    if (bytes === undefined || cosigner === undefined) return;
    const scan = scanRecords(bytes, { bytesMax: LIMITS.checkpointBytesMax });
    for (const [i, record] of scan.records.entries()) {
      const receipt = opened(`receipt ${i}`, 'receipt', () => parseReceipt(record.bytes));
      const covered = this.#checkpoints.find((one) => one.size === receipt.size);
      if (covered === undefined) throw new Found('receipt', `receipt ${i} covers no checkpoint`);
      const claim = { ...covered, line: receipt.line };
      opened(`receipt ${i}`, 'receipt', () => checkCosignature(claim, cosigner));
      this.#receipts += 1;
      this.#receiptedSize = receipt.size;
    }
    if (scan.stop !== 'clean') throw new Found('receipt', `receipt ${this.#receipts} is damaged`);
  }

  #knownCheckpoints(): readonly Checkpoint[] {
    const { known, verifier } = this.#evidence;
    return (known ?? []).map((note) =>
      opened('known checkpoint', 'signature', () => openCheckpoint(note, verifier)),
    );
  }

  #file(name: string): Uint8Array {
    return this.#evidence.files[name] ?? new Uint8Array(0);
  }
}

/** Runs a parser; what it refuses becomes a problem of the given kind. */
function opened<T>(what: string, kind: LedgerProblem['kind'], parse: () => T): T {
  try {
    return parse();
  } catch (caught) {
    if (!(caught instanceof SealError) && !(caught instanceof LedgerError)) throw caught;
    const found = caught.code === 'revoked' ? 'revoked' : kind;
    throw new Found(found, `${what}: ${caught.message}`);
  }
}
