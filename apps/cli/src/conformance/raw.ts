// SPDX-License-Identifier: Apache-2.0
// Protocol Buffers written by hand, field by field: what no library would write, a hostile partner does.

import { concatBytes, encodeText } from '@isthmus/seal';

/** A minimal varint, or one that is longer than it need be. */
export function varint(value: number | bigint, bytesMin = 1): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn || bytes.length + 1 < bytesMin) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return Uint8Array.from([...bytes, Number(rest)]);
}

/** A field of an integer; negative ones as int64 has them. */
export function integerField(field: number, value: number | bigint): Uint8Array {
  return concatBytes(varint(field << 3), varint(value));
}

/** A field of a sint32 or sint64. */
export function signedField(field: number, value: number): Uint8Array {
  const wide = BigInt(value);
  return integerField(field, wide < 0n ? -wide * 2n - 1n : wide * 2n);
}

/** A field of bytes, of a text, or of a message. */
export function bytesField(field: number, value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === 'string' ? encodeText(value) : value;
  return concatBytes(varint((field << 3) | 2), varint(bytes.length), bytes);
}

/** A field of packed doubles. */
export function doublesField(field: number, values: readonly number[]): Uint8Array {
  return bytesField(field, new Uint8Array(Float64Array.from(values).buffer));
}

/** The body of a frame behind its length. */
export function framed(...parts: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(...parts);
  return concatBytes(varint(body.length), body);
}
