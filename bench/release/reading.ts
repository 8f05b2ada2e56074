// SPDX-License-Identifier: Apache-2.0
// Reads an encoded Release by the published text alone (proto/isthmus/v1/release.proto): no generated
// code, no type and no number of the gate or the wire. It is strict, since a field nobody knows, a
// second encoding or an order of one's own is room to hide in.

import { readFileSync } from 'node:fs';

/** A message by the names of its fields; integers are bigint. */
export type Message = ReadonlyMap<string, Value>;
export type Value = bigint | Uint8Array | string | number[] | bigint[] | Message;

export interface FieldText {
  readonly name: string;
  readonly type: string;
  readonly isRepeated: boolean;
}

/** Messages of the schema: field numbers to fields; and the names of enumerations. */
interface Schema {
  readonly messages: ReadonlyMap<string, ReadonlyMap<number, FieldText>>;
  readonly enums: ReadonlySet<string>;
}

const SCHEMA = readSchema(
  readFileSync(new URL('../../proto/isthmus/v1/release.proto', import.meta.url), 'utf8'),
);

function readSchema(text: string): Schema {
  const messages = new Map<string, Map<number, FieldText>>();
  const enums = new Set<string>();
  let fields: Map<number, FieldText> | null = null;
  for (const line of text.split('\n')) {
    const opened = /^(message|enum) (\w+) \{/.exec(line);
    if (opened !== null) {
      const [, sort, name] = opened as unknown as [string, string, string];
      fields = sort === 'message' ? new Map() : null;
      if (fields === null) enums.add(name);
      else messages.set(name, fields);
    }
    const field = /^\s+(optional |repeated )?(\w+) (\w+) = (\d+);/.exec(line);
    if (field === null || fields === null) continue;
    const [, label, type, name, number] = field as unknown as [
      string,
      string,
      string,
      string,
      string,
    ];
    fields.set(Number(number), { name, type, isRepeated: label === 'repeated ' });
  }
  return { messages, enums };
}

/** The Release in these bytes; throws on anything a canonical encoder would not have written. */
export function readReleaseBytes(bytes: Uint8Array): Message {
  return readMessage(bytes, 'Release');
}

function readMessage(bytes: Uint8Array, type: string): Message {
  const fields = SCHEMA.messages.get(type);
  if (fields === undefined) throw new TypeError(`no message ${type}`);
  const message = new Map<string, Value>();
  const reader = { bytes, at: 0 };
  let last = 0;
  while (reader.at < bytes.length) {
    const tag = Number(readVarint(reader));
    const [number, wireType] = [tag >>> 3, tag & 7];
    const field = fields.get(number);
    if (field === undefined) throw new TypeError(`${type} has no field ${number}`);
    if (number <= last) throw new TypeError(`${type}.${field.name} is out of order`);
    last = number;
    message.set(field.name, readValue(reader, field, wireType));
  }
  return message;
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

function readValue(reader: Reader, field: FieldText, wireType: number): Value {
  const { type, isRepeated } = field;
  const isScalar = /^(u?int|sint)(32|64)$|^bool$/.test(type) || SCHEMA.enums.has(type);
  if (isScalar && !isRepeated) {
    if (wireType !== 0) throw new TypeError(`${field.name} is no varint`);
    const raw = readVarint(reader);
    if (raw === 0n && !OPTIONAL_ZERO.has(field.name))
      throw new TypeError(`${field.name} is a default`);
    return type.startsWith('sint') ? (raw >> 1n) ^ -(raw & 1n) : BigInt.asIntN(64, raw);
  }
  if (wireType !== 2) throw new TypeError(`${field.name} has no length`);
  const part = readPart(reader);
  if (isScalar) return readPacked(part);
  if (type === 'double') return readDoubles(part);
  if (type === 'bytes') return part;
  if (type === 'string') return new TextDecoder('utf-8', { fatal: true }).decode(part);
  return readMessage(part, type);
}

/** Fields with presence: these may be written as zero. */
const OPTIONAL_ZERO = new Set([
  'launch_time_us',
  'launch_time_sigma_ms',
  'azimuth_rad_e7',
  'azimuth_sigma_rad_e7',
  'impact_time_us',
  'impact_time_sigma_ms',
  'least_height_m',
  'detection_percent',
]);

function readPart(reader: Reader): Uint8Array {
  const end = Number(readVarint(reader)) + reader.at;
  if (end > reader.bytes.length) throw new TypeError('a length goes beyond the end');
  const part = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return part;
}

function readPacked(part: Uint8Array): bigint[] {
  const reader = { bytes: part, at: 0 };
  const values: bigint[] = [];
  while (reader.at < part.length) values.push(readVarint(reader));
  return values;
}

function readDoubles(part: Uint8Array): number[] {
  const view = new DataView(part.buffer, part.byteOffset, part.length);
  return Array.from({ length: part.length / 8 }, (_, k) => view.getFloat64(8 * k, true));
}

/** Base 128, lowest first, no byte more than needed. */
function readVarint(reader: Reader): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.bytes[reader.at];
    if (byte === undefined) throw new TypeError('the bytes end in a number');
    reader.at += 1;
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) {
      if (byte === 0 && shift > 0n) throw new TypeError('a number has a byte too many');
      return value;
    }
  }
  throw new TypeError('a number has no end');
}

/** Fields of a message of the published schema, in order. */
export function fieldsOfSchema(message: string): readonly FieldText[] {
  return [...(SCHEMA.messages.get(message)?.values() ?? [])];
}
