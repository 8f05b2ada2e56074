// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { createRandom, type Random } from './random.ts';

const SEED = 'earth/random';

function draw(count: number, next: () => number): number[] {
  return Array.from({ length: count }, next);
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** Mean of the k-th power of the distance from the mean. */
function moment(values: readonly number[], k: number): number {
  const centre = mean(values);
  return mean(values.map((v) => (v - centre) ** k));
}

describe('pinned', () => {
  test('the first values of a seed never change: scenarios and results rest on them', () => {
    const random = createRandom(1);
    expect(draw(3, random.uniform)).toEqual([
      0.01178071659056723, 0.9837392744411034, 0.38289610971848653,
    ]);
    expect(draw(3, random.normal)).toEqual([
      0.8223933515332545, -1.0211758842387344, -0.13606419567638636,
    ]);
    expect(draw(5, () => random.integer(1000))).toEqual([254, 822, 576, 222, 77]);
    expect(draw(5, () => random.poisson(3.5))).toEqual([3, 4, 3, 3, 2]);
    expect(draw(2, random.fork('west').uniform)).toEqual([0.7421823293054223, 0.7692659841612985]);
    expect(draw(2, createRandom('1/west').uniform)).toEqual([
      0.7421823293054223, 0.7692659841612985,
    ]);
  });
});

describe('moments', () => {
  const n = 200_000;

  test('uniform draws are in [0, 1), of mean 1/2 and variance 1/12, flat in 64 bins', () => {
    const values = draw(n, createRandom(SEED).uniform);
    expect(values.every((v) => v >= 0 && v < 1)).toBe(true);
    expect(Math.abs(mean(values) - 0.5), SEED).toBeLessThan(5 / Math.sqrt(12 * n));
    expect(moment(values, 2), SEED).toBeCloseTo(1 / 12, 3);
    const bins = new Array<number>(64).fill(0);
    for (const v of values) bins[Math.floor(v * 64)] = (bins[Math.floor(v * 64)] ?? 0) + 1;
    const chi2 = bins.reduce((sum, count) => sum + (count - n / 64) ** 2 / (n / 64), 0);
    // 63 degrees of freedom: 99.99 % lie below 114.
    expect(chi2, SEED).toBeLessThan(114);
  });

  test('normal draws have the first four moments, and neighbours are not correlated', () => {
    const values = draw(n, createRandom(SEED).normal);
    expect(Math.abs(mean(values)), SEED).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(moment(values, 2) - 1), SEED).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(moment(values, 3)), SEED).toBeLessThan(5 * Math.sqrt(6 / n));
    expect(Math.abs(moment(values, 4) - 3), SEED).toBeLessThan(5 * Math.sqrt(96 / n));
    const lagged = mean(values.slice(1).map((v, i) => v * (values[i] as number)));
    expect(Math.abs(lagged), SEED).toBeLessThan(5 / Math.sqrt(n));
  });

  test.each([0, 0.3, 4, 59, 61, 400])(
    'Poisson draws of mean %d have that mean and variance',
    (m) => {
      const random = createRandom(`${SEED}/poisson`);
      const values = draw(50_000, () => random.poisson(m));
      expect(values.every((v) => Number.isInteger(v) && v >= 0)).toBe(true);
      const bound = 5 * Math.sqrt(m / 50_000);
      expect(Math.abs(mean(values) - m)).toBeLessThanOrEqual(bound);
      expect(Math.abs(moment(values, 2) - m)).toBeLessThanOrEqual(0.03 * m + bound);
    },
  );

  test('integers reach each value of their range alike, and no other', () => {
    const random = createRandom(SEED);
    const counts = new Map<number, number>();
    for (let i = 0; i < 70_000; i += 1) {
      const k = random.integer(7);
      counts.set(k, (counts.get(k) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(470);
    expect(draw(100, () => random.integer(1)).every((k) => k === 0)).toBe(true);
  });

  test('chance is a ratio: never at 0, always at 1, and a third of the time at 1 in 3', () => {
    const random = createRandom(SEED);
    const hits = (numerator: number, denominator: number): number =>
      draw(30_000, () => (random.chance(numerator, denominator) ? 1 : 0)).filter((v) => v === 1)
        .length;
    expect(hits(0, 5)).toBe(0);
    expect(hits(5, 5)).toBe(30_000);
    expect(Math.abs(hits(1, 3) - 10_000)).toBeLessThan(410);
  });
});

describe('fork', () => {
  const first = (random: Random): number[] => draw(8, random.uniform);

  test('depends on seed and label alone, not on draws made before or on sisters', () => {
    const fresh = createRandom(SEED).fork('radar');
    const used = createRandom(SEED);
    draw(1000, used.normal);
    used.fork('infrared').uniform();
    expect(first(used.fork('radar'))).toEqual(first(fresh));
  });

  test('forking takes nothing from the parent', () => {
    const [plain, forked] = [createRandom(SEED), createRandom(SEED)];
    forked.fork('a');
    expect(first(forked)).toEqual(first(plain));
  });

  test('labels, their order and neighbouring seeds give streams that share nothing', () => {
    const streams = [
      createRandom(SEED),
      createRandom(SEED).fork('a'),
      createRandom(SEED).fork('b'),
      createRandom(SEED).fork('a').fork('b'),
      createRandom(SEED).fork('b').fork('a'),
      ...Array.from({ length: 500 }, (_, i) => createRandom(i)),
    ].map((random) => draw(200, random.normal));
    const firsts = new Set(streams.map((s) => s[0]));
    expect(firsts.size).toBe(streams.length);
    for (let i = 1; i < streams.length; i += 1) {
      const [a, b] = [streams[i - 1] as number[], streams[i] as number[]];
      const correlation = mean(a.map((v, k) => v * (b[k] as number)));
      expect(Math.abs(correlation), `streams ${i - 1} and ${i}`).toBeLessThan(5 / Math.sqrt(200));
    }
  });
});
