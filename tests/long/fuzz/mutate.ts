// SPDX-License-Identifier: Apache-2.0
// Spoils bytes: without knowing what they are, or knowing that they are lines of text, protobuf or
// JSON, so that an input gets past the first check and is wrong behind it.

import type { Random } from '@isthmus/earth';
import { pick } from './target.ts';

const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value));

/** Words that have broken parsers. */
const WORDS: readonly Uint8Array[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'NaN',
  '-0',
  '1e400',
  '9007199254740992',
  '9007199254740993',
  '-1',
  '0x10',
  '00',
  '1e3',
  '',
  ' ',
  '\n',
  '\r\n',
  '\0',
  '\u2028',
  '\u202e',
  '\u0085',
  '\ufeff',
  '\u2014 ',
  '../',
  '//',
  '%2e%2e%2f',
  '+',
  '=',
].map(text);
const BAD_UTF8: readonly Uint8Array[] = [
  [0xff],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xe2, 0x82],
].map((bytes) => Uint8Array.from(bytes));
const MAGIC_BYTES = [0, 1, 0x0a, 0x20, 0x7f, 0x80, 0xfe, 0xff];
const MAGIC_WORDS32 = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 65_535, 65_536, 4096];

function splice(input: Uint8Array, from: number, to: number, middle: Uint8Array): Uint8Array {
  const out = new Uint8Array(from + middle.length + input.length - to);
  out.set(input.subarray(0, from));
  out.set(middle, from);
  out.set(input.subarray(to), from + middle.length);
  return out;
}

function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.integer(256));
}

/** One change that knows nothing of the form; `other` is a second valid input. */
export function spoilBytes(input: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  if (random.chance(1, 2048)) return blowUp(input, random);
  const at = random.integer(input.length + 1);
  const to = Math.min(input.length, at + 1 + random.integer(random.chance(1, 8) ? 64 : 4));
  switch (random.integer(12)) {
    case 0:
    case 1: {
      const out = input.slice();
      if (at < out.length) out[at] = (out[at] as number) ^ (1 << random.integer(8));
      return out;
    }
    case 2: {
      const out = input.slice();
      if (at < out.length) out[at] = pick(random, MAGIC_BYTES);
      return out;
    }
    case 3:
      return splice(input, at, at, randomBytes(random, 1 + random.integer(8)));
    case 4:
      return splice(input, at, to, new Uint8Array(0));
    case 5:
      return splice(input, at, at, input.subarray(at, to));
    case 6: {
      const from = random.integer(other.length + 1);
      return splice(input, at, input.length, other.subarray(from));
    }
    case 7:
      return input.slice(0, at);
    case 8:
      return splice(input, at, random.chance(1, 2) ? at : to, pick(random, WORDS));
    case 9:
      return splice(input, at, at, pick(random, BAD_UTF8));
    case 10: {
      const out = input.slice();
      if (at + 4 > out.length) return out;
      const view = new DataView(out.buffer);
      view.setUint32(at, pick(random, MAGIC_WORDS32), random.chance(1, 2));
      return out;
    }
    default:
      return splice(input, at, Math.min(input.length, at + 1), varint(magicBig(random)));
  }
}

/** A piece of the input over and over, up to the size of the largest frame. */
function blowUp(input: Uint8Array, random: Random): Uint8Array {
  const at = random.integer(input.length + 1);
  const piece = input.subarray(at, at + 1 + random.integer(32));
  if (piece.length === 0) return input;
  const times = Math.floor(random.integer(65_000 - Math.min(input.length, 64_000)) / piece.length);
  const filling = new Uint8Array(piece.length * times);
  for (let i = 0; i < times; i += 1) filling.set(piece, i * piece.length);
  return splice(input, at, at, filling);
}

/** One to three changes by `change`, now and then none. */
export function several(
  input: Uint8Array,
  random: Random,
  change: (input: Uint8Array) => Uint8Array,
): Uint8Array {
  if (random.chance(1, 64)) return input.slice();
  let out = input;
  for (let left = 1 + random.integer(3); left > 0; left -= 1) out = change(out);
  return out;
}

/** One change to a text of lines: lines, numbers in them, or bytes. */
export function spoilLines(input: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  const kind = random.integer(8);
  if (kind < 4) return spoilBytes(input, random, other);
  const lines = Buffer.from(input).toString('latin1').split('\n');
  const at = random.integer(lines.length);
  const line = lines[at] as string;
  if (kind === 4) lines.splice(at, 1);
  else if (kind === 5) lines.splice(at, 0, line);
  else if (kind === 6) [lines[at], lines[0]] = [lines[0] as string, line];
  else lines[at] = line.replace(/\d+/, () => pick(random, NUMBERS));
  return new Uint8Array(Buffer.from(lines.join('\n'), 'latin1'));
}

const NUMBERS = ['0', '-0', '01', '+1', '1.0', '1e1', '-1', '9007199254740991', '9007199254740992'];

function magicBig(random: Random): bigint {
  const near = BigInt(random.integer(3)) - 1n;
  const value = (1n << BigInt(pick(random, [0, 7, 14, 31, 32, 52, 53, 63]))) + near;
  return BigInt.asUintN(64, random.chance(1, 4) ? -value : value);
}

/** A varint; `longer` adds bytes that say nothing. */
export function varint(value: bigint, longer = 0): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  } while (rest > 0n);
  for (let i = 0; i < longer; i += 1) bytes.push(0x80);
  bytes.push((bytes.pop() as number) & 0x7f);
  return Uint8Array.from(bytes);
}

