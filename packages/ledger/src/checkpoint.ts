// SPDX-License-Identifier: Apache-2.0
// The checkpoint of C2SP tlog-checkpoint, in the strict form we sign and accept:
//
//   west.example/isthmus/exercise/1/ledger/east
//   3
//   rqm+/ktKFKFPsGelp1Jngvs6n7WiDL4OoTFZ8zNuZ+c=
//
// Three lines, no extension lines: what nobody can audit is not signed.

import {
  decodeBase64,
  encodeBase64,
  equalBytes,
  type NoteSigner,
  type OpenedNote,
  openNote,
  SealError,
  signNote,
} from '@isthmus/seal';
import { LedgerError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { counts, endedMessage, type LogKey, type LogKeys, logKeys } from './log-keys.ts';
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

/**
 * Signs a checkpoint. Ed25519 is deterministic: the same checkpoint gives the same bytes again.
 * Rejects with `not-signed` when the signer does not sign.
 */
export async function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): Promise<string> {
  try {
    return await signNote(formatCheckpoint(checkpoint), [signer]);
  } catch (cause) {
    if (!(cause instanceof SealError)) throw cause;
    throw new LedgerError('not-signed', `checkpoint not signed: ${cause.message}`, { cause });
  }
}

/**
 * Opens a signed checkpoint of one log. The origin must be the keys' name, so a key never speaks for
 * another log. Throws `revoked` when it is by a key that had ended before.
 */
export function openCheckpoint(note: string, verifier: LogKeys): Checkpoint {
  return openSigned(note, verifier).checkpoint;
}

/** The same, with the key it is by. */
export function openSigned(
  note: string,
  verifier: LogKeys,
): { readonly checkpoint: Checkpoint; readonly key: LogKey } {
  if (note.length > LIMITS.checkpointBytesMax) {
    throw new LedgerError('too-large', 'checkpoint is too large');
  }
  const keys = logKeys(verifier);
  const { text, verified } = openedNote(note, keys);
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== keys[0].name) {
    throw new LedgerError('bad-origin', 'checkpoint is of another log');
  }
  if (checkpoint.size === 0 && !equalBytes(checkpoint.root, emptyRoot())) {
    throw new LedgerError('bad-checkpoint', 'an empty log has one root');
  }
  const signers = keys.filter((key) =>
    verified.some((one) => one.type === key.type && equalBytes(one.publicKey, key.publicKey)),
  );
  const key = signers.find((one) => counts(one, checkpoint));
  if (key !== undefined) return { checkpoint, key };
  const ended = signers[0] ?? keys[0];
  throw new LedgerError('revoked', endedMessage('checkpoint', ended, checkpoint.size));
}

function openedNote(note: string, keys: readonly LogKey[]): OpenedNote {
  try {
    return openNote(note, keys);
  } catch (cause) {
    if (!(cause instanceof SealError)) throw cause;
    throw new LedgerError('bad-signature', `checkpoint refused: ${cause.message}`, { cause });
  }
}

function decodeRoot(text: string): Hash {
  try {
    return decodeBase64(text);
  } catch (cause) {
    throw new LedgerError('bad-checkpoint', 'root is not canonical base64', { cause });
  }
}
