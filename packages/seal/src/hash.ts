// SPDX-License-Identifier: Apache-2.0
// Hashes, keyed hashes and random bytes, straight from the platform.

import { createHmac, hash, randomBytes as platformRandomBytes } from 'node:crypto';
import { SealError } from './errors.ts';
import { LIMITS } from './limits.ts';

/** SHA-256 of the data, 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  const digest = hash('sha256', data, 'buffer');
  return new Uint8Array(digest.buffer, digest.byteOffset, digest.byteLength);
}

/** HMAC-SHA-256 of the data under the key, 32 bytes. */
export function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', key).update(data).digest());
}

/** `count` bytes from the platform's generator, 0 <= count <= LIMITS.randomBytesMax. */
export function randomBytes(count: number): Uint8Array {
  if (!Number.isInteger(count) || count < 0 || count > LIMITS.randomBytesMax) {
    throw new SealError('too-large', `cannot draw ${count} random bytes`);
  }
  return new Uint8Array(platformRandomBytes(count));
}
