// SPDX-License-Identifier: Apache-2.0
import {
  addSeconds,
  cholesky,
  createRandom,
  type Ecef,
  type Instant,
  instant,
  invertPositive,
  multiply,
  packSymmetric,
  type Random,
  transpose,
  unpackSymmetric,
  type Vector3,
} from '@isthmus/earth';
import type { Estimate } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { TrackingError } from '../errors.ts';
import { bootstrapMean, nees } from '../metrics/consistency.ts';
import { propagateState } from '../models/coast.ts';
import { fuseIndependent, quadratic } from './information.ts';
import {
  applyRegistration,
  type CommonObject,
  type RegistrationPrior,
  register,
  registrationFor,
} from './registration.ts';

const GATE = 22.46;
const NOW = instant(1_700_000_000_000_000);
const PIVOT: Vector3<Ecef> = [4.0e6, 3.3e6, 3.8e6];
const PRIOR: RegistrationPrior = {
  rotationRad: 1e-3,
  translationM: 300,
  timeS: 0.3,
  pivotM: PIVOT,
};

type Truth = readonly number[];

/** Bodies in free flight over some 2,000 km, in several directions. */
function bodies(random: Random, count: number): Truth[] {
  return Array.from({ length: count }, () => {
    const place = [4.6e6, 3.5e6, 4.3e6].map((v) => v + 6e5 * random.normal());
    const speed = [0, 0, 0].map(() => 3500 * random.normal());
    return [...place, ...speed];
  });
}

/** A covariance with its own axes: 30 to 300 m, 0.3 to 3 m/s. */
function randomCovariance(random: Random): Float64Array {
  const root = Float64Array.from({ length: 36 }, (_, k) => (k < 18 ? 80 : 0.8) * random.normal());
  const full = multiply(root, transpose(root, 6, 6), { n: 6, m: 6, p: 6 });
  for (let i = 0; i < 6; i += 1) full[i * 7] = (full[i * 7] as number) + (i < 3 ? 900 : 0.09);
  return full;
}

function draw(truth: Truth, random: Random, time: Instant): Estimate {
  const covariance = randomCovariance(random);
  const root = cholesky(covariance, 6) as Float64Array;
  const white = Float64Array.from({ length: 6 }, () => random.normal());
  const error = multiply(root, white, { n: 6, m: 6, p: 1 });
  return {
    time,
    state: truth.map((v, i) => v + (error[i] as number)),
    covariance: packSymmetric(covariance),
  };
}

/** Rotation, translation and time, as the partner has them. */
type Bias = readonly [number, number, number, number, number, number, number];

function drawBias(random: Random): Bias {
  const at = (sigma: number): number => sigma * random.normal();
  const { rotationRad: r, translationM: t, timeS } = PRIOR;
  return [at(r), at(r), at(r), at(t), at(t), at(t), at(timeS)];
}

/** What the partner holds of a body of ours: turned by an exact rotation, not by its derivative. */
function told(truth: Truth, bias: Bias): Truth {
  const moved = Array.from(propagateState(truth, bias[6]));
  const place = turn(
    [0, 1, 2].map((i) => (moved[i] as number) - (PIVOT[i] as number)),
    bias,
  );
  const speed = turn(moved.slice(3), bias);
  return [...place.map((v, i) => v + (PIVOT[i] as number) + (bias[i + 3] as number)), ...speed];
}

/** Rodrigues on a vector. */
function turn(v: readonly number[], bias: Bias): number[] {
  const angle = Math.hypot(bias[0], bias[1], bias[2]);
  if (angle === 0) return [...v];
  const [x = 0, y = 0, z = 0] = v;
  const [a, b, c] = [bias[0] / angle, bias[1] / angle, bias[2] / angle];
  const along = (a * x + b * y + c * z) * (1 - Math.cos(angle));
  const [s, k] = [Math.sin(angle), Math.cos(angle)];
  return [
    k * x + s * (b * z - c * y) + along * a,
    k * y + s * (c * x - a * z) + along * b,
    k * z + s * (a * y - b * x) + along * c,
  ];
}

