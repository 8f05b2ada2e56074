// SPDX-License-Identifier: Apache-2.0
// U.S. Standard Atmosphere, 1976 (NOAA-S/T 76-1562): temperature, pressure and density of air by
// geometric height. Exact by layer to 86 km; above, the standard's own temperature profile, and
// pressure and density interpolated in the logarithm between the values of its table I.
// Not weather: no wind, no season, no solar activity.

/** Air at one height of the standard atmosphere. */
export interface Air {
  /** Kinetic temperature, kelvin. */
  readonly temperatureK: number;
  readonly pressurePa: number;
  readonly densityKgpm3: number;
}

/** Above this the table ends: density is zero there. */
export const ATMOSPHERE_TOP_M = 1_000_000;

/** Standard gravity, m/s^2. */
const GRAVITY_MPS2 = 9.80665;
/** Molar mass of air at sea level over the gas constant of the standard, K s^2/m^2. */
const MOLAR_MASS_OVER_GAS = 28.9644 / 8314.32;
/** Effective Earth radius of the standard, which turns geometric into geopotential height. */
const RADIUS_M = 6_356_766;
/** Where the exact layers end, geometric metres. */
const LAYERS_TOP_M = 86_000;

/** Molecular-scale layers: base in geopotential metres, lapse K/m, temperature and pressure at the base. */
interface Layer {
  readonly baseM: number;
  readonly lapseKpm: number;
  readonly temperatureK: number;
  readonly pressurePa: number;
}

const LAYERS: readonly Layer[] = layers([
  [0, -0.0065],
  [11_000, 0],
  [20_000, 0.001],
  [32_000, 0.0028],
  [47_000, 0],
  [51_000, -0.0028],
  [71_000, -0.002],
]);

/** Table 8 of the standard: molar mass over its sea-level value, every 500 m from 80 to 86 km. */
const MOLAR_MASS_RATIOS: readonly number[] = [
  1, 0.999996, 0.999989, 0.999971, 0.999941, 0.999909, 0.99987, 0.999829, 0.999786, 0.999741,
  0.999694, 0.999641, 0.999579,
];

/** Table I of the standard above 86 km: kilometres, pascals, kilograms per cubic metre. */
const UPPER: readonly (readonly [number, number, number])[] = [
  [86, 3.7338e-1, 6.958e-6],
  [90, 1.8359e-1, 3.416e-6],
  [95, 7.5966e-2, 1.393e-6],
  [100, 3.2011e-2, 5.604e-7],
  [105, 1.4477e-2, 2.325e-7],
  [110, 7.1042e-3, 9.708e-8],
  [115, 4.0096e-3, 4.289e-8],
  [120, 2.5382e-3, 2.222e-8],
  [130, 1.2505e-3, 8.152e-9],
  [140, 7.2028e-4, 3.831e-9],
  [150, 4.5422e-4, 2.076e-9],
  [160, 3.0395e-4, 1.233e-9],
  [180, 1.5271e-4, 5.194e-10],
  [200, 8.4736e-5, 2.541e-10],
  [250, 2.4767e-5, 6.073e-11],
  [300, 8.7704e-6, 1.916e-11],
  [400, 1.4518e-6, 2.803e-12],
  [500, 3.0236e-7, 5.215e-13],
  [600, 8.213e-8, 1.137e-13],
  [700, 3.1908e-8, 3.07e-14],
  [800, 1.7036e-8, 1.136e-14],
  [900, 1.0873e-8, 5.759e-15],
  [1000, 7.5138e-9, 3.561e-15],
];

/**
 * Temperature, pressure and density at a geometric height, metres above sea level (which is taken
 * as the ellipsoid: the difference is below what the standard means).
 *
 * Below sea level the first layer continues. Above `ATMOSPHERE_TOP_M` pressure and density are 0.
 */
export function airAt(heightM: number): Air {
  if (heightM > LAYERS_TOP_M) return upperAir(heightM);
  const { layer, temperatureK } = molecular(heightM);
  const pressurePa = pressureIn(layer, temperatureK, heightM);
  return {
    temperatureK: temperatureK * molarMassRatio(heightM),
    pressurePa,
    densityKgpm3: (pressurePa * MOLAR_MASS_OVER_GAS) / temperatureK,
  };
}

/**
 * Density alone, kg/m^3, at a geometric height in metres: what drag needs, without the rest.
 *
 * Same range as `airAt`, of which it is the third number.
 */
export function airDensityKgpm3(heightM: number): number {
  if (heightM > LAYERS_TOP_M) return interpolate(heightM, 2);
  const h = geopotential(heightM);
  const layer = layerAt(h);
  const temperatureK = layer.temperatureK + layer.lapseKpm * (h - layer.baseM);
  return (hydrostatic(layer, temperatureK, h) * MOLAR_MASS_OVER_GAS) / temperatureK;
}

