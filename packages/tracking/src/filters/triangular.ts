// SPDX-License-Identifier: Apache-2.0
// Lower-triangular roots of covariances. A covariance kept or computed as root · rootᵀ is symmetric
// and not negative whatever rounding does, which no difference of covariances is: every filter of
// this folder ends a step with `triangularise`. All matrices are row-major.

/** Below this share of its own variance a pivot has lost half its digits: order matters then. */
const DOUBTFUL = 1e-9;
/** In units of the variances, what rounding alone can leave of a pivot, and by how much spoil one. */
const NOTHING = 1e-14;
const NEGATIVE = -1e-12;

/**
 * Lower L with L Lᵀ = `matrix` (n x n, symmetric), or null where the matrix is not positive
 * semidefinite.
 *
 * Cholesky's; where a pivot is doubtful, again with the largest first (Higham 2002, 10.3), which is
 * stable for any rank: a component that is known, noise of low rank, a covariance at the end of what
 * doubles can hold are no errors.
 */
export function lowerRoot(matrix: ArrayLike<number>, n: number): Float64Array | null {
  const l = new Float64Array(n * n);
  for (let j = 0; j < n; j += 1) {
    const variance = matrix[j * n + j] as number;
    let pivot = variance;
    for (let k = 0; k < j; k += 1) pivot -= (l[j * n + k] as number) ** 2;
    if (!(pivot > DOUBTFUL * variance)) return pivotedRoot(matrix, n);
    const diagonal = Math.sqrt(pivot);
    l[j * n + j] = diagonal;
    for (let i = j + 1; i < n; i += 1) {
      let sum = matrix[i * n + j] as number;
      for (let k = 0; k < j; k += 1) sum -= (l[i * n + k] as number) * (l[j * n + k] as number);
      l[i * n + j] = sum / diagonal;
    }
  }
  return l;
}

function pivotedRoot(matrix: ArrayLike<number>, n: number): Float64Array | null {
  const sigma = Array.from({ length: n }, (_, i) => Math.sqrt(matrix[i * (n + 1)] as number));
  if (!sigma.every(Number.isFinite)) return null;
  // Correlations still to be explained; a component without variance has none.
  const left = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j < n; j += 1) {
      const scale = (sigma[i] as number) * (sigma[j] as number);
      if (scale > 0) left[i * n + j] = (matrix[i * n + j] as number) / scale;
      else if (matrix[i * n + j] !== 0) return null;
    }
  }
  const root = new Float64Array(n * n);
  for (let column = 0; column < n; column += 1) {
    let at = 0;
    for (let i = 1; i < n; i += 1) {
      if ((left[i * (n + 1)] as number) > (left[at * (n + 1)] as number)) at = i;
    }
    const pivot = left[at * (n + 1)] as number;
    if (!(pivot > NOTHING)) break;
    const share = Array.from(
      { length: n },
      (_, i) => (left[i * n + at] as number) / Math.sqrt(pivot),
    );
    for (let i = 0; i < n; i += 1) {
      root[i * n + column] = (sigma[i] as number) * (share[i] as number);
      for (let j = 0; j < n; j += 1) {
        const explained = (share[i] as number) * (share[j] as number);
        left[i * n + j] = i === at || j === at ? 0 : (left[i * n + j] as number) - explained;
      }
    }
  }
  for (let i = 0; i < n; i += 1) if (!((left[i * (n + 1)] as number) >= NEGATIVE)) return null;
  return triangularise(root, n, n);
}

/**
 * Lower L (rows x rows) with L Lᵀ = M Mᵀ, its diagonal not negative; `wide` is M, rows x columns,
 * columns >= rows, and is overwritten.
 *
 * Householder reflections from the right (Golub & Van Loan, 5.2): the covariance is never formed, so
 * that what the root holds is as exact as its entries and not half as many digits.
 */
