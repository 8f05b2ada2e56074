// SPDX-License-Identifier: Apache-2.0
// What a side declares about its own sensors. It never crosses the border.

import type { Geodetic, Instant } from '@isthmus/earth';

export type SensorId = string;

/** A ground radar that reports range, azimuth and elevation. */
export interface RadarSensor {
  readonly kind: 'radar';
  readonly id: SensorId;
  readonly site: Geodetic;
  /** Sector clockwise from `azimuthFromRad` to `azimuthToRad`, [0, 2π); equal values mean all round. */
  readonly azimuthFromRad: number;
  readonly azimuthToRad: number;
  readonly elevationMinRad: number;
  readonly elevationMaxRad: number;
  readonly rangeMaxM: number;
  readonly revisitS: number;
  /** One sigma of independent noise a look. */
  readonly noise: RadarErrors;
  /** One sigma of the constant bias that registration has left. */
  readonly bias: RadarErrors;
  /** Absent where its owner states none: then nothing is said of what it would have seen. */
  readonly detection?: RadarDetection;
}

/** How surely a look sees a body: Swerling 1, signal to noise as size / range^4, from one reference. */
export interface RadarDetection {
  /** Of one look at a body of `sizeM2` (mean radar cross-section) at `rangeM`; (0, 1). */
  readonly probability: number;
  readonly rangeM: number;
  readonly sizeM2: number;
  /** Probability that a look sees what is not there; (0, 1). */
  readonly falseAlarm: number;
}

export interface RadarErrors {
  readonly rangeM: number;
  readonly azimuthRad: number;
  readonly elevationRad: number;
}

/** A geostationary infrared sensor that reports two angles (see `InfraredPlot`). */
export interface InfraredSensor {
  readonly kind: 'infrared';
  readonly id: SensorId;
  readonly site: Geodetic;
  readonly revisitS: number;
  /** One sigma of independent noise on each angle. */
  readonly noiseRad: number;
  /** One sigma of the constant boresight bias on each angle. */
  readonly biasRad: number;
  /** Absent where its owner states none: then nothing is said of what it would have seen. */
  readonly detection?: InfraredDetection;
}

/** How surely a look sees a flame above the cloud. */
export interface InfraredDetection {
  /** Of one look; (0, 1]. */
  readonly probability: number;
  /** Below this height a flame may be under cloud. */
  readonly cloudTopM: number;
}

export type Sensor = RadarSensor | InfraredSensor;

/** One radar report. Azimuth clockwise from north in [0, 2π); elevation from the ellipsoidal horizon. */
export interface RadarPlot {
  readonly kind: 'radar';
  /** Serial number in the side's own feed, ascending from 0. */
  readonly id: number;
  readonly sensor: SensorId;
  /** When the sensor says it saw it. */
  readonly time: Instant;
  /** When the report reaches the node. */
  readonly arrival: Instant;
  readonly rangeM: number;
  readonly azimuthRad: number;
  readonly elevationRad: number;
}

/**
 * One infrared line of sight. With the satellite at `site`, n the unit vector to the Earth's
 * centre, e east and m north at the sub-satellite point, and d the unit line of sight:
 * `eastRad` = atan2(d·e, d·n), `northRad` = asin(d·m).
 */
export interface InfraredPlot {
  readonly kind: 'infrared';
  readonly id: number;
  readonly sensor: SensorId;
  readonly time: Instant;
  readonly arrival: Instant;
  readonly eastRad: number;
  readonly northRad: number;
}

export type Plot = RadarPlot | InfraredPlot;
