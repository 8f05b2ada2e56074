// SPDX-License-Identifier: Apache-2.0
// Every bound of this package. Input above a bound is refused before it is worked on.

/** Bounds on notes, names and random draws. Bytes are UTF-8 bytes. */
export const LIMITS = {
  /** A whole signed note. A checkpoint with a handful of cosignatures is under 2 KiB. */
  noteBytesMax: 65_536,
  /** Signature lines in one note. C2SP asks for at least 16; more than this is a flood. */
  noteSignaturesMax: 64,
  /** A key name; C2SP names the cosigner in at most 255 bytes. */
  keyNameBytesMax: 255,
  /** One verifier key: a name, eight hex digits, 33 bytes in base64. */
  keyTextBytesMax: 512,
  /** One key file: a prefix, a verifier key, the path of a socket. */
  keyFileBytesMax: 1024,
  /** What a Unix socket's address can hold on every system. */
  socketPathBytesMax: 103,
  /** Keys of one purpose, and certificates, in a register: rotated once a month, five years. */
  registerKeysMax: 64,
  /** One draw of random bytes. */
  randomBytesMax: 65_536,
} as const;
