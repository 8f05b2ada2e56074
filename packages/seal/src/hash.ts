// SPDX-License-Identifier: Apache-2.0
// Hashes, keyed hashes and random bytes, straight from the platform.

import { platform } from '#platform';
import { SealError } from './errors.ts';
import { LIMITS } from './limits.ts';

/** SHA-256 of the data, 32 bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  return platform.sha256(data);
}

/** HMAC-SHA-256 of the data under the key, 32 bytes. */
export function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  return platform.hmacSha256(key, data);
}

/** `count` bytes from the platform's generator, 0 <= count <= LIMITS.randomBytesMax. */
export function randomBytes(count: number): Uint8Array {
  if (!Number.isInteger(count) || count < 0 || count > LIMITS.randomBytesMax) {
    throw new SealError('too-large', `cannot draw ${count} random bytes`);
  }
  return platform.randomBytes(count);
}
