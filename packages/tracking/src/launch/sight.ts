// SPDX-License-Identifier: Apache-2.0
// The line from an infrared sensor and its two angles, in the frame that `InfraredPlot` defines: the
// axis is the line to the Earth's centre, not the plumb line, which differs off the equator.

import { cross, type Ecef, ecefFromGeodetic, scale, unit, type Vector3 } from '@isthmus/earth';
import type { InfraredSensor } from '@isthmus/picture';

interface Frame {
  readonly origin: Vector3<Ecef>;
  readonly east: Vector3<Ecef>;
  readonly north: Vector3<Ecef>;
  /** To the Earth's centre. */
  readonly nadir: Vector3<Ecef>;
}

/** Kept beside the sensor: a fit asks for thousands of angles of one. */
const frames = new WeakMap<InfraredSensor, Frame>();

function frameOf(sensor: InfraredSensor): Frame {
  let frame = frames.get(sensor);
  if (frame === undefined) {
    const origin = ecefFromGeodetic(sensor.site);
    const nadir = unit<Ecef>(scale(origin, -1));
    const east = unit<Ecef>(cross<Ecef>(nadir, [0, 0, 1]));
    frame = { origin, east, north: cross<Ecef>(east, nadir), nadir };
    frames.set(sensor, frame);
  }
  return frame;
}

/** The two angles under which a sensor sees an Earth-fixed position, radians: east, north. */
export function sightAngles(
  sensor: InfraredSensor,
  position: ArrayLike<number>,
): readonly [number, number] {
  const { origin, east, north, nadir } = frameOf(sensor);
  const x = (position[0] as number) - origin[0];
  const y = (position[1] as number) - origin[1];
  const z = (position[2] as number) - origin[2];
  const e = x * east[0] + y * east[1] + z * east[2];
  const m = x * north[0] + y * north[1] + z * north[2];
  const d = x * nadir[0] + y * nadir[1] + z * nadir[2];
  return [Math.atan2(e, d), Math.asin(m / Math.sqrt(x * x + y * y + z * z))];
}

/** d(angles)/d(position), 2x3: of `sightAngles`. */
export function sightSlopes(sensor: InfraredSensor, position: ArrayLike<number>): Float64Array {
  const { origin, east, north, nadir } = frameOf(sensor);
  const x = (position[0] as number) - origin[0];
  const y = (position[1] as number) - origin[1];
  const z = (position[2] as number) - origin[2];
  const e = x * east[0] + y * east[1] + z * east[2];
  const m = x * north[0] + y * north[1] + z * north[2];
  const d = x * nadir[0] + y * nadir[1] + z * nadir[2];
  const level2 = e * e + d * d;
  const range2 = level2 + m * m;
  const level = Math.sqrt(level2);
  const out = new Float64Array(6);
  for (let i = 0; i < 3; i += 1) {
    const byEast = east[i] as number;
    const byNorth = north[i] as number;
    const byNadir = nadir[i] as number;
    out[i] = (d * byEast - e * byNadir) / level2;
    out[3 + i] = (level2 * byNorth - m * (e * byEast + d * byNadir)) / (range2 * level);
  }
  return out;
}

/** The Earth-fixed unit vector from a sensor along two angles, and where the sensor is. */
export function sightLine(
  sensor: InfraredSensor,
  angles: { readonly eastRad: number; readonly northRad: number },
): { readonly from: Vector3<Ecef>; readonly along: Vector3<Ecef> } {
  const { origin, east, north, nadir } = frameOf(sensor);
  const rest = Math.cos(angles.northRad);
  const parts = [
    rest * Math.sin(angles.eastRad),
    Math.sin(angles.northRad),
    rest * Math.cos(angles.eastRad),
  ] as const;
  const at = (i: 0 | 1 | 2): number =>
    parts[0] * east[i] + parts[1] * north[i] + parts[2] * nadir[i];
  return { from: origin, along: [at(0), at(1), at(2)] };
}
