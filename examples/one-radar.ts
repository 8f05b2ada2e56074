// SPDX-License-Identifier: Apache-2.0
// One radar, one object in free flight, a hundred times: a Kalman filter knows the present, a smoother
// and a batch fit know the past as well. How near does each come to what is possible?
//
//   node --conditions=isthmus-source examples/one-radar.ts

import { createRandom, geodeticFromDegrees } from '@isthmus/earth';
import * as tracking from '@isthmus/tracking';
import { writePlot } from './plot.ts';
import { rocketFlight } from './rocket.ts';
import { printTable } from './table.ts';
import { drawPrior, judge, lookOf, NOISE, PRIOR_COVARIANCE } from './trials.ts';

const RUNS = 100;
const LOOK_S = 5;
const random = createRandom('one-radar');

// The truth: the rocket of these examples from 250 s to 550 s, when it neither burns nor meets air.
const truth = rocketFlight().filter((_, t) => t >= 250 && t <= 550 && t % LOOK_S === 0);
const last = truth.length - 1;

// Both models are exact here, free fall and a radar without refraction or bias, so that the filter
// can be held to the letter of the theory.
const site = geodeticFromDegrees(-14, -108, 50);
const motion = tracking.coastModel(0);
const radar = tracking.radarModel({ site, noise: NOISE, refracted: false });

/** Filters forward (move to the look, use the look), then smooths back over the same steps. */
function follow(prior: tracking.Gaussian, looks: readonly number[][], iterations: number) {
  let belief = prior;
  const steps = looks.map((look, k) => {
    const prediction = tracking.predictExtended(motion, belief, k === 0 ? 0 : LOOK_S);
    belief = tracking.updateExtended(radar, prediction.belief, look, iterations).belief;
    return { prediction, filtered: belief };
  });
  const filtered = steps.map((step) => step.filtered);
  return { filtered, smoothed: tracking.smooth(prior, steps).slice(1) };
}

/** One run: a prior, noisy looks, and what each method makes of them. */
const runs = Array.from({ length: RUNS }, () => {
  const prior = drawPrior(truth[0] as Float64Array, random);
  const looks = truth.map((state) => lookOf(site, state, random));
  const timed = looks.map((measured, k) => ({ seconds: k * LOOK_S, model: radar, measured }));
  return {
    // The angles of the first look bend by more than its range is exact to: a filter that takes the
    // slope where the prior was is off for good, one that takes it again where it came to is not.
    once: follow(prior, looks, 1).filtered,
    ...follow(prior, looks, 2),
    fitted: [tracking.fitBatch({ motion, prior, start: prior.mean, looks: timed }).belief],
  };
});
const judged = (method: keyof (typeof runs)[number]) =>
  judge(
    runs.map((run) => run[method]),
    truth,
    random,
  );
const [once, filtered] = [judged('once'), judged('filtered')];
const [smoothed, fitted] = [judged('smoothed'), judged('fitted')];

// The Cramér-Rao bound: information is carried along the truth, and each look adds to it. No unbiased
// estimate of the present is better; for the past, what all looks say is moved back to the first.
const variances = [NOISE.rangeM, NOISE.azimuthRad, NOISE.elevationRad].map((sigma) => sigma ** 2);
const POSITION = { from: 0, to: 3 };
let information: Float64Array = PRIOR_COVARIANCE.map((value) => (value === 0 ? 0 : 1 / value));
const move = (from: number, seconds: number): Float64Array => {
  const { transition } = motion.advance(truth[from] as Float64Array, seconds);
  return tracking.moveInformation(information, { n: motion.size, transition, processNoise: null });
};
const bound = truth.map((state, k) => {
  if (k > 0) information = move(k - 1, LOOK_S);
  const { byState: derivatives } = radar.predict(state);
  information = tracking.addMeasurement(information, { derivatives, variances });
  return tracking.boundOf(information, POSITION);
});
const boundOfPast = tracking.boundOf(move(last, -last * LOOK_S), POSITION);

const metres = (value: number | undefined): string => (value ?? 0).toFixed(1);
printTable([
  [`${RUNS} runs`, 'RMSE m', 'bound m', 'ANEES', 'from', 'to (95 %)'],
  ['filter, last look', metres(once.rmse[last]), metres(bound[last]), ...once.cells],
  ['iterated, last look', metres(filtered.rmse[last]), metres(bound[last]), ...filtered.cells],
  ['smoother, first look', metres(smoothed.rmse[0]), metres(boundOfPast), ...smoothed.cells],
  ['batch fit, first look', metres(fitted.rmse[0]), metres(boundOfPast), ...fitted.cells],
]);

const curve = (values: ArrayLike<number>) =>
  Array.from(values, (value, k) => [k * LOOK_S, value] as const);
writePlot('one-radar', {
  title: `Error of position: one radar, one object, ${RUNS} runs`,
  description:
    'RMSE of position by time from the first look. The iterated filter lies on the Cramér-Rao bound, from 1.5 km at the first look to 250 m at the last; the filter that uses each look once stays above it; the smoother knows the first position as well as the last.',
  x: { label: 'time from the first look, s' },
  y: { label: 'RMSE of position, m', logarithmic: true, from: 100, to: 5000 },
  series: [
    { name: 'filter', points: curve(once.rmse), style: 'dashed' },
    { name: 'iterated filter', points: curve(filtered.rmse), style: 'dots' },
    { name: 'Cramér–Rao bound', points: curve(bound) },
    { name: 'smoother', points: curve(smoothed.rmse) },
  ],
});
