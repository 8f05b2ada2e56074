// SPDX-License-Identifier: Apache-2.0
// Vectors of three numbers that carry their frame in the type.

declare const frame: unique symbol;

/** Earth-centred, Earth-fixed (WGS 84); x to 0 N 0 E, z to the north pole. */
export type Ecef = 'ecef';
/** Local east, north, up at a named geodetic point. */
export type Enu = 'enu';

/** Three components in frame `F`; the unit is in the name of the variable. */
export type Vector3<F extends string> = readonly [number, number, number] & {
  readonly [frame]?: F;
};

export function add<F extends string>(a: Vector3<F>, b: Vector3<F>): Vector3<F> {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function subtract<F extends string>(a: Vector3<F>, b: Vector3<F>): Vector3<F> {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function scale<F extends string>(a: Vector3<F>, factor: number): Vector3<F> {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

export function dot<F extends string>(a: Vector3<F>, b: Vector3<F>): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross<F extends string>(a: Vector3<F>, b: Vector3<F>): Vector3<F> {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** Euclidean length. Not Math.hypot: it is several times slower and no more exact at these sizes. */
export function norm<F extends string>(a: Vector3<F>): number {
  return Math.sqrt(dot(a, a));
}

/** The unit vector along `a`; the caller guarantees that `a` is not zero. */
export function unit<F extends string>(a: Vector3<F>): Vector3<F> {
  return scale(a, 1 / norm(a));
}