function common(truths: readonly Truth[], bias: Bias, random: Random): CommonObject[] {
  return truths.map((truth, i) => ({
    id: `${i}`,
    ours: draw(truth, random, NOW),
    theirs: draw(told(truth, bias), random, NOW),
  }));
}

function errorOf(found: ReturnType<typeof register>, bias: Bias): Float64Array {
  const mean = [...found.rotationRad, ...found.translationM, found.timeS];
  return Float64Array.from(mean, (v, i) => v - (bias[i] as number));
}

test('the error of the offset is the bound: RMSE over root of the bound 1 within 5 %, 500 runs', () => {
  const runs = 500;
  const squares = new Float64Array(7);
  let sum = 0;
  for (let run = 0; run < runs; run += 1) {
    const random = createRandom(`registration/bound/${run}`);
    const bias = drawBias(random);
    const found = register(
      common(bodies(random, 6), bias, random),
      PRIOR,
      Number.POSITIVE_INFINITY,
    );
    const error = errorOf(found, bias);
    sum += quadratic(invertPositive(found.covariance, 7) as Float64Array, error);
    for (let i = 0; i < 7; i += 1) {
      const variance = found.covariance[i * 8] as number;
      squares[i] = (squares[i] as number) + (error[i] as number) ** 2 / variance / runs;
    }
  }
  expect(Math.sqrt(sum / runs / 7)).toBeGreaterThan(0.95);
  expect(Math.sqrt(sum / runs / 7)).toBeLessThan(1.05);
  // One by one the ratio itself has a sigma of 3.2 %: three of them.
  for (const square of squares) expect(Math.abs(Math.sqrt(square) - 1)).toBeLessThan(0.1);
});

/** NEES / 6 of the fused estimates of all objects of a run. */
function fusedNees(
  objects: readonly CommonObject[],
  truths: readonly Truth[],
  correct: (object: CommonObject) => Estimate,
): number {
  const values = objects.map((object, i) => {
    const fused = fuseIndependent([object.ours, correct(object)], NOW);
    const error = fused.state.map((v, k) => v - (truths[i]?.[k] as number));
    return nees(error, unpackSymmetric(fused.covariance)) / 6;
  });
  return values.reduce((a, b) => a + b) / values.length;
}

test('0.1 degrees and 0.3 s make naive fusion dishonest and leave ours honest', () => {
  const naive: number[] = [];
  const careless: number[] = [];
  const ours: number[] = [];
  for (let run = 0; run < 300; run += 1) {
    const random = createRandom(`registration/honest/${run}`);
    // The length of the bias is what was said; its axis is any. The prior's sigmas are of that size.
    const axis = [random.normal(), random.normal(), random.normal()] as const;
    const scale = (0.1 * Math.PI) / 180 / Math.hypot(...axis);
    const [x, y, z] = axis;
    const time = 0.3 * (random.chance(1, 2) ? 1 : -1);
    const bias: Bias = [scale * x, scale * y, scale * z, 0, 0, 0, time];
    const truths = bodies(random, 4);
    const objects = common(truths, bias, random);
    const found = register(objects, PRIOR, GATE);
    naive.push(fusedNees(objects, truths, ({ theirs }) => theirs));
    careless.push(fusedNees(objects, truths, ({ theirs }) => applyRegistration(theirs, found)));
    ours.push(
      fusedNees(objects, truths, ({ id, theirs }) =>
        applyRegistration(theirs, registrationFor(found, id)),
      ),
    );
  }
  const random = createRandom('registration/honest/band');
  const [low, high] = bootstrapMean(ours, random);
  expect(low).toBeLessThan(1);
  expect(high).toBeGreaterThan(1);
  expect(high - low).toBeLessThan(0.15);
  expect(bootstrapMean(naive, random)[0]).toBeGreaterThan(5);
  // The control: correcting an object by what it said itself counts its error as the partner's.
  expect(bootstrapMean(careless, random)[0]).toBeGreaterThan(high);
});