interface Field {
  number: number;
  wire: number;
  value: Uint8Array;
}

/** Fields of a protobuf message as they stand, or null where there is no sense in the bytes. */
function fieldsOf(bytes: Uint8Array): Field[] | null {
  const fields: Field[] = [];
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    for (let shift = 1; at < bytes.length; shift *= 128) {
      const byte = bytes[at] as number;
      at += 1;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length) {
    const key = readVarint();
    const start = at;
    const wire = key % 8;
    if (wire === 0) readVarint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = readVarint();
      const from = at;
      at += length;
      if (!(at <= bytes.length)) return null;
      fields.push({ number: (key - wire) / 8, wire, value: bytes.subarray(from, at) });
      continue;
    } else return null;
    if (!(at <= bytes.length)) return null;
    fields.push({ number: (key - wire) / 8, wire, value: bytes.subarray(start, at) });
  }
  return fields;
}

function bytesOf(fields: readonly Field[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { number, wire, value } of fields) {
    parts.push(varint(BigInt(number) * 8n + BigInt(wire)));
    if (wire === 2) parts.push(varint(BigInt(value.length)));
    parts.push(value);
  }
  return new Uint8Array(Buffer.concat(parts));
}

const DOUBLES = [Number.NaN, -0, 0, 1, -1, Infinity, -Infinity, 2 ** 53, 5e-324, Number.MAX_VALUE];

/** One change to a protobuf message, at any depth, the lengths around it put right. */
export function spoilMessage(input: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  if (random.chance(1, 4)) return spoilBytes(input, random, other);
  const fields = fieldsOf(input);
  if (fields === null || fields.length === 0) return spoilBytes(input, random, other);
  const at = random.integer(fields.length);
  const field = fields[at] as Field;
  switch (random.integer(10)) {
    case 0:
      fields.splice(at, 1);
      break;
    case 1:
      fields.splice(at, 0, field);
      break;
    case 2:
      fields.reverse();
      break;
    case 3:
      fields.push({ ...field, number: 1 + random.integer(random.chance(1, 9) ? 2 ** 29 : 24) });
      break;
    case 4:
      fields[at] = { ...field, wire: random.integer(8) };
      break;
    default:
      fields[at] = { ...field, value: spoilValue(field, random) };
  }
  return bytesOf(fields);
}

function spoilValue({ wire, value }: Field, random: Random): Uint8Array {
  if (wire === 0) return varint(magicBig(random), random.chance(1, 6) ? 1 + random.integer(9) : 0);
  if (wire === 2 && value.length > 0) {
    if (fieldsOf(value) !== null && random.chance(3, 4)) return spoilMessage(value, random, value);
    if (value.length % 8 !== 0 || random.chance(1, 2)) return spoilBytes(value, random, value);
  }
  const out = value.slice();
  if (out.length < 8) return spoilBytes(out, random, out);
  const place = 8 * random.integer(Math.floor(out.length / 8));
  new DataView(out.buffer).setFloat64(place, pick(random, DOUBLES), true);
  return out;
}

const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -0,
  1,
  -1,
  0.5,
  2 ** 53,
  1e308,
  '',
  'x',
  'a'.repeat(65),
  '\ud800',
  [],
  {},
  '2012-02-30T00:00:00Z',
  '9999-12-31T23:59:59Z',
  'NaN',
  '127.0.0.1:99999',
  [[[[]]]],
  [null],
];
const KEYS = ['__proto__', 'constructor', 'toString', 'then', 'length', '', 'id', 'kind'];

/** A copy: what is put in may be changed next. */
function valueOf(random: Random): unknown {
  return structuredClone(pick(random, VALUES));
}

/** One change to a JSON value, in place. */
function spoilValueAt(root: unknown, random: Random): void {
  let node = root;
  for (;;) {
    if (typeof node !== 'object' || node === null) return;
    const record = node as Record<string, unknown>;
    const keys = Object.keys(record);
    const key = keys.length === 0 ? '' : pick(random, keys);
    const below = record[key];
    if (typeof below === 'object' && below !== null && random.chance(3, 4)) {
      node = below;
      continue;
    }
    const kind = random.integer(6);
    if (kind === 0) delete record[key];
    else if (kind === 1) define(record, pick(random, KEYS), valueOf(random));
    else if (kind === 2 && Array.isArray(node)) node.push(below);
    else if (kind === 3 && typeof below === 'number')
      define(record, key, below * (random.chance(1, 2) ? -1 : 1e6));
    else if (kind === 4) define(record, key, { [pick(random, KEYS)]: below });
    else define(record, key, valueOf(random));
    return;
  }
}

/** An own property whatever its name: assigning `__proto__` would do something else. */
function define(record: object, key: string, value: unknown): void {
  const shape = { value, enumerable: true, configurable: true, writable: true };
  if (Array.isArray(record) && key === 'length') return;
  Object.defineProperty(record, key, shape);
}

/** Some changes to a JSON text: mostly to its values, now and then to its bytes or its depth. */
export function spoilJson(input: string, random: Random): string {
  if (random.chance(1, 256)) {
    const depth = 1 + random.integer(5000);
    return `${'['.repeat(depth)}${']'.repeat(depth)}`;
  }
  const value: unknown = JSON.parse(input);
  for (let left = 1 + random.integer(3); left > 0; left -= 1) spoilValueAt(value, random);
  return JSON.stringify(value);
}
