// SPDX-License-Identifier: Apache-2.0
// Air density of the truth: piecewise exponential (Vallado, 4th ed., table 8-4, base heights and
// nominal densities up to 150 km). Not the US Standard Atmosphere that the trackers use: a truth
// that obeyed the tracker's own table would be kind to it.

/** Base height, km; density there, kg/m^3; scale height, km. */
const LAYERS: readonly (readonly [number, number, number])[] = [
  [0, 1.225, 7.249],
  [25, 3.899e-2, 6.349],
  [30, 1.774e-2, 6.682],
  [40, 3.972e-3, 7.554],
  [50, 1.057e-3, 8.382],
  [60, 3.206e-4, 7.714],
  [70, 8.77e-5, 6.549],
  [80, 1.905e-5, 5.799],
  [90, 3.396e-6, 5.382],
  [100, 5.297e-7, 5.877],
  [110, 9.661e-8, 7.263],
  [120, 2.438e-8, 9.473],
  [130, 8.484e-9, 12.636],
  [140, 3.845e-9, 16.149],
  [150, 2.07e-9, 22.523],
];

/** Density, kg/m^3, at `heightM` above the ellipsoid; 0 above 180 km, sea level's below it. */
export function airDensity(heightM: number): number {
  const heightKm = Math.max(0, heightM / 1000);
  if (heightKm > 180) return 0;
  let layer = LAYERS[0] as readonly [number, number, number];
  for (const candidate of LAYERS) {
    if (candidate[0] > heightKm) break;
    layer = candidate;
  }
  return layer[1] * Math.exp(-(heightKm - layer[0]) / layer[2]);
}
