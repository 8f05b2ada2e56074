// SPDX-License-Identifier: Apache-2.0
// The filter of a batch, one track at a time: what `kernel.as` does for two is defined here.
//
// Frame: inertial, equal to the Earth-fixed one when the batch's clock reads zero. Gravity with J2 is
// the same at every longitude, so it looks the same there, and the radar is turned instead of every
// track: no Coriolis and no centrifugal term, for they are exactly that turn.
//
// Predict: Nyström's method of fourth order for r'' = g(r), three evaluations where Runge and Kutta's
// takes four (Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, II.14). With the
// gradients G1, G2, G3 at its points its transition matrix is, but for terms of fifth order,
//   kick(h/6·G1) · drift(h/2) · kick(2h/3·(G2 + h²/24·G2²)) · drift(h/2) · kick(h/6·G3),
// kick(K): v += K·r, drift(s): r += s·v (scheme A of Chin, Physics Letters A 226, 1997, for a linear
// force). A gradient is symmetric, so a kick of a covariance costs two products of 3x3 matrices and a
// drift none: 162 multiplications where Φ·P·Φᵀ takes 342 and making Φ as many again. Each is a
// congruence, and computed as one triangle.
//
// Update: range and the two angles as metres along the line of sight, across it and up from it. These
// axes are orthonormal, so H has no large or small entries, and noise stays uncorrelated. The three
// are then used as one block by elimination.

import { EARTH_MU_M3PS2, EARTH_ZONALS, WGS84_SEMI_MAJOR_AXIS_M } from '@isthmus/earth';
import { MARGIN, PARAMETER, ROW, type Store } from './layout.ts';

/** 3/2 J2 R², m². */
const FLATNESS = 1.5 * EARTH_ZONALS[0] * (WGS84_SEMI_MAJOR_AXIS_M * WGS84_SEMI_MAJOR_AXIS_M);
const TURN = 2 * Math.PI;

const r = new Float64Array(3);
const v = new Float64Array(3);
/** 6x6 row-major; the lower left block is not used. */
const P = new Float64Array(36);
/** Where the blocks of P begin: position, position with velocity, velocity. */
const Y = 3;
const Z = 21;
/** Acceleration at a stage and 3x3 half kick. */
const a = new Float64Array(3);
const k = new Float64Array(9);

/** Moves every track of the store by the step that its parameters tell. */
export function predictPlain(store: Store): void {
  for (let i = 0; i < store.computed; i += 1) {
    load(store, i);
    predict(store.parameters);
    save(store, i);
  }
}

/** Uses the look of every track that has one: a range that is not NaN. */
export function updatePlain(store: Store): void {
  for (let i = 0; i < store.computed; i += 1) {
    load(store, i);
    update(store, i);
    save(store, i);
  }
}

function load({ rows, stride }: Store, i: number): void {
  for (let c = 0; c < 3; c += 1) {
    r[c] = rows[c * stride + i] as number;
    v[c] = rows[(c + 3) * stride + i] as number;
  }
  let row = ROW.covariance * stride + i;
  for (let m = 0; m < 6; m += 1) {
    for (let n = m; n < 6; n += 1) {
      P[m * 6 + n] = rows[row] as number;
      if (m < 3 === n < 3) P[n * 6 + m] = rows[row] as number;
      row += stride;
    }
  }
}

function save({ rows, stride }: Store, i: number): void {
  for (let c = 0; c < 3; c += 1) {
    rows[c * stride + i] = r[c] as number;
    rows[(c + 3) * stride + i] = v[c] as number;
  }
  let row = ROW.covariance * stride + i;
  for (let m = 0; m < 6; m += 1) {
    for (let n = m; n < 6; n += 1) {
      rows[row] = P[m * 6 + n] as number;
      row += stride;
    }
  }
}

const start = new Float64Array(3);
const moved = new Float64Array(3);
const sped = new Float64Array(3);
const margin = new Float64Array(6);

