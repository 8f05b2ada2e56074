// SPDX-License-Identifier: Apache-2.0
// Where a coasting object will come down, as an ellipse that covers at its stated rate, or nothing.
// Sigma points at ±√3 along the axes of the estimate and of the ballistic coefficient, each flown to
// the ground; mean and covariance by second-order divided differences (Nørgaard, Poulsen & Ravn,
// Automatica 36, 2000), which keep a positive covariance and count curvature as uncertainty.

import {
  addSeconds,
  cholesky,
  EARTH_MU_M3PS2,
  EARTH_ROTATION_RADPS,
  type Ecef,
  ellipseAreaM2,
  enuAxes,
  enuFromEcef,
  type Geodetic,
  geodesicDestination,
  geodesicInverse,
  geodeticFromEcef,
  type PlaneCovariance,
  scale,
  subtract,
  unpackSymmetric,
  type Vector3,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';
import type { Estimate, ImpactRegion } from '@isthmus/picture';
import { descend, type FallPoint, fallToAir, land } from './descent.ts';
import {
  BALLISTIC_COEFFICIENT_LOG_SIGMA,
  BALLISTIC_COEFFICIENT_MEDIAN_KGPM2,
  CURVATURE_SHARE_MAX,
  DENSITY_LOG_SIGMA,
  PERIGEE_MIN_M,
  REGION_AREA_MAX_KM2,
  REGION_PROBABILITY,
  UNMODELLED_SIGMA_M,
  WIND_SIGMA_MPS,
} from './limits.ts';

/** Distance of the divided differences: √3 is exact to fourth order for a Gaussian. */
const H2 = 3;
const STATE = 6;

/** First two moments of a function of a Gaussian, and how much of the spread is curvature. */
export interface Moments {
  readonly mean: readonly number[];
  /** Row-major, the length of `mean` squared. */
  readonly covariance: readonly number[];
  /** The part of `covariance` that second differences made, its diagonal. */
  readonly curvature: readonly number[];
}

/**
 * What is assumed of drag: a log-normal ballistic coefficient, in air whose density is not known, either; infinite
 * and 0 for a fall without air.
 */
export interface DragPrior {
  readonly medianKgpm2: number;
  readonly logSigma: number;
}

const DRAG_PRIOR: DragPrior = {
  medianKgpm2: BALLISTIC_COEFFICIENT_MEDIAN_KGPM2,
  logSigma: Math.hypot(BALLISTIC_COEFFICIENT_LOG_SIGMA, DENSITY_LOG_SIGMA),
};

/**
 * The region in which an object in unpowered flight comes down.
 *
 * Covers the impact point with probability 0.9 for a body whose ballistic coefficient follows the
 * prior of `limits.ts`. Null when no ellipse is honest: some of the estimate stays up or is
 * already below the ground, its image is bent, or larger than a continent.
 */
export function impactRegion(estimate: Estimate, drag = DRAG_PRIOR): ImpactRegion | null {
  const state = Float64Array.from(estimate.state);
  const above = fallToAir(state);
  const median = land(above, { ballisticCoefficientKgpm2: drag.medianKgpm2, windMps: null });
  if (median === null) return null;
  const origin = geodeticFromEcef(median.position);
  const placeAndTime = (from: Float64Array, deviation: number): readonly number[] | null => {
    const coefficient = drag.medianKgpm2 * Math.exp(deviation * drag.logSigma);
    const falling = { ballisticCoefficientKgpm2: coefficient, windMps: null };
    const ground = from === state ? land(above, falling) : descend(from, coefficient);
    if (ground === null) return null;
    const line = geodesicInverse(origin, geodeticFromEcef(ground.position));
    return [
      line.distanceM * Math.sin(line.azimuthRad),
      line.distanceM * Math.cos(line.azimuthRad),
      ground.seconds,
    ];
  };
  const moments = momentsOver({ state, covariance: estimate.covariance }, placeAndTime, STATE + 1);
  if (moments === null || isBent(moments)) return null;
  const [east, north, seconds] = moments.mean as readonly [number, number, number];
  const c = moments.covariance;
  const wind = windSpread(above, origin, drag);
  if (wind === null) return null;
  const floor = UNMODELLED_SIGMA_M * UNMODELLED_SIGMA_M;
  const covarianceM2 = [
    (c[0] as number) + wind[0] + floor,
    (c[1] as number) + wind[1],
    (c[4] as number) + wind[2] + floor,
  ] as const;
  const areaKm2 = ellipseAreaM2(covarianceM2, REGION_PROBABILITY) / 1e6;
  if (!(areaKm2 <= REGION_AREA_MAX_KM2)) return null;
  const distance = Math.sqrt(east * east + north * north);
  return {
    statement: 'region',
    centre: geodesicDestination(origin, Math.atan2(east, north), distance),
    covarianceM2,
    probability: REGION_PROBABILITY,
    areaKm2,
    time: addSeconds(estimate.time, seconds),
    timeSigmaS: Math.sqrt(Math.max(0, c[8] as number)),
  };
}

/**
 * How far a wind moves a body goes as one over its ballistic coefficient to a power from 1, where the air
 * brakes little, to 1.8.
 */
const DRIFT_POWER = 1.5;

/**
 * Spread on the ground by a wind nobody knows (east-east, east-north, north-north, m²): what one from the
 * west and one from the south do, each of one sigma, to the body whose drift is the mean square of the prior's.
 */
function windSpread(above: FallPoint, origin: Geodetic, drag: DragPrior): PlaneCovariance | null {
  const ballisticCoefficientKgpm2 = drag.medianKgpm2 * Math.exp(-DRIFT_POWER * drag.logSigma ** 2);
  const still = land(above, { ballisticCoefficientKgpm2, windMps: null });
  if (still === null) return null;
  const [east, north] = enuAxes(origin);
  let [ee, en, nn] = [0, 0, 0];
  for (const towards of [east, north]) {
    const windMps = scale(towards, WIND_SIGMA_MPS);
    const moved = land(above, { ballisticCoefficientKgpm2, windMps });
    if (moved === null) return null;
    const [e, n] = enuFromEcef(origin, subtract(moved.position, still.position));
    ee += e * e;
    en += e * n;
    nn += n * n;
  }
  return [ee, en, nn];
}

/**
 * Probability that the osculating orbit of an estimate has its perigee over 100 km, and so that
 * the object is in orbit. In [0, 1].
 */
export function orbitProbability(estimate: Estimate): number {
  const moments = divideDifferences(estimate, (state) => [perigeeHeightM(state)]);
  return moments === null ? 0 : orbitProbabilityOf(moments);
}

/** The same from moments of which the first is the height of perigee. */
export function orbitProbabilityOf(moments: Moments): number {
  const excess = (moments.mean[0] as number) - PERIGEE_MIN_M;
  return normalCdf(excess / Math.sqrt(Math.max(1, moments.covariance[0] as number)));
}

/** Root-sum-square standard deviations of position (m) and velocity (m/s): never below the worst axis. */
export function sigmas(estimate: Estimate): {
  readonly positionM: number;
  readonly velocityMps: number;
} {
  const c = estimate.covariance;
  const root = (i: number, j: number, k: number): number =>
    Math.sqrt((c[i] as number) + (c[j] as number) + (c[k] as number));
  // The diagonal of the packed form.
  return { positionM: root(0, 6, 11), velocityMps: root(15, 18, 20) };
}

/** Height of perigee over the equatorial radius, metres, of an Earth-fixed state. */
export function perigeeHeightM(state: ArrayLike<number>): number {
  const x = state[0] as number;
  const y = state[1] as number;
  const z = state[2] as number;
  const vx = state[3] as number;
  const vy = state[4] as number;
  const vz = state[5] as number;
  const position: Vector3<Ecef> = [x, y, z];
  const ux = vx - EARTH_ROTATION_RADPS * y;
  const uy = vy + EARTH_ROTATION_RADPS * x;
  const r = Math.sqrt(x * x + y * y + z * z);
  const v2 = ux * ux + uy * uy + vz * vz;
  const radial = position[0] * ux + position[1] * uy + position[2] * vz;
  const momentum2 = r * r * v2 - radial * radial;
  const parameter = momentum2 / EARTH_MU_M3PS2;
  const energy = v2 / 2 - EARTH_MU_M3PS2 / r;
  const eccentricity = Math.sqrt(Math.max(0, 1 + (2 * energy * parameter) / EARTH_MU_M3PS2));
  return parameter / (1 + eccentricity) - WGS84_SEMI_MAJOR_AXIS_M;
}

/** Moments of `f` over the estimate. Null when the covariance is not positive or `f` is null at any point. */
export function divideDifferences(
  estimate: Estimate,
  f: (state: Float64Array) => readonly number[] | null,
): Moments | null {
  const { state, covariance } = estimate;
  return momentsOver({ state: Float64Array.from(state), covariance }, f, STATE);
}

/** What is handed to `f` as it is where only another axis than the state's is moved. */
interface Centre {
  readonly state: Float64Array;
  readonly covariance: Estimate['covariance'];
}

/**
 * The same over `axes`: the state's, and for one more the logarithm of the ballistic coefficient's
 * ratio to its median in its own sigmas.
 */
function momentsOver(
  estimate: Centre,
  f: (state: Float64Array, deviation: number) => readonly number[] | null,
  axes: number,
): Moments | null {
  const root = cholesky(unpackSymmetric(estimate.covariance), STATE);
  const centre = f(estimate.state, 0);
  if (root === null || centre === null) return null;
  const n = centre.length;
  const mean = [...centre];
  const covariance = new Array<number>(n * n).fill(0);
  const curvature = new Array<number>(n).fill(0);
  for (let axis = 0; axis < axes; axis += 1) {
    const plus = along(estimate, root, { axis, sign: 1 }, f);
    const minus = along(estimate, root, { axis, sign: -1 }, f);
    if (plus === null || minus === null) return null;
    const first = plus.map((p, i) => (p - (minus[i] as number)) / 2);
    const second = plus.map((p, i) => p + (minus[i] as number) - 2 * (centre[i] as number));
    for (let i = 0; i < n; i += 1) {
      mean[i] = (mean[i] as number) + (second[i] as number) / (2 * H2);
      const bend = (H2 - 1) / (4 * H2 * H2);
      curvature[i] = (curvature[i] as number) + bend * (second[i] as number) ** 2;
      for (let j = 0; j < n; j += 1) {
        covariance[i * n + j] =
          (covariance[i * n + j] as number) +
          ((first[i] as number) * (first[j] as number)) / H2 +
          bend * (second[i] as number) * (second[j] as number);
      }
    }
  }
  return { mean, covariance, curvature };
}

function along(
  estimate: Centre,
  root: Float64Array,
  point: { readonly axis: number; readonly sign: 1 | -1 },
  f: (state: Float64Array, deviation: number) => readonly number[] | null,
): readonly number[] | null {
  const reach = point.sign * Math.sqrt(H2);
  if (point.axis === STATE) return f(estimate.state, reach);
  const state = estimate.state.slice();
  for (let i = 0; i < STATE; i += 1) {
    state[i] = (state[i] as number) + reach * (root[i * STATE + point.axis] as number);
  }
  return f(state, 0);
}

/** True when curvature makes too large a share of the spread on the ground to call it an ellipse. */
function isBent(moments: Moments): boolean {
  const n = moments.mean.length;
  const spread =
    (moments.covariance[0] as number) +
    (moments.covariance[n + 1] as number) +
    2 * UNMODELLED_SIGMA_M * UNMODELLED_SIGMA_M;
  const bend = (moments.curvature[0] as number) + (moments.curvature[1] as number);
  return Math.sqrt(bend / spread) > CURVATURE_SHARE_MAX;
}

/** Standard normal distribution function (Abramowitz & Stegun 26.2.17, error below 1e-7). */
export function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const series =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const upper = density * series;
  return x >= 0 ? 1 - upper : upper;
}
