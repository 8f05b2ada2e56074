// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  halfShortAngleRad,
  MAX_RANGE_M,
  MIN_RANGE_M,
  rangeForSpan,
  spanForRange,
  tiltForSpan,
} from './camera-maths.ts';

const HALF = halfShortAngleRad(Math.PI / 3, 1366, 768);

describe('camera', () => {
  test('The shorter side has the smaller angle, whichever side it is', () => {
    expect(halfShortAngleRad(1, 800, 800)).toBeCloseTo(0.5);
    expect(halfShortAngleRad(1, 800, 400)).toBeCloseTo(Math.atan(Math.tan(0.5) / 2));
    expect(halfShortAngleRad(1, 400, 800)).toBeCloseTo(halfShortAngleRad(1, 800, 400));
  });

  test('A small span fills the angle as on a plane, with a little room', () => {
    const range = rangeForSpan(200_000, HALF);
    expect((range * Math.tan(HALF)) / 100_000).toBeGreaterThan(1.03);
    expect((range * Math.tan(HALF)) / 100_000).toBeLessThan(1.1);
  });

  test('From as far as a whole hemisphere asks the whole Earth is seen', () => {
    const range = rangeForSpan(20_000_000, HALF);
    const seen = Math.asin(6_371_000 / (6_371_000 + range));
    expect(seen).toBeLessThan(HALF);
    expect(seen).toBeGreaterThan(0.8 * HALF);
  });

  test('A larger span is seen from higher up, and never from outside the limits', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1_000, max: 40_000_000, noNaN: true }),
        fc.double({ min: 1, max: 2, noNaN: true }),
        (span, factor) => {
          const near = rangeForSpan(span, HALF);
          const far = rangeForSpan(span * factor, HALF);
          // A rounding apart is no lower.
          return near <= far * (1 + 1e-12) && near >= MIN_RANGE_M && far <= MAX_RANGE_M;
        },
      ),
    );
  });

  test('The span of a range is the span that led to it', () => {
    for (const span of [200_000, 3_000_000, 9_000_000, 15_000_000, 19_000_000]) {
      expect(spanForRange(rangeForSpan(span, HALF), HALF) / span).toBeCloseTo(1, 3);
    }
  });

  test('The camera leans close by, stands upright from afar, and changes without a jump', () => {
    expect((tiltForSpan(1_000_000) * 180) / Math.PI).toBeCloseTo(58);
    expect((tiltForSpan(20_000_000) * 180) / Math.PI).toBeCloseTo(90);
    for (let span = 1e6; span < 2e7; span += 1e5) {
      expect(Math.abs(tiltForSpan(span + 1e5) - tiltForSpan(span))).toBeLessThan(0.02);
    }
  });
});