export function triangularise(wide: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i += 1) {
    const row = i * columns;
    let tail2 = 0;
    for (let c = i + 1; c < columns; c += 1) tail2 += (wide[row + c] as number) ** 2;
    const head = wide[row + i] as number;
    if (tail2 > 0) reflectBelow(wide, { i, rows, columns }, head + signed(head, tail2));
    const length = Math.sqrt(head * head + tail2);
    const sign = tail2 > 0 ? -Math.sign(head || 1) : Math.sign(head || 1);
    out[i * rows + i] = length;
    for (let r = i + 1; r < rows; r += 1)
      out[r * rows + i] = sign * (wide[r * columns + i] as number);
  }
  return out;
}

/** The norm of a row with the sign of its head, so that head + norm does not cancel. */
function signed(head: number, tail2: number): number {
  return Math.sign(head || 1) * Math.sqrt(head * head + tail2);
}

/** Reflects the rows below row i about its vector, whose first component is `first`. */
function reflectBelow(
  wide: Float64Array,
  at: { readonly i: number; readonly rows: number; readonly columns: number },
  first: number,
): void {
  const { i, rows, columns } = at;
  const row = i * columns;
  let norm2 = first * first;
  for (let c = i + 1; c < columns; c += 1) norm2 += (wide[row + c] as number) ** 2;
  for (let r = i + 1; r < rows; r += 1) {
    const other = r * columns;
    let dot = first * (wide[other + i] as number);
    for (let c = i + 1; c < columns; c += 1) {
      dot += (wide[row + c] as number) * (wide[other + c] as number);
    }
    const factor = (2 * dot) / norm2;
    wide[other + i] = (wide[other + i] as number) - factor * first;
    for (let c = i + 1; c < columns; c += 1) {
      wide[other + c] = (wide[other + c] as number) - factor * (wide[row + c] as number);
    }
  }
}

/** root · rootᵀ of an n x n lower-triangular root, exactly symmetric. */
export function squareOf(root: ArrayLike<number>, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = 0;
      for (let k = 0; k <= j; k += 1)
        sum += (root[i * n + k] as number) * (root[j * n + k] as number);
      out[i * n + j] = sum;
      out[j * n + i] = sum;
    }
  }
  return out;
}

/** Solves L X = B for X; L n x n lower with no zero on its diagonal, B n x columns. */
export function solveLower(
  lower: ArrayLike<number>,
  b: ArrayLike<number>,
  n: number,
): Float64Array {
  const columns = b.length / n;
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i += 1) {
    for (let c = 0; c < columns; c += 1) {
      let sum = x[i * columns + c] as number;
      for (let k = 0; k < i; k += 1) {
        sum -= (lower[i * n + k] as number) * (x[k * columns + c] as number);
      }
      x[i * columns + c] = sum / (lower[i * n + i] as number);
    }
  }
  return x;
}

/** Solves Lᵀ X = B for X; shapes as `solveLower`. */
export function solveLowerTransposed(
  lower: ArrayLike<number>,
  b: ArrayLike<number>,
  n: number,
): Float64Array {
  const columns = b.length / n;
  const x = Float64Array.from(b);
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let c = 0; c < columns; c += 1) {
      let sum = x[i * columns + c] as number;
      for (let k = i + 1; k < n; k += 1) {
        sum -= (lower[k * n + i] as number) * (x[k * columns + c] as number);
      }
      x[i * columns + c] = sum / (lower[i * n + i] as number);
    }
  }
  return x;
}

/** [A | B] of row-major blocks with the same number of rows. */
export function beside(rows: number, ...blocks: readonly ArrayLike<number>[]): Float64Array {
  let columns = 0;
  for (const block of blocks) columns += block.length / rows;
  const out = new Float64Array(rows * columns);
  let from = 0;
  for (const block of blocks) {
    const width = block.length / rows;
    for (let i = 0; i < rows; i += 1) {
      for (let j = 0; j < width; j += 1) {
        out[i * columns + from + j] = block[i * width + j] as number;
      }
    }
    from += width;
  }
  return out;
}