function predict(parameters: Float64Array): void {
  const h = parameters[PARAMETER.stepS] as number;
  const half = parameters[PARAMETER.halfStepS] as number;
  const byPlace = parameters[PARAMETER.velocityByPlace] as number;
  const turned = byPlace * (at(P, 0) + at(P, 7) + at(P, 14));
  for (let c = 0; c < 3; c += 1) {
    margin[c] = MARGIN * (at(P, c * 7) + h * h * at(P, Z + c * 7));
    margin[c + 3] = MARGIN * (at(P, Z + c * 7) + turned);
    start[c] = r[c] as number;
    moved[c] = 0;
    sped[c] = 0;
  }
  for (let stage = 0; ; stage += 1) {
    const from = PARAMETER.stages + PARAMETER.stageLength * stage;
    gravity(at(parameters, from), at(parameters, from + 5));
    kick();
    for (let c = 0; c < 3; c += 1) {
      moved[c] = at(moved, c) + at(parameters, from + 1) * at(a, c);
      sped[c] = at(sped, c) + at(parameters, from + 2) * at(a, c);
    }
    if (stage === 2) break;
    drift(half);
    for (let c = 0; c < 3; c += 1) {
      r[c] =
        at(start, c) + (at(parameters, from + 3) * at(v, c) + at(parameters, from + 4) * at(a, c));
    }
  }
  for (let c = 0; c < 3; c += 1) {
    r[c] = at(start, c) + (h * at(v, c) + at(moved, c));
    v[c] = at(v, c) + at(sped, c);
    P[c * 7] = at(P, c * 7) + at(margin, c);
    P[Z + c * 7] = at(P, Z + c * 7) + at(margin, c + 3);
  }
}

/**
 * Gravity with J2 at `r` into `a`, `halfKick`·G + `second`·G² of its gradient into `k`.
 *
 * g = -α·r - 2qp·z·ẑ, q = μ/r³, p = 3/2·J2·R²/r², α = q + qp - 5qp·z²/r² (Montenbruck & Gill, 3.2);
 * its derivatives share almost everything, and the last follows from Laplace's equation. G² is that
 * of a point mass, αG + 2α²: the term is so small that J2 in it is below rounding.
 */
function gravity(halfKick: number, second: number): void {
  const x = at(r, 0);
  const y = at(r, 1);
  const z = at(r, 2);
  const u = 1 / (x * x + y * y + z * z);
  const q = EARTH_MU_M3PS2 * u * Math.sqrt(u);
  const p = FLATNESS * u;
  const s = z * z * u;
  const qp = q * p;
  const alpha = q + (qp - 5 * qp * s);
  const qu = q * u;
  const b = qu * (3 + 5 * p - 35 * p * s);
  const bz = b + 10 * qu * p;
  a[0] = 0 - alpha * x;
  a[1] = 0 - alpha * y;
  a[2] = 0 - (alpha + 2 * qp) * z;
  const gxx = b * (x * x) - alpha;
  const gyy = b * (y * y) - alpha;
  const bent = second * alpha;
  const weight = halfKick + bent;
  const more = 2 * bent * alpha;
  k[0] = weight * gxx + more;
  k[1] = k[3] = weight * (b * (x * y));
  k[2] = k[6] = weight * (bz * (x * z));
  k[4] = weight * gyy + more;
  k[5] = k[7] = weight * (bz * (y * z));
  k[8] = more - weight * (gxx + gyy);
}

const q = new Float64Array(9);
const s = new Float64Array(9);

/** P under v += 2k·r. With Q = X·k: Y + 2Q, and Z + K·(Y + Q) + its transpose, K = 2k. */
function kick(): void {
  for (let m = 0; m < 3; m += 1) {
    for (let n = 0; n < 3; n += 1) {
      q[m * 3 + n] =
        at(P, m * 6) * at(k, n) + at(P, m * 6 + 1) * at(k, 3 + n) + at(P, m * 6 + 2) * at(k, 6 + n);
      P[Y + m * 6 + n] = at(P, Y + m * 6 + n) + at(q, m * 3 + n);
    }
  }
  for (let m = 0; m < 3; m += 1) {
    for (let n = 0; n < 3; n += 1) {
      s[m * 3 + n] =
        at(k, m * 3) * at(P, Y + n) +
        at(k, m * 3 + 1) * at(P, Y + 6 + n) +
        at(k, m * 3 + 2) * at(P, Y + 12 + n);
    }
  }
  for (let m = 0; m < 3; m += 1) {
    for (let n = 0; n < 3; n += 1) {
      const zed = Z + m * 6 + n;
      P[zed] = at(P, zed) + 2 * (at(s, m * 3 + n) + at(s, n * 3 + m));
      P[Y + m * 6 + n] = at(P, Y + m * 6 + n) + at(q, m * 3 + n);
    }
  }
}

