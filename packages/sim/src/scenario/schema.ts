// SPDX-License-Identifier: Apache-2.0
// The scenario document: who has which sensors, what flies, and how unkind the sensors are. Every
// imperfection is a field that must be written down; 0 switches it off and says so. Documents speak
// degrees and kilometres (in the field's name); everything inside is SI and radians.

import Type from 'typebox';

const closed = { additionalProperties: false } as const;
const text = Type.String({ minLength: 1, maxLength: 1000 });
const id = Type.String({
  pattern: '^[a-z][a-z0-9-]{0,31}$',
  description: 'Lower-case letters, digits and hyphens, a letter first; at most 32.',
});
const positive = Type.Number({ exclusiveMinimum: 0, maximum: 1e9 });
const nonNegative = Type.Number({ minimum: 0, maximum: 1e9 });
const probability = Type.Number({ minimum: 0, maximum: 1 });
const angleSigmaDeg = Type.Number({ minimum: 0, maximum: 10 });
const bearingDeg = Type.Number({ minimum: 0, maximum: 360 });

const site = Type.Object(
  {
    latitudeDeg: Type.Number({ minimum: -90, maximum: 90 }),
    longitudeDeg: Type.Number({ minimum: -180, maximum: 180 }),
    heightM: Type.Number({ minimum: -500, maximum: 5e7 }),
  },
  { ...closed, description: 'WGS 84, metres above the ellipsoid.' },
);

const timing = Type.Object(
  {
    offsetSigmaS: Type.Number({
      minimum: 0,
      maximum: 10,
      description: 'One sigma of a clock error that is constant through a run.',
    }),
    jitterSigmaS: Type.Number({ minimum: 0, maximum: 10, description: 'One sigma, each look.' }),
    latencyS: Type.Number({ minimum: 0, maximum: 60, description: 'Least delay to the node.' }),
    latencySpreadS: Type.Number({
      minimum: 0,
      maximum: 60,
      description: 'A further delay, uniform between 0 and this.',
    }),
  },
  closed,
);

const radarErrors = Type.Object(
  { rangeM: nonNegative, azimuthDeg: angleSigmaDeg, elevationDeg: angleSigmaDeg },
  closed,
);

const detection = Type.Union([
  Type.Object(
    { model: Type.Literal('certain', { description: 'Seen at every look inside the limits.' }) },
    closed,
  ),
  Type.Object(
    {
      model: Type.Literal('swerling-1', {
        description:
          'Signal to noise as size / range^4; detected with probability false ^ (1 / (1 + SNR)).',
      }),
      referenceProbability: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
      referenceRangeKm: positive,
      referenceSizeM2: positive,
      falseAlarmProbability: Type.Number({ exclusiveMinimum: 0, maximum: 0.1 }),
    },
    closed,
  ),
]);

const outage = Type.Object(
  {
    fromS: Type.Number({ minimum: 0, maximum: 86400, description: 'After `start`.' }),
    untilS: Type.Number({ minimum: 0, maximum: 86400 }),
  },
  { ...closed, description: 'A while in which the sensor sees nothing and says that it is down.' },
);

const common = {
  id,
  title: text,
  source: text,
  uncertainty: text,
  site,
  outages: Type.Optional(Type.Array(outage, { maxItems: 100 })),
  revisitS: Type.Number({ exclusiveMinimum: 0, maximum: 3600 }),
  timing,
};

export const radarSchema = Type.Object(
  {
    kind: Type.Literal('radar'),
    ...common,
    limits: Type.Object(
      {
        azimuthFromDeg: bearingDeg,
        azimuthToDeg: bearingDeg,
        elevationMinDeg: Type.Number({ minimum: -5, maximum: 90 }),
        elevationMaxDeg: Type.Number({ minimum: -5, maximum: 90 }),
        rangeMaxKm: positive,
      },
      { ...closed, description: 'Sector clockwise from–to; equal values mean all round.' },
    ),
    noise: Type.Object(radarErrors.properties, {
      ...closed,
      description: 'One sigma of each look.',
    }),
    bias: Type.Object(radarErrors.properties, {
      ...closed,
      description: 'One sigma of the constant error drawn once a run.',
    }),
    refractionResidueFraction: Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'One sigma of the share of refraction that the correction leaves, once a run.',
    }),
    detection,
    resolution: Type.Object(
      { rangeM: nonNegative, angleDeg: angleSigmaDeg },
      { ...closed, description: 'Nearer than both: one power-weighted plot of the two.' },
    ),
    falsePlotsPerScan: Type.Number({ minimum: 0, maximum: 1000 }),
  },
  closed,
);

