// SPDX-License-Identifier: Apache-2.0
// Where everything is linear every filter has one right answer: normal equations over all states.

import { addSeconds, createRandom, instant, type Random } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { TrackingError } from '../errors.ts';
import type { Gaussian } from '../gaussian.ts';
import { identity, type Moved } from '../models/motion-model.ts';
import { constantVelocity } from '../models/straight.ts';
import { independent } from '../sensors/measurement-model.ts';
import { positionReport } from '../sensors/position-report.ts';
import { fitBatch } from './batch.ts';
import { predictExtended, updateExtended } from './extended.ts';
import { type DatedLook, latestOf, openHistory, useLook } from './history.ts';
import { combineInteracting, predictInteracting, updateInteracting } from './interacting.ts';
import { apart, type LinearRun, linearRun, solveAtOnce } from './linear.fixture.ts';
import { type FilteredStep, smooth } from './smoother.ts';
import { gaussianOf, predictRoot, rootOf, updateRoot } from './square-root.ts';
import { predictUnscented, updateUnscented } from './unscented.ts';

const RUNS = 12;

function runs(label: string): readonly (readonly [LinearRun, Random])[] {
  return Array.from({ length: RUNS }, (_, i) => {
    const random = createRandom(`linear/${label}/${i}`);
    return [linearRun(random, 5 + random.integer(25)), random] as const;
  });
}

function filtered(run: LinearRun): readonly FilteredStep[] {
  let belief: Gaussian = run.start;
  return run.steps.map(({ seconds, model, measured }) => {
    const prediction = predictExtended(run.motion, belief, seconds);
    belief = updateExtended(model, prediction.belief, measured).belief;
    return { prediction, filtered: belief };
  });
}

function lastOf(run: LinearRun): Gaussian {
  return filtered(run).at(-1)?.filtered ?? run.start;
}

test('the filter ends where the normal equations do', () => {
  for (const [run] of runs('filter')) {
    expect(apart(lastOf(run), solveAtOnce(run).at(-1) as Gaussian)).toBeLessThan(1e-9);
  }
});

test('the root carried on ends there as well, and iterating a linear measurement changes nothing', () => {
  for (const [run] of runs('root')) {
    let belief = rootOf(run.start);
    for (const { seconds, model, measured } of run.steps) {
      belief = predictRoot(run.motion, belief, seconds).belief;
      belief = updateRoot(model, belief, measured, 3).belief;
    }
    expect(apart(gaussianOf(belief), lastOf(run))).toBeLessThan(1e-9);
  }
});

test('the smoother says of every time what the normal equations say', () => {
  for (const [run] of runs('smoother')) {
    const all = solveAtOnce(run);
    const smoothed = smooth(run.start, filtered(run));
    expect(smoothed.length).toBe(all.length);
    smoothed.forEach((belief, k) => {
      expect(apart(belief, all[k] as Gaussian)).toBeLessThan(1e-9);
    });
  }
  const [[run]] = runs('smoother') as [readonly [LinearRun, Random]];
  expect(smooth(run.start, [])).toEqual([run.start]);
});

test.each([
  { alpha: 1, beta: 2, kappa: 0 },
  { alpha: 0.1, beta: 2, kappa: 0 },
  { alpha: 1, beta: 0, kappa: -1 },
])('the unscented filter is the filter: alpha $alpha, kappa $kappa', (options) => {
  for (const [run] of runs('unscented')) {
    let belief: Gaussian = run.start;
    let exact: Gaussian = run.start;
    for (const { seconds, model, measured } of run.steps) {
      const moved = predictUnscented(run.motion, belief, seconds, options);
      const used = updateUnscented(model, moved, measured, options);
      const reference = predictExtended(run.motion, exact, seconds).belief;
      const right = updateExtended(model, reference, measured);
      expect(Math.abs(used.innovation.distance / right.innovation.distance - 1)).toBeLessThan(1e-8);
      expect(Math.abs(used.innovation.logLikelihood - right.innovation.logLikelihood)).toBeLessThan(
        1e-8,
      );
      belief = used.belief;
      exact = right.belief;
    }
    expect(apart(belief, exact)).toBeLessThan(1e-9);
  }
});

