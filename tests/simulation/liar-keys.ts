// SPDX-License-Identifier: Apache-2.0
// What a liar does with the partner's keys, at once and without asking anybody: signatures by
// node:crypto, in the forms of C2SP and of spec/session.md, written anew and not by `seal`.

import { createHash, createPrivateKey, sign } from 'node:crypto';
import type { NoteKey } from '@isthmus/seal';

/** DER in front of a raw seed (RFC 8410). */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

function ed25519(key: NoteKey, message: string | Uint8Array): Buffer {
  if (!('seed' in key)) throw new TypeError('a liar has the keys themselves');
  const der = Buffer.concat([PRIVATE_PREFIX, key.seed]);
  const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return sign(null, typeof message === 'string' ? Buffer.from(message) : message, secret);
}

/** A signature line of a note: name, and key id with signature in base64. */
function lineOf(key: NoteKey, signature: Buffer): string {
  const id = createHash('sha256').update(`${key.name}\n`).update(Uint8Array.of(key.type));
  const blob = Buffer.concat([id.update(key.publicKey).digest().subarray(0, 4), signature]);
  return `\u2014 ${key.name} ${blob.toString('base64')}\n`;
}

/** A signed checkpoint of whatever size and root. */
export function forgedCheckpoint(
  key: NoteKey,
  tree: { readonly size: number; readonly root: Uint8Array },
): string {
  const text = `${key.name}\n${tree.size}\n${Buffer.from(tree.root).toString('base64')}\n`;
  return `${text}\n${lineOf(key, ed25519(key, text))}`;
}

/** A cosignature line over a note, at a Unix second. */
export function forgedCosignature(note: string, key: NoteKey, atS: number): string {
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(atS));
  const signature = ed25519(key, `cosignature/v1\ntime ${atS}\n${text}`);
  return lineOf(key, Buffer.concat([time, signature]));
}

/** The signature of a hello. */
export function forgedHello(
  key: NoteKey,
  context: { readonly party: string; readonly mode: string; readonly epoch: number },
  message: Uint8Array,
): Uint8Array {
  const head = `isthmus signature v1\nhello\n${context.party}\n${context.mode}\n${context.epoch}\n\n`;
  return new Uint8Array(ed25519(key, Buffer.concat([Buffer.from(head), message])));
}