/** P under r += seconds·v. */
function drift(seconds: number): void {
  for (let m = 0; m < 3; m += 1) {
    for (let n = 0; n < 3; n += 1) {
      q[m * 3 + n] = at(P, Y + m * 6 + n) + seconds * at(P, Z + m * 6 + n);
    }
  }
  for (let m = 0; m < 3; m += 1) {
    for (let n = m; n < 3; n += 1) {
      const sum = at(P, m * 6 + n) + seconds * (at(P, Y + m * 6 + n) + at(q, n * 3 + m));
      P[m * 6 + n] = sum;
      P[n * 6 + m] = sum;
    }
  }
  for (let m = 0; m < 3; m += 1) {
    for (let n = 0; n < 3; n += 1) P[Y + m * 6 + n] = at(q, m * 3 + n);
  }
}

/** Rows: axes along the line of sight, to the right of it (azimuth), up from it (elevation). */
const axes = new Float64Array(9);
/** Innovations along them, metres, and the variances of their noise. */
const innovation = new Float64Array(3);
const noise = new Float64Array(3);
/** 3x6: covariance of each innovation with the state. */
const common = new Float64Array(18);

function update(store: Store, i: number): void {
  if (Number.isNaN(store.rows[ROW.rangeM * store.stride + i])) return;
  look(store, i);
  for (let m = 0; m < 3; m += 1) {
    for (let n = 0; n < 3; n += 1) {
      common[m * 6 + n] = seenAlong(m, { from: n * 6, step: 1 });
      common[m * 6 + 3 + n] = seenAlong(m, { from: Y + n, step: 6 });
    }
  }
  correct();
}

/** Axis m times three entries of P. */
function seenAlong(m: number, entries: { readonly from: number; readonly step: number }): number {
  const { from, step } = entries;
  return (
    at(P, from) * at(axes, m * 3) +
    at(P, from + step) * at(axes, m * 3 + 1) +
    at(P, from + 2 * step) * at(axes, m * 3 + 2)
  );
}

/** Axes, innovations and noise of track i's look at `r`. Within a metre of the zenith it has no azimuth. */
function look({ rows, stride, parameters: p }: Store, i: number): void {
  const dx = at(r, 0) - at(p, PARAMETER.site);
  const dy = at(r, 1) - at(p, PARAMETER.site + 1);
  const dz = at(r, 2) - at(p, PARAMETER.site + 2);
  const eastX = at(p, PARAMETER.east);
  const eastY = at(p, PARAMETER.east + 1);
  const northX = at(p, PARAMETER.north);
  const northY = at(p, PARAMETER.north + 1);
  const northZ = at(p, PARAMETER.north + 2);
  const e = eastX * dx + eastY * dy;
  const n = northX * dx + northY * dy + northZ * dz;
  const u = at(p, PARAMETER.up) * dx + at(p, PARAMETER.up + 1) * dy + at(p, PARAMETER.up + 2) * dz;
  const ground2 = Math.max(e * e + n * n, 1);
  const ground = Math.sqrt(ground2);
  const range2 = ground2 + u * u;
  const range = Math.sqrt(range2);
  const both = 1 / (ground * range);
  const byGround = both * range;
  const byRange = both * ground;
  const sin = e * byGround;
  const cos = n * byGround;
  axes[0] = dx * byRange;
  axes[1] = dy * byRange;
  axes[2] = dz * byRange;
  axes[3] = cos * eastX - sin * northX;
  axes[4] = cos * eastY - sin * northY;
  axes[5] = 0 - sin * northZ;
  for (let c = 0; c < 3; c += 1) {
    const d = (c + 1) % 3;
    const f = (c + 2) % 3;
    axes[6 + c] = at(axes, 3 + d) * at(axes, f) - at(axes, 3 + f) * at(axes, d);
  }
  const turn = at(rows, ROW.azimuthRad * stride + i) - angle(e, n);
  innovation[0] = at(rows, ROW.rangeM * stride + i) - range;
  innovation[1] = ground * (turn - TURN * nearest(turn * (1 / TURN)));
  innovation[2] = range * (at(rows, ROW.elevationRad * stride + i) - angle(u, ground));
  noise[0] = at(p, PARAMETER.variances);
  noise[1] = at(p, PARAMETER.variances + 1) * ground2;
  noise[2] = at(p, PARAMETER.variances + 2) * range2;
}