test('several laws that are one are one', () => {
  for (const [run] of runs('interacting')) {
    for (const count of [1, 3]) {
      const laws = {
        models: new Array<LinearRun['motion']>(count).fill(run.motion),
        switching: () => new Float64Array(count * count).fill(1 / count),
      };
      let modes = laws.models.map(() => ({ probability: 1 / count, belief: run.start }));
      for (const { seconds, model, measured } of run.steps) {
        modes = [...predictInteracting(laws, modes, seconds)];
        modes = [...updateInteracting(model, modes, measured).modes];
      }
      expect(apart(combineInteracting(laws, modes), lastOf(run))).toBeLessThan(1e-9);
      for (const { probability } of modes) expect(probability).toBeCloseTo(1 / count, 9);
    }
  }
});

test('batch least squares of motion without noise is the filter taken back to the epoch', () => {
  for (const [run] of runs('batch')) {
    const motion = { ...run.motion, noise: () => new Float64Array(run.motion.size ** 2) };
    let belief: Gaussian = run.start;
    let seconds = 0;
    let chiSquare = 0;
    const looks = run.steps.map((step) => {
      belief = predictExtended(motion, belief, step.seconds).belief;
      const used = updateExtended(step.model, belief, step.measured);
      belief = used.belief;
      chiSquare += used.innovation.distance;
      seconds += step.seconds;
      return { seconds, model: step.model, measured: step.measured };
    });
    const fit = fitBatch({ motion, looks, prior: run.start, start: new Float64Array(motion.size) });
    expect(fit.converged).toBe(true);
    expect(fit.iterations).toBeLessThan(12);
    const atEnd = predictExtended(motion, fit.belief, seconds).belief;
    expect(apart(atEnd, belief)).toBeLessThan(1e-8);
    // The innovations of a filter and the residuals of the batch hold the same chi-square.
    expect(Math.abs(fit.chiSquare / chiSquare - 1)).toBeLessThan(1e-9);
  }
});

test('whatever the order looks come in, the result is that of time', () => {
  for (const [run, random] of runs('history')) {
    let at = instant(0);
    const looks: DatedLook[] = run.steps.flatMap(({ seconds, model, measured }, order) => {
      // Some looks are of one instant, and their serial numbers decide.
      at = order % 4 === 3 ? at : addSeconds(at, seconds);
      return [{ time: at, order, model, measured }];
    });
    const open = openHistory(run.motion, { time: instant(0), belief: run.start }, looks.length);
    let inOrder: Gaussian = run.start;
    let before = instant(0);
    for (const look of looks) {
      const seconds = (look.time - before) / 1e6;
      if (seconds > 0) inOrder = predictExtended(run.motion, inOrder, seconds).belief;
      inOrder = updateExtended(look.model, inOrder, look.measured).belief;
      before = look.time;
    }
    const shuffled = looks
      .map((look) => ({ look, key: random.uniform() }))
      .sort((a, b) => a.key - b.key);
    let history = open;
    for (const { look } of shuffled) history = useLook(history, look) ?? history;
    expect(history.looks.length).toBe(looks.length);
    expect(apart(latestOf(history).belief, inOrder)).toBeLessThan(1e-9);
    expect(latestOf(history).belief).toEqual(inOrder);
    expect(useLook(history, shuffled[0]?.look as DatedLook), 'a look twice').toBeNull();
  }
});

test('a history is bounded: what is too late is refused, what is late enough is not', () => {
  const [[run]] = runs('bounded') as [readonly [LinearRun, Random]];
  const { model } = run.steps[0] as LinearRun['steps'][number];
  const lookAt = (seconds: number): DatedLook => ({
    time: addSeconds(instant(0), seconds),
    order: seconds,
    model,
    measured: new Float64Array(model.size).fill(seconds),
  });
  const start = { time: instant(0), belief: run.start };
  const use = (limit: number, seconds: readonly number[]): ReturnType<typeof openHistory> => {
    let history = openHistory(run.motion, start, limit);
    for (const one of seconds) history = useLook(history, lookAt(one)) ?? history;
    return history;
  };
  const bounded = use(3, [1, 2, 3, 5, 6]);
  expect(bounded.looks.map((look) => look.order)).toEqual([3, 5, 6]);
  expect(bounded.base.time).toBe(addSeconds(instant(0), 2));
  expect(useLook(bounded, lookAt(1.5))).toBeNull();
  expect(useLook(bounded, lookAt(2))).toBeNull();
  expect(useLook(openHistory(run.motion, start, 3), lookAt(-1))).toBeNull();
  for (const late of [2.5, 4]) {
    const used = useLook(bounded, lookAt(late));
    const all = use(
      9,
      [1, 2, 3, 5, 6, late].sort((a, b) => a - b),
    );
    expect(latestOf(used ?? bounded)).toEqual(latestOf(all));
    expect(used?.looks.length).toBe(3);
  }
});

