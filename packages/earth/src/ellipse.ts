// SPDX-License-Identifier: Apache-2.0
// The geometry of a Gaussian on a plane: what holds the true point with a stated probability.

/** East-east, east-north, north-north, m^2. */
export type PlaneCovariance = readonly [number, number, number];

/** Chi-square with two degrees of freedom at `probability` (closed form). */
function chiSquare2(probability: number): number {
  return -2 * Math.log(1 - probability);
}

/** Area in m^2 of the ellipse that holds the point with `probability`, 0 < probability < 1. */
export function ellipseAreaM2(covarianceM2: PlaneCovariance, probability: number): number {
  const [ee, en, nn] = covarianceM2;
  return Math.PI * chiSquare2(probability) * Math.sqrt(Math.max(0, ee * nn - en * en));
}

/** Radius in metres of the circle around that ellipse: it holds the point at least as often. */
export function enclosingRadiusM(covarianceM2: PlaneCovariance, probability: number): number {
  const [ee, en, nn] = covarianceM2;
  const half = (ee + nn) / 2;
  const largest = half + Math.sqrt(((ee - nn) / 2) ** 2 + en * en);
  return Math.sqrt(chiSquare2(probability) * largest);
}

/**
 * Points of the ellipse that holds the point with `probability`, [east, north] in metres from its
 * centre, counter-clockwise: the image of a regular polygon, so that stretched by 1 / cos(π / count)
 * they are the corners of a polygon around the ellipse.
 */
export function ellipsePointsM(
  covarianceM2: PlaneCovariance,
  probability: number,
  count: number,
): [number, number][] {
  const [ee, en, nn] = covarianceM2;
  // Lower Cholesky root of the covariance: it takes the unit circle to the one-sigma ellipse.
  const a = Math.sqrt(Math.max(0, ee));
  const b = a === 0 ? 0 : en / a;
  const c = Math.sqrt(Math.max(0, nn - b * b));
  const scale = Math.sqrt(chiSquare2(probability));
  return Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count;
    const [x, y] = [Math.cos(angle), Math.sin(angle)];
    return [scale * a * x, scale * (b * x + c * y)];
  });
}
