// SPDX-License-Identifier: Apache-2.0
// Confirmed tracks against the plots of a scan: gates, clusters, and within each cluster joint
// probabilities or the most likely assignment; and the probability that each track exists (joint
// integrated PDA: Musicki & Evans, IEEE T-AES 40, 2004; one track alone: IEEE T-AC 39, 1994).

import { assign } from '../association/assignment.ts';
import { type Clusters, formClusters, type GatedPairs } from '../association/clusters.ts';
import { grownFloat64, grownInt32 } from '../association/growth.ts';
import { JOINT_SIDE_MAX, jointProbabilities } from '../association/joint-probabilities.ts';
import { findNear, type SpatialIndex } from '../association/spatial-index.ts';
import { AIR_LIMITS, type AirParameters, GATE_PROBABILITY } from './parameters.ts';
import {
  type AirStates,
  copyState,
  createStates,
  type Innovation,
  reserveStates,
  updateState,
} from './states.ts';

/** The confirmed tracks: states, and for each its number and its probability of existence. */
export interface ConfirmedTracks {
  readonly states: AirStates;
  id: Int32Array;
  existence: Float64Array;
  nextId: number;
}

/** No track; the first will be number 1. */
export function createConfirmed(): ConfirmedTracks {
  return {
    states: createStates(),
    id: new Int32Array(64),
    existence: new Float64Array(64),
    nextId: 1,
  };
}

/** Adds a copy of a state as a new track with the next number. */
export function addConfirmed(
  tracks: ConfirmedTracks,
  from: AirStates,
  source: number,
  existence: number,
): void {
  const at = tracks.states.count;
  reserveStates(tracks.states, at + 1);
  tracks.id = grownInt32(tracks.id, at + 1);
  tracks.existence = grownFloat64(tracks.existence, at + 1);
  copyState(from, source, tracks.states, at);
  tracks.id[at] = tracks.nextId;
  tracks.existence[at] = existence;
  tracks.states.count = at + 1;
  tracks.nextId += 1;
}

/** A target may have left since the last scan: it is still there with probability `survival`. */
export function predictExistence({ states, existence }: ConfirmedTracks, survival: number): void {
  for (let i = 0; i < states.count; i += 1) existence[i] = survival * (existence[i] as number);
}

/** A scan while it is worked on. */
export interface ScanWork {
  /** x, y of each plot in turn, metres. */
  positions: Float64Array;
  count: number;
  index: SpatialIndex;
  /** Probability that no confirmed track made the plot. */
  free: Float64Array;
}

/** Working space of this file, kept between scans so that none is allocated in one. */
export interface ConfirmedWork {
  readonly pairs: GatedPairs;
  readonly clusters: Clusters;
  /** Probability of "no plot", given that the track may not exist, in the units of the pairs. */
  none: Float64Array;
  readonly innovation: Innovation;
}

/** Associates, updates and ends tracks; leaves in `scan.free` what they did not take. */
export function updateConfirmed(
  tracks: ConfirmedTracks,
  scan: ScanWork,
  work: ConfirmedWork,
  parameters: AirParameters,
): void {
  scan.free = grownFloat64(scan.free, scan.count);
  scan.free.fill(1, 0, scan.count);
  gateConfirmed(tracks, scan, work, parameters);
  formClusters(work.clusters, work.pairs);
  for (let cluster = 0; cluster < work.clusters.count; cluster += 1) {
    const { rowStart, columnStart } = work.clusters;
    const rows = (rowStart[cluster + 1] as number) - (rowStart[cluster] as number);
    const columns = (columnStart[cluster + 1] as number) - (columnStart[cluster] as number);
    if (rows === 1 && parameters.association === 'joint') shareAlone(cluster, work);
    else if (columns > 0) shareCluster(cluster, work, parameters.association);
  }
  for (let i = 0; i < tracks.states.count; i += 1)
    applyShares(tracks, scan, work, { i, parameters });
  endTracks(tracks, parameters.existenceMin);
}

/** Fills the pairs with r Pd N(plot) / clutter and `none` with 1 - r Pd Pg. */
function gateConfirmed(
  tracks: ConfirmedTracks,
  scan: ScanWork,
  work: ConfirmedWork,
  parameters: AirParameters,
): void {
  const { states, existence } = tracks;
  const { pairs } = work;
  const { plotVariance, detectionProbability, clutterDensityPerM2 } = parameters;
  const { positions, index } = scan;
  pairs.rows = states.count;
  pairs.columns = scan.count;
  pairs.start = grownInt32(pairs.start, states.count + 1);
  work.none = grownFloat64(work.none, states.count);
  let filled = 0;
  for (let i = 0; i < states.count; i += 1) {
    pairs.start[i] = filled;
    const xM = states.xM[i] as number;
    const yM = states.yM[i] as number;
    const variance = (states.positionVariance[i] as number) + plotVariance;
    const seen = (existence[i] as number) * detectionProbability;
    const peak = seen / (2 * Math.PI * variance * clutterDensityPerM2);
    const found = findNear(index, xM, yM, Math.sqrt(AIR_LIMITS.gate * variance));
    work.none[i] = 1 - seen * GATE_PROBABILITY;
    pairs.column = grownInt32(pairs.column, filled + found);
    pairs.weight = grownFloat64(pairs.weight, filled + found);
    for (let k = 0; k < found; k += 1) {
      const plot = index.found[k] as number;
      const dxM = (positions[2 * plot] as number) - xM;
      const dyM = (positions[2 * plot + 1] as number) - yM;
      pairs.column[filled] = plot;
      pairs.weight[filled] = peak * Math.exp((-0.5 * (dxM * dxM + dyM * dyM)) / variance);
      filled += 1;
    }
  }
  pairs.start[states.count] = filled;
}

