// SPDX-License-Identifier: Apache-2.0
// Items on the wire: the reviewed set, each field's range, one encoding a value. A negative test
// spoils one thing in a valid message.

import { create, type MessageInitShape, ScalarType, toBinary } from '@bufbuild/protobuf';
import { LIMITS as GATE_LIMITS } from '@isthmus/release';
import { describe, expect, test } from 'vitest';
import { WireError } from './errors.ts';
import { KINDS, releasedOf } from './fixtures.ts';
import { FrameSchema, file_isthmus_v1_frame } from './gen/isthmus/v1/frame_pb.js';
import { file_isthmus_v1_release, ReleaseSchema } from './gen/isthmus/v1/release_pb.js';
import * as door from './index.ts';
import { LIMITS } from './limits.ts';
import { decodeRelease, type Encoded, encode } from './release.ts';

type ReleaseInit = MessageInitShape<typeof ReleaseSchema>;

function refusal(bytes: Uint8Array): string {
  try {
    decodeRelease(bytes);
  } catch (error) {
    if (error instanceof WireError) return error.code;
    throw error;
  }
  return 'accepted';
}

const COVARIANCE = Array.from({ length: 21 }, (_, k) =>
  [0, 6, 11, 15, 18, 20].includes(k) ? 4 : 0,
);
const ESTIMATE = { timeUs: 2_000_000n, xMm: 6_400_000_000n, vxMmps: 1, covariance: COVARIANCE };
const ID = new Uint8Array(16).fill(7);
const TRACKLET = {
  track: ID,
  event: ID,
  source: 2,
  phase: 2,
  epoch: 1,
  baseUs: 1_000_000n,
  looks: 4,
  estimate: ESTIMATE,
};
const REPORT = {
  event: ID,
  update: 1,
  objectCountAtLeast: 1,
  launchArea: { latitudeRadE7: 1, longitudeRadE7: 1, radiusM: 1 },
  sources: [1, 2],
  assessment: 1,
};

function bytesOf(item: NonNullable<ReleaseInit['item']>, change: ReleaseInit = {}): Uint8Array {
  const agreementHash = new Uint8Array(32).fill(1);
  const init = { agreementHash, clause: 'a', releasedAtUs: 1n, item, ...change };
  return toBinary(ReleaseSchema, create(ReleaseSchema, init));
}
const tracklet = (change: object): string =>
  refusal(bytesOf({ case: 'tracklet', value: { ...TRACKLET, ...change } }));
const estimate = (change: object): string => tracklet({ estimate: { ...ESTIMATE, ...change } });
const COVERAGE = {
  objectClass: 2,
  fromUs: 1_000_000n,
  untilUs: 2_000_000n,
  state: 1,
  leastHeightM: 40_000,
  detectionPercent: 80,
};
const coverage = (change: object): string =>
  refusal(bytesOf({ case: 'coverageReport', value: { ...COVERAGE, ...change } }));
const report = (change: object): string =>
  refusal(bytesOf({ case: 'launchReport', value: { ...REPORT, ...change } }));
const release = (change: ReleaseInit): string =>
  refusal(bytesOf({ case: 'tracklet', value: TRACKLET }, change));

describe('the set', () => {
  test('W-5: the items are exactly those reviewed, and none of them commands', () => {
    const items = ReleaseSchema.oneofs.flatMap((oneof) => oneof.fields.map((field) => field.name));
    expect(items).toEqual([
      'launch_report',
      'track',
      'rebase',
      'tracklet',
      'drop',
      'withdrawal',
      'test_message',
      'coverage_report',
    ]);
    const messages = [...file_isthmus_v1_release.messages, ...file_isthmus_v1_frame.messages];
    const reviewed =
      'Release LaunchReport Track Rebase Tracklet Drop Withdrawal CoverageReport TestMessage Area Estimate ' +
      'Frame Hello Batch Entry Credit Heartbeat ClockReading Echo Cosignature Close';
    expect(messages.map(({ name }) => name).sort()).toEqual(reviewed.split(' ').sort());
    expect(file_isthmus_v1_release.services).toEqual([]);
    expect(file_isthmus_v1_frame.services).toEqual([]);
  });

  test('W-13: no item holds free text; strings are names of a fixed alphabet, or signed notes', () => {
    const messages = [...file_isthmus_v1_release.messages, ...file_isthmus_v1_frame.messages];
    const strings = messages.flatMap((message) =>
      message.fields
        .filter((field) => field.scalar === ScalarType.STRING)
        .map((field) => `${message.name}.${field.name}`),
    );
    expect(strings).toEqual([
      'Release.clause',
      'Release.label',
      'Hello.from',
      'Hello.to',
      'Batch.checkpoint',
      'Cosignature.line',
    ]);
    for (const clause of ['', 'A', 'a b', 'a'.repeat(33), 'a\n', 'é', 'a;rm']) {
      expect([clause, release({ clause })]).toEqual([clause, 'bad-text']);
    }
  });

  test('W-5: a release without an item, or with one of another version, is refused', () => {
    expect(refusal(bytesOf({ case: undefined }))).toBe('no-kind');
    // Field 15, empty: an item this version does not know.
    const bytes = bytesOf({ case: undefined });
    expect(refusal(new Uint8Array([...bytes, 0x7a, 0]))).toBe('not-canonical');
  });

  test('W-20: the frames are exactly those reviewed', () => {
    expect(FrameSchema.oneofs.flatMap((oneof) => oneof.fields.map((field) => field.name))).toEqual([
      'hello',
      'batch',
      'entry',
      'credit',
      'heartbeat',
      'cosignature',
      'close',
    ]);
  });
});

