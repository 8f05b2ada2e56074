// SPDX-License-Identifier: Apache-2.0
// Two radars of two owners, one object. Every 20 s the partner tells what its track has become: how is
// that to be used, when both began from the same satellite's report and each new track holds the old?
//
//   node --conditions=isthmus-source examples/two-radars.ts

import {
  addSeconds,
  createRandom,
  geodeticFromDegrees,
  packSymmetric,
  unpackSymmetric,
} from '@isthmus/earth';
import type { Estimate } from '@isthmus/picture';
import * as tracking from '@isthmus/tracking';
import { writePlot } from './plot.ts';
import { LIFTOFF, rocketFlight } from './rocket.ts';
import { printTable } from './table.ts';
import { drawPrior, judge, lookOf, NOISE } from './trials.ts';

const RUNS = 100;
const [FROM_S, TO_S, LOOK_S, TELL_S] = [260, 560, 5, 20] as const;
const random = createRandom('two-radars');
const truth = rocketFlight();

// Two islands with a radar each, and free flight: the models are exact, so that what goes wrong below
// is the fusion alone.
const motion = tracking.coastModel(0);
const radarAt = (latitudeDeg: number, longitudeDeg: number) => {
  const site = geodeticFromDegrees(latitudeDeg, longitudeDeg, 40);
  return { site, model: tracking.radarModel({ site, noise: NOISE, refracted: false }) };
};
const [own, partners] = [radarAt(-14, -108), radarAt(-20, -128)];

/** Moves a belief on to the next look, and uses looks; iterated, because the first ones bend. */
const move = (belief: tracking.Gaussian) => tracking.predictExtended(motion, belief, LOOK_S).belief;
const use = (belief: tracking.Gaussian, radar: typeof own, look: readonly number[]) =>
  tracking.updateExtended(radar.model, belief, look, 3).belief;

/** Tracklets are made of estimates, which have a time: the same numbers in another coat. */
const estimateOf = ({ mean, covariance }: tracking.Gaussian, t: number): Estimate => ({
  time: addSeconds(LIFTOFF, t),
  state: Array.from(mean),
  covariance: packSymmetric(covariance),
});
const gaussianOf = ({ state, covariance }: Estimate): tracking.Gaussian => ({
  mean: state,
  covariance: unpackSymmetric(covariance),
});

const METHODS = ['alone', 'naive', 'intersection', 'tracklets', 'pooled'] as const;
type Held = Record<(typeof METHODS)[number], tracking.Gaussian>;

/** One run: what each method holds whenever the partner has told something. */
function run(): Held[] {
  const prior = drawPrior(truth[FROM_S] as Float64Array, random);
  const held = Object.fromEntries(METHODS.map((method) => [method, prior])) as Held;
  let partner = prior;
  let told = estimateOf(prior, FROM_S);
  const out: Held[] = [];
  for (let t = FROM_S; t <= TO_S; t += LOOK_S) {
    const state = truth[t] as Float64Array;
    const ours = lookOf(own.site, state, random);
    const theirs = lookOf(partners.site, state, random);
    const moved = (belief: tracking.Gaussian) => (t === FROM_S ? belief : move(belief));
    partner = use(moved(partner), partners, theirs);
    for (const method of METHODS) held[method] = use(moved(held[method]), own, ours);
    held.pooled = use(held.pooled, partners, theirs);
    if (t === FROM_S || (t - FROM_S) % TELL_S !== 0) continue;
    // Naive: the partner's track is taken for news each time, although most of it is old.
    held.naive = tracking.fuseNaive(held.naive, partner);
    // Tracklets: what the partner's track gained since it last told, and nothing else.
    const now = estimateOf(partner, t);
    const tracklet = tracking.trackletBetween(told, now);
    if (tracklet !== null) {
      held.tracklets = gaussianOf(tracking.combine(estimateOf(held.tracklets, t), tracklet));
      told = now;
    }
    // Covariance intersection of both newest tracks: safe whatever they share, and wider than need be.
    out.push({ ...held, intersection: tracking.intersect(held.alone, partner) });
  }
  return out;
}

const runs = Array.from({ length: RUNS }, run);
const times = (runs[0] ?? []).map((_, k) => (k + 1) * TELL_S);
const states = times.map((time) => truth[FROM_S + time] as Float64Array);
const results = METHODS.map((method) => {
  const beliefs = runs.map((one) => one.map((held) => held[method]));
  return { method, ...judge(beliefs, states, random) };
});

printTable([
  [`${RUNS} runs`, 'RMSE at the end m', 'ANEES', 'from', 'to (95 %)'],
  ...results.map(({ method, rmse, cells }) => [method, (rmse.at(-1) ?? 0).toFixed(1), ...cells]),
]);
const STYLES = { alone: 'dashed', tracklets: 'dots' } as const;
writePlot('two-radars', {
  title: `Honesty of five ways to use a partner’s track, ${RUNS} runs`,
  description:
    'ANEES by time. Taking each track for news grows far above 1, which is over-confident; covariance intersection lies below 1; own looks alone, tracklets and pooled looks stay at 1.',
  x: { label: 'time from the first look, s', from: 0 },
  y: { label: 'ANEES (1 is honest)', logarithmic: true, from: 0.2, to: 10 },
  series: results.map(({ method, anees }) => ({
    name: method,
    style: STYLES[method as keyof typeof STYLES] ?? 'line',
    points: times.map((time, k) => [time, anees[k] as number] as const),
  })),
});
