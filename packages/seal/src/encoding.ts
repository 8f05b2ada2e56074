// SPDX-License-Identifier: Apache-2.0
// Strict text forms of bytes. Node's own decoders skip junk, accept missing padding and stray tail
// bits; here a text is accepted only if encoding the result gives the same text again.

import { SealError } from './errors.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Standard base64 with padding (RFC 4648 section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  return view(bytes).toString('base64');
}

/** Bytes of canonical base64; throws `bad-base64` for anything `encodeBase64` would not print. */
export function decodeBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) {
    throw new SealError('bad-base64', 'not canonical base64');
  }
  return new Uint8Array(bytes);
}

/** Lower-case hexadecimal. */
export function encodeHex(bytes: Uint8Array): string {
  return view(bytes).toString('hex');
}

/** Bytes of lower-case hexadecimal; throws `bad-hex` for anything `encodeHex` would not print. */
export function decodeHex(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'hex');
  if (bytes.toString('hex') !== text) throw new SealError('bad-hex', 'not lower-case hexadecimal');
  return new Uint8Array(bytes);
}

/** UTF-8 bytes of a text; throws `bad-note` for lone surrogates, which have no UTF-8 form. */
export function encodeText(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new SealError('bad-note', 'text holds a lone surrogate');
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

/** Text of UTF-8 bytes; throws `bad-note` where Node would put replacement characters. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new SealError('bad-note', 'not valid UTF-8', { cause });
  }
}

/** Whether two byte strings are equal. Not constant in time: for public values only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

/** The bytes of all parts, one after another, in a new array. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const joined = new Uint8Array(total);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