test('what no object shows stays at the prior with the variance of the prior', () => {
  const nothing = register([], PRIOR, GATE);
  expect(nothing.rotationRad).toEqual([0, 0, 0]);
  expect(nothing.timeS).toBe(0);
  [1e-6, 1e-6, 1e-6, 9e4, 9e4, 9e4, 0.09].forEach((variance, i) => {
    expect(nothing.covariance[i * 8]).toBeCloseTo(variance, 12);
  });
  // Bodies in the pivot that hang still say nothing of rotation or, but for their fall, of time.
  const random = createRandom('registration/unseen');
  const still = [1, 2, 3, 4].map(() => [...PIVOT, 0, 0, 0]);
  const seen = register(common(still, [0, 0, 0, 200, 0, 0, 0], random), PRIOR, GATE);
  for (let i = 0; i < 3; i += 1) {
    expect(seen.covariance[i * 8] as number).toBeGreaterThan(0.98e-6);
    expect(Math.abs(seen.rotationRad[i] as number)).toBeLessThan(2e-4);
    expect(seen.covariance[(i + 3) * 8] as number).toBeLessThan(2e4);
  }
  expect(seen.translationM[0]).toBeGreaterThan(100);
});

test('a wrong pair is left out, and changes nothing of what the others say', () => {
  for (let run = 0; run < 30; run += 1) {
    const seed = `registration/outlier/${run}`;
    const random = createRandom(seed);
    const bias = drawBias(random);
    const truths = bodies(random, 6);
    const objects = common(truths, bias, random);
    const other = (truths[0] as Truth).map((v, i) => v + (i < 3 ? 8e3 : 40));
    const wrong = {
      id: 'wrong',
      ours: draw(truths[0] as Truth, random, NOW),
      theirs: draw(other, random, NOW),
    };
    const clean = register(objects, PRIOR, GATE);
    const found = register([wrong, ...objects], PRIOR, GATE);
    expect(found.rejected, seed).toContain('wrong');
    if (clean.rejected.length > 0 || found.rejected.length > 1) continue;
    [...found.rotationRad, ...found.translationM, found.timeS].forEach((v, i) => {
      const same = [...clean.rotationRad, ...clean.translationM, clean.timeS][i] as number;
      expect(v, seed).toBeCloseTo(same, 6);
    });
  }
});

test('two objects that contradict each other leave the offset at its prior', () => {
  const random = createRandom('registration/two');
  const truths = bodies(random, 2);
  const [one, two] = common(truths, [0, 0, 0, 0, 0, 0, 0], random) as [CommonObject, CommonObject];
  const shifted = {
    ...two,
    theirs: { ...two.theirs, state: two.theirs.state.map((v) => v + 9e3) },
  };
  const found = register([one, shifted], PRIOR, GATE);
  expect(found.rejected).toHaveLength(1);
  expect(found.rotationRad).toEqual([0, 0, 0]);
  expect(found.used).toEqual([]);
});

test('order and time of the estimates do not matter; a single object does not correct itself', () => {
  const random = createRandom('registration/order');
  const bias = drawBias(random);
  const objects = common(bodies(random, 5), bias, random);
  const one = register(objects, PRIOR, GATE);
  const back = register(objects.toReversed(), PRIOR, GATE);
  expect(back.timeS).toBeCloseTo(one.timeS, 9);
  const later = objects.map(({ id, ours, theirs }) => {
    const state = Array.from(propagateState(ours.state, 2));
    return { id, ours: { ...ours, time: addSeconds(NOW, 2), state }, theirs };
  });
  expect(register(later, PRIOR, GATE).timeS).toBeCloseTo(one.timeS, 2);
  const [single] = objects as [CommonObject];
  const alone = register([single], PRIOR, Number.POSITIVE_INFINITY);
  expect(registrationFor(alone, single.id).timeS).toBeCloseTo(0, 12);
  expect(registrationFor(alone, 'another')).toBe(alone);
});

test('what is no covariance is refused with its code', () => {
  const random = createRandom('registration/bad');
  const [one] = common(bodies(random, 1), [0, 0, 0, 0, 0, 0, 0], random) as [CommonObject];
  const bad = { ...one.theirs, covariance: one.theirs.covariance.map((v) => -v) };
  expect(() => register([{ ...one, theirs: bad }], PRIOR, GATE)).toThrow(TrackingError);
});
