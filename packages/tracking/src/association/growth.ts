// SPDX-License-Identifier: Apache-2.0
// Arrays that grow by doubling, so that a tracker that has seen its busiest scan allocates no more.

/** The array itself where it is long enough; else a copy in one of at least twice its length. */
export function grownFloat64(array: Float64Array, length: number): Float64Array {
  if (array.length >= length) return array;
  const grown = new Float64Array(Math.max(length, 2 * array.length));
  grown.set(array);
  return grown;
}

/** The array itself where it is long enough; else a copy in one of at least twice its length. */
export function grownInt32(array: Int32Array, length: number): Int32Array {
  if (array.length >= length) return array;
  const grown = new Int32Array(Math.max(length, 2 * array.length));
  grown.set(array);
  return grown;
}
