// SPDX-License-Identifier: Apache-2.0
// A radar filter that estimates the constant errors it considers: each look is compared with what radars
// are now known to be off by. A filter that only considers them allows for all of each bias in every look
// anew, and its innovations hold together for as long as a bias lasts: where a second radar joins, they look like
// a force. Here they are white, and a constant offset of each radar, as large as is stated, is no evidence.
// Not for tracks: information that is shared has to add up (`radar-filter.ts`).

import { invertPositive, multiply, transpose } from '@isthmus/earth';
import type { RadarPlot, RadarSensor, Sensor } from '@isthmus/picture';
import {
  CONSTANT_ERRORS,
  constantErrorVariances,
  lookDifference,
  noiseVariances,
  predictLook,
} from '../sensors/radar.ts';
import type { RadarFilter } from './radar-filter.ts';

const E = CONSTANT_ERRORS;

/** Constant errors beside a filter, radar by radar in the order of its `cross`. Plain data, row-major. */
export interface EstimatedErrors {
  /** E for each radar. */
  mean: number[];
  /** Square, of as many. */
  covariance: number[];
}

/** What a look did to a filter with N = 6 + E n numbers: its state, and the errors of its n radars. */
export interface JointCorrection {
  /** Plot minus prediction: range, azimuth, elevation. */
  readonly difference: ArrayLike<number>;
  /** The same over one sigma of each. */
  readonly normalised: readonly number[];
  /** 3xN, d(look)/d(state, errors). */
  readonly slopes: ArrayLike<number>;
  /** 3x3, inverse covariance of `difference`. */
  readonly inverse: ArrayLike<number>;
  /** Nx3. */
  readonly gain: ArrayLike<number>;
}

/** Errors of which nothing is known yet but what radars state, beside a filter that `singleFilter` made. */
export function statedErrors(filter: RadarFilter, sensors: readonly Sensor[]): EstimatedErrors {
  const variances = filter.cross.flatMap(({ sensor: id }) => {
    const sensor = sensors.find((entry) => entry.id === id);
    return sensor?.kind === 'radar'
      ? constantErrorVariances(sensor, 'single')
      : new Array<number>(E).fill(0);
  });
  const mean = variances.map(() => 0);
  return { mean, covariance: variances.flatMap((v, i) => mean.map((_, j) => (i === j ? v : 0))) };
}

/** A filter with its errors beside it. */
export interface Joint {
  readonly filter: RadarFilter;
  readonly errors: EstimatedErrors;
}

/**
 * Uses a plot on a filter predicted to its time, and on the errors beside it.
 *
 * Taken without the errors, the filter is one that considers them, all of their stated size, as before: what
 * an estimate is off by has nothing in common with what was learnt.
 *
 * @returns null when the innovation covariance is not positive definite.
 */
