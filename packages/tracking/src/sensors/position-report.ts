// SPDX-License-Identifier: Apache-2.0
// A report of position itself, as of an aircraft that says where it is, or of a search radar in its
// own plane: z = p + v. Linear in the state.

import { minus } from '../gaussian.ts';
import type { MeasurementModel } from './measurement-model.ts';

/**
 * A measurement of the first `dimensions` components of the state, in its own frame and unit.
 *
 * @param covariance of the report, `dimensions` x `dimensions`, row-major.
 */
export function positionReport(
  dimensions: number,
  covariance: ArrayLike<number>,
): MeasurementModel {
  return {
    size: dimensions,
    noise: covariance,
    predict: (state) => {
      const value = new Float64Array(dimensions);
      const byState = new Float64Array(dimensions * state.length);
      for (let i = 0; i < dimensions; i += 1) {
        value[i] = state[i] as number;
        byState[i * state.length + i] = 1;
      }
      return { value, byState };
    },
    difference: minus,
  };
}
