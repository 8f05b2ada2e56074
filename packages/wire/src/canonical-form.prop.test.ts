// SPDX-License-Identifier: Apache-2.0
// The walk over the form accepts exactly what encoding the value again gives back: the library's own
// encoder is the oracle. INPUTS and SEED ask for more than a suite has time for:
//   INPUTS=1000000 SEED=7 vitest run packages/wire/src/canonical-form.prop.test.ts

import { type DescField, type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  DoubleValueSchema,
  FeatureSetSchema,
  FieldMaskSchema,
  StructSchema,
} from '@bufbuild/protobuf/wkt';
import { createRandom, type Random } from '@isthmus/earth';
import { describe, expect, test } from 'vitest';
import { messageFromBytes } from './canonical.ts';
import { isCanonical } from './canonical-form.ts';
import { WireError } from './errors.ts';
import { KINDS, releasedOf } from './fixtures.ts';
import { file_isthmus_v1_frame, HeartbeatSchema } from './gen/isthmus/v1/frame_pb.js';
import {
  AreaSchema,
  CoverageReportSchema,
  EstimateSchema,
  file_isthmus_v1_release,
  LaunchReportSchema,
  ReleaseSchema,
  WithdrawalSchema,
} from './gen/isthmus/v1/release_pb.js';
import { LIMITS } from './limits.ts';
import { encode } from './release.ts';
import { untidyMessage } from './untidy.ts';

const INPUTS = Number(process.env['INPUTS'] ?? 12_000);
const SEED = Number(process.env['SEED'] ?? 20_261_129);

type Verdict = 'accepted' | 'malformed' | 'not-canonical' | 'too-large';

/** What is meant: decoded, and encoded again to the same bytes. */
function oracle(schema: DescMessage, bytes: Uint8Array): Verdict {
  try {
    const message = fromBinary(schema, bytes, {
      readUnknownFields: false,
      recursionLimit: LIMITS.depthMax,
    });
    const again = toBinary(schema, message, { writeUnknownFields: false });
    return Buffer.compare(bytes, again) === 0 ? 'accepted' : 'not-canonical';
  } catch {
    return 'malformed';
  }
}

function verdict(schema: DescMessage, bytes: Uint8Array): Verdict {
  try {
    messageFromBytes(schema, bytes, LIMITS.frameBytesMax);
    return 'accepted';
  } catch (error) {
    if (error instanceof WireError) return error.code as Verdict;
    throw error;
  }
}

const MESSAGES = [...file_isthmus_v1_release.messages, ...file_isthmus_v1_frame.messages];

/** One small injury: flip, set, cut, repeat, insert. */
function injure(bytes: readonly number[], random: Random): number[] {
  const out = [...bytes];
  const at = random.integer(out.length + 1);
  const many = 1 + random.integer(8);
  switch (random.integer(5)) {
    case 0:
      out[at] = (out[at] ?? 0) ^ (1 << random.integer(8));
      break;
    case 1:
      out[at] = [0, 1, 0x7f, 0x80, 0xff][random.integer(5)] as number;
      break;
    case 2:
      out.splice(at, many);
      break;
    case 3:
      out.splice(at, 0, ...out.slice(at, at + many));
      break;
    default:
      out.splice(at, 0, random.integer(256));
  }
  return out;
}