export const infraredSchema = Type.Object(
  {
    kind: Type.Literal('infrared'),
    ...common,
    noiseMicroRad: Type.Number({ minimum: 0, maximum: 1e4 }),
    boresightBiasMicroRad: Type.Number({ minimum: 0, maximum: 1e4 }),
    cloudBreakKm: Type.Number({
      minimum: 0,
      maximum: 100,
      description: 'A flame below this height is not seen.',
    }),
    missProbability: probability,
    falsePlotsPerScan: Type.Number({ minimum: 0, maximum: 1000 }),
  },
  closed,
);

export const sensorSchema = Type.Union([radarSchema, infraredSchema]);

const body = {
  sizeM2: Type.Number({
    exclusiveMinimum: 0,
    maximum: 1e4,
    description: 'Mean radar cross-section.',
  }),
  ballisticCoefficientKgPm2: Type.Number({ exclusiveMinimum: 0, maximum: 1e6 }),
};
const separationMps = Type.Number({ minimum: 0, maximum: 500 });
const spentStage = Type.Object({ ...body, separationMps }, closed);

const stage = Type.Object(
  {
    gapS: Type.Number({ minimum: 0, maximum: 60, description: 'Unpowered, before ignition.' }),
    burnS: Type.Number({ exclusiveMinimum: 0, maximum: 1000 }),
    massRatio: Type.Number({ exclusiveMinimum: 1, maximum: 50 }),
    ballisticCoefficientKgPm2: body.ballisticCoefficientKgPm2,
    spent: spentStage,
  },
  { ...closed, description: 'Its burn, everything still attached; and the spent stage after it.' },
);

const launchCommon = {
  id,
  title: text,
  source: text,
  uncertainty: text,
  liftoffS: Type.Number({ minimum: 0, maximum: 86400, description: 'After `start`.' }),
  site,
  azimuthDeg: Type.Number({
    minimum: 0,
    maximum: 360,
    description:
      'Of the geodesic from the site to the impact point, of the recorded plane, or of an orbital launch at lift-off.',
  }),
};

const ascent = {
  ...launchCommon,
  kickStartS: nonNegative,
  kickS: positive,
  stages: Type.Array(stage, { minItems: 2, maxItems: 2 }),
  payload: Type.Object(body, closed),
  debris: Type.Object(
    {
      count: Type.Integer({ minimum: 0, maximum: 50 }),
      ...body,
      speedSigmaMps: separationMps,
    },
    { ...closed, description: 'Pieces that leave at burn-out in every direction.' },
  ),
};
const burnoutSpeedKmps = (least: number, most: number) =>
  Type.Number({
    exclusiveMinimum: least,
    maximum: most,
    description: 'Relative to the turning Earth.',
  });

export const guidedLaunchSchema = Type.Object(
  {
    kind: Type.Literal('guided'),
    ...ascent,
    targets: Type.Object(
      {
        burnoutAltitudeKm: positive,
        burnoutSpeedKmps: Type.Union([burnoutSpeedKmps(0, 7.5), Type.Null()], {
          description: 'null leaves it to the other targets.',
        }),
        apogeeKm: positive,
        rangeKm: Type.Union([positive, Type.Null()], {
          description: 'To the impact point; null leaves it to the other targets.',
        }),
      },
      closed,
    ),
  },
  closed,
);

export const orbitalLaunchSchema = Type.Object(
  {
    kind: Type.Literal('orbital'),
    ...ascent,
    targets: Type.Object(
      {
        burnoutAltitudeKm: Type.Number({ minimum: 120, maximum: 2000 }),
        burnoutSpeedKmps: burnoutSpeedKmps(7, 9),
        climbDeg: Type.Number({
          minimum: -5,
          maximum: 5,
          description:
            'Of the velocity at burn-out above the horizontal; 0 makes it perigee or apogee.',
        }),
      },
      closed,
    ),
  },
  { ...closed, description: 'Two stages to an orbit; the first falls back.' },
);

const columns = (least: number, most: number) =>
  Type.Array(Type.Number({ minimum: least, maximum: most }), { minItems: 10, maxItems: 200_000 });

export const flightSchema = Type.Object(
  {
    timeS: columns(0, 86400),
    speedMps: columns(0, 12_000),
    altitudeKm: columns(-1, 2000),
  },
  { ...closed, description: 'Columns of one length: time since lift-off, speed, altitude.' },
);

