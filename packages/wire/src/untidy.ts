// SPDX-License-Identifier: Apache-2.0
// An encoder for tests that makes up a message beside its schema and writes it as a decoder may read it,
// but now and then as the canonical encoding would not: that is what a check of the form has to tell.

import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import type { Random } from '@isthmus/earth';

/** Where a value is written in another way than the canonical one, about once in so many places; 0 is never. */
export interface Untidiness {
  readonly random: Random;
  readonly oneIn: number;
}

/** Bytes of a made-up message. */
export function untidyMessage(schema: DescMessage, of: Untidiness): number[] {
  const { random } = of;
  const slips = (): boolean => of.oneIn > 0 && random.chance(1, of.oneIn);
  const chosen = new Set(schema.oneofs.map(({ fields }) => fields[random.integer(fields.length)]));
  const fields = schema.fields
    .toSorted((a, b) => a.number - b.number)
    .filter((field) => {
      if (field.oneof !== undefined && !slips()) return chosen.has(field);
      return random.chance(2, 3);
    });
  const parts = fields.map((field) => untidyField(field, of));
  if (slips()) parts.splice(random.integer(parts.length + 1), 0, strayField(random));
  if (slips()) parts.reverse();
  if (slips()) parts.push(...parts.slice(-1));
  return parts.flat();
}

/** Field number and wire type of nothing, or of something, with a value of some kind. */
function strayField(random: Random): number[] {
  const number = [0, 1, 8, 13, 14, 15, 16, 31, 536_870_911][random.integer(9)] as number;
  const wireType = random.integer(8);
  const value = [[5], [0, 0, 0, 0, 0, 0, 0, 0], [1, 7], [8, 1, 12], [0, 0, 0, 0]];
  const tag = varintOf(8n * BigInt(number) + BigInt(wireType));
  return [...tag, ...(value[wireType] ?? [])];
}

function untidyField(field: DescField, of: Untidiness): number[] {
  const { random } = of;
  const slips = (): boolean => of.oneIn > 0 && random.chance(1, of.oneIn);
  const tag = (wireType: number): number[] => {
    const other = slips() ? random.integer(8) : wireType;
    return untidyVarint(BigInt(8 * field.number + other), of);
  };
  if (field.fieldKind === 'map') throw new TypeError('no message of ours has a map');
  if (field.fieldKind === 'message') {
    return [...tag(2), ...delimited(untidyMessage(field.message, of), of)];
  }
  const scalar = field.scalar ?? ScalarType.INT32;
  const wireType = wireTypeOf(scalar);
  const hasPresence = field.presence !== FeatureSet_FieldPresence.IMPLICIT;
  const values = Array.from(
    { length: 1 + random.integer(field.fieldKind === 'list' ? 4 : 1) },
    () => untidyScalar(scalar, of),
  );
  if (field.fieldKind !== 'list') {
    // Without presence a default is left out.
    const isDefault = values.flat().every((byte) => byte === 0);
    return isDefault && !hasPresence && !slips() ? [] : [...tag(wireType), ...values.flat()];
  }
  if (slips()) values.length = 0;
  if (slips()) return values.flatMap((value) => [...tag(wireType), ...value]);
  const packed = [...tag(2), ...delimited(values.flat(), of)];
  return slips() ? [...packed, ...packed] : packed;
}

function wireTypeOf(scalar: ScalarType): number {
  if (scalar === ScalarType.DOUBLE) return 1;
  return scalar === ScalarType.BYTES || scalar === ScalarType.STRING ? 2 : 0;
}

function untidyScalar(scalar: ScalarType, of: Untidiness): number[] {
  const { random } = of;
  const bits = [0, 0, 1, 6, 7, 8, 13, 14, 27, 28, 31, 32, 34, 35, 52, 56, 62, 63];
  const near = BigInt(random.integer(3) - 1);
  const value = (1n << BigInt(bits[random.integer(bits.length)] as number)) + near;
  switch (scalar) {
    case ScalarType.BOOL:
      return untidyVarint(random.chance(1, 2) ? 1n : 0n, of);
    case ScalarType.UINT32:
    case ScalarType.SINT32:
      return untidyVarint(BigInt.asUintN(32, value), of);
    case ScalarType.INT32:
      return untidyVarint(BigInt.asUintN(64, BigInt.asIntN(32, value)), of);
    case ScalarType.DOUBLE: {
      const doubles = [0, -0, 1, -2.5, Number.NaN, Number.POSITIVE_INFINITY, 5e-324];
      const double = new Float64Array([doubles[random.integer(doubles.length)] as number]);
      const bytes = [...new Uint8Array(double.buffer)];
      // A NaN may hold any bits.
      return random.chance(1, 9)
        ? bytes.map((byte, i) => (i > 5 ? byte : random.integer(256)))
        : bytes;
    }
    case ScalarType.BYTES:
      return delimited(
        Array.from({ length: random.integer(40) }, () => random.integer(256)),
        of,
      );
    case ScalarType.STRING: {
      const texts = ['', 'a', 'west-launches', 'é', '\ufeffa', '\u{1f30d}', 'a'.repeat(130)];
      return delimited([...new TextEncoder().encode(texts[random.integer(texts.length)])], of);
    }
    default:
      return untidyVarint(BigInt.asUintN(64, random.chance(1, 4) ? -value : value), of);
  }
}

function delimited(content: readonly number[], of: Untidiness): number[] {
  const { random } = of;
  const wrong = of.oneIn > 0 && random.chance(1, 2 * of.oneIn) ? random.integer(3) - 1 : 0;
  return [...untidyVarint(BigInt(Math.max(0, content.length + wrong)), of), ...content];
}

/** Now and then with bytes that say nothing, with bits that no such number has, or cut to 5 bytes. */
function untidyVarint(value: bigint, of: Untidiness): number[] {
  const { random } = of;
  if (of.oneIn === 0 || !random.chance(1, of.oneIn)) return varintOf(value);
  switch (random.integer(4)) {
    case 0: {
      const bytes = varintOf(value);
      const more = Array.from({ length: 1 + random.integer(9) }, () => 0x80);
      return [...bytes.slice(0, -1), (bytes.at(-1) as number) | 0x80, ...more.slice(1), 0];
    }
    case 1:
      return varintOf(value | (1n << BigInt(random.integer(70))));
    case 2:
      return varintOf(BigInt.asUintN(32, value));
    default:
      return varintOf(0n);
  }
}

function varintOf(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return bytes;
}