describe('a valid message', () => {
  test('W-6: the hand-made messages of this test are accepted as they stand', () => {
    expect([tracklet({}), report({}), coverage({})]).toEqual(['accepted', 'accepted', 'accepted']);
  });

  test('W-1: more than 61,440 bytes are refused unread', () => {
    expect(refusal(new Uint8Array(LIMITS.itemBytesMax + 1).fill(0xff))).toBe('too-large');
  });

  test('W-2: what is no message of the schema is refused', () => {
    const good = bytesOf({ case: 'tracklet', value: TRACKLET });
    expect(refusal(good.subarray(0, -1))).toBe('malformed');
    expect(refusal(new Uint8Array([0x0b]))).toBe('malformed');
    // Clause as invalid UTF-8.
    expect(refusal(new Uint8Array([0x12, 1, 0xff]))).toBe('malformed');
  });

  test('W-3: unknown fields, another order, a default or a long varint are refused', () => {
    const good = [...bytesOf({ case: 'testMessage', value: { serial: 5 } })];
    expect(refusal(Uint8Array.from(good))).toBe('accepted');
    expect(good.slice(-4)).toEqual([0x52, 2, 0x08, 5]);
    const head = good.slice(0, -4);
    const spoiled = [
      [...good, 0xf8, 0x07, 1],
      [...good.slice(-4), ...head],
      [...head, 0x52, 4, 0x08, 5, 0x10, 0],
      [...head, 0x52, 2, 0x08, 0],
      [...head, 0x52, 3, 0x08, 0x85, 0x00],
      [...head, 0x52, 4, 0x08, 4, 0x08, 5],
      [...good, ...good.slice(-4)],
    ];
    for (const bytes of spoiled) expect(refusal(Uint8Array.from(bytes))).toBe('not-canonical');
  });

  test('W-7: identifiers are 16 bytes and the agreement’s hash 32', () => {
    expect(tracklet({ track: new Uint8Array(15) })).toBe('bad-length');
    expect(tracklet({ event: new Uint8Array(17) })).toBe('bad-length');
    expect(release({ agreementHash: new Uint8Array(31) })).toBe('bad-length');
  });

  test('W-8: positions within 1e8 m and velocities within 2e4 m/s', () => {
    expect(estimate({ xMm: 100_000_000_000n })).toBe('accepted');
    expect(estimate({ xMm: 100_000_000_001n })).toBe('out-of-range');
    expect(estimate({ zMm: -(2n ** 63n) })).toBe('out-of-range');
    expect(estimate({ vyMmps: -20_000_000 })).toBe('accepted');
    expect(estimate({ vyMmps: 20_000_001 })).toBe('out-of-range');
    expect(tracklet({ estimate: undefined })).toBe('bad-length');
  });

  test('W-9: a covariance is 21 finite numbers, positive definite, without negative zero', () => {
    const spoil = (k: number, value: number): string =>
      estimate({ covariance: COVARIANCE.map((old, i) => (i === k ? value : old)) });
    expect(estimate({ covariance: COVARIANCE.slice(1) })).toBe('bad-length');
    expect(estimate({ covariance: [] })).toBe('bad-length');
    expect(spoil(0, Number.NaN)).toBe('out-of-range');
    expect(spoil(0, Number.POSITIVE_INFINITY)).toBe('out-of-range');
    expect(spoil(0, 1e25)).toBe('out-of-range');
    expect(spoil(1, -0)).toBe('out-of-range');
    expect(spoil(0, 0)).toBe('not-positive-definite');
    expect(spoil(0, -4)).toBe('not-positive-definite');
    expect(spoil(1, 4)).toBe('not-positive-definite');
    expect(spoil(1, 3.999)).toBe('accepted');
  });

  test('W-10: an instant is one that a double holds, and a tracklet ends after its base', () => {
    expect(estimate({ timeUs: 2n ** 53n })).toBe('out-of-range');
    expect(release({ releasedAtUs: -(2n ** 53n) })).toBe('out-of-range');
    expect(tracklet({ baseUs: 2_000_000n })).toBe('out-of-range');
  });

  test('W-13: a marking is a word, or empty where there is none', () => {
    expect(release({ label: 'E-SECRET.2_a' })).toBe('accepted');
    for (const label of ['a b', ' a', 'a\n', 'é', 'a'.repeat(33)]) {
      expect(release({ label }), label).toBe('bad-text');
    }
  });

  test('W-11: words are known ones, never the unspecified', () => {
    expect(tracklet({ source: 0 })).toBe('unknown-enum');
    expect(tracklet({ phase: 6 })).toBe('unknown-enum');
    expect(tracklet({ phase: -1 })).toBe('unknown-enum');
    expect(report({ assessment: 0 })).toBe('unknown-enum');
    expect(report({ sources: [3] })).toBe('unknown-enum');
    expect(report({ sources: [2, 1] })).toBe('not-canonical');
    expect(report({ sources: [1, 1] })).toBe('not-canonical');
  });

  test('W-12: angles, radii, sigmas and counts lie in their ranges', () => {
    const area = (change: object): string =>
      report({ launchArea: { ...REPORT.launchArea, ...change } });
    expect(area({ latitudeRadE7: 15_707_964 })).toBe('out-of-range');
    expect(area({ longitudeRadE7: 31_415_927 })).toBe('out-of-range');
    expect(area({ longitudeRadE7: -31_415_927 })).toBe('accepted');
    expect(area({ radiusM: 20_100_001 })).toBe('out-of-range');
    expect(report({ azimuthRadE7: 62_831_854 })).toBe('out-of-range');
    expect(report({ launchTimeSigmaMs: 86_400_001 })).toBe('out-of-range');
    expect(report({ objectCountAtLeast: 10_001 })).toBe('out-of-range');
    expect(report({ update: 0 })).toBe('out-of-range');
  });

  test('W-14: a coverage report claims numbers exactly where nothing was seen, of a period that is one', () => {
    const none = { leastHeightM: undefined, detectionPercent: undefined };
    expect(coverage({ state: 2, ...none })).toBe('accepted');
    expect(coverage({ state: 2 })).toBe('out-of-range');
    expect(coverage(none)).toBe('out-of-range');
    expect(coverage({ leastHeightM: undefined })).toBe('out-of-range');
    expect(coverage({ detectionPercent: undefined })).toBe('out-of-range');
    expect(coverage({ untilUs: 1_000_000n })).toBe('out-of-range');
    expect(coverage({ fromUs: -(2n ** 53n) })).toBe('out-of-range');
    expect([0, 99, 100].map((detectionPercent) => coverage({ detectionPercent }))).toEqual([
      'out-of-range',
      'accepted',
      'out-of-range',
    ]);
    expect(coverage({ leastHeightM: 0 })).toBe('accepted');
    expect(coverage({ leastHeightM: 10_000_001 })).toBe('out-of-range');
    expect(coverage({ objectClass: 0 })).toBe('unknown-enum');
    expect(coverage({ objectClass: 4 })).toBe('unknown-enum');
    expect(coverage({ state: 3 })).toBe('unknown-enum');
  });

  test('W-12: the gate holds the same bounds, so that what it lets go can be encoded', () => {
    expect(GATE_LIMITS).toMatchObject({
      positionM: LIMITS.positionM,
      velocityMps: LIMITS.velocityMps,
      covarianceMax: LIMITS.covarianceMax,
      radiusM: LIMITS.radiusM,
      sigmaS: LIMITS.sigmaMs / 1000,
      objects: LIMITS.objects,
      leastHeightM: LIMITS.leastHeightM,
      detectionPercentMax: LIMITS.detectionPercentMax,
      counter: LIMITS.counter,
    });
  });
});

describe('the token', () => {
  test('W-4: nothing but encode makes an Encoded, and its bytes cannot be changed from outside', () => {
    const encoded = encode(releasedOf('test', 1));
    // @ts-expect-error the class is nominal
    const forged: Encoded = { bytes: encoded.bytes };
    expect(forged).toBeDefined();
    // @ts-expect-error only what the gate released is encoded
    expect(() => encode({ agreementHash: '', clause: 'a', at: 1, item: null })).toThrow(WireError);
    const constructor = Reflect.get(encoded, 'constructor') as new (...args: unknown[]) => unknown;
    expect(() => new constructor(Symbol('mint'), new Uint8Array(3))).toThrow(TypeError);
    const shell = Object.create(Object.getPrototypeOf(encoded) as object) as Encoded;
    expect(() => shell.bytes).toThrow(TypeError);
    const { bytes } = encoded;
    bytes.fill(0);
    expect(encoded.bytes).not.toEqual(bytes);
    expect(Object.keys(door)).not.toContain('Encoded');
  });

  test('W-6: every kind of item the gate can let go has a message', () => {
    for (const kind of KINDS) {
      expect(decodeRelease(encode(releasedOf(kind, 1)).bytes).item.kind).toBe(kind);
    }
  });
});
