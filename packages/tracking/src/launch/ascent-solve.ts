// SPDX-License-Identifier: Apache-2.0
// Batch estimate of an ascent from all that was seen of it: Gauss-Newton with priors and step control
// from several starts. What a single line of sight leaves open has more than one answer (towards the
// sensor or away from it): answers that fit nearly as well are kept beside the best and counted by
// their share. What the model cannot follow shows as post-fit chi-square above what is expected, and
// widens everything.

import { invertPositive, solvePositive } from '@isthmus/earth';
import { endSlope, type Layout, layoutOf, type Problem } from './ascent-looks.ts';
import { arcWidth, residualCount, residuals, residualsWithSlopes } from './ascent-residuals.ts';
import { AZIMUTH } from './boost-model.ts';

/** A step in an unknown for differences. */
export const NUDGE = 1e-3;
/** Answers that cost so much more than the best are dropped, as are those so near to a better one. */
const RIVAL_COST = 12;
const RIVAL_APART = 0.3;
const RIVALS_MAX = 3;
/** A step that gains less chi-square ends the search. */
const GAIN_ENDS = 0.02;
/** Gain of a whole stride, by the linear problem, under which no shorter one is tried. */
const PROMISE_ENDS = 1e-4;
/** Strides tried from one place, each shorter than the one before. */
const ATTEMPTS_MAX = 8;
/** In prior sigmas. */
const OUT_OF_REASON = 12;
/** Weak stay of an azimuth where it is: it keeps the matrix positive, and stands for no knowledge. */
const AZIMUTH_STAY = 0.5;

/** One answer to a problem. */
export interface Answer {
  readonly unknowns: Float64Array;
  readonly cost: number;
  /** Of the unknowns, not widened. */
  readonly covariance: Float64Array;
  /** Share of the posterior. */
  readonly share: number;
}

/** Answers to a problem, the best first, and by what their covariances must be multiplied. */
export interface Solution {
  readonly problem: Problem;
  readonly layout: Layout;
  readonly answers: readonly Answer[];
  /** Post-fit chi-square over what was expected, at least 1. */
  readonly excess: number;
}

interface Solved {
  readonly unknowns: Float64Array;
  readonly cost: number;
  /** Information at the last unknowns, or so near to them that it is the same. */
  readonly normal: Float64Array;
}

/** Solves from each start for so many steps, then from the best few to the end; null without any. */
export function solveAscent(
  problem: Problem,
  starts: readonly Float64Array[],
  steps: { readonly first: number; readonly last: number },
): Solution | null {
  const layout = layoutOf(problem);
  const tried = starts.flatMap((start) => descend(problem, layout, { start, steps: steps.first }));
  const ended =
    steps.last === 0
      ? tried
      : distinct(tried, 4 * RIVAL_COST).flatMap(({ unknowns }) =>
          descend(problem, layout, { start: unknowns, steps: steps.last }),
        );
  const kept = distinct(ended, RIVAL_COST);
  const best = kept[0];
  if (best === undefined) return null;
  const excess = Math.max(1, best.cost / residualCount(problem));
  const n = layout.length;
  // By fit alone: how wide an answer is says how wide the priors are, and would let one that fits worse
  // by twelve, a climb that ends underground, outweigh the right one.
  const weighed = kept.flatMap(({ unknowns, cost, normal }) => {
    const covariance = invertPositive(normal, n);
    const weight = Math.exp(-(cost - best.cost) / (2 * excess));
    return covariance === null ? [] : [{ unknowns, cost, covariance, weight }];
  });
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return null;
  const answers = weighed.map(({ weight, ...answer }) => ({ ...answer, share: weight / total }));
  return { problem, layout, answers, excess };
}

/** The best of each kind, cheapest first. */
function distinct(solved: readonly Solved[], costMore: number): Solved[] {
  const kept: Solved[] = [];
  for (const one of [...solved].sort((a, b) => a.cost - b.cost)) {
    if (one.cost > (kept[0]?.cost ?? one.cost) + costMore) break;
    if (!kept.some((other) => isNear(other.unknowns, one.unknowns))) kept.push(one);
    if (kept.length === RIVALS_MAX) break;
  }
  return kept;
}

