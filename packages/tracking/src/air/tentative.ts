// SPDX-License-Identifier: Apache-2.0
// Tentative tracks: every plot that no confirmed track explains may be a new target, and every
// continuation of a tentative track within its gate is a hypothesis of its own, scored by log
// likelihood ratio against "all false" (Sittler, IEEE Trans. Mil. Electron. 8, 1964; Blackman &
// Popoli 1999, chapter 6; Reid 1979 for the branching). The sum of the ratios over all branches of a
// false start is a martingale of mean exp(scoreAtBirth), so by Ville's inequality, which is Wald's
// bound, a false start is confirmed with probability at most exp(scoreAtBirth - scoreConfirmed).
// Tentative tracks are too young for leaving to matter: survival enters when they are confirmed.

import { grownFloat64, grownInt32 } from '../association/growth.ts';
import { findNear, indexPoints, type SpatialIndex } from '../association/spatial-index.ts';
import { addConfirmed, type ConfirmedTracks } from './confirmed.ts';
import { AIR_LIMITS, type AirParameters, GATE_PROBABILITY } from './parameters.ts';
import {
  type AirStates,
  copyState,
  createStates,
  type Innovation,
  reserveStates,
  updateState,
} from './states.ts';

/** The hypotheses: states, scores, and the serial numbers of the last plots of each. */
export interface TentativeTracks {
  readonly states: AirStates;
  /** Log odds of "one target made these plots" over "all are false", and where the test gives up. */
  score: Float64Array;
  floor: Float64Array;
  plots: Int32Array;
  /** `AIR_LIMITS.history` numbers for each, in a ring by the count of its plots. */
  history: Int32Array;
}

/** No hypothesis, with room for some. */
export function createTentative(): TentativeTracks {
  return {
    states: createStates(),
    score: new Float64Array(64),
    floor: new Float64Array(64),
    plots: new Int32Array(64),
    history: new Int32Array(64 * AIR_LIMITS.history),
  };
}

/** The plots of a scan that confirmed tracks have left: more likely than not of something else. */
export interface OpenPlots {
  count: number;
  /** x, y of each in turn, metres. */
  positions: Float64Array;
  /** Logarithm of the probability that no confirmed track made it. */
  logFree: Float64Array;
  readonly index: SpatialIndex;
}

/** Gathers the open plots of a scan and indexes them. */
export function openPlots(
  open: OpenPlots,
  positions: Float64Array,
  {
    free,
    count,
    cellM,
  }: { readonly free: Float64Array; readonly count: number; readonly cellM: number },
): void {
  open.positions = grownFloat64(open.positions, 2 * count);
  open.logFree = grownFloat64(open.logFree, count);
  let kept = 0;
  for (let plot = 0; plot < count; plot += 1) {
    const share = free[plot] as number;
    if (share < AIR_LIMITS.freeMin) continue;
    open.positions[2 * kept] = positions[2 * plot] as number;
    open.positions[2 * kept + 1] = positions[2 * plot + 1] as number;
    open.logFree[kept] = share === 1 ? 0 : Math.log(share);
    kept += 1;
  }
  open.count = kept;
  indexPoints(open.index, open.positions, { count: kept, cellM });
}

/** Working space of this file, kept between scans so that none is allocated in one. */
export interface TentativeWork {
  /** The hypotheses of this scan while it is worked on; changes places with those before. */
  next: TentativeTracks;
  /** The best continuations into each plot: which hypothesis, and its score there. */
  parent: Int32Array;
  score: Float64Array;
  /** Log odds that a plot no track explains is a new target and not false (Blackman & Popoli 6.2). */
  scoreAtBirth: number;
  /** Serial number of the scan's first open plot. */
  firstSerial: number;
  /** Serial numbers of plots that tracks confirmed in this scan have used, and the track's score. */
  readonly taken: Map<number, number>;
  readonly innovation: Innovation;
}

interface Extension {
  readonly tracks: TentativeTracks;
  readonly open: OpenPlots;
  readonly work: TentativeWork;
  readonly parameters: AirParameters;
}

/**
 * Continues every hypothesis by the free plots of its gate and by "not seen", and begins one in each
 * free plot. Returns the new set; `tracks` becomes working space.
 */
