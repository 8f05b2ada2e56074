// SPDX-License-Identifier: Apache-2.0
// Checks and conversions of single fields, used in both directions: what the encoder would not
// write the decoder does not accept.

import { type Instant, instant } from '@isthmus/earth';
import { WireError } from './errors.ts';
import { LIMITS } from './limits.ts';

const NAME = /^[a-z0-9-]{1,32}$/;

/** A party or clause name: 1 to 32 of [a-z0-9-]. */
export function name(text: string, field: string): string {
  if (!NAME.test(text)) throw new WireError('bad-text', `${field} is 1 to 32 of [a-z0-9-]`);
  return text;
}

const LABEL = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;

/** A marking, as the agreement's labels have them. */
export function label(text: string, field: string): string {
  if (!LABEL.test(text)) {
    throw new WireError('bad-text', `${field} is 1 to 32 of [A-Za-z0-9._-]`);
  }
  return text;
}

/** An integer in [min, max], never negative zero. */
export function integer(
  value: number,
  field: string,
  range: { readonly min: number; readonly max: number },
): number {
  if (!Number.isInteger(value) || Object.is(value, -0)) {
    throw new WireError('not-exact', `${field} is an integer`);
  }
  if (value < range.min || value > range.max) {
    throw new WireError('out-of-range', `${field} lies in [${range.min}, ${range.max}]`);
  }
  return value;
}

/** A 32-bit counter of at least `min`. */
export function counter(value: number, field: string, min = 0): number {
  return integer(value, field, { min, max: LIMITS.counter });
}

/** A size, index or epoch as a 64-bit integer of the wire. */
export function bigintFromSize(value: number, field: string): bigint {
  return BigInt(integer(value, field, { min: 0, max: Number.MAX_SAFE_INTEGER }));
}

/** Inverse of `bigintFromSize`. */
export function sizeFromBigint(value: bigint, field: string): number {
  return Number(bounded(value, field, 0n));
}

/** An instant as a 64-bit integer of the wire. */
export function bigintFromInstant(at: Instant, field: string): bigint {
  return BigInt(integer(at, field, { min: -LIMITS.instantUs, max: LIMITS.instantUs }));
}

/** Inverse of `bigintFromInstant`. */
export function instantFromBigint(value: bigint, field: string): Instant {
  return instant(Number(bounded(value, field, -BigInt(LIMITS.instantUs))));
}

function bounded(value: bigint, field: string, min: bigint): bigint {
  if (value < min || value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new WireError('out-of-range', `${field} is outside the integers a double holds`);
  }
  return value;
}

/** Bytes of exactly `count` lower-case hex pairs. */
export function bytesFromHex(text: string, count: number, field: string): Uint8Array<ArrayBuffer> {
  if (text.length !== count * 2 || !/^[0-9a-f]*$/.test(text)) {
    throw new WireError('bad-length', `${field} is ${count * 2} lower-case hex digits`);
  }
  const bytes = new Uint8Array(count);
  for (let i = 0; i < count; i += 1) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Lower-case hex of exactly `count` bytes. */
export function hexFromBytes(bytes: Uint8Array, count: number, field: string): string {
  if (bytes.length !== count) throw new WireError('bad-length', `${field} is ${count} bytes`);
  const digits = new Array<number>(2 * count);
  for (let i = 0; i < count; i += 1) {
    const byte = bytes[i] as number;
    digits[2 * i] = digitOf(byte >> 4);
    digits[2 * i + 1] = digitOf(byte & 15);
  }
  // In one piece: a text joined from many is put together anew by whoever looks it up.
  return String.fromCharCode(...digits);
}

/** Character code of a hexadecimal digit. */
function digitOf(value: number): number {
  return value < 10 ? 48 + value : 87 + value;
}

/** A number in the wire's code of a word; `words[0]` has code 1, since 0 is "unspecified". */
export function codeOf<W extends string>(words: readonly W[], word: W, field: string): number {
  const at = words.indexOf(word);
  if (at < 0) throw new WireError('unknown-enum', `${field} is none of the known words`);
  return at + 1;
}

/** Inverse of `codeOf`. */
export function wordOf<W extends string>(words: readonly W[], code: number, field: string): W {
  const word = words[code - 1];
  if (word === undefined) throw new WireError('unknown-enum', `${field} has no code ${code}`);
  return word;
}

/**
 * A quantity as an integer of `unitsPer` to one: the caller's number must be exactly that integer
 * divided by `unitsPer`, as the gate rounds it, so that decoding gives the same double.
 */
export function integerFromQuantity(
  value: number,
  field: string,
  scale: { readonly unitsPer: number; readonly min: number; readonly max: number },
): number {
  const units = Math.round(value * scale.unitsPer);
  if (units / scale.unitsPer !== value || Object.is(value, -0)) {
    throw new WireError('not-exact', `${field} is a whole number of 1/${scale.unitsPer}`);
  }
  return integer(units, field, scale);
}

/** Inverse of `integerFromQuantity`. */
export function quantityFromInteger(
  units: number,
  field: string,
  scale: { readonly unitsPer: number; readonly min: number; readonly max: number },
): number {
  return integer(units, field, scale) / scale.unitsPer;
}