/** One track with the plots of its gate to itself: weights become probabilities by their sum. */
function shareAlone(cluster: number, work: ConfirmedWork): void {
  const { start, weight } = work.pairs;
  const row = work.clusters.row[work.clusters.rowStart[cluster] as number] as number;
  const end = start[row + 1] as number;
  let total = work.none[row] as number;
  for (let k = start[row] as number; k < end; k += 1) total += weight[k] as number;
  for (let k = start[row] as number; k < end; k += 1) weight[k] = (weight[k] as number) / total;
}

/** Several tracks that share plots: probabilities of the pairs over all joint events, or 0 and 1. */
function shareCluster(
  cluster: number,
  work: ConfirmedWork,
  association: 'joint' | 'assignment',
): void {
  const { pairs, clusters, none } = work;
  const firstRow = clusters.rowStart[cluster] as number;
  const firstColumn = clusters.columnStart[cluster] as number;
  const rows = (clusters.rowStart[cluster + 1] as number) - firstRow;
  const columns = (clusters.columnStart[cluster + 1] as number) - firstColumn;
  const dense = new Float64Array(rows * columns);
  const visit = (act: (pair: number, cell: number, row: number) => void): void => {
    for (let i = 0; i < rows; i += 1) {
      const row = clusters.row[firstRow + i] as number;
      const end = pairs.start[row + 1] as number;
      for (let k = pairs.start[row] as number; k < end; k += 1) {
        const column = placeOf(clusters, firstColumn, columns, pairs.column[k] as number);
        act(k, i * columns + column, row);
      }
    }
  };
  visit((pair, cell, row) => {
    dense[cell] = (pairs.weight[pair] as number) / (none[row] as number);
  });
  if (association === 'joint' && Math.min(rows, columns) <= JOINT_SIDE_MAX) {
    const share = jointProbabilities(dense, rows, columns);
    visit((pair, cell) => {
      pairs.weight[pair] = share[cell] as number;
    });
    return;
  }
  const cost = dense.map((ratio) => -Math.log(ratio));
  const chosen = assign(cost, rows, columns);
  visit((pair, cell) => {
    pairs.weight[pair] = chosen[Math.floor(cell / columns)] === cell % columns ? 1 : 0;
  });
}

/** Place of a plot among the ascending plots of its cluster. */
function placeOf(clusters: Clusters, first: number, columns: number, plot: number): number {
  let low = first;
  let high = first + columns - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((clusters.column[middle] as number) < plot) low = middle + 1;
    else high = middle;
  }
  return low - first;
}

/** Takes the shares of a track's plots into its state and existence, and from what is free. */
function applyShares(
  tracks: ConfirmedTracks,
  scan: ScanWork,
  work: ConfirmedWork,
  { i, parameters }: { readonly i: number; readonly parameters: AirParameters },
): void {
  const { states, existence } = tracks;
  const { pairs, innovation } = work;
  const xM = states.xM[i] as number;
  const yM = states.yM[i] as number;
  let weight = 0;
  let sumX = 0;
  let sumY = 0;
  let square = 0;
  const end = pairs.start[i + 1] as number;
  for (let k = pairs.start[i] as number; k < end; k += 1) {
    const share = pairs.weight[k] as number;
    const plot = pairs.column[k] as number;
    const dxM = (scan.positions[2 * plot] as number) - xM;
    const dyM = (scan.positions[2 * plot + 1] as number) - yM;
    weight += share;
    sumX += share * dxM;
    sumY += share * dyM;
    square += share * (dxM * dxM + dyM * dyM);
    scan.free[plot] = Math.max(0, (scan.free[plot] as number) - share);
  }
  const prior = existence[i] as number;
  const unseen = 1 - parameters.detectionProbability * GATE_PROBABILITY;
  const none = Math.max(0, 1 - weight);
  existence[i] = Math.min(1, weight + (none * prior * unseen) / (work.none[i] as number));
  if (weight === 0) return;
  innovation.weight = weight;
  innovation.dxM = sumX;
  innovation.dyM = sumY;
  innovation.squareM2 = square;
  updateState(states, i, parameters.plotVariance, innovation);
}

/** Ends the tracks whose existence has become too unlikely; the last track takes the free place. */
function endTracks(tracks: ConfirmedTracks, existenceMin: number): void {
  const { states, existence, id } = tracks;
  for (let i = states.count - 1; i >= 0; i -= 1) {
    if ((existence[i] as number) >= existenceMin) continue;
    const last = states.count - 1;
    copyState(states, last, states, i);
    existence[i] = existence[last] as number;
    id[i] = id[last] as number;
    states.count = last;
  }
}
