// SPDX-License-Identifier: Apache-2.0
// Evidence as a text that stands alone: what two signatures say that cannot both be true, or what
// somebody has to explain. This is the form; whether it proves anything is evidence-check.ts.
//
//   isthmus/evidence/v1 two-roots
//   == first
//   west/isthmus/exercise/ledger/east
//   3
//   rqm+/ktKFKFPsGelp1Jngvs6n7WiDL4OoTFZ8zNuZ+c=
//
//   — west/isthmus/exercise/ledger/east pKxr7QAB...
//   == second
//   ...

import {
  decodeBase64,
  decodeText,
  encodeBase64,
  encodeText,
  openNote,
  SealError,
} from '@isthmus/seal';
import { LedgerError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { type LogKeys, logKeys } from './log-keys.ts';
import type { Hash } from './tree.ts';

/** A signed statement of the partner: "I hold this many entries of your log, with this root". */
export interface SignedClaim {
  /** The text the hello's signature covers, spec/session.md W-102. */
  readonly message: string;
  /** 64 bytes by the partner's hello key. */
  readonly signature: Uint8Array;
}

/** What can be kept, each with all that is needed to check it but the keys. Notes are signed checkpoints. */
export type Evidence =
  /** One key signed two roots for one size. */
  | { readonly kind: 'two-roots'; readonly first: string; readonly second: string }
  /** The larger tree has `root` at the smaller size, by `proof`, and another was signed there. */
  | {
      readonly kind: 'not-a-beginning';
      readonly smaller: string;
      readonly larger: string;
      readonly root: Hash;
      readonly proof: readonly Hash[];
    }
  /** Both are signed, and what came with the larger did not lead from the smaller to it. */
  | { readonly kind: 'unreconciled'; readonly smaller: string; readonly larger: string }
  /** A log was shown that ends at `shown` (null: empty), and more was signed for. */
  | {
      readonly kind: 'withheld';
      readonly shown: string | null;
      readonly beyond: string;
      /** An entry that is missing, by its leaf hash, where the holder of it made the evidence. */
      readonly entry: {
        readonly index: number;
        readonly leaf: Hash;
        readonly proof: readonly Hash[];
      } | null;
    }
  /** The partner claims to hold what the log of that checkpoint (null: empty) does not have. */
  | {
      readonly kind: 'claim';
      readonly checkpoint: string | null;
      /** The log's root at the claimed size and the proof of it, where that is below the checkpoint. */
      readonly held: { readonly root: Hash; readonly proof: readonly Hash[] } | null;
      readonly claim: SignedClaim;
    }
  /** A cosignature line that came for a checkpoint and does not verify over it. */
  | { readonly kind: 'bad-receipt'; readonly checkpoint: string; readonly line: string };

export type EvidenceKind = Evidence['kind'];

const FORM = 'isthmus/evidence/v1';
const MARK = '== ';

/** The text of a piece of evidence; the same for the same evidence. */
export function formatEvidence(evidence: Evidence): string {
  const parts = sectionsOf(evidence).map(([title, body]) => `${MARK}${title}\n${body}`);
  return `${FORM} ${evidence.kind}\n${parts.join('')}`;
}

/** Reads evidence; accepts only what `formatEvidence` prints. Throws `bad-evidence`. */
export function parseEvidence(text: string): Evidence {
  if (text.length > LIMITS.evidenceBytesMax) throw bad('it is too large');
  const [head, ...rest] = text.split(`\n${MARK}`);
  const sections = new Map<string, string>();
  for (const [i, part] of rest.entries()) {
    const cut = part.indexOf('\n');
    // The split took the last newline of every section but the last.
    sections.set(part.slice(0, cut), part.slice(cut + 1) + (i < rest.length - 1 ? '\n' : ''));
  }
  const kind = head?.startsWith(`${FORM} `) === true ? head.slice(FORM.length + 1) : '';
  let evidence: Evidence | null;
  try {
    evidence = fromSections(kind, sections);
  } catch (cause) {
    if (!(cause instanceof SealError)) throw cause;
    throw bad(cause.message, cause);
  }
  const isWhole = [...sections.values()].every((body) => /(^|[^\n]\n)$/.test(body));
  if (evidence === null || !isWhole || formatEvidence(evidence) !== text) {
    throw bad(`the form is ${FORM}, exactly as it was written`);
  }
  return evidence;
}

/**
 * A note with the signatures of these keys alone: what a stranger adds to a note must not make
 * it another note. Throws SealError when there is none.
 */
export function bareNote(note: string, keys: LogKeys): string {
  const { text, verified } = openNote(note, logKeys(keys));
  return `${text}\n${verified.map((one) => one.line).join('')}`;
}

function bad(why: string, cause?: unknown): LedgerError {
  return new LedgerError('bad-evidence', `not evidence: ${why}`, { cause });
}

type Section = readonly [title: string, body: string];

function sectionsOf(evidence: Evidence): readonly Section[] {
  switch (evidence.kind) {
    case 'two-roots':
      return [
        ['first', evidence.first],
        ['second', evidence.second],
      ];
    case 'not-a-beginning':
      return [...pairOf(evidence), ['root', lineOf(evidence.root)], proofOf(evidence.proof)];
    case 'unreconciled':
      return pairOf(evidence);
    case 'withheld': {
      const { shown, beyond, entry } = evidence;
      return [
        ...optional('shown', shown),
        ['beyond', beyond],
        ...(entry === null ? [] : entryOf(entry)),
      ];
    }
    case 'claim': {
      const { checkpoint, held, claim } = evidence;
      return [
        ...optional('checkpoint', checkpoint),
        ...(held === null ? [] : [['root', lineOf(held.root)] as const, proofOf(held.proof)]),
        ['hello', claim.message],
        ['signature', lineOf(claim.signature)],
      ];
    }
    default:
      // In base64: it is whatever a partner sent.
      return [
        ['checkpoint', evidence.checkpoint],
        ['line', lineOf(encodeText(evidence.line))],
      ];
  }
}

function pairOf(pair: { readonly smaller: string; readonly larger: string }): Section[] {
  return [
    ['smaller', pair.smaller],
    ['larger', pair.larger],
  ];
}

function entryOf(entry: { index: number; leaf: Hash; proof: readonly Hash[] }): Section[] {
  return [['entry', `${entry.index} ${lineOf(entry.leaf)}`], proofOf(entry.proof)];
}

function optional(title: string, body: string | null): Section[] {
  return body === null ? [] : [[title, body]];
}

function lineOf(bytes: Uint8Array): string {
  return `${encodeBase64(bytes)}\n`;
}

function proofOf(proof: readonly Hash[]): Section {
  return ['proof', proof.map(lineOf).join('')];
}

function fromSections(kind: string, sections: ReadonlyMap<string, string>): Evidence | null {
  const text = (title: string): string => sections.get(title) ?? '';
  const bytes = (title: string): Uint8Array => decodeBase64(text(title).slice(0, -1));
  const proof = (): Hash[] => proofFrom(text('proof'));
  switch (kind) {
    case 'two-roots':
      return { kind, first: text('first'), second: text('second') };
    case 'not-a-beginning': {
      const pair = { smaller: text('smaller'), larger: text('larger') };
      return { kind, ...pair, root: bytes('root'), proof: proof() };
    }
    case 'unreconciled':
      return { kind, smaller: text('smaller'), larger: text('larger') };
    case 'withheld': {
      const [index = '', leaf = ''] = linesOf(text('entry'))[0]?.split(' ') ?? [];
      const entry = { index: Number(index), leaf: decodeBase64(leaf), proof: proof() };
      const isNamed = sections.has('entry');
      const shown = sections.get('shown') ?? null;
      return { kind, shown, beyond: text('beyond'), entry: isNamed ? entry : null };
    }
    case 'claim': {
      const held = sections.has('root') ? { root: bytes('root'), proof: proof() } : null;
      const claim = { message: text('hello'), signature: bytes('signature') };
      return { kind, checkpoint: sections.get('checkpoint') ?? null, held, claim };
    }
    case 'bad-receipt': {
      const line = decodeText(bytes('line'));
      return { kind, checkpoint: text('checkpoint'), line };
    }
    default:
      return null;
  }
}

/** Counted before it is decoded: 32 kB hold 30,000 empty lines. */
function proofFrom(text: string): Hash[] {
  const lines = linesOf(text);
  if (lines.length > LIMITS.proofHashesMax) throw bad('its proof is longer than any');
  return lines.map(decodeBase64);
}

function linesOf(text: string): string[] {
  return text.split('\n').slice(0, -1);
}
