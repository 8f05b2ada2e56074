// SPDX-License-Identifier: Apache-2.0
export {
  type Air,
  ATMOSPHERE_TOP_M,
  airAt,
  airDensityKgpm3,
  airDensityWithSlope,
} from './atmosphere.ts';
export {
  ellipseAreaM2,
  ellipsePointsM,
  enclosingRadiusM,
  type PlaneCovariance,
} from './ellipse.ts';
export {
  degreesFromRadians,
  EARTH_ROTATION_RADPS,
  ecefFromEnu,
  ecefFromGeodetic,
  ecefFromLookAngles,
  enuAxes,
  enuFromEcef,
  type Geodetic,
  geodesicDestination,
  geodesicDistanceM,
  geodesicInverse,
  geodeticFromDegrees,
  geodeticFromEcef,
  type LookAngles,
  lookAngles,
  radiansFromDegrees,
  WGS84_FLATTENING,
  WGS84_SEMI_MAJOR_AXIS_M,
} from './geodesy.ts';
export {
  type AccelerationResult,
  axialPullMps2,
  coastAcceleration,
  coriolisMatrix,
  EARTH_MU_M3PS2,
  EARTH_ZONALS,
  radialPullMps2,
} from './gravity.ts';
export {
  addSeconds,
  type Instant,
  instant,
  instantFromIso,
  isoFromInstant,
  secondsBetween,
} from './instant.ts';
export {
  cholesky,
  invertPositive,
  isPositiveDefinite,
  multiply,
  packSymmetric,
  solvePositive,
  transpose,
  unpackSymmetric,
} from './matrix.ts';
export { createRandom, type Random } from './random.ts';
export {
  add,
  cross,
  dot,
  type Ecef,
  type Enu,
  norm,
  scale,
  subtract,
  unit,
  type Vector3,
} from './vector.ts';
