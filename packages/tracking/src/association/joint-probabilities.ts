// SPDX-License-Identifier: Apache-2.0
// Joint probabilistic data association, exactly: the probability of each track-plot pair summed over
// every joint event in which a plot has at most one track and a track at most one plot (Fortmann,
// Bar-Shalom & Scheffe, IEEE J. Oceanic Eng. 8, 1983). Events are not enumerated: those that have
// used the same set of the smaller side are one node of a layered trellis, run forward and backward
// (the merging of Horridge & Maskell's efficient hypothesis management, FUSION 2006, over bit sets).

import { TrackingError } from '../errors.ts';

/** Largest smaller side of a cluster: 2^10 sets a layer, about a millisecond with 30 on the other. */
export const JOINT_SIDE_MAX = 10;

/**
 * Marginal association probabilities, rows x columns, row-major; what a row lacks of 1 is its
 * probability of "none". With n the larger side and k the smaller: O(n k 2^k) time, O(n 2^k) space.
 *
 * @param ratio rows x columns, row-major: likelihood that the row's track made the column's plot over
 *   that of "track not seen, plot false"; finite, not negative, 0 outside the gate, below 1e30
 * @throws TrackingError `cluster-too-large` where both sides exceed JOINT_SIDE_MAX
 */
export function jointProbabilities(
  ratio: ArrayLike<number>,
  rows: number,
  columns: number,
): Float64Array {
  const bits = Math.min(rows, columns);
  if (bits > JOINT_SIDE_MAX) {
    throw new TrackingError('cluster-too-large', `${rows} tracks and ${columns} plots share gates`);
  }
  // "None" weighs 1 on both sides, so tracks and plots may change places.
  const byRows = columns <= rows;
  const trellis: Trellis = {
    layers: byRows ? rows : columns,
    bits,
    ratio,
    layerStep: byRows ? columns : 1,
    bitStep: byRows ? 1 : columns,
  };
  const result = new Float64Array(rows * columns);
  marginalise(trellis, forward(trellis), result);
  return result;
}

interface Trellis {
  readonly layers: number;
  readonly bits: number;
  readonly ratio: ArrayLike<number>;
  /** Entry (layer, bit) of the ratio is at layer * layerStep + bit * bitStep. */
  readonly layerStep: number;
  readonly bitStep: number;
}

/** For each layer i and set S: the weight of all ways in which the layers before i use exactly S. */
function forward({ layers, bits, ratio, layerStep, bitStep }: Trellis): Float64Array {
  const sets = 1 << bits;
  const before = new Float64Array((layers + 1) * sets);
  before[0] = 1;
  for (let layer = 0; layer < layers; layer += 1) {
    const from = layer * sets;
    const to = from + sets;
    for (let set = 0; set < sets; set += 1) before[to + set] = before[from + set] as number;
    for (let bit = 0; bit < bits; bit += 1) {
      const weight = ratio[layer * layerStep + bit * bitStep] as number;
      if (weight === 0) continue;
      for (let set = 0; set < sets; set += 1) {
        if ((set >> bit) & 1) continue;
        const used = to + set + (1 << bit);
        before[used] = (before[used] as number) + weight * (before[from + set] as number);
      }
    }
  }
  return before;
}

/** Runs backward with the weight of all ways for the layers from i on to avoid S, and meets `before`. */
function marginalise(trellis: Trellis, before: Float64Array, result: Float64Array): void {
  const { layers, bits, ratio, layerStep, bitStep } = trellis;
  const sets = 1 << bits;
  let after = new Float64Array(sets).fill(1);
  let next = new Float64Array(sets);
  for (let layer = layers - 1; layer >= 0; layer -= 1) {
    next.set(after);
    for (let bit = 0; bit < bits; bit += 1) {
      const at = layer * layerStep + bit * bitStep;
      const weight = ratio[at] as number;
      if (weight === 0) continue;
      let sum = 0;
      for (let set = 0; set < sets; set += 1) {
        if ((set >> bit) & 1) continue;
        const left = after[set + (1 << bit)] as number;
        next[set] = (next[set] as number) + weight * left;
        sum += (before[layer * sets + set] as number) * left;
      }
      result[at] = weight * sum;
    }
    [after, next] = [next, after];
  }
  const total = after[0] as number;
  for (let i = 0; i < result.length; i += 1) result[i] = (result[i] as number) / total;
}
