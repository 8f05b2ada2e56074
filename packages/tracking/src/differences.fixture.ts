// SPDX-License-Identifier: Apache-2.0
// The independent judge of every analytic derivative of this package: central differences of eighth
// order (Fornberg 1988), whose own error at the steps used is rounding alone.

/** Weights of f(x + k h) - f(x - k h), k = 1 to 4. */
const WEIGHTS = [4 / 5, -1 / 5, 4 / 105, -1 / 280] as const;

/** One entry of a derivative that differs from the analytic one by more than it may. */
export interface Discrepancy {
  readonly row: number;
  readonly column: number;
  readonly analytic: number;
  readonly numeric: number;
}

/**
 * Where an analytic derivative (row-major) differs from differences by more than 1e-8 of itself and
 * what rounding of the values explains.
 *
 * @param steps h for each component of the state.
 * @param difference for values that are angles.
 */
export function discrepancies(
  f: (state: Float64Array) => Float64Array,
  at: ArrayLike<number>,
  derivative: ArrayLike<number>,
  options: {
    readonly steps: readonly number[];
    readonly difference?: (a: ArrayLike<number>, b: ArrayLike<number>) => Float64Array;
  },
): Discrepancy[] {
  const n = at.length;
  const values = f(Float64Array.from(at));
  // What a last digit of the state, and of the value, is worth in each value.
  const conditions = values.map((value, row) => {
    let sum = Math.abs(value);
    for (let j = 0; j < n; j += 1) {
      sum += Math.abs((derivative[row * n + j] as number) * (at[j] as number));
    }
    return sum;
  });
  const found: Discrepancy[] = [];
  for (let column = 0; column < n; column += 1) {
    const h = options.steps[column] as number;
    const shifted = (k: number): Float64Array => {
      const state = Float64Array.from(at);
      state[column] = (state[column] as number) + k * h;
      return f(state);
    };
    const slope = new Float64Array(values.length);
    WEIGHTS.forEach((weight, i) => {
      const [plus, minus] = [shifted(i + 1), shifted(-i - 1)];
      const change = options.difference?.(plus, minus) ?? plus.map((v, r) => v - (minus[r] ?? 0));
      for (let row = 0; row < slope.length; row += 1) {
        slope[row] = (slope[row] as number) + (weight * (change[row] as number)) / h;
      }
    });
    for (let row = 0; row < slope.length; row += 1) {
      const analytic = derivative[row * n + column] as number;
      const numeric = slope[row] as number;
      const rounding = (20 * Number.EPSILON * (conditions[row] as number)) / h;
      if (!(Math.abs(analytic - numeric) <= 1e-8 * Math.abs(analytic) + rounding)) {
        found.push({ row, column, analytic, numeric });
      }
    }
  }
  return found;
}
