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
export { type Checkpoint, openCheckpoint, openSigned } from './checkpoint.ts';
export { type Evidence, type EvidenceKind, formatEvidence, parseEvidence } from './evidence.ts';
export { type EvidenceVerdict, verifyEvidence } from './evidence-check.ts';
export { type LastSize, readLastSize } from './last-size.ts';
export type { LogKey, LogKeys } from './log-keys.ts';
export { checkCosignature, logKeys } from './log-keys.ts';
export { consistencyProof, inclusionProof, rootOf } from './prove.ts';
export { parseReceipt, type Receipt } from './receipt-form.ts';
export {
  edgeRoot,
  emptyEdge,
  growEdge,
  type Hash,
  leafHash,
  nodeHash,
  type TreeEdge,
} from './tree.ts';

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
  /** The file in which it was found; null for what only the files together show. */
  readonly file: 'entries' | 'checkpoints' | 'size' | 'receipts' | null;
  /** Index of the record in that file, where it is one record. */
  readonly record: number | null;
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

  constructor(kind: LedgerProblem['kind'], message: string, where: Where = {}) {
    super(message);
    const { file = null, record = null, span = [] } = where;
    const [entry = null, through = entry] = span;
    this.problem = { kind, file, record, entry, through, message };
  }
}

interface Where {
  readonly file?: LedgerProblem['file'];
  readonly record?: number;
  readonly span?: readonly number[];
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
      const where = { file: 'checkpoints', record: i } as const;
      const what = `checkpoint ${i}`;
      const note = opened({ what, kind: 'checkpoint', where }, () => decodeText(record.bytes));
      const { checkpoint, key } = opened({ what, kind: 'signature', where }, () =>
        openSigned(note, this.#evidence.verifier),
      );
      if (checkpoint.size <= (this.#checkpoints.at(-1)?.size ?? 0)) {
        throw new Found('checkpoint', `checkpoint ${i} does not grow the log`, where);
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
        throw new Found('entry', `entry ${index} ${what}`, inEntries([index]));
      }
      while (edge.size < checkpoint.size) {
        edge = growEdge(edge, [scan.records[edge.size]?.hash as Hash]);
        if (wanted.has(edge.size)) this.#rootAt.set(edge.size, edgeRoot(edge));
      }
      if (!equalBytes(edgeRoot(edge), checkpoint.root)) {
        const span = [this.#edge.size, checkpoint.size - 1];
        const message = `entries ${span.join(' to ')} do not give the signed root`;
        throw new Found('root', message, inEntries(span));
      }
      this.#edge = edge;
      this.#proven += 1;
    }
    const signedEnd = scan.records[this.#edge.size - 1]?.end ?? 0;
    if (this.#stop !== 'clean') {
      const record = this.#proven;
      const message = `checkpoint ${record} is damaged or not complete`;
      throw new Found('checkpoint', message, { file: 'checkpoints', record });
    }
    if (bytes.length > signedEnd) {
      const message = `${bytes.length - signedEnd} bytes are not signed for`;
      throw new Found('interrupted', message, { file: 'entries' });
    }
  }

  /** A mirror has no `size`; where there is one it must agree with the last checkpoint. */
  compareSize(): void {
    const bytes = this.#evidence.files['size'];
    if (bytes === undefined) return;
    const where = { file: 'size' } as const;
    const found = opened({ what: 'last size', kind: 'size', where }, () => readLastSize(bytes));
    if (found === null || found.torn) {
      const why = 'the last size and root are damaged, or their writing was cut off';
      throw new Found('size', why, where);
    }
    const { last } = found;
    const same = last.size === this.#edge.size && equalBytes(last.root, edgeRoot(this.#edge));
    if (!same || last.origin !== logKeys(this.#evidence.verifier)[0].name) {
      throw new Found('size', `last size ${last.size} is not that of the last checkpoint`, where);
    }
  }

  compareKnown(): void {
    for (const known of this.#knownCheckpoints()) {
      if (known.size > this.#edge.size) {
        const message = `a signed checkpoint of ${known.size} entries is known`;
        const span = [this.#edge.size, known.size - 1];
        throw new Found('split-view', message, { span });
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
      const where = { file: 'receipts', record: i } as const;
      const check = { what: `receipt ${i}`, kind: 'receipt', where } as const;
      const receipt = opened(check, () => parseReceipt(record.bytes));
      const covered = this.#checkpoints.find((one) => one.size === receipt.size);
      if (covered === undefined) {
        throw new Found('receipt', `receipt ${i} covers no checkpoint`, where);
      }
      const claim = { ...covered, line: receipt.line };
      opened(check, () => checkCosignature(claim, cosigner));
      this.#receipts += 1;
      this.#receiptedSize = receipt.size;
    }
    if (scan.stop !== 'clean') {
      const record = this.#receipts;
      throw new Found('receipt', `receipt ${record} is damaged`, { file: 'receipts', record });
    }
  }

  #knownCheckpoints(): readonly Checkpoint[] {
    const { known, verifier } = this.#evidence;
    return (known ?? []).map((note) =>
      opened({ what: 'known checkpoint', kind: 'signature', where: {} }, () =>
        openCheckpoint(note, verifier),
      ),
    );
  }

  #file(name: string): Uint8Array {
    return this.#evidence.files[name] ?? new Uint8Array(0);
  }
}

function inEntries(span: readonly number[]): Where {
  const [record, through = record] = span;
  const isOne = record !== undefined && record === through;
  return { file: 'entries', span, ...(isOne ? { record } : {}) };
}

/** Runs a parser; what it refuses becomes a problem of the given kind and place. */
function opened<T>(
  check: { readonly what: string; readonly kind: LedgerProblem['kind']; readonly where: Where },
  parse: () => T,
): T {
  try {
    return parse();
  } catch (caught) {
    if (!(caught instanceof SealError) && !(caught instanceof LedgerError)) throw caught;
    const found = caught.code === 'revoked' ? 'revoked' : check.kind;
    throw new Found(found, `${check.what}: ${caught.message}`, check.where);
  }
}