export function extendTentative(extension: Extension): TentativeTracks {
  const { tracks, open, work, parameters } = extension;
  const slots = open.count * AIR_LIMITS.hypothesesPerPlot;
  work.parent = grownInt32(work.parent, slots);
  work.score = grownFloat64(work.score, slots);
  work.parent.fill(-1, 0, slots);
  const next = work.next;
  next.states.count = 0;
  const unseen = Math.log(1 - parameters.detectionProbability * GATE_PROBABILITY);
  for (let i = 0; i < tracks.states.count; i += 1) {
    offerPlots(extension, i);
    const score = (tracks.score[i] as number) + unseen;
    if (score < (tracks.floor[i] as number)) continue;
    next.score[append(next, tracks, i)] = score;
  }
  for (let slot = 0; slot < slots; slot += 1) {
    if ((work.parent[slot] as number) >= 0) appendContinuation(extension, slot);
  }
  for (let plot = 0; plot < open.count; plot += 1) appendBirth(extension, plot);
  work.firstSerial = (work.firstSerial + open.count) | 0;
  work.next = tracks;
  return next;
}

/** Offers hypothesis i to each plot of its gate; a plot keeps the best. */
function offerPlots({ tracks, open, work, parameters }: Extension, i: number): void {
  const { states } = tracks;
  const { index, positions, logFree } = open;
  const { plotVariance, detectionProbability, clutterDensityPerM2 } = parameters;
  const xM = states.xM[i] as number;
  const yM = states.yM[i] as number;
  const variance = (states.positionVariance[i] as number) + plotVariance;
  const density = 2 * Math.PI * variance * clutterDensityPerM2;
  const base = (tracks.score[i] as number) + Math.log(detectionProbability / density);
  const least = tracks.floor[i] as number;
  // Farther out than this the score falls below its floor: no need to look there.
  const useful = 2 * (base - least);
  if (useful <= 0) return;
  const bound = tracks.plots[i] === 1 ? AIR_LIMITS.gateSecondPlot : AIR_LIMITS.gate;
  const found = findNear(index, xM, yM, Math.sqrt(Math.min(bound, useful) * variance));
  for (let k = 0; k < found; k += 1) {
    const plot = index.found[k] as number;
    const dxM = (positions[2 * plot] as number) - xM;
    const dyM = (positions[2 * plot + 1] as number) - yM;
    const fit = (-0.5 * (dxM * dxM + dyM * dyM)) / variance;
    const score = base + fit + (logFree[plot] as number);
    if (score >= least) offer(work, plot, i, score);
  }
}

function offer(work: TentativeWork, plot: number, parent: number, score: number): void {
  const first = plot * AIR_LIMITS.hypothesesPerPlot;
  let worst = first;
  for (let slot = first; slot < first + AIR_LIMITS.hypothesesPerPlot; slot += 1) {
    if ((work.parent[slot] as number) < 0) {
      worst = slot;
      break;
    }
    if ((work.score[slot] as number) < (work.score[worst] as number)) worst = slot;
  }
  if ((work.parent[worst] as number) >= 0 && (work.score[worst] as number) >= score) return;
  work.parent[worst] = parent;
  work.score[worst] = score;
}

/** Adds a copy of hypothesis `source` of `from` at the end of `to`, and says where. */
function append(to: TentativeTracks, from: TentativeTracks, source: number): number {
  const at = to.states.count;
  reserve(to, at + 1);
  copyHypothesis(from, source, to, at);
  to.states.count = at + 1;
  return at;
}

function reserve(tracks: TentativeTracks, count: number): void {
  if (count <= tracks.score.length) return;
  reserveStates(tracks.states, count);
  tracks.score = grownFloat64(tracks.score, count);
  tracks.floor = grownFloat64(tracks.floor, count);
  tracks.plots = grownInt32(tracks.plots, count);
  tracks.history = grownInt32(tracks.history, tracks.score.length * AIR_LIMITS.history);
}

function copyHypothesis(
  from: TentativeTracks,
  source: number,
  to: TentativeTracks,
  target: number,
): void {
  copyState(from.states, source, to.states, target);
  to.score[target] = from.score[source] as number;
  to.floor[target] = from.floor[source] as number;
  to.plots[target] = from.plots[source] as number;
  for (let k = 0; k < AIR_LIMITS.history; k += 1) {
    to.history[target * AIR_LIMITS.history + k] = from.history[
      source * AIR_LIMITS.history + k
    ] as number;
  }
}

