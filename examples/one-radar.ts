// SPDX-License-Identifier: Apache-2.0
// One radar, one object in free flight, two hundred times: a Kalman filter knows the present, a
// smoother and a batch fit know the past as well. How near does each come to what is possible?
//
//   node --conditions=isthmus-source examples/one-radar.ts

import { createRandom, geodeticFromDegrees, lookAngles } from '@isthmus/earth';
import * as tracking from '@isthmus/tracking';
import { writePlot } from './plot.ts';
import { positionOf, rocketFlight } from './rocket.ts';
import { printTable } from './table.ts';

const RUNS = 200;
const LOOK_S = 5;
const N = 6;
const random = createRandom('one-radar');

// The truth: the rocket of these examples from 250 s to 550 s, when it neither burns nor meets air.
const truth = rocketFlight().filter((_, t) => t >= 250 && t <= 550 && t % LOOK_S === 0);
const last = truth.length - 1;

// Both models are exact here, free fall and a radar without refraction or bias, so that the filter
// can be held to the letter of the theory.
const site = geodeticFromDegrees(-14, -108, 50);
const noise = { rangeM: 30, azimuthRad: 5e-4, elevationRad: 5e-4 };
const motion = tracking.coastModel(0);
const radar = tracking.radarModel({ site, noise, refracted: false });

// What is known before the first look: one sigma of 20 km and 200 m/s on each axis.
const sigmas = [20e3, 20e3, 20e3, 200, 200, 200];
const covariance = Float64Array.from({ length: N * N }, (_, k) =>
  k % (N + 1) === 0 ? (sigmas[k / (N + 1)] as number) ** 2 : 0,
);

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

/** One run: a prior as wrong as it says, noisy looks, and what each method makes of them. */
const runs = Array.from({ length: RUNS }, () => {
  const mean = sigmas.map((sigma, i) => (truth[0]?.[i] as number) + sigma * random.normal());
  const looks = truth.map((state) => {
    const { rangeM, azimuthRad, elevationRad } = lookAngles(site, positionOf(state));
    return [
      rangeM + noise.rangeM * random.normal(),
      azimuthRad + noise.azimuthRad * random.normal(),
      elevationRad + noise.elevationRad * random.normal(),
    ];
  });
  const prior = { mean, covariance };
  const timed = looks.map((measured, k) => ({ seconds: k * LOOK_S, model: radar, measured }));
  // The angles of the first look bend by more than its range is exact to: a filter that takes the
  // slope where the prior was is off for good, one that takes it again where it came to is not.
  return {
    once: follow(prior, looks, 1).filtered,
    ...follow(prior, looks, 2),
    fitted: [tracking.fitBatch({ motion, prior, start: mean, looks: timed }).belief],
  };
});

/** RMSE of position at each look over all runs, and whether the covariances were honest. */
function judge(method: keyof (typeof runs)[number]) {
  const squares: number[] = [];
  const nees: number[] = [];
  for (const one of runs) {
    for (const [k, belief] of one[method].entries()) {
      const error = Array.from(belief.mean, (value, i) => value - (truth[k]?.[i] as number));
      squares.push(error.slice(0, 3).reduce((sum, e) => sum + e * e, 0));
      nees.push(tracking.nees(error, belief.covariance));
    }
  }
  const size = { runs: RUNS, steps: nees.length / RUNS };
  const { aneesMean, aneesMeanBand } = tracking.consistency({ ...size, values: nees }, N, random);
  const rmse = tracking.rmseOverTime({ ...size, values: squares });
  return { rmse, cells: [aneesMean, ...aneesMeanBand].map((value) => value.toFixed(3)) };
}

// The Cramér-Rao bound: information is carried along the truth, and each look adds to it. No unbiased
// estimate of the present is better; for the past, what all looks say is moved back to the first.
const variances = [noise.rangeM, noise.azimuthRad, noise.elevationRad].map((sigma) => sigma ** 2);
const POSITION = { from: 0, to: 3 };
let information: Float64Array = covariance.map((value) => (value === 0 ? 0 : 1 / value));
const move = (from: number, seconds: number): Float64Array => {
  const { transition } = motion.advance(truth[from] as Float64Array, seconds);
  return tracking.moveInformation(information, { n: N, transition, processNoise: null });
};
const bound = truth.map((state, k) => {
  if (k > 0) information = move(k - 1, LOOK_S);
  const { byState: derivatives } = radar.predict(state);
  information = tracking.addMeasurement(information, { derivatives, variances });
  return tracking.boundOf(information, POSITION);
});
const boundOfPast = tracking.boundOf(move(last, -last * LOOK_S), POSITION);

const [once, filtered, smoothed, fitted] = [
  judge('once'),
  judge('filtered'),
  judge('smoothed'),
  judge('fitted'),
];
const row = (
  name: string,
  rmse: number | undefined,
  least: number | undefined,
  cells: readonly string[],
) => [name, rmse?.toFixed(1) ?? '', least?.toFixed(1) ?? '', ...cells];
printTable([
  ['200 runs', 'RMSE m', 'bound m', 'ANEES', 'from', 'to (95 %)'],
  row('filter, last look', once.rmse[last], bound[last], once.cells),
  row('iterated filter, last look', filtered.rmse[last], bound[last], filtered.cells),
  row('smoother, first look', smoothed.rmse[0], boundOfPast, smoothed.cells),
  row('batch fit, first look', fitted.rmse[0], boundOfPast, fitted.cells),
]);

const curve = (values: ArrayLike<number>) =>
  Array.from(values, (value, k) => [k * LOOK_S, value] as const);
writePlot('one-radar', {
  title: 'Error of position: one radar, one object, 200 runs',
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