/**
 * Density, kg/m^3, and the derivative of its logarithm by height, 1/m, at a geometric height: what a
 * filter with drag needs. Density times the second is d(density)/d(height).
 *
 * From the hydrostatic equation inside a layer, d ln ρ/dH = -(g M/R + lapse)/T with H geopotential;
 * between table values above. It jumps where layers meet, as the standard's lapse rate does. Above
 * `ATMOSPHERE_TOP_M` both are 0.
 */
export function airDensityWithSlope(heightM: number): {
  readonly densityKgpm3: number;
  readonly logSlopePerM: number;
} {
  const densityKgpm3 = airDensityKgpm3(heightM);
  if (heightM > ATMOSPHERE_TOP_M) return { densityKgpm3, logSlopePerM: 0 };
  if (heightM > LAYERS_TOP_M) {
    const { low, high } = upperInterval(heightM);
    return { densityKgpm3, logSlopePerM: Math.log(high[2] / low[2]) / (1000 * (high[0] - low[0])) };
  }
  const { layer, temperatureK } = molecular(heightM);
  const byGeopotential = -(GRAVITY_MPS2 * MOLAR_MASS_OVER_GAS + layer.lapseKpm) / temperatureK;
  return { densityKgpm3, logSlopePerM: byGeopotential * (RADIUS_M / (RADIUS_M + heightM)) ** 2 };
}

function layers(bases: readonly (readonly [number, number])[]): Layer[] {
  const out: Layer[] = [];
  let temperatureK = 288.15;
  let pressurePa = 101_325;
  bases.forEach(([baseM, lapseKpm], i) => {
    const below = out[i - 1];
    if (below !== undefined) {
      temperatureK = below.temperatureK + below.lapseKpm * (baseM - below.baseM);
      pressurePa = hydrostatic(below, temperatureK, baseM);
    }
    out.push({ baseM, lapseKpm, temperatureK, pressurePa });
  });
  return out;
}

/** Equation 33 of the standard: pressure inside a layer, by whether temperature varies there. */
function hydrostatic(layer: Layer, temperatureK: number, geopotentialM: number): number {
  const k = GRAVITY_MPS2 * MOLAR_MASS_OVER_GAS;
  return layer.lapseKpm === 0
    ? layer.pressurePa * Math.exp((-k * (geopotentialM - layer.baseM)) / layer.temperatureK)
    : layer.pressurePa * (layer.temperatureK / temperatureK) ** (k / layer.lapseKpm);
}

function geopotential(heightM: number): number {
  return (RADIUS_M * heightM) / (RADIUS_M + heightM);
}

function molecular(heightM: number): { readonly layer: Layer; readonly temperatureK: number } {
  const h = geopotential(heightM);
  const layer = layerAt(h);
  return { layer, temperatureK: layer.temperatureK + layer.lapseKpm * (h - layer.baseM) };
}

function layerAt(geopotentialM: number): Layer {
  let i = LAYERS.length - 1;
  while (i > 0 && geopotentialM < (LAYERS[i] as Layer).baseM) i -= 1;
  return LAYERS[i] as Layer;
}

function pressureIn(layer: Layer, temperatureK: number, heightM: number): number {
  return hydrostatic(layer, temperatureK, geopotential(heightM));
}

function molarMassRatio(heightM: number): number {
  if (heightM <= 80_000) return 1;
  const place = (heightM - 80_000) / 500;
  const i = Math.min(Math.floor(place), MOLAR_MASS_RATIOS.length - 2);
  const low = MOLAR_MASS_RATIOS[i] as number;
  const high = MOLAR_MASS_RATIOS[i + 1] as number;
  return low + (high - low) * (place - i);
}

function upperAir(heightM: number): Air {
  return {
    temperatureK: upperTemperature(heightM / 1000),
    pressurePa: interpolate(heightM, 1),
    densityKgpm3: interpolate(heightM, 2),
  };
}

/** Equations 25 to 31 of the standard: isothermal, elliptic, linear, exponential. */
function upperTemperature(km: number): number {
  if (km <= 91) return 186.8673;
  if (km <= 110) return 263.1905 - 76.3232 * Math.sqrt(1 - ((km - 91) / 19.9429) ** 2);
  if (km <= 120) return 240 + 12 * (km - 110);
  const reduced = ((km - 120) * (RADIUS_M / 1000 + 120)) / (RADIUS_M / 1000 + km);
  return 1000 - 640 * Math.exp(-0.01875 * reduced);
}

type UpperRow = (typeof UPPER)[number];

/** The rows of table I between which a height lies. */
function upperInterval(heightM: number): { readonly low: UpperRow; readonly high: UpperRow } {
  const km = heightM / 1000;
  let i = 1;
  while (i < UPPER.length - 1 && km > (UPPER[i] as UpperRow)[0]) i += 1;
  return { low: UPPER[i - 1] as UpperRow, high: UPPER[i] as UpperRow };
}

function interpolate(heightM: number, column: 1 | 2): number {
  if (heightM > ATMOSPHERE_TOP_M) return 0;
  const { low, high } = upperInterval(heightM);
  const part = (heightM / 1000 - low[0]) / (high[0] - low[0]);
  return low[column] * (high[column] / low[column]) ** part;
}
