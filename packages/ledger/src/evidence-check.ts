// SPDX-License-Identifier: Apache-2.0
// What a piece of evidence shows, to somebody who has the keys and nothing else. `proven` is said
// only of what no honest side can come to, whatever it crashed through or was restored from; what
// an honest side can come to is said with what would explain it.

import {
  decodeHex,
  equalBytes,
  openCosignature,
  openNote,
  SealError,
  verify as verifySignature,
} from '@isthmus/seal';
import { checkConsistency, checkInclusion } from './check.ts';
import { type Checkpoint, openCheckpoint } from './checkpoint.ts';
import { LedgerError } from './errors.ts';
import { type Evidence, type EvidenceKind, parseEvidence, type SignedClaim } from './evidence.ts';
import type { LogKey } from './log-keys.ts';

/** What a piece of evidence shows. */
export interface EvidenceVerdict {
  /**
   * `proven`: the key of the log contradicts itself. `to-explain`: the signatures are good, and
   * there is an honest way to them. `nothing`: nothing follows from it.
   */
  readonly verdict: 'proven' | 'to-explain' | 'nothing';
  readonly kind: EvidenceKind;
  /** A plain sentence: what is shown, or why nothing is. */
  readonly says: string;
}

/**
 * Checks evidence with public keys alone: that of the log, and for claims and receipts also the
 * hello and cosign keys of the partner. Throws `bad-evidence` for a text that is none.
 */
export function verifyEvidence(text: string, verifiers: readonly LogKey[]): EvidenceVerdict {
  const evidence = parseEvidence(text);
  const { kind } = evidence;
  try {
    return { kind, ...judge(evidence, new Keys(verifiers)) };
  } catch (caught) {
    if (!(caught instanceof Unproven)) throw caught;
    return { kind, verdict: 'nothing', says: caught.message };
  }
}

type Judgement = Omit<EvidenceVerdict, 'kind'>;

/** Carries the reason why nothing is shown; never leaves this module. */
class Unproven extends Error {}

function judge(evidence: Evidence, keys: Keys): Judgement {
  switch (evidence.kind) {
    case 'two-roots':
      return twoRoots(keys.checkpoint(evidence.first), keys.checkpoint(evidence.second));
    case 'not-a-beginning':
      return notABeginning(evidence, keys);
    case 'unreconciled':
      return unreconciled(pair(keys, evidence.smaller, evidence.larger));
    case 'withheld':
      return withheld(evidence, keys);
    case 'claim':
      return claimed(evidence, keys);
    default:
      return badReceipt(evidence, keys);
  }
}

function twoRoots(first: Checkpoint, second: Checkpoint): Judgement {
  sameLog(first, second);
  if (first.size !== second.size) throw new Unproven('the two checkpoints have different sizes');
  if (equalBytes(first.root, second.root)) throw new Unproven('both state the same root');
  return {
    verdict: 'proven',
    says: `The key of ${first.origin} signed two different logs of ${first.size} entries.`,
  };
}

function notABeginning(
  evidence: Extract<Evidence, { kind: 'not-a-beginning' }>,
  keys: Keys,
): Judgement {
  const { smaller, larger } = pair(keys, evidence.smaller, evidence.larger);
  const { root, proof } = evidence;
  const tree = { size: smaller.size, newSize: larger.size, newRoot: larger.root };
  if (!checkConsistency({ ...tree, root, proof })) {
    throw new Unproven(`the proof does not show what the larger log has at size ${smaller.size}`);
  }
  if (equalBytes(root, smaller.root)) throw new Unproven('the smaller log begins the larger one');
  return {
    verdict: 'proven',
    says: `The key of ${smaller.origin} signed a log of ${smaller.size} entries and one of ${larger.size} that does not begin with it.`,
  };
}

function unreconciled({ smaller, larger }: Pair): Judgement {
  return {
    verdict: 'to-explain',
    says: `The key of ${smaller.origin} signed logs of ${smaller.size} and of ${larger.size} entries, and the entries that came with the second did not lead to it. A proof that the first begins the second would explain it; an owner who cannot give one told two stories.`,
  };
}

function withheld(evidence: Extract<Evidence, { kind: 'withheld' }>, keys: Keys): Judgement {
  const beyond = keys.checkpoint(evidence.beyond);
  const shown = evidence.shown === null ? null : keys.checkpoint(evidence.shown);
  if (shown !== null) sameLog(shown, beyond);
  const from = shown?.size ?? 0;
  if (from >= beyond.size) throw new Unproven('the log that was shown is not the shorter one');
  const { entry } = evidence;
  if (entry !== null) {
    const { size, root } = beyond;
    if (entry.index < from || !checkInclusion({ ...entry, size, root })) {
      throw new Unproven(`the proof does not show an entry ${entry.index} that is missing`);
    }
  }
  const named = entry === null ? '' : `, entry ${entry.index} among them`;
  return {
    verdict: 'to-explain',
    says: `The key of ${beyond.origin} signed for ${beyond.size} entries${named}. A log that ends at ${from} lacks entries ${from} to ${beyond.size - 1}. Every log was that short once: it matters only where that one is shown as the whole.`,
  };
}

