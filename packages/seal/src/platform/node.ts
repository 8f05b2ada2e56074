// SPDX-License-Identifier: Apache-2.0
// The platform of Node: OpenSSL through node:crypto.

import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  hash,
  type KeyObject,
  sign as platformSign,
  verify as platformVerify,
  randomBytes,
} from 'node:crypto';
import type { Platform } from './port.ts';

/** DER in front of a raw seed (RFC 8410 PKCS #8) and of a raw public key (SPKI). */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Importing a key costs more than a signature; keys are few and live long. */
const privateObjects = new WeakMap<Uint8Array, KeyObject>();
/** By their bytes: whoever checks a signature has a copy of its own of the key. */
const publicObjects = new Map<string, KeyObject>();
/** More than the keys of any link; a partner that shows many does not fill the memory with them. */
const PUBLIC_OBJECTS_MAX = 256;

const SHA256_BYTES = 32;

/** OpenSSL. */
export const platform: Platform = {
  sha256(data) {
    // A text of one character a byte: a buffer made by OpenSSL costs more than the hash.
    const text = hash('sha256', data, 'binary');
    const digest = new Uint8Array(SHA256_BYTES);
    for (let i = 0; i < SHA256_BYTES; i += 1) digest[i] = text.charCodeAt(i);
    return digest;
  },
  hmacSha256: (key, data) => new Uint8Array(createHmac('sha256', key).update(data).digest()),
  randomBytes: (count) => new Uint8Array(randomBytes(count)),
  publicKeyOf(seed) {
    const spki = createPublicKey(privateObject(seed)).export({ format: 'der', type: 'spki' });
    return Uint8Array.from(spki.subarray(spki.length - 32));
  },
  sign: (seed, message) => new Uint8Array(platformSign(null, message, privateObject(seed))),
  verify: (publicKey, message, signature) =>
    platformVerify(null, message, publicObject(publicKey), signature),
};

function privateObject(seed: Uint8Array): KeyObject {
  let object = privateObjects.get(seed);
  if (object === undefined) {
    const der = Buffer.concat([PRIVATE_PREFIX, seed]);
    object = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    privateObjects.set(seed, object);
  }
  return object;
}

function publicObject(publicKey: Uint8Array): KeyObject {
  const known = Buffer.from(publicKey).toString('latin1');
  let object = publicObjects.get(known);
  if (object === undefined) {
    const der = Buffer.concat([PUBLIC_PREFIX, publicKey]);
    object = createPublicKey({ key: der, format: 'der', type: 'spki' });
    if (publicObjects.size >= PUBLIC_OBJECTS_MAX) publicObjects.clear();
    publicObjects.set(known, object);
  }
  return object;
}