/** Near misses, one rule each, of the message whose schema they stand under. */
const NEAR: readonly (readonly [DescMessage, Verdict, string, string])[] = [
  [ReleaseSchema, 'accepted', 'nothing at all', ''],
  [ReleaseSchema, 'accepted', 'a test message of serial 5', '52 02 08 05'],
  [ReleaseSchema, 'accepted', 'an empty message with presence', '52 00'],
  [ReleaseSchema, 'not-canonical', 'a field twice', '18 01 18 01'],
  [ReleaseSchema, 'not-canonical', 'a field before a smaller one', '18 01 12 01 61'],
  [ReleaseSchema, 'not-canonical', 'two of a oneof', '52 00 5a 00'],
  [ReleaseSchema, 'not-canonical', 'an unknown field', '68 01'],
  [ReleaseSchema, 'not-canonical', 'an unknown field of two bytes', '80 01 01'],
  [ReleaseSchema, 'malformed', 'a field of number 0', '00 01'],
  [ReleaseSchema, 'not-canonical', 'a tag of one byte more', '98 00 01'],
  [ReleaseSchema, 'not-canonical', 'another wire type of the same length', '1a 01'],
  [ReleaseSchema, 'not-canonical', 'a length of one byte more', '12 81 00 61'],
  [ReleaseSchema, 'not-canonical', 'a string at its default', '12 00'],
  [ReleaseSchema, 'not-canonical', 'bytes at their default', '0a 00'],
  [ReleaseSchema, 'malformed', 'a string that is cut', '12 02 61'],
  [ReleaseSchema, 'malformed', 'a string that is no UTF-8', '12 01 ff'],
  [ReleaseSchema, 'accepted', 'a string that begins with U+FEFF', '12 03 ef bb bf'],
  [ReleaseSchema, 'not-canonical', 'a message shorter than its field', '52 01 08 05'],
  [ReleaseSchema, 'malformed', 'a message longer than its bytes', '52 03 08 05'],
  [ReleaseSchema, 'not-canonical', 'a 64-bit integer at its default', '18 00'],
  [ReleaseSchema, 'not-canonical', 'a 64-bit integer of one byte more', '18 81 00'],
  [ReleaseSchema, 'accepted', 'the largest 64-bit integer', '18 ff ff ff ff ff ff ff ff 7f'],
  [ReleaseSchema, 'accepted', '-1 in 64 bits', '18 ff ff ff ff ff ff ff ff ff 01'],
  [ReleaseSchema, 'not-canonical', '-1 in 65 bits', '18 ff ff ff ff ff ff ff ff ff 03'],
  [ReleaseSchema, 'malformed', 'an integer without end', '18 ff ff ff ff ff ff ff ff ff ff 01'],
  [AreaSchema, 'accepted', 'the largest 32-bit integer', '18 ff ff ff ff 0f'],
  [AreaSchema, 'not-canonical', 'a 32-bit integer of 33 bits', '18 ff ff ff ff 1f'],
  [AreaSchema, 'not-canonical', 'a 32-bit integer of one byte more', '18 ff ff ff ff 8f 00'],
  [AreaSchema, 'not-canonical', 'a zigzag integer at its default', '08 00'],
  [WithdrawalSchema, 'accepted', 'a word that nobody knows', '10 7f'],
  [WithdrawalSchema, 'not-canonical', 'a word at its default', '10 00'],
  [WithdrawalSchema, 'accepted', 'the largest word', '10 ff ff ff ff 07'],
  [WithdrawalSchema, 'not-canonical', 'a negative word of 32 bits', '10 80 80 80 80 08'],
  [WithdrawalSchema, 'accepted', 'a negative word', '10 ff ff ff ff ff ff ff ff ff 01'],
  [WithdrawalSchema, 'accepted', 'the least word', '10 80 80 80 80 f8 ff ff ff ff 01'],
  [WithdrawalSchema, 'not-canonical', 'below it', '10 ff ff ff ff f7 ff ff ff ff 01'],
  [WithdrawalSchema, 'not-canonical', 'a sign not whole', '10 ff ff ff ff ff fe ff ff ff 01'],
  [WithdrawalSchema, 'not-canonical', 'a sign not whole later', '10 ff ff ff ff ff ff fe ff ff 01'],
  [
    WithdrawalSchema,
    'not-canonical',
    'a sign not whole still later',
    '10 ff ff ff ff ff ff ff fe ff 01',
  ],
  [
    WithdrawalSchema,
    'not-canonical',
    'a sign not whole at last',
    '10 ff ff ff ff ff ff ff ff fe 01',
  ],
  [WithdrawalSchema, 'not-canonical', 'a sign of one byte less', '10 ff ff ff ff ff ff ff ff 7f'],
  [
    WithdrawalSchema,
    'not-canonical',
    'a zero that ends like a sign',
    '10 80 00 10 80 f8 ff ff ff ff 01',
  ],
  [WithdrawalSchema, 'not-canonical', 'a sign of 65 bits', '10 ff ff ff ff ff ff ff ff ff 03'],
  [LaunchReportSchema, 'accepted', 'true', '18 01'],
  [LaunchReportSchema, 'not-canonical', 'false without presence', '18 00'],
  [LaunchReportSchema, 'not-canonical', 'true as 2', '18 02'],
  [LaunchReportSchema, 'not-canonical', 'true of two bytes', '18 81 00'],
  [LaunchReportSchema, 'accepted', 'a default with presence', '20 00'],
  [LaunchReportSchema, 'accepted', 'a packed list', '6a 02 01 02'],
  [LaunchReportSchema, 'accepted', 'a list that holds a default', '6a 02 00 00'],
  [LaunchReportSchema, 'not-canonical', 'an empty list', '6a 00'],
  [LaunchReportSchema, 'not-canonical', 'a list that is not packed', '68 01 68 02'],
  [LaunchReportSchema, 'not-canonical', 'a list in two pieces', '6a 01 01 6a 01 02'],
  [LaunchReportSchema, 'not-canonical', 'a list longer than its field', '6a 01 81 01'],
  [EstimateSchema, 'accepted', 'a default among doubles', '42 08 00 00 00 00 00 00 00 00'],
  [EstimateSchema, 'accepted', 'a negative zero', '42 08 00 00 00 00 00 00 00 80'],
  [EstimateSchema, 'accepted', 'a NaN of any bits', '42 08 01 02 03 04 05 06 f8 ff'],
  [EstimateSchema, 'malformed', 'a double that is cut', '42 07 00 00 00 00 00 00 00'],
  [EstimateSchema, 'not-canonical', 'one cut by its list', '42 07 00 00 00 00 00 00 00 00'],
  [CoverageReportSchema, 'accepted', 'a default with presence, beside none', '28 00 30 01'],
  [HeartbeatSchema, 'accepted', 'messages to the last depth', '22 04 12 02 08 01'],
];