export function updateJointly(
  before: Joint,
  look: { readonly sensor: RadarSensor; readonly plot: RadarPlot },
): (Joint & { readonly correction: JointCorrection }) | null {
  const { sensor, plot } = look;
  const { filter, errors } = knowing(before, sensor);
  const n = 6 + errors.mean.length;
  const covariance = jointCovariance(filter, errors);
  const values = [...filter.state, ...errors.mean];
  const { look: expected, byPosition, byErrors } = predictLook(sensor, filter.state);
  const first = 6 + E * filter.cross.findIndex((entry) => entry.sensor === sensor.id);
  const slopes = new Float64Array(3 * n);
  const difference = lookDifference(plot, expected);
  for (let k = 0; k < 3; k += 1) {
    slopes.set(byPosition.subarray(3 * k, 3 * k + 3), k * n);
    slopes.set(byErrors.subarray(E * k, E * k + E), k * n + first);
    for (let c = 0; c < E; c += 1) {
      const known = (byErrors[E * k + c] as number) * (values[first + c] as number);
      difference[k] = (difference[k] as number) - known;
    }
  }
  const common = multiply(covariance, transpose(slopes, 3, n), { n, m: n, p: 3 });
  const total = multiply(slopes, common, { n: 3, m: n, p: 3 });
  noiseVariances(sensor).forEach((variance, k) => {
    total[k * 4] = (total[k * 4] as number) + variance;
  });
  const inverse = invertPositive(total, 3);
  if (inverse === null) return null;
  const gain = multiply(common, inverse, { n, m: 3, p: 3 });
  const shift = multiply(gain, difference, { n, m: 3, p: 1 });
  const taken = multiply(gain, transpose(common, n, 3), { n, m: 3, p: n });
  const after = {
    values: values.map((value, i) => value + (shift[i] as number)),
    // Symmetric to the last bit, so that it stays so.
    covariance: covariance.map((value, k) => {
      const [i, j] = [Math.floor(k / n), k % n];
      return value - (taken[i <= j ? k : j * n + i] as number);
    }),
  };
  const normalised = Array.from(difference, (v, k) => v / Math.sqrt(total[k * 4] as number));
  return {
    ...separated(filter, after),
    correction: { difference, normalised, slopes, inverse, gain },
  };
}

/** With the errors of a radar among those kept, as stated where they are new. */
function knowing({ filter, errors }: Joint, sensor: RadarSensor): Joint {
  if (filter.cross.some((entry) => entry.sensor === sensor.id)) return { filter, errors };
  const fresh = constantErrorVariances(sensor, 'single');
  const old = errors.mean.length;
  const n = old + E;
  const covariance = new Array<number>(n * n).fill(0);
  errors.covariance.forEach((value, k) => {
    covariance[Math.floor(k / old) * n + (k % old)] = value;
  });
  fresh.forEach((variance, c) => {
    covariance[(old + c) * (n + 1)] = variance;
  });
  const cross = [...filter.cross, { sensor: sensor.id, values: new Array<number>(6 * E).fill(0) }];
  return {
    filter: { ...filter, cross },
    errors: { mean: [...errors.mean, ...fresh.map(() => 0)], covariance },
  };
}

/** Of state and errors together, square. */
function jointCovariance(filter: RadarFilter, errors: EstimatedErrors): Float64Array {
  const m = errors.mean.length;
  const n = 6 + m;
  const joint = new Float64Array(n * n);
  for (let i = 0; i < 6; i += 1) {
    for (let j = 0; j < 6; j += 1) joint[i * n + j] = filter.covariance[i * 6 + j] as number;
    for (let c = 0; c < m; c += 1) {
      const value = filter.cross[Math.floor(c / E)]?.values[i * E + (c % E)] as number;
      joint[i * n + 6 + c] = value;
      joint[(6 + c) * n + i] = value;
    }
  }
  for (let c = 0; c < m; c += 1) {
    for (let d = 0; d < m; d += 1) {
      joint[(6 + c) * n + 6 + d] = errors.covariance[c * m + d] as number;
    }
  }
  return joint;
}

/** State and errors, put back where they came from. */
function separated(
  filter: RadarFilter,
  joint: { readonly values: readonly number[]; readonly covariance: Float64Array },
): Joint {
  const n = joint.values.length;
  const rows = (from: number, to: number, columns: readonly [number, number]): number[] =>
    Array.from({ length: to - from }, (_, i) =>
      Array.from(
        joint.covariance.subarray((from + i) * n + columns[0], (from + i) * n + columns[1]),
      ),
    ).flat();
  return {
    filter: {
      ...filter,
      state: joint.values.slice(0, 6),
      covariance: rows(0, 6, [0, 6]),
      cross: filter.cross.map(({ sensor }, i) => ({
        sensor,
        values: rows(0, 6, [6 + E * i, 6 + E * i + E]),
      })),
    },
    errors: { mean: joint.values.slice(6), covariance: rows(6, n, [6, n]) },
  };
}
