// SPDX-License-Identifier: Apache-2.0
// The process noise of a law of motion that is driven by white noise: of acceleration, of jerk, of a
// turn rate or drag coefficient that walks.

/**
 * Adds the covariance that white noise of one source gives the state over `seconds` to an n x n
 * row-major matrix, in place.
 *
 * A kick of the source is felt s seconds later as u(s) = u_0 + s u_1 + s²/2! u_2 + …, so that
 *   Q = q ∫ u(s) u(s)ᵀ ds = q Σ_jk u_j u_kᵀ T^(j+k+1) / (j! k! (j+k+1))
 * (Bar-Shalom, Li, Kirubarajan 2001, 6.2, for chains of integrators). However many terms are kept,
 * this is a covariance, never less. For negative T it is what the earlier state is unsure of when
 * the later one is known: s is negative, so odd powers between terms turn their sign.
 *
 * @param responses u_0, u_1, …: n numbers each. With x' = A x these are the source's unit vector and
 * A times the one before.
 * @param density q: squared unit of the source's component, per second.
 */
export function addWhiteNoise(
  matrix: Float64Array,
  responses: readonly ArrayLike<number>[],
  density: number,
  seconds: number,
): void {
  responses.forEach((left, j) => {
    for (let k = 0; k <= j; k += 1) {
      const right = responses[k] as ArrayLike<number>;
      const power = j + k + 1;
      const weight =
        (density * Math.abs(seconds) * seconds ** (j + k)) / (factorial(j) * factorial(k) * power);
      addProduct(matrix, left, right, k === j ? weight / 2 : weight);
    }
  });
}

/** matrix += weight (a bᵀ + b aᵀ): both at once, so that the sum is symmetric to the bit. */
function addProduct(
  matrix: Float64Array,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  weight: number,
): void {
  const n = a.length;
  for (let i = 0; i < n; i += 1) {
    if (a[i] === 0 && b[i] === 0) continue;
    for (let j = 0; j < n; j += 1) {
      const product = (a[i] as number) * (b[j] as number) + (b[i] as number) * (a[j] as number);
      matrix[i * n + j] = (matrix[i * n + j] as number) + weight * product;
    }
  }
}

/** The unit vectors of the named components of a state of `size`, as responses. */
export function chainResponses(size: number, chain: readonly number[]): readonly Float64Array[] {
  return chain.map((component) => {
    const out = new Float64Array(size);
    out[component] = 1;
    return out;
  });
}

/** `orders` responses to a kick of one component, from the n x n matrix A of x' = A x. */
export function flowResponses(
  a: ArrayLike<number>,
  size: number,
  source: { readonly component: number; readonly orders: number },
): readonly Float64Array[] {
  const out: Float64Array[] = [...chainResponses(size, [source.component])];
  while (out.length < source.orders) {
    const last = out.at(-1) as Float64Array;
    const next = new Float64Array(size);
    for (let i = 0; i < size; i += 1) {
      for (let j = 0; j < size; j += 1) {
        next[i] = (next[i] as number) + (a[i * size + j] as number) * (last[j] as number);
      }
    }
    out.push(next);
  }
  return out;
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}
