// SPDX-License-Identifier: Apache-2.0
// What seal needs of the machine it runs on. `#platform` (package.json, `imports`) chooses one: the
// browser condition takes `browser.ts`, everything else `node.ts`. Both run one contract.

/** The cryptography of one platform. Every call is synchronous. */
export interface Platform {
  /** SHA-256, 32 bytes. */
  readonly sha256: (data: Uint8Array) => Uint8Array;
  /** HMAC-SHA-256, 32 bytes. */
  readonly hmacSha256: (key: Uint8Array, data: Uint8Array) => Uint8Array;
  /** Bytes of the platform's generator, 0 <= count <= LIMITS.randomBytesMax. */
  readonly randomBytes: (count: number) => Uint8Array;
  /** The 32 public bytes of a 32-byte seed (RFC 8032 section 5.1.5). */
  readonly publicKeyOf: (seed: Uint8Array) => Uint8Array;
  /** Ed25519 over the message (RFC 8032 section 5.1.6), 64 bytes, the same each time. */
  readonly sign: (seed: Uint8Array, message: Uint8Array) => Uint8Array;
  /**
   * RFC 8032 section 5.1.7 without the cofactor: true only when S < L and R is byte for byte the
   * encoding of [S]B - [k]A. The caller guarantees a key that passed `acceptPublicKey` and a
   * signature of 64 bytes.
   */
  readonly verify: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
}