function isNear(a: Float64Array, b: Float64Array): boolean {
  return a.every((v, i) => {
    const apart = v - (b[i] as number);
    const wrapped = i === AZIMUTH ? Math.atan2(Math.sin(apart), Math.cos(apart)) : apart;
    return Math.abs(wrapped) < RIVAL_APART;
  });
}

/** Gauss-Newton with Marquardt's damping; nothing when the cost is not finite. */
function descend(
  problem: Problem,
  layout: Layout,
  given: { readonly start: Float64Array; readonly steps: number },
): Solved[] {
  let unknowns = given.start;
  let cost = costOf(problem, layout, unknowns);
  if (!Number.isFinite(cost)) return [];
  let damping = 0;
  const n = unknowns.length;
  for (let step = 0; ; step += 1) {
    const { normal, pull } = linearise(problem, layout, unknowns);
    let gain = 0;
    let attempts = ATTEMPTS_MAX;
    for (let attempt = 0; attempt < attempts && gain === 0 && step < given.steps; attempt += 1) {
      const damped = normal.slice();
      for (let d = 0; d < n; d += 1)
        damped[d * (n + 1)] = (damped[d * (n + 1)] as number) * (1 + damping);
      const shift = solvePositive(damped, pull, n);
      if (shift === null) return [];
      // Where next to nothing is promised, a shorter stride gains no more.
      if (dot(shift, pull) < PROMISE_ENDS) attempts = 1;
      const next = unknowns.map((v, d) => v + (shift[d] as number));
      const nextCost = costOf(problem, layout, next);
      if (nextCost < cost) {
        gain = cost - nextCost;
        unknowns = next;
        cost = nextCost;
        damping /= 10;
      } else {
        damping = Math.max(damping * 10, 0.01);
      }
    }
    if (gain < GAIN_ENDS) return [{ unknowns, cost, normal }];
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function costOf(problem: Problem, layout: Layout, unknowns: Float64Array): number {
  // A stride that leaves all reason is not flown: so far out an ascent has no numbers any more.
  if (unknowns.some((v, i) => i !== AZIMUTH && !(Math.abs(v) < OUT_OF_REASON))) {
    return Number.POSITIVE_INFINITY;
  }
  let sum = arcWidth(problem, layout, unknowns).value;
  for (const r of residuals(problem, layout, unknowns)) sum += r * r;
  unknowns.forEach((v, i) => {
    if (i !== AZIMUTH) sum += v * v;
  });
  return sum;
}

/** Information matrix and pull of the prior and of what was seen, at the unknowns. */
function linearise(
  problem: Problem,
  layout: Layout,
  unknowns: Float64Array,
): { readonly normal: Float64Array; readonly pull: Float64Array } {
  const n = layout.length;
  const { values, slopes } = residualsWithSlopes(problem, layout, unknowns);
  const normal = new Float64Array(n * n);
  const pull = new Float64Array(n);
  for (let i = 0, row = 0; i < values.length; i += 1, row += n) {
    const value = values[i] as number;
    for (let j = 0; j < n; j += 1) {
      const slope = slopes[row + j] as number;
      // Most residuals are early, and change with few of the knots.
      if (slope === 0) continue;
      pull[j] = (pull[j] as number) - slope * value;
      for (let k = j; k < n; k += 1) {
        normal[j * n + k] = (normal[j * n + k] as number) + slope * (slopes[row + k] as number);
      }
    }
  }
  const { byEnd } = arcWidth(problem, layout, unknowns);
  for (let j = 0; j < n; j += 1) {
    for (let k = 0; k < j; k += 1) normal[j * n + k] = normal[k * n + j] as number;
    const prior = j === AZIMUTH ? AZIMUTH_STAY : 1;
    normal[j * (n + 1)] = (normal[j * (n + 1)] as number) + prior;
    const widens = (byEnd / 2) * endSlope(problem, layout, { unknowns, of: j });
    pull[j] = (pull[j] as number) - (j === AZIMUTH ? 0 : (unknowns[j] as number)) - widens;
  }
  return { normal, pull };
}

/** The unknowns with one of them moved by `NUDGE`. */
export function nudged(unknowns: Float64Array, index: number): Float64Array {
  const moved = Float64Array.from(unknowns);
  moved[index] = (moved[index] as number) + NUDGE;
  return moved;
}