function appendContinuation({ tracks, open, work, parameters }: Extension, slot: number): void {
  const { next, innovation } = work;
  const plot = Math.floor(slot / AIR_LIMITS.hypothesesPerPlot);
  const at = append(next, tracks, work.parent[slot] as number);
  const dxM = (open.positions[2 * plot] as number) - (next.states.xM[at] as number);
  const dyM = (open.positions[2 * plot + 1] as number) - (next.states.yM[at] as number);
  innovation.weight = 1;
  innovation.dxM = dxM;
  innovation.dyM = dyM;
  innovation.squareM2 = dxM * dxM + dyM * dyM;
  updateState(next.states, at, parameters.plotVariance, innovation);
  next.score[at] = work.score[slot] as number;
  remember(next, at, work.firstSerial + plot);
}

function appendBirth({ open, work, parameters }: Extension, plot: number): void {
  const { next } = work;
  const { states } = next;
  const at = states.count;
  reserve(next, at + 1);
  states.count = at + 1;
  states.xM[at] = open.positions[2 * plot] as number;
  states.yM[at] = open.positions[2 * plot + 1] as number;
  states.vxMps[at] = 0;
  states.vyMps[at] = 0;
  states.positionVariance[at] = parameters.plotVariance;
  states.crossCovariance[at] = 0;
  states.velocityVariance[at] = parameters.velocityVariance;
  const score = work.scoreAtBirth + (open.logFree[plot] as number);
  next.score[at] = score;
  next.floor[at] = score - parameters.scoreFall;
  next.plots[at] = 0;
  remember(next, at, work.firstSerial + plot);
}

function remember(tracks: TentativeTracks, i: number, serial: number): void {
  const plots = tracks.plots[i] as number;
  tracks.history[i * AIR_LIMITS.history + (plots % AIR_LIMITS.history)] = serial;
  tracks.plots[i] = plots + 1;
}

/**
 * Moves hypotheses whose score has reached the threshold to the confirmed tracks, best first. One that
 * shares a plot with a track so confirmed tells the same target otherwise: its score becomes the log
 * odds that it is right after all, so that a wrong choice can still be mended while plots come free.
 */
export function confirmTentative(
  tracks: TentativeTracks,
  confirmed: ConfirmedTracks,
  work: TentativeWork,
  parameters: AirParameters,
): void {
  const { score, plots } = tracks;
  const ripe: number[] = [];
  for (let i = 0; i < tracks.states.count; i += 1) {
    if ((score[i] as number) < parameters.scoreConfirmed) continue;
    if ((plots[i] as number) >= AIR_LIMITS.plotsMin) ripe.push(i);
  }
  if (ripe.length === 0) return;
  ripe.sort((i, j) => (score[j] as number) - (score[i] as number) || i - j);
  const { taken } = work;
  taken.clear();
  for (const i of ripe) {
    if (rivalScore(tracks, i, taken) > 0) continue;
    const own = score[i] as number;
    addConfirmed(confirmed, tracks.states, i, 1 / (1 + Math.exp(-own)));
    const known = Math.min(plots[i] as number, AIR_LIMITS.history);
    for (let k = 0; k < known; k += 1) {
      taken.set(tracks.history[i * AIR_LIMITS.history + k] as number, own);
    }
    score[i] = Number.NEGATIVE_INFINITY;
  }
  let kept = 0;
  for (let i = 0; i < tracks.states.count; i += 1) {
    const rival = rivalScore(tracks, i, taken);
    if (rival > 0) {
      score[i] = (score[i] as number) - Math.log1p(Math.exp(rival));
      tracks.floor[i] = -parameters.scoreFall;
      if ((score[i] as number) < -parameters.scoreFall) continue;
    }
    if (kept < i) copyHypothesis(tracks, i, tracks, kept);
    kept += 1;
  }
  tracks.states.count = kept;
}

/** Largest score of a just confirmed track with which hypothesis i shares a plot; 0 where none. */
function rivalScore(
  tracks: TentativeTracks,
  i: number,
  taken: ReadonlyMap<number, number>,
): number {
  const known = Math.min(tracks.plots[i] as number, AIR_LIMITS.history);
  let largest = 0;
  for (let k = 0; k < known; k += 1) {
    const score = taken.get(tracks.history[i * AIR_LIMITS.history + k] as number) ?? 0;
    largest = Math.max(largest, score);
  }
  return largest;
}