export const recordedLaunchSchema = Type.Object(
  {
    kind: Type.Literal('recorded'),
    ...launchCommon,
    sizeM2: body.sizeM2,
    flight: Type.Union([flightSchema, Type.Null()], {
      description: 'The measured columns; null in a template that waits for a file.',
    }),
  },
  closed,
);

export const launchSchema = Type.Union([
  guidedLaunchSchema,
  orbitalLaunchSchema,
  recordedLaunchSchema,
]);

export const satelliteSchema = Type.Object(
  {
    id,
    title: text,
    source: text,
    uncertainty: text,
    sizeM2: body.sizeM2,
    epochS: Type.Number({ minimum: -86400, maximum: 86400, description: 'After `start`.' }),
    semiMajorAxisKm: Type.Number({ minimum: 6500, maximum: 50_000 }),
    eccentricity: Type.Number({ minimum: 0, maximum: 0.9 }),
    inclinationDeg: Type.Number({ minimum: 0, maximum: 180 }),
    nodeLongitudeDeg: Type.Number({
      minimum: -180,
      maximum: 360,
      description: 'Earth-fixed longitude of the ascending node at the epoch.',
    }),
    argumentOfPerigeeDeg: Type.Number({ minimum: -360, maximum: 360 }),
    meanAnomalyDeg: Type.Number({ minimum: -360, maximum: 360 }),
  },
  closed,
);

export const decaySchema = Type.Object(
  {
    id,
    title: text,
    source: text,
    uncertainty: text,
    ...body,
    site: Type.Object(
      { ...site.properties, heightM: Type.Number({ minimum: 80_000, maximum: 180_000 }) },
      { ...closed, description: 'Where it is at `start`, within the air that brings it down.' },
    ),
    headingDeg: bearingDeg,
  },
  {
    ...closed,
    description: 'A body that comes down from orbit: at `start` on a circular orbit, then drag.',
  },
);

export const aircraftSchema = Type.Object(
  {
    id,
    title: text,
    sizeM2: body.sizeM2,
    site,
    headingDeg: bearingDeg,
    speedMps: Type.Number({ minimum: 0, maximum: 1000 }),
  },
  { ...closed, description: 'Along a geodesic at one height and speed, from `start` on.' },
);

const sideSchema = Type.Object(
  { title: text, sensors: Type.Array(sensorSchema, { minItems: 1, maxItems: 100 }) },
  closed,
);

/** The shape of a scenario document; `schemas/scenario.schema.json` is generated from it. */
export const scenarioSchema = Type.Object(
  {
    name: id,
    title: text,
    mode: Type.Literal('exercise', { description: 'A scenario is never live.' }),
    start: Type.String({
      pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})$',
      description: 'ISO 8601 with its offset: the lift-off of a launch with liftoffS 0.',
    }),
    durationS: Type.Number({ minimum: 1, maximum: 86400 }),
    sides: Type.Object({ west: sideSchema, east: sideSchema }, closed),
    launches: Type.Array(launchSchema, { maxItems: 100 }),
    satellites: Type.Array(satelliteSchema, { maxItems: 1000 }),
    decays: Type.Optional(Type.Array(decaySchema, { maxItems: 1000 })),
    aircraft: Type.Optional(Type.Array(aircraftSchema, { maxItems: 1000 })),
  },
  {
    ...closed,
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Isthmus scenario',
    description: 'What flies, who watches it, and how unkind the sensors are.',
  },
);

export type Scenario = Type.Static<typeof scenarioSchema>;
export type SideName = keyof Scenario['sides'];
export type SensorDocument = Type.Static<typeof sensorSchema>;
export type RadarDocument = Type.Static<typeof radarSchema>;
export type InfraredDocument = Type.Static<typeof infraredSchema>;
export type LaunchDocument = Type.Static<typeof launchSchema>;
export type GuidedLaunch = Type.Static<typeof guidedLaunchSchema>;
export type OrbitalLaunch = Type.Static<typeof orbitalLaunchSchema>;
export type RecordedLaunch = Type.Static<typeof recordedLaunchSchema>;
export type SatelliteDocument = Type.Static<typeof satelliteSchema>;
export type DecayDocument = Type.Static<typeof decaySchema>;
export type AircraftDocument = Type.Static<typeof aircraftSchema>;
/** Measured columns of a flight, as a scenario holds them. */
export type Flight = Type.Static<typeof flightSchema>;
