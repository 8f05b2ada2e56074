// SPDX-License-Identifier: Apache-2.0
// Whether bytes are the one encoding of their value (spec/wire.md, W-3), told by walking over them once
// beside the schema: fields ascending and each once, none unknown, at most one of a oneof, none without
// presence at its default, minimal varints, packed lists. Encoding the value again and comparing says the
// same at many times the cost; it is the oracle of the tests.

import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import type { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';

/**
 * True exactly where encoding the value of these bytes gives the same bytes. They have been decoded
 * before: what the decoder refuses, invalid UTF-8 for one, is not looked for.
 */
export function isCanonical(schema: DescMessage, bytes: Uint8Array): boolean {
  return walkerOf(schema)(bytes, 0, bytes.length) === bytes.length;
}

/** Where what stands from `at` on has ended, beyond `end` where it is cut; REFUSED where it is not canonical. */
type Walker = (bytes: Uint8Array, at: number, end: number) => number;

const REFUSED = -1;

/** Made when first needed. */
const walkers = new WeakMap<DescMessage, Walker>();

function walkerOf(schema: DescMessage): Walker {
  const known = walkers.get(schema);
  if (known !== undefined) return known;
  const fields = schema.fields.toSorted((a, b) => a.number - b.number).map(formOf);
  const walker = fieldsWalker(fields);
  walkers.set(schema, walker);
  return walker;
}

interface FieldForm {
  /** Number and wire type, which are one byte. */
  readonly tag: number;
  /** A bit for its oneof; 0 in none. */
  readonly oneof: number;
  /** Without it no default is written; of all that is walked here, a default alone begins with a zero. */
  readonly hasPresence: boolean;
  readonly walk: Walker;
}

function fieldsWalker(fields: readonly FieldForm[]): Walker {
  return (bytes, from, end) => {
    let at = from;
    let next = 0;
    let chosen = 0;
    while (at < end) {
      // Only a field that comes later in the schema may follow: that is the order, and each once.
      while (next < fields.length && fields[next]?.tag !== bytes[at]) next += 1;
      const field = fields[next];
      if (field === undefined || (chosen & field.oneof) !== 0) return REFUSED;
      if (!field.hasPresence && bytes[at + 1] === 0) return REFUSED;
      at = field.walk(bytes, at + 1, end);
      if (at === REFUSED) return REFUSED;
      chosen |= field.oneof;
      next += 1;
    }
    return at;
  };
}

const IMPLICIT: FeatureSet_FieldPresence.IMPLICIT = 2;
const NUMBER_MAX = 15;

function formOf(field: DescField): FieldForm {
  const { number, oneof, parent, presence } = field;
  const value = valueOf(field);
  // The published schema has none; who adds one says here what its canonical form is.
  if (value === undefined || number > NUMBER_MAX) {
    throw new TypeError(`${field.toString()}: no canonical form of it is known`);
  }
  return {
    tag: 8 * number + value.wireType,
    oneof: oneof === undefined ? 0 : 1 << parent.oneofs.indexOf(oneof),
    hasPresence: presence !== IMPLICIT,
    walk: value.walk,
  };
}

interface ValueForm {
  readonly wireType: 0 | 2;
  readonly walk: Walker;
}

function valueOf(field: DescField): ValueForm | undefined {
  switch (field.fieldKind) {
    case 'message':
      return field.delimitedEncoding ? undefined : delimited(walkerOf(field.message));
    case 'enum':
      return field.enum.open ? INT32 : undefined;
    case 'scalar':
      return SCALARS[field.scalar];
    case 'list': {
      if (!field.packed) return undefined;
      if (field.scalar === ScalarType.DOUBLE) return delimited(doubles);
      return field.enum?.open === true ? delimited(several(int32)) : undefined;
    }
    case 'map':
      return undefined;
  }
}

/** A minimal varint of up to so many bytes, of which the last possible one is at most `topMax`. */
function varint(bytesMax: number, topMax: number): Walker {
  return (bytes, from) => {
    const last = from + bytesMax - 1;
    let at = from;
    while (at < last && (bytes[at] as number) >= 0x80) at += 1;
    const top = bytes[at] as number;
    if ((at === last && top > topMax) || (top === 0 && at > from)) return REFUSED;
    return at + 1;
  };
}

const uint32 = varint(5, 0x0f);
const uint64 = varint(10, 1);

/** A negative one is written in 64 bits, of which the upper 33 are its sign. */
function int32(bytes: Uint8Array, at: number, end: number): number {
  const stop = uint64(bytes, at, end);
  const fifth = bytes[at + 4] as number;
  if (stop < at + 5) return stop;
  if (stop === at + 5) return fifth < 0x08 ? stop : REFUSED;
  const sign = bytes.subarray(at + 5, at + 9);
  return fifth >= 0xf8 && sign.every((byte) => byte === 0xff) ? stop : REFUSED;
}

const INT32: ValueForm = { wireType: 0, walk: int32 };
const UINT32: ValueForm = { wireType: 0, walk: uint32 };
const UINT64: ValueForm = { wireType: 0, walk: uint64 };
const BYTES = delimited((_bytes, _at, end) => end);

const SCALARS: Partial<Record<ScalarType, ValueForm>> = {
  [ScalarType.UINT32]: UINT32,
  [ScalarType.SINT32]: UINT32,
  [ScalarType.UINT64]: UINT64,
  [ScalarType.INT64]: UINT64,
  [ScalarType.SINT64]: UINT64,
  [ScalarType.BOOL]: { wireType: 0, walk: varint(1, 1) },
  [ScalarType.BYTES]: BYTES,
  [ScalarType.STRING]: BYTES,
};

/** A length and as much content, all of which `inner` has to walk over. */
function delimited(inner: Walker): ValueForm {
  const walk: Walker = (bytes, at, end) => {
    const start = uint32(bytes, at, end);
    if (start === REFUSED) return REFUSED;
    let length = 0;
    for (let i = start - 1; i >= at; i -= 1) length = 128 * length + ((bytes[i] as number) & 0x7f);
    const stop = start + length;
    return stop <= end && inner(bytes, start, stop) === stop ? stop : REFUSED;
  };
  return { wireType: 2, walk };
}

function several(walk: Walker): Walker {
  return (bytes, from, end) => {
    let at = from;
    while (at < end && at !== REFUSED) at = walk(bytes, at, end);
    return at;
  };
}

/** Any eight bytes are a double. */
function doubles(_bytes: Uint8Array, at: number, end: number): number {
  return (end - at) % 8 === 0 ? end : REFUSED;
}
