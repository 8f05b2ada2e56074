// SPDX-License-Identifier: Apache-2.0
// The checkpoint of C2SP tlog-checkpoint, in the strict form we sign and accept:
//
//   west.example/isthmus/exercise/ledger/east
//   3
//   rqm+/ktKFKFPsGelp1Jngvs6n7WiDL4OoTFZ8zNuZ+c=
//
// Three lines, no extension lines: what nobody can audit is not signed.

import {
  decodeBase64,
  encodeBase64,
  equalBytes,
  type NoteSigner,
  type NoteVerifier,
  openNote,
  SealError,
  signNote,
} from '@isthmus/seal';
import { LedgerError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { emptyRoot, type Hash } from './tree.ts';

/** What a checkpoint states: this log has this many entries and this root. */
export interface Checkpoint {
  readonly origin: string;
  /** Entries, 0 <= size <= 2^53 - 1. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Hash;
}

/** The text that is signed. */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  return `${checkpoint.origin}\n${checkpoint.size}\n${encodeBase64(checkpoint.root)}\n`;
}

/** Reads a checkpoint text; accepts only what `formatCheckpoint` prints. */
export function parseCheckpoint(text: string): Checkpoint {
  if (text.length > LIMITS.checkpointBytesMax) {
    throw new LedgerError('too-large', 'checkpoint is too large');
  }
  const lines = text.split('\n');
  if (lines.length !== 4 || lines[3] !== '') {
    throw new LedgerError('bad-checkpoint', 'a checkpoint has three lines');
  }
  const [origin, sizeText, rootText] = lines as [string, string, string];
  const size = Number(sizeText);
  if (!/^(0|[1-9][0-9]{0,15})$/.test(sizeText) || !Number.isSafeInteger(size)) {
    throw new LedgerError('bad-checkpoint', 'tree size is not a canonical decimal');
  }
  if (origin === '' || rootText.length !== 44) {
    throw new LedgerError('bad-checkpoint', 'missing origin or root of a wrong length');
  }
  const checkpoint = { origin, size, root: decodeRoot(rootText) };
  if (checkpoint.root.length !== 32 || formatCheckpoint(checkpoint) !== text) {
    throw new LedgerError('bad-checkpoint', 'checkpoint is not canonical');
  }
  return checkpoint;
}

/** Signs a checkpoint. Ed25519 is deterministic: the same checkpoint gives the same bytes again. */
export function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): string {
  return signNote(formatCheckpoint(checkpoint), [signer]);
}

/**
 * Opens a signed checkpoint of one log. The origin must be the verifier's name, so a key never
 * speaks for another log.
 */
export function openCheckpoint(note: string, verifier: NoteVerifier): Checkpoint {
  if (note.length > LIMITS.checkpointBytesMax) {
    throw new LedgerError('too-large', 'checkpoint is too large');
  }
  let text: string;
  try {
    text = openNote(note, [verifier]).text;
  } catch (cause) {
    if (!(cause instanceof SealError)) throw cause;
    throw new LedgerError('bad-signature', `checkpoint refused: ${cause.message}`, { cause });
  }
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== verifier.name) {
    throw new LedgerError('bad-origin', 'checkpoint is of another log');
  }
  if (checkpoint.size === 0 && !equalBytes(checkpoint.root, emptyRoot())) {
    throw new LedgerError('bad-checkpoint', 'an empty log has one root');
  }
  return checkpoint;
}

function decodeRoot(text: string): Hash {
  try {
    return decodeBase64(text);
  } catch (cause) {
    throw new LedgerError('bad-checkpoint', 'root is not canonical base64', { cause });
  }
}
