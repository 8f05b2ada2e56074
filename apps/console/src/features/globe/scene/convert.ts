// SPDX-License-Identifier: Apache-2.0
// From this house's geodetic points and colours to the engine's.

import { Cartesian3, Cartographic, Color } from '@cesium/engine';
import type { Geodetic } from '@isthmus/earth';

export function cartesian(point: Geodetic, heightM = point.heightM): Cartesian3 {
  return Cartesian3.fromRadians(point.longitudeRad, point.latitudeRad, heightM);
}

export function geodetic(position: Cartesian3): Geodetic {
  const point = Cartographic.fromCartesian(position);
  return {
    latitudeRad: point.latitude,
    longitudeRad: point.longitude,
    heightM: point.height,
  };
}

export function colour(hex: string, alpha: number): Color {
  return Color.fromCssColorString(hex).withAlpha(alpha);
}