function claimed(evidence: Extract<Evidence, { kind: 'claim' }>, keys: Keys): Judgement {
  const claim = keys.claim(evidence.claim);
  const checkpoint = evidence.checkpoint === null ? null : keys.checkpoint(evidence.checkpoint);
  const size = checkpoint?.size ?? 0;
  const said = `${claim.from} signed that it holds ${claim.size} entries of the log of ${claim.to}`;
  if (checkpoint !== null && !checkpoint.origin.startsWith(`${claim.to}/`)) {
    throw new Unproven(`the claim is about a log of ${claim.to}, not about ${checkpoint.origin}`);
  }
  if (claim.size > size) {
    return {
      verdict: 'to-explain',
      says: `${said}; that log has ${size}. Either its owner was put back from an older copy, or the claim is not so: the owner's own signed checkpoint of ${claim.size} entries would show which.`,
    };
  }
  const root = rootAtClaim(evidence, claim.size, checkpoint);
  if (equalBytes(root, claim.root)) throw new Unproven('the claim agrees with the log');
  const receipt = keys.hasReceipt(evidence.checkpoint ?? '')
    ? ', and cosigned a log that begins otherwise'
    : ' with another root than the log has there';
  return {
    verdict: 'to-explain',
    says: `${said}${receipt}. If it can show the owner's signed checkpoint of its root at ${claim.size}, the owner told two stories; if it cannot, it claims what it never had.`,
  };
}

/** The log's own root at the claimed size, proven under its checkpoint. */
function rootAtClaim(
  evidence: Extract<Evidence, { kind: 'claim' }>,
  size: number,
  checkpoint: Checkpoint | null,
): Uint8Array {
  if (checkpoint === null) throw new Unproven('an empty log contradicts nothing');
  if (size === checkpoint.size && evidence.held === null) return checkpoint.root;
  const { root, proof } = evidence.held ?? { root: checkpoint.root, proof: [] };
  const tree = { size, newSize: checkpoint.size, newRoot: checkpoint.root };
  if (!checkConsistency({ ...tree, root, proof })) {
    throw new Unproven(`the proof does not show what the log has at size ${size}`);
  }
  return root;
}

function badReceipt(evidence: Extract<Evidence, { kind: 'bad-receipt' }>, keys: Keys): Judgement {
  const { checkpoint, line } = evidence;
  const good = keys.cosigned(checkpoint, line);
  throw new Unproven(
    good
      ? 'the receipt is good'
      : 'the line is no signature over this checkpoint by a key given: anybody could have written it',
  );
}

interface Pair {
  readonly smaller: Checkpoint;
  readonly larger: Checkpoint;
}

function pair(keys: Keys, smallerNote: string, largerNote: string): Pair {
  const smaller = keys.checkpoint(smallerNote);
  const larger = keys.checkpoint(largerNote);
  sameLog(smaller, larger);
  if (smaller.size >= larger.size) throw new Unproven('the checkpoints are not of growing size');
  return { smaller, larger };
}

function sameLog(one: Checkpoint, other: Checkpoint): void {
  if (one.origin !== other.origin) throw new Unproven('the checkpoints are of two different logs');
}

interface Claim {
  readonly from: string;
  readonly to: string;
  readonly size: number;
  readonly root: Uint8Array;
}

const CLAIM =
  /^isthmus\/hello\/v1\nversion \d+\nfrom (\S+)\nto (\S+)\nmode (live|exercise)\nagreement [0-9a-f]{64}\nepoch (\d+)\nhave (0|[1-9]\d{0,15}) ([0-9a-f]{64})\nchannel [0-9a-f]{64}\n$/;

/** The keys the checker was given, by what they may speak for. */
class Keys {
  readonly #verifiers: readonly LogKey[];

  constructor(verifiers: readonly LogKey[]) {
    this.#verifiers = verifiers;
  }

  checkpoint(note: string): Checkpoint {
    let why = 'no key of a log was given';
    for (const verifier of this.#verifiers) {
      if (verifier.type !== 1) continue;
      try {
        return openCheckpoint(note, verifier);
      } catch (caught) {
        if (!(caught instanceof LedgerError)) throw caught;
        why = caught.message;
      }
    }
    throw new Unproven(`a checkpoint is not signed by a key given: ${why}`);
  }

  claim({ message, signature }: SignedClaim): Claim {
    const found = CLAIM.exec(message) ?? [];
    const [, from = '', to = '', mode = '', epoch = '', size = '', root = ''] = found;
    const party = {
      purpose: 'hello',
      party: from,
      mode: mode === 'live' ? mode : 'exercise',
      epoch: Number(epoch),
    } as const;
    const bytes = new TextEncoder().encode(message);
    const isSigned = this.#verifiers.some(
      ({ name, publicKey }) =>
        name.startsWith(`${from}/isthmus/${mode}/${epoch}/hello/`) &&
        verifySignature({ publicKey, context: party, message: bytes, signature }),
    );
    if (from === '' || !isSigned)
      throw new Unproven('the claim is not signed by a hello key given');
    return { from, to, size: Number(size), root: decodeHex(root) };
  }

  hasReceipt(note: string): boolean {
    return this.#cosigners().some((verifier) => isOpened(() => openNote(note, [verifier])));
  }

  cosigned(note: string, line: string): boolean {
    return this.#cosigners().some((verifier) =>
      isOpened(() => openCosignature({ note, line, verifier })),
    );
  }

  #cosigners(): LogKey[] {
    return this.#verifiers.filter((one) => one.type === 4);
  }
}

function isOpened(open: () => unknown): boolean {
  try {
    open();
    return true;
  } catch (caught) {
    if (caught instanceof SealError) return false;
    throw caught;
  }
}
