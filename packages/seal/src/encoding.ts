// SPDX-License-Identifier: Apache-2.0
// Strict text forms of bytes. The platforms' own decoders skip junk, accept missing padding and stray
// tail bits; here a text is accepted only if encoding the result gives the same text again. Nothing
// here is Node's own: a browser runs it too.

import { SealError } from './errors.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ENCODER = new TextEncoder();
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Standard base64 with padding (RFC 4648 section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Bytes of canonical base64; throws `bad-base64` for anything `encodeBase64` would not print. */
export function decodeBase64(text: string): Uint8Array {
  const bytes = bytesOfBase64(text);
  if (bytes === null || encodeBase64(bytes) !== text) {
    throw new SealError('bad-base64', 'not canonical base64');
  }
  return bytes;
}

function bytesOfBase64(text: string): Uint8Array | null {
  try {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < bytes.length; i += 1) bytes[i] = binary.charCodeAt(i);
    return bytes;
  } catch {
    return null;
  }
}

/** Lower-case hexadecimal. */
export function encodeHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte] as string;
  return text;
}

/** Bytes of lower-case hexadecimal; throws `bad-hex` for anything `encodeHex` would not print. */
export function decodeHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length >>> 1);
  for (let i = 0; i < bytes.length; i += 1)
    bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  if (encodeHex(bytes) !== text) throw new SealError('bad-hex', 'not lower-case hexadecimal');
  return bytes;
}

/** UTF-8 bytes of a text; throws `bad-note` for lone surrogates, which have no UTF-8 form. */
export function encodeText(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new SealError('bad-note', 'text holds a lone surrogate');
  return ENCODER.encode(text);
}

/** Text of UTF-8 bytes; throws `bad-note` where a lenient decoder would put replacement characters. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new SealError('bad-note', 'not valid UTF-8', { cause });
  }
}

/** Whether two byte strings are equal. Not constant in time: for public values only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
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