/** The integer nearest to a small number, halves to even as the vector instruction has it. */
function nearest(value: number): number {
  return value + 6_755_399_441_055_744 - 6_755_399_441_055_744;
}

/** atan(t) = t + t³·A(t²) for |t| <= tan(π/8): minimax polynomial, error below 2^-57 of t. */
const A: readonly number[] = [
  -0.3333333333333333, 0.1999999999999552, -0.14285714284666542, 0.11111111015256292,
  -0.09090904578121085, 0.07692183190760651, -0.0666451144646022, 0.05858148904795124,
  -0.050854496960392584, 0.039231657085083686, -0.019176885636589053,
];

/** Keeps 0 / 0 out: straight overhead there is no azimuth, and any will do. */
const TINY = 1e-300;

/** atan2(y, x) to two roundings: the engine's own has no vector form, and differs between machines. */
function angle(y: number, x: number): number {
  const ay = Math.abs(y);
  const ax = Math.abs(x);
  const low = Math.min(ax, ay);
  const high = Math.max(ax, ay);
  const far = low > (Math.SQRT2 - 1) * high;
  const t = (far ? low - high : low) / Math.max(far ? low + high : high, TINY);
  const t2 = t * t;
  let sum = A[10] as number;
  for (let c = 9; c >= 0; c -= 1) sum = (A[c] as number) + t2 * sum;
  let turned = t + t * t2 * sum;
  if (far) turned += Math.PI / 4;
  if (ay > ax) turned = Math.PI / 2 - turned;
  if (x < 0) turned = Math.PI - turned;
  return y < 0 ? 0 - turned : turned;
}

/**
 * State and P by the three innovations.
 *
 * S = L·D·Lᵀ; with the rows of L⁻¹·common and L⁻¹·innovation in their place, the shift is their sum
 * of products over D, and the covariance falls by their outer products over D.
 */
function correct(): void {
  const floor = MARGIN * (at(P, 0) + at(P, 7) + at(P, 14));
  const byA = 1 / (covary(0, 0) + (at(noise, 0) + floor));
  const ab = covary(1, 0);
  const ac = covary(2, 0);
  const lab = ab * byA;
  const lac = ac * byA;
  const byB = 1 / (covary(1, 1) + (at(noise, 1) + floor) - lab * ab);
  const bc = covary(2, 1) - lab * ac;
  const lbc = bc * byB;
  const byC = 1 / (covary(2, 2) + (at(noise, 2) + floor) - (lac * ac + lbc * bc));
  for (let n = 0; n < 6; n += 1) {
    common[6 + n] = at(common, 6 + n) - lab * at(common, n);
    common[12 + n] = at(common, 12 + n) - (lac * at(common, n) + lbc * at(common, 6 + n));
  }
  innovation[1] = at(innovation, 1) - lab * at(innovation, 0);
  innovation[2] = at(innovation, 2) - (lac * at(innovation, 0) + lbc * at(innovation, 1));
  const shiftA = at(innovation, 0) * byA;
  const shiftB = at(innovation, 1) * byB;
  const shiftC = at(innovation, 2) * byC;
  for (let m = 0; m < 6; m += 1) {
    const ca = at(common, m);
    const cb = at(common, 6 + m);
    const cc = at(common, 12 + m);
    const shift = ca * shiftA + cb * shiftB + cc * shiftC;
    if (m < 3) r[m] = at(r, m) + shift;
    else v[m - 3] = at(v, m - 3) + shift;
    const ka = byA * ca;
    const kb = byB * cb;
    const kc = byC * cc;
    for (let n = m; n < 6; n += 1) {
      const fall = ka * at(common, n) + kb * at(common, 6 + n) + kc * at(common, 12 + n);
      const before = at(P, m * 6 + n);
      P[m * 6 + n] = m === n ? before - fall + MARGIN * before : before - fall;
    }
  }
}

/** Covariance of innovations m and n <= m that the state's brings. */
function covary(m: number, n: number): number {
  return (
    at(axes, m * 3) * at(common, n * 6) +
    at(axes, m * 3 + 1) * at(common, n * 6 + 1) +
    at(axes, m * 3 + 2) * at(common, n * 6 + 2)
  );
}

function at(array: Float64Array, index: number): number {
  return array[index] as number;
}
