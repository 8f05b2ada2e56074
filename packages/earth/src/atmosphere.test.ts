// SPDX-License-Identifier: Apache-2.0
// Against tables I and VIII of the U.S. Standard Atmosphere, 1976 (NOAA-S/T 76-1562).

import { describe, expect, test } from 'vitest';
import { ATMOSPHERE_TOP_M, airAt, airDensityKgpm3, airDensityWithSlope } from './atmosphere.ts';

/** Geometric km, K, Pa, kg/m^3 as printed. */
const PRINTED = [
  [0, 288.15, 1.01325e5, 1.225],
  [1, 281.651, 8.9876e4, 1.1117],
  [5, 255.676, 5.4048e4, 7.3643e-1],
  [10, 223.252, 2.65e4, 4.1351e-1],
  [15, 216.65, 1.2111e4, 1.9476e-1],
  [20, 216.65, 5.5293e3, 8.891e-2],
  [30, 226.509, 1.197e3, 1.841e-2],
  [40, 250.35, 2.8714e2, 3.9957e-3],
  [50, 270.65, 7.9779e1, 1.0269e-3],
  [60, 247.021, 2.1958e1, 3.0968e-4],
  [70, 219.585, 5.2209, 8.2829e-5],
  [80, 198.639, 1.0524, 1.8458e-5],
  [86, 186.87, 3.7338e-1, 6.958e-6],
] as const;

/** Above the layers: temperature follows formulas, so entries that are knots still test it. */
const UPPER_TEMPERATURES = [
  [90, 186.87],
  [95, 188.42],
  [100, 195.08],
  [105, 208.84],
  [110, 240],
  [120, 360],
  [150, 634.39],
  [200, 854.56],
  [300, 976.01],
  [500, 999.24],
] as const;

/** Mean molar mass of the standard, which ties pressure, density and temperature together. */
const MOLAR_MASSES = [
  [86, 28.95],
  [90, 28.91],
  [100, 28.4],
  [110, 27.27],
  [120, 26.2],
  [150, 24.1],
  [200, 21.3],
  [300, 17.73],
  [500, 14.33],
  [1000, 3.94],
] as const;

describe('standard atmosphere', () => {
  test.each(PRINTED)(
    'at %d km agrees with the printed table',
    (km, temperature, pressure, density) => {
      const air = airAt(km * 1000);
      expect(Math.abs(air.temperatureK - temperature)).toBeLessThan(0.006);
      expect(Math.abs(air.pressurePa / pressure - 1)).toBeLessThan(8e-5);
      expect(Math.abs(air.densityKgpm3 / density - 1)).toBeLessThan(8e-5);
    },
  );

  test.each(UPPER_TEMPERATURES)('at %d km is %d K', (km, temperature) => {
    expect(Math.abs(airAt(km * 1000).temperatureK - temperature)).toBeLessThan(0.011);
  });

  test.each(MOLAR_MASSES)('at %d km has a molar mass of %d g/mol', (km, molarMass) => {
    const air = airAt(km * 1000 + (km === 86 ? 0.001 : 0));
    const mass = (8314.32 * air.densityKgpm3 * air.temperatureK) / air.pressurePa;
    expect(Math.abs(mass / molarMass - 1)).toBeLessThan(1.5e-3);
  });

  test('is hydrostatic within each layer: dp/dh = -rho g', () => {
    for (let km = 0.5; km < 86; km += 1) {
      const h = km * 1000;
      const gravity = 9.80665 * (6356766 / (6356766 + h)) ** 2;
      const slope = (airAt(h + 1).pressurePa - airAt(h - 1).pressurePa) / 2;
      expect(slope / (-airAt(h).densityKgpm3 * gravity)).toBeCloseTo(1, 5);
    }
  });

  test('falls without a jump at any boundary, from below the sea to its top', () => {
    let before = airDensityKgpm3(-1000);
    for (let h = -995; h <= ATMOSPHERE_TOP_M; h += h < 100_000 ? 5 : 500) {
      const density = airDensityKgpm3(h);
      expect(density, `at ${h} m`).toBeLessThan(before);
      expect(density / before, `at ${h} m`).toBeGreaterThan(h < 100_000 ? 0.999 : 0.9);
      before = density;
    }
  });

  test('the slope of the logarithm is that of the density, inside every layer', () => {
    for (const km of [-0.4, 3, 15, 25, 40, 49, 60, 80, 87, 97, 133, 350, 950]) {
      const h = km * 1000;
      const { densityKgpm3, logSlopePerM } = airDensityWithSlope(h);
      const step = 100;
      const log = (k: number): number => Math.log(airDensityKgpm3(h + k * step));
      const numeric = (8 * (log(1) - log(-1)) - (log(2) - log(-2))) / (12 * step);
      expect(densityKgpm3).toBe(airDensityKgpm3(h));
      expect(logSlopePerM / numeric, `at ${km} km`).toBeCloseTo(1, 8);
    }
    expect(airDensityWithSlope(ATMOSPHERE_TOP_M + 1)).toEqual({ densityKgpm3: 0, logSlopePerM: 0 });
  });

  test('density alone is the density of the whole, and nothing is above the top', () => {
    for (const h of [-500, 0, 33_333, 85_999, 86_001, 123_456, 999_999]) {
      expect(airDensityKgpm3(h)).toBe(airAt(h).densityKgpm3);
    }
    expect(airDensityKgpm3(ATMOSPHERE_TOP_M + 1)).toBe(0);
  });
});
