// SPDX-License-Identifier: Apache-2.0
// A sampled path: knots of Earth-fixed state, cubic Hermite between them (error about
// h^4/384 of the fourth derivative: below a millimetre in coast at one second).

/** Where a body is over time, in seconds from an origin that the owner keeps. */
export interface Path {
  readonly fromS: number;
  readonly toS: number;
  /** Position m and Earth-relative velocity m/s, Earth-fixed; null outside [fromS, toS]. */
  at(timeS: number): Float64Array | null;
}

export interface Knot {
  readonly timeS: number;
  /** Earth-fixed position and Earth-relative velocity. */
  readonly state: Float64Array;
}

/** The caller guarantees at least one knot, in strictly ascending time. */
export function createPath(knots: readonly Knot[]): Path {
  const times = Float64Array.from(knots, (knot) => knot.timeS);
  const fromS = times[0] as number;
  const toS = times[times.length - 1] as number;
  return {
    fromS,
    toS,
    at(timeS) {
      if (!(timeS >= fromS && timeS <= toS)) return null;
      const k = Math.max(0, Math.min(lastAtOrBefore(times, timeS), knots.length - 2));
      const a = knots[k] as Knot;
      const b = knots[k + 1];
      return b === undefined ? a.state.slice() : between(a, b, timeS);
    },
  };
}

function lastAtOrBefore(times: Float64Array, timeS: number): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((times[middle] as number) <= timeS) low = middle;
    else high = middle - 1;
  }
  return low;
}

function between(a: Knot, b: Knot, timeS: number): Float64Array {
  const h = b.timeS - a.timeS;
  const u = (timeS - a.timeS) / h;
  const out = new Float64Array(6);
  for (let i = 0; i < 3; i += 1) {
    const p0 = a.state[i] as number;
    const p1 = b.state[i] as number;
    const m0 = h * (a.state[i + 3] as number);
    const m1 = h * (b.state[i + 3] as number);
    const d = p1 - p0;
    const c2 = 3 * d - 2 * m0 - m1;
    const c3 = m0 + m1 - 2 * d;
    out[i] = p0 + u * (m0 + u * (c2 + u * c3));
    out[i + 3] = (m0 + u * (2 * c2 + 3 * u * c3)) / h;
  }
  return out;
}
