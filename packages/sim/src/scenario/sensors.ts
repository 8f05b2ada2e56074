// SPDX-License-Identifier: Apache-2.0
// What a side declares about its own sensors, from the scenario's document: what a careful owner
// would state, so clock error and refraction are part of the stated errors, not left out.

import { geodeticFromDegrees, radiansFromDegrees } from '@isthmus/earth';
import type { InfraredSensor, RadarErrors, RadarSensor, Sensor } from '@isthmus/picture';
import { SimError } from './errors.ts';
import type {
  InfraredDocument,
  RadarDocument,
  Scenario,
  SensorDocument,
  SideName,
} from './schema.ts';
import { refractionRad, turn } from './sight.ts';

/** A speed along the line of sight at which a clock error becomes a range error, m/s. */
const CLOSING_SPEED_MPS = 5000;
/** Above the lowest elevation by this much, refraction is what an owner would state. */
const TYPICAL_ABOVE_RAD = radiansFromDegrees(3);

/**
 * The sensors of a side as that side declares them to its tracker.
 *
 * @throws SimError `unknown-side`.
 */
export function sideSensors(scenario: Scenario, side: string): Sensor[] {
  return sideDocuments(scenario, side).map((sensor) =>
    sensor.kind === 'radar' ? declaredRadar(sensor) : declaredInfrared(sensor),
  );
}

/** The names of the sides, in the order of the document's schema. */
export function sideNames(scenario: Scenario): SideName[] {
  return Object.keys(scenario.sides).sort().reverse() as SideName[];
}

/** The sensors of a side as the document has them; throws SimError `unknown-side`. */
export function sideDocuments(scenario: Scenario, side: string): readonly SensorDocument[] {
  if (!Object.hasOwn(scenario.sides, side)) {
    const known = sideNames(scenario).join(', ');
    throw new SimError('unknown-side', '/sides', `no side "${side}" here; there are ${known}`);
  }
  return scenario.sides[side as SideName].sensors;
}

export function declaredRadar(radar: RadarDocument): RadarSensor {
  const { limits, timing, noise, bias } = radar;
  const lowestRad = radiansFromDegrees(limits.elevationMinDeg);
  const refraction = radar.refractionResidueFraction * refractionRad(lowestRad + TYPICAL_ABOVE_RAD);
  const stated = radarErrors(bias);
  return {
    kind: 'radar',
    id: radar.id,
    site: siteOf(radar),
    azimuthFromRad: turn(radiansFromDegrees(limits.azimuthFromDeg)),
    azimuthToRad: turn(radiansFromDegrees(limits.azimuthToDeg)),
    elevationMinRad: lowestRad,
    elevationMaxRad: radiansFromDegrees(limits.elevationMaxDeg),
    rangeMaxM: limits.rangeMaxKm * 1000,
    revisitS: radar.revisitS,
    noise: {
      ...radarErrors(noise),
      rangeM: together(noise.rangeM, timing.jitterSigmaS * CLOSING_SPEED_MPS),
    },
    bias: {
      rangeM: together(bias.rangeM, timing.offsetSigmaS * CLOSING_SPEED_MPS),
      azimuthRad: stated.azimuthRad,
      elevationRad: together(stated.elevationRad, refraction),
    },
    ...detectionOf(radar.detection),
  };
}

/** A radar that sees everything has no reference to state. */
function detectionOf(detection: RadarDocument['detection']): Pick<RadarSensor, 'detection'> {
  if (detection.model === 'certain') return {};
  return {
    detection: {
      probability: detection.referenceProbability,
      rangeM: detection.referenceRangeKm * 1000,
      sizeM2: detection.referenceSizeM2,
      falseAlarm: detection.falseAlarmProbability,
    },
  };
}

export function declaredInfrared(infrared: InfraredDocument): InfraredSensor {
  return {
    kind: 'infrared',
    id: infrared.id,
    site: siteOf(infrared),
    revisitS: infrared.revisitS,
    noiseRad: infrared.noiseMicroRad * 1e-6,
    biasRad: infrared.boresightBiasMicroRad * 1e-6,
    // One that misses nothing or everything has no chance to state.
    ...(infrared.missProbability > 0 &&
      infrared.missProbability < 1 && {
        detection: {
          probability: 1 - infrared.missProbability,
          cloudTopM: infrared.cloudBreakKm * 1000,
        },
      }),
  };
}

/** The errors of a document, in radians. */
export function radarErrors(errors: RadarDocument['noise']): RadarErrors {
  return {
    rangeM: errors.rangeM,
    azimuthRad: radiansFromDegrees(errors.azimuthDeg),
    elevationRad: radiansFromDegrees(errors.elevationDeg),
  };
}

function siteOf(sensor: SensorDocument): RadarSensor['site'] {
  const { latitudeDeg, longitudeDeg, heightM } = sensor.site;
  return geodeticFromDegrees(latitudeDeg, longitudeDeg, heightM);
}

function together(a: number, b: number): number {
  return Math.sqrt(a * a + b * b);
}