describe('the walk over the canonical form', () => {
  const cases = NEAR.map(([schema, expected, what, hex]) => ({ schema, expected, what, hex }));
  test.each(cases)('W-3: $schema.name, $what: $expected', ({ schema, expected, hex }) => {
    const bytes = Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
    expect(oracle(schema, bytes)).toBe(expected);
    expect(verdict(schema, bytes)).toBe(expected);
  });

  test('W-3: every message of the schema has a form, and a field of another kind is refused at once', () => {
    const nothing = new Uint8Array(0);
    for (const schema of MESSAGES) expect(isCanonical(schema, nothing)).toBe(true);
    const numbered16 = AreaSchema.fields.map(
      (field): DescField => Object.create(field, { number: { value: 16 } }) as DescField,
    );
    const foreign: readonly DescMessage[] = [
      { ...AreaSchema, fields: numbered16 },
      StructSchema, // a map
      FieldMaskSchema, // a list that is not packed
      DoubleValueSchema, // a double that is no list
      FeatureSetSchema, // a closed word
    ];
    for (const schema of foreign) {
      expect(() => isCanonical(schema, nothing), schema.name).toThrow('no canonical form');
    }
  });

  test(
    'W-3: made-up messages of every kind, tidy and untidy, are told as encoding again tells them',
    () => {
      const random = createRandom(SEED);
      const counts: Record<string, number> = {};
      for (let i = 0; i < INPUTS; i += 1) {
        const schema = MESSAGES[random.integer(MESSAGES.length)] as DescMessage;
        const oneIn = [0, 200, 40, 8][random.integer(4)] as number;
        let made = untidyMessage(schema, { random, oneIn });
        if (random.chance(1, 4)) made = injure(made, random);
        const bytes = Uint8Array.from(made);
        const meant = oracle(schema, bytes);
        counts[meant] = (counts[meant] ?? 0) + 1;
        if (verdict(schema, bytes) === meant) continue;
        const hex = Buffer.from(bytes).toString('hex');
        throw new Error(`seed ${SEED}, input ${i}, ${schema.name}: not ${meant}: ${hex}`);
      }
      // The control: each of the three is met often.
      for (const code of ['accepted', 'malformed', 'not-canonical']) {
        expect(counts[code], code).toBeGreaterThan(INPUTS / 20);
      }
    },
    20_000 + INPUTS,
  );

  test(
    'W-3: what the gate released, injured, is told as encoding again tells it',
    () => {
      const random = createRandom(`${SEED} released`);
      const valid = KINDS.flatMap((kind) =>
        Array.from({ length: 8 }, (_, i) => [...encode(releasedOf(kind, i)).bytes]),
      );
      let accepted = 0;
      for (let i = 0; i < INPUTS; i += 1) {
        let made = valid[random.integer(valid.length)] as number[];
        for (let left = random.integer(3); left > 0; left -= 1) made = injure(made, random);
        const bytes = Uint8Array.from(made);
        const meant = oracle(ReleaseSchema, bytes);
        if (meant === 'accepted') accepted += 1;
        if (verdict(ReleaseSchema, bytes) === meant) continue;
        const hex = Buffer.from(bytes).toString('hex');
        throw new Error(`seed ${SEED} released, input ${i}: not ${meant}: ${hex}`);
      }
      expect(accepted).toBeGreaterThan(INPUTS / 4);
    },
    20_000 + INPUTS,
  );
});
