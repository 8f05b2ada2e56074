// SPDX-License-Identifier: Apache-2.0
// Small dense matrices, row-major, and the packed form of a symmetric 6x6 one. Sizes are passed,
// never guessed. What is on a hot path in `tracking` has kernels of its own.

/** Side of the state covariance. */
const SIX = 6;

/** The 21 upper-triangle numbers of a 6x6 row-major matrix, averaging the two halves. */
export function packSymmetric(full: ArrayLike<number>): number[] {
  const packed: number[] = [];
  for (let i = 0; i < SIX; i += 1) {
    for (let j = i; j < SIX; j += 1) {
      packed.push(((full[i * SIX + j] as number) + (full[j * SIX + i] as number)) / 2);
    }
  }
  return packed;
}

/** The 6x6 row-major matrix of 21 upper-triangle numbers. */
export function unpackSymmetric(packed: ArrayLike<number>): Float64Array {
  const full = new Float64Array(SIX * SIX);
  let k = 0;
  for (let i = 0; i < SIX; i += 1) {
    for (let j = i; j < SIX; j += 1) {
      const value = packed[k] as number;
      full[i * SIX + j] = value;
      full[j * SIX + i] = value;
      k += 1;
    }
  }
  return full;
}

/** a (n x m) times b (m x p). */
export function multiply(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  size: { readonly n: number; readonly m: number; readonly p: number },
): Float64Array {
  const { n, m, p } = size;
  const out = new Float64Array(n * p);
  for (let i = 0; i < n; i += 1) {
    for (let k = 0; k < m; k += 1) {
      const value = a[i * m + k] as number;
      if (value === 0) continue;
      for (let j = 0; j < p; j += 1) {
        out[i * p + j] = (out[i * p + j] as number) + value * (b[k * p + j] as number);
      }
    }
  }
  return out;
}

/** The transpose of a (n x m). */
export function transpose(a: ArrayLike<number>, n: number, m: number): Float64Array {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < m; j += 1) out[j * n + i] = a[i * m + j] as number;
  }
  return out;
}

/** Lower Cholesky factor of a symmetric n x n matrix, or null when it is not positive definite. */
export function cholesky(a: ArrayLike<number>, n: number): Float64Array | null {
  return choleskyInto(new Float64Array(n * n), a, n);
}

/** The same into `l`, whose upper half is not touched. */
function choleskyInto(l: Float64Array, a: ArrayLike<number>, n: number): Float64Array | null {
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = a[i * n + j] as number;
      for (let k = 0; k < j; k += 1) sum -= (l[i * n + k] as number) * (l[j * n + k] as number);
      if (i === j) {
        if (!(sum > 0)) return null;
        l[i * n + i] = Math.sqrt(sum);
      } else {
        l[i * n + j] = sum / (l[j * n + j] as number);
      }
    }
  }
  return l;
}

/** Solves a x = b for a symmetric positive definite a (n x n), or null when it is not. */
export function solvePositive(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  n: number,
): Float64Array | null {
  const l = cholesky(a, n);
  if (l === null) return null;
  const x = new Float64Array(n);
  for (let i = 0; i < n; i += 1) {
    let sum = b[i] as number;
    for (let k = 0; k < i; k += 1) sum -= (l[i * n + k] as number) * (x[k] as number);
    x[i] = sum / (l[i * n + i] as number);
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    let sum = x[i] as number;
    for (let k = i + 1; k < n; k += 1) sum -= (l[k * n + i] as number) * (x[k] as number);
    x[i] = sum / (l[i * n + i] as number);
  }
  return x;
}

/**
 * Inverse of a symmetric positive definite n x n matrix, or null when it is not.
 *
 * Rows are scaled to a unit diagonal first, so that metres beside metres a second do no harm.
 */
export function invertPositive(a: ArrayLike<number>, n: number): Float64Array | null {
  const { factor, scaled, lower, inverse } = roomFor(n);
  for (let i = 0; i < n; i += 1) {
    const diagonal = a[i * n + i] as number;
    if (!(diagonal > 0)) return null;
    factor[i] = 1 / Math.sqrt(diagonal);
  }
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      scaled[i * n + j] = (a[i * n + j] as number) * (factor[i] as number) * (factor[j] as number);
    }
  }
  const l = choleskyInto(lower, scaled, n);
  if (l === null) return null;
  invertLower(l, n, inverse);
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = 0;
      for (let k = i; k < n; k += 1) {
        sum += (inverse[k * n + i] as number) * (inverse[k * n + j] as number);
      }
      const value = sum * (factor[i] as number) * (factor[j] as number);
      out[i * n + j] = value;
      out[j * n + i] = value;
    }
  }
  return out;
}

/** What an inversion needs on the way, kept by size: each plot of each track asks for one of three. */
interface Room {
  readonly factor: Float64Array;
  readonly scaled: Float64Array;
  readonly lower: Float64Array;
  readonly inverse: Float64Array;
}

const rooms: Room[] = [];
/** Above this size the room is made for each inversion. */
const ROOM_MAX = 12;

function roomFor(n: number): Room {
  const kept = rooms[n];
  if (kept !== undefined) return kept;
  const square = (): Float64Array => new Float64Array(n * n);
  const room = {
    factor: new Float64Array(n),
    scaled: square(),
    lower: square(),
    inverse: square(),
  };
  if (n <= ROOM_MAX) rooms[n] = room;
  return room;
}

/**
 * Whether 21 upper-triangle numbers are those of a positive definite matrix.
 *
 * Asked of the correlation matrix, so that metres beside metres a second do no harm.
 */
export function isPositiveDefinite(packed: ArrayLike<number>): boolean {
  // Every state that crosses is asked this, twice: nothing is allocated.
  const [factor, lower] = [scaling, scaledLower];
  for (let i = 0; i < SIX; i += 1) {
    const diagonal = packed[packedIndex(i, i)] as number;
    if (!(diagonal > 0)) return false;
    factor[i] = 1 / Math.sqrt(diagonal);
  }
  for (let i = 0; i < SIX; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const value = packed[packedIndex(j, i)] as number;
      let sum = value * (factor[i] as number) * (factor[j] as number);
      for (let k = 0; k < j; k += 1) {
        sum -= (lower[i * SIX + k] as number) * (lower[j * SIX + k] as number);
      }
      if (i === j && !(sum > 0)) return false;
      lower[i * SIX + j] = i === j ? Math.sqrt(sum) : sum / (lower[j * SIX + j] as number);
    }
  }
  return true;
}

const scaling = new Float64Array(SIX);
const scaledLower = new Float64Array(SIX * SIX);

/** Where the element of a row and a column not before it stands in the upper triangle. */
function packedIndex(row: number, column: number): number {
  return row * SIX - (row * (row - 1)) / 2 + column - row;
}

/** Into the lower half of `out`; its upper half is not touched. */
function invertLower(l: Float64Array, n: number, out: Float64Array): void {
  for (let column = 0; column < n; column += 1) {
    out[column * n + column] = 1 / (l[column * n + column] as number);
    for (let i = column + 1; i < n; i += 1) {
      let sum = 0;
      for (let k = column; k < i; k += 1) {
        sum -= (l[i * n + k] as number) * (out[k * n + column] as number);
      }
      out[i * n + column] = sum / (l[i * n + i] as number);
    }
  }
}
