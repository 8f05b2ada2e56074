// SPDX-License-Identifier: Apache-2.0
// Paths of what is not the launch: satellites on given elements, what comes down from orbit, and
// aircraft on a geodesic.

import {
  ecefFromEnu,
  ecefFromGeodetic,
  geodesicDestination,
  geodesicInverse,
  geodeticFromDegrees,
  radiansFromDegrees,
} from '@isthmus/earth';
import { flyToGround } from './ascent.ts';
import { createPath, type Knot, type Path } from './ephemeris.ts';
import { earthFixedFromInertial, type Forces, stepInertial } from './motion.ts';
import type { AircraftDocument, DecayDocument, SatelliteDocument } from './schema.ts';

const MU_M3PS2 = 3.986004418e14;
const STEP_S = 5;
const FREE: Forces = { ballisticCoefficientKgPm2: Number.POSITIVE_INFINITY, thrust: null };

/** The path of a satellite over [0, untilS] seconds after the scenario's start. */
export function satellitePath(satellite: SatelliteDocument, untilS: number): Path {
  const epochS = satellite.epochS;
  const firstS = Math.min(0, epochS);
  const knots: Knot[] = [];
  // The inertial axes are the Earth-fixed ones at the epoch, so time there counts from it.
  let state = inertialFromElements(satellite);
  for (let t = epochS; t > firstS; t -= STEP_S) {
    state = stepInertial(state, t - epochS, -STEP_S, FREE);
    knots.unshift({ timeS: t - STEP_S, state: earthFixedFromInertial(state, t - STEP_S - epochS) });
  }
  state = inertialFromElements(satellite);
  knots.push({ timeS: epochS, state: earthFixedFromInertial(state, 0) });
  for (let t = epochS; t < untilS; t += STEP_S) {
    state = stepInertial(state, t - epochS, STEP_S, FREE);
    knots.push({ timeS: t + STEP_S, state: earthFixedFromInertial(state, t + STEP_S - epochS) });
  }
  return createPath(knots);
}

/** The path of a decaying body until it is on the ground or `untilS` seconds after the start. */
export function decayPath(decay: DecayDocument, untilS: number): Path {
  const { latitudeDeg, longitudeDeg, heightM } = decay.site;
  const here = geodeticFromDegrees(latitudeDeg, longitudeDeg, heightM);
  const position = ecefFromGeodetic(here);
  const radiusM = Math.sqrt(position.reduce((sum, v) => sum + v * v, 0));
  const heading = radiansFromDegrees(decay.headingDeg);
  const speed = Math.sqrt(MU_M3PS2 / radiusM);
  // Circular in axes that do not turn; what the Earth turns is taken off after.
  const inertial = ecefFromEnu(here, [speed * Math.sin(heading), speed * Math.cos(heading), 0]);
  const state = earthFixedFromInertial([...position, ...inertial], 0);
  const knots: Knot[] = [{ timeS: 0, state }];
  flyToGround(knots, decay.ballisticCoefficientKgPm2, untilS);
  return createPath(knots);
}

/** Position and velocity of osculating elements, in axes that are Earth-fixed at the epoch. */
function inertialFromElements(satellite: SatelliteDocument): Float64Array {
  const a = satellite.semiMajorAxisKm * 1000;
  const e = satellite.eccentricity;
  const eccentric = solveKepler(radiansFromDegrees(satellite.meanAnomalyDeg), e);
  const flat = Math.sqrt(1 - e * e);
  const rate = Math.sqrt(MU_M3PS2 / a) / (1 - e * Math.cos(eccentric));
  const x = a * (Math.cos(eccentric) - e);
  const y = a * flat * Math.sin(eccentric);
  const vx = -rate * Math.sin(eccentric);
  const vy = rate * flat * Math.cos(eccentric);
  const node = radiansFromDegrees(satellite.nodeLongitudeDeg);
  const perigee = radiansFromDegrees(satellite.argumentOfPerigeeDeg);
  const tilt = radiansFromDegrees(satellite.inclinationDeg);
  const place = (u: number, v: number): [number, number, number] => {
    const inPlaneX = u * Math.cos(perigee) - v * Math.sin(perigee);
    const inPlaneY = u * Math.sin(perigee) + v * Math.cos(perigee);
    const tilted = inPlaneY * Math.cos(tilt);
    return [
      inPlaneX * Math.cos(node) - tilted * Math.sin(node),
      inPlaneX * Math.sin(node) + tilted * Math.cos(node),
      inPlaneY * Math.sin(tilt),
    ];
  };
  return Float64Array.of(...place(x, y), ...place(vx, vy));
}

/** Eccentric anomaly by Newton's method, which settles in a few rounds for e <= 0.9. */
function solveKepler(meanRad: number, eccentricity: number): number {
  let value = eccentricity < 0.8 ? meanRad : Math.PI;
  for (let round = 0; round < 50; round += 1) {
    const miss = value - eccentricity * Math.sin(value) - meanRad;
    if (Math.abs(miss) < 1e-14) break;
    value -= miss / (1 - eccentricity * Math.cos(value));
  }
  return value;
}

/** The path of an aircraft over [0, untilS] seconds after the scenario's start. */
export function aircraftPath(aircraft: AircraftDocument, untilS: number): Path {
  const { latitudeDeg, longitudeDeg, heightM } = aircraft.site;
  const origin = geodeticFromDegrees(latitudeDeg, longitudeDeg, heightM);
  const heading = radiansFromDegrees(aircraft.headingDeg);
  const knots: Knot[] = [];
  for (let t = 0; t < untilS + STEP_S; t += STEP_S) {
    const distance = Math.max(1, aircraft.speedMps * t);
    const foot = geodesicDestination(origin, heading, distance);
    const here = { ...foot, heightM };
    // The geodesic's course here is the reverse of the course back to where it began.
    const course = geodesicInverse(foot, origin).azimuthRad + Math.PI;
    // The ground is nearer the centre than the aircraft: its own speed is higher by the ratio.
    const speed = aircraft.speedMps * (1 + heightM / 6371e3);
    const velocity = ecefFromEnu(here, [speed * Math.sin(course), speed * Math.cos(course), 0]);
    knots.push({ timeS: t, state: Float64Array.of(...ecefFromGeodetic(here), ...velocity) });
  }
  return createPath(knots);
}
