// SPDX-License-Identifier: Apache-2.0
// The platform of a browser, whose own cryptography is asynchronous only: noble's curves and hashes.
//
// The library's `verify` is cofactored and OpenSSL's is not: for a key or an R with a torsion part
// one accepts what the other refuses, and two auditors would disagree about one record. So the
// equation is checked here the way OpenSSL does, with the library's points.

import { ed25519 } from '@noble/curves/ed25519.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { randomBytes } from '@noble/hashes/utils.js';
import type { Platform } from './port.ts';

const { Point } = ed25519;

/** Portable code; nothing of it is asynchronous. */
export const platform: Platform = {
  sha256: (data) => sha256(data),
  hmacSha256: (key, data) => hmac(sha256, key, data),
  randomBytes: (count) => randomBytes(count),
  publicKeyOf: (seed) => ed25519.getPublicKey(seed),
  sign: (seed, message) => ed25519.sign(message, seed),
  verify: (publicKey, message, signature) => {
    const r = signature.subarray(0, 32);
    const s = numberOf(signature.subarray(32));
    if (s >= Point.Fn.ORDER) return false;
    const a = pointOf(publicKey);
    if (a === null) return false;
    const digest = sha512.create().update(r).update(publicKey).update(message).digest();
    const k = Point.Fn.create(numberOf(digest));
    // Public values only: time may depend on them.
    const expected = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k)).toBytes();
    return expected.every((byte, i) => byte === r[i]);
  },
};

/** The point of an encoding, or null where it is off the curve or not canonical. */
function pointOf(bytes: Uint8Array): InstanceType<typeof Point> | null {
  try {
    return Point.fromBytes(bytes, false);
  } catch {
    return null;
  }
}

/** Little-endian bytes as a number. */
function numberOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i -= 1) value = (value << 8n) | BigInt(bytes[i] as number);
  return value;
}
