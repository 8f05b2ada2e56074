// SPDX-License-Identifier: Apache-2.0
// Local regression (Cleveland 1979): a parabola fitted by weighted least squares around a time,
// weights (1 - u^3)^3. It bridges gaps by reaching out to the nearest samples on either side.

/** Fewer samples than this within the width, and the width grows. */
const SAMPLES_LEAST = 6;

export interface SmoothPoint {
  readonly value: number;
  /** Rate of the value by time. */
  readonly slope: number;
}

/**
 * Value and slope of a column at a time.
 *
 * The caller guarantees ascending times, columns of one length and at least three samples.
 */
export function smooth(
  times: readonly number[],
  values: readonly number[],
  where: { readonly at: number; readonly halfWidth: number },
): SmoothPoint {
  const centre = firstAfter(times, where.at);
  let from = firstAfter(times, where.at - where.halfWidth);
  let to = firstAfter(times, where.at + where.halfWidth);
  // Half of the samples must lie on either side, as far as there are any.
  from = Math.max(0, Math.min(from, centre - SAMPLES_LEAST / 2));
  to = Math.min(times.length, Math.max(to, centre + SAMPLES_LEAST / 2));
  const reach = Math.max(
    where.halfWidth,
    1.01 * Math.abs(where.at - (times[from] as number)),
    1.01 * Math.abs(where.at - (times[to - 1] as number)),
  );
  // Sums of weight * u^k and weight * value * u^k, u in units of the reach.
  const m = new Float64Array(5);
  const b = new Float64Array(3);
  for (let i = from; i < to; i += 1) {
    const u = ((times[i] as number) - where.at) / reach;
    const w = (1 - Math.abs(u) ** 3) ** 3;
    let power = w;
    for (let k = 0; k < 5; k += 1) {
      m[k] = (m[k] as number) + power;
      if (k < 3) b[k] = (b[k] as number) + power * (values[i] as number);
      power *= u;
    }
  }
  const [value, slope] = solveNormal(m, b);
  return { value, slope: slope / reach };
}

/** First index whose time is after `time`. */
function firstAfter(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Cramer's rule for the three normal equations; their size is near 1, so it is safe. */
function solveNormal(m: Float64Array, b: Float64Array): [number, number] {
  const [m0, m1, m2, m3, m4] = m as unknown as [number, number, number, number, number];
  const [b0, b1, b2] = b as unknown as [number, number, number];
  const det = m0 * (m2 * m4 - m3 * m3) - m1 * (m1 * m4 - m2 * m3) + m2 * (m1 * m3 - m2 * m2);
  const value = b0 * (m2 * m4 - m3 * m3) - m1 * (b1 * m4 - m3 * b2) + m2 * (b1 * m3 - m2 * b2);
  const slope = m0 * (b1 * m4 - m3 * b2) - b0 * (m1 * m4 - m2 * m3) + m2 * (m1 * b2 - b1 * m2);
  return [value / det, slope / det];
}