test.each([
  // T = 1, r = 1, Q = q [[1/4, 1/2], [1/2, 1]] (rank one): the alpha of Kalata's filter of tracking
  // index √q (IEEE T-AES 1984).
  [0.01, 0.36],
  [0.1, 0.54621],
  [1, 0.75],
])('in the long run, with q = %d, the variance of position is %d', (q, variance) => {
  const straight = constantVelocity({ dimensions: 1, accelerationDensity: 0 });
  const motion = { ...straight, noise: () => Float64Array.of(q / 4, q / 2, q / 2, q) };
  const sensor = positionReport(1, [1]);
  let belief: Gaussian = { mean: [0, 0], covariance: [10, 0, 0, 10] };
  for (let k = 0; k < 200; k += 1) {
    belief = predictExtended(motion, belief, 1).belief;
    belief = updateExtended(sensor, belief, [0]).belief;
  }
  expect(belief.covariance[0]).toBeCloseTo(variance, 5);
});

test('what is no Gaussian of the model is refused by name, and a known component is none of that', () => {
  const [[run]] = runs('refused') as [readonly [LinearRun, Random]];
  const { model, measured } = run.steps[0] as LinearRun['steps'][number];
  const short = { mean: [0, 0], covariance: [1, 0, 0, 1] };
  const crooked = { ...run.start, covariance: Array.from(run.start.covariance).with(0, -1) };
  const codeOf = (act: () => unknown): string => {
    try {
      act();
    } catch (error) {
      if (error instanceof TrackingError) return error.code;
    }
    return 'none';
  };
  expect(codeOf(() => predictExtended(run.motion, short, 1))).toBe('size-mismatch');
  expect(codeOf(() => predictUnscented(run.motion, short, 1))).toBe('size-mismatch');
  const more = [...measured, 0];
  expect(codeOf(() => updateExtended(model, run.start, more))).toBe('size-mismatch');
  expect(codeOf(() => updateUnscented(model, run.start, more))).toBe('size-mismatch');
  expect(codeOf(() => predictExtended(run.motion, crooked, 1))).toBe('not-positive-definite');
  expect(codeOf(() => updateUnscented(model, crooked, measured))).toBe('not-positive-definite');
  const unmoved = (state: ArrayLike<number>): Moved => ({
    state: Float64Array.from(state),
    transition: identity(4),
  });
  // Position known, velocity not: a semidefinite covariance is a belief like any other.
  const known = { ...run.start, covariance: independent([0, 0, 3, 3]) };
  const { belief } = updateExtended(model, known, measured);
  expect([0, 1].map((i) => belief.mean[i])).toEqual([0, 1].map((i) => run.start.mean[i]));
  expect(belief.covariance[10]).toBeLessThan(9);
  // A measurement without noise of what is known without doubt has no density.
  const certain = positionReport(1, [0]);
  expect(codeOf(() => updateExtended(certain, known, [0]))).toBe('not-positive-definite');
  expect(codeOf(() => updateUnscented(certain, known, [0]))).toBe('not-positive-definite');
  const still = { ...run.motion, noise: () => new Float64Array(16), advance: unmoved };
  const steps = [{ prediction: predictExtended(still, known, 1), filtered: known }];
  expect(codeOf(() => smooth(known, steps))).toBe('not-positive-definite');
  const looks = [{ seconds: 1, model: certain, measured: [0] }];
  const problem = { motion: still, looks, start: known.mean };
  expect(codeOf(() => fitBatch({ ...problem, prior: known }))).toBe('not-positive-definite');
  expect(codeOf(() => fitBatch({ ...problem, prior: run.start }))).toBe('not-positive-definite');
});
