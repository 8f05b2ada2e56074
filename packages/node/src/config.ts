// SPDX-License-Identifier: Apache-2.0
// What one side is told at its start: the document side.yaml. Angles in degrees and lengths in
// metres or kilometres, as its field names say; inside it is radians and metres.

import {
  degreesFromRadians,
  type Geodetic,
  geodeticFromDegrees,
  radiansFromDegrees,
} from '@isthmus/earth';
import type { RadarDetection, RadarErrors, Sensor } from '@isthmus/picture';
import Type, { type TSchema } from 'typebox';
import { Check, Errors } from 'typebox/schema';
import { NodeError } from './errors.ts';
import { officerSchema } from './officers.ts';

const strict = { additionalProperties: false } as const;
const sigma = Type.Number({ minimum: 0 });

const siteSchema = Type.Object(
  {
    latitudeDeg: Type.Number({ minimum: -90, maximum: 90 }),
    longitudeDeg: Type.Number({ minimum: -180, maximum: 180 }),
    heightM: Type.Number({ minimum: -500, maximum: 5e7 }),
  },
  strict,
);

const errorsSchema = Type.Object({ rangeM: sigma, azimuthDeg: sigma, elevationDeg: sigma }, strict);

const probability = { exclusiveMinimum: 0, exclusiveMaximum: 1 } as const;

const radarDetectionSchema = Type.Object(
  {
    probability: Type.Number({ ...probability, description: 'Of one look at the reference.' }),
    rangeKm: Type.Number({ exclusiveMinimum: 0, maximum: 50_000 }),
    sizeM2: Type.Number({ exclusiveMinimum: 0, maximum: 1e6 }),
    falseAlarm: Type.Number({ exclusiveMinimum: 0, maximum: 0.1 }),
  },
  {
    ...strict,
    description:
      'How surely a look sees: signal to noise as size / range^4 from this reference (Swerling 1). Left out, nothing is said of what the sensor would have seen.',
  },
);

const infraredDetectionSchema = Type.Object(
  {
    probability: Type.Number({ ...probability, description: 'Of one look at a flame.' }),
    cloudTopM: Type.Number({ minimum: 0, maximum: 1e5 }),
  },
  {
    ...strict,
    description:
      'How surely a look sees a flame above the cloud. Left out, nothing is said of what the sensor would have seen.',
  },
);

const radarSchema = Type.Object(
  {
    kind: Type.Literal('radar'),
    id: Type.String({ pattern: '^[a-z0-9-]{1,32}$' }),
    site: siteSchema,
    azimuthFromDeg: Type.Number({ minimum: 0, maximum: 360 }),
    azimuthToDeg: Type.Number({ minimum: 0, maximum: 360 }),
    elevationMinDeg: Type.Number({ minimum: -10, maximum: 90 }),
    elevationMaxDeg: Type.Number({ minimum: -10, maximum: 90 }),
    rangeMaxKm: Type.Number({ exclusiveMinimum: 0, maximum: 50_000 }),
    revisitS: Type.Number({ exclusiveMinimum: 0, maximum: 3600 }),
    noise: errorsSchema,
    bias: errorsSchema,
    detection: Type.Optional(radarDetectionSchema),
  },
  strict,
);

const infraredSchema = Type.Object(
  {
    kind: Type.Literal('infrared'),
    id: Type.String({ pattern: '^[a-z0-9-]{1,32}$' }),
    site: siteSchema,
    revisitS: Type.Number({ exclusiveMinimum: 0, maximum: 3600 }),
    noiseDeg: sigma,
    biasDeg: sigma,
    detection: Type.Optional(infraredDetectionSchema),
  },
  strict,
);

const sensorsField = Type.Array(Type.Union([radarSchema, infraredSchema]), {
  minItems: 1,
  maxItems: 256,
  description: 'Own sensors: plots name them by `id`.',
});

/** What a tracker alone is told of a side; published as schemas/sensors.schema.json. */
export const sensorsSchema = Type.Object(
  { sensors: sensorsField },
  {
    ...strict,
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Isthmus sensors',
    description: 'The sensors of one side, as in its side.yaml, and nothing else.',
  },
);

const partySchema = Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' });
const addressSchema = Type.String({ pattern: '^[^:]+:[0-9]{1,5}$' });
const markingSchema = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$' });
const pathSchema = Type.String({ minLength: 1, maxLength: 1024 });

/** The schema of side.yaml; paths are relative to the document. */
export const sideSchema = Type.Object(
  {
    side: partySchema,
    partner: partySchema,
    mode: Type.Union([Type.Literal('exercise'), Type.Literal('live')]),
    /** Number of this link's life, 1 where left out: raised by both sides when a record starts anew. */
    epoch: Type.Optional(Type.Integer({ minimum: 1, maximum: 4_294_967_295 })),
    agreement: pathSchema,
    /** The agreement's hash, signed by both sides. */
    agreementNote: pathSchema,
    /** Own plots, NDJSON. */
    plots: pathSchema,
    /** Where the journal, the snapshots and the ledgers are kept. */
    data: pathSchema,
    keys: pathSchema,
    partnerKeys: pathSchema,
    /** Exactly one of the two. */
    link: Type.Union([
      Type.Object({ listen: addressSchema }, strict),
      Type.Object({ dial: addressSchema }, strict),
    ]),
    /** The officers' console, on this machine alone. */
    console: Type.Optional(
      Type.Object(
        {
          listen: Type.String({
            pattern: '^(127\\.0\\.0\\.1|localhost|\\[::1\\]):[0-9]{1,5}$',
            description: 'A loopback address and a port; port 0 takes one that is free.',
          }),
        },
        strict,
      ),
    ),
    /** Named places, GeoJSON: alerts say which of them a region touches. */
    places: Type.Optional(pathSchema),
    /** Satellites that are known to be there: two-line elements, or CCSDS mean elements as JSON. */
    catalogue: Type.Optional(pathSchema),
    /** Announced launches, as schemas/pln.schema.json has them; read again whenever it changes. */
    notices: Type.Optional(pathSchema),
    /** Warnings as CAP 1.2 messages in the folder `alerts` of the data; left out, none are written. */
    alerts: Type.Optional(
      Type.Object(
        {
          sender: Type.String({ pattern: '^[^\\s,<&]{1,128}$' }),
          senderName: Type.String({ minLength: 1, maxLength: 100 }),
          /** To whom they go; none: to whoever may know, and never to the public. */
          addresses: Type.Optional(
            Type.Array(Type.String({ pattern: '^[^\\s"<>&]{1,254}$' }), { maxItems: 256 }),
          ),
        },
        strict,
      ),
    ),
    /** The side's own policy within the agreement: a folder, or one file of Cedar. */
    policy: Type.Optional(pathSchema),
    /** How own items are marked, by category; one that is left out bears no marking. */
    marking: Type.Optional(
      Type.Object(
        {
          launch: Type.Optional(markingSchema),
          'space-object': Type.Optional(markingSchema),
          aircraft: Type.Optional(markingSchema),
        },
        strict,
      ),
    ),
    /** Who may act on warnings and on the policy: names, as they stand in the record. */
    officers: Type.Optional(Type.Array(officerSchema, { maxItems: 64, uniqueItems: true })),
    sensors: sensorsField,
  },
  strict,
);

export type SideDocument = Type.Static<typeof sideSchema>;

/** A field of a document that is not what it must be; `path` is a JSON pointer. */
export class ConfigError extends NodeError {
  readonly path: string;

  constructor(path: string, message: string) {
    super('config-invalid', message);
    this.path = path;
  }
}

const LOOPBACK_ONLY =
  'must be a loopback address and a port, such as 127.0.0.1:8101: a console has no sign-on and is served on this machine alone';

/** Checks side.yaml. Throws `ConfigError` that names the first field that is wrong. */
export function parseSide(value: unknown): SideDocument {
  if (!Check(sideSchema, value)) throw complaint(sideSchema, value, 'is not a side');
  if (value.console !== undefined && consoleAddress(value.console.listen).port > 65_535) {
    throw new ConfigError('/console/listen', 'a port is at most 65535');
  }
  refuseTwins(value.sensors);
  if (value.side === value.partner) {
    throw new ConfigError('/partner', 'a side cannot be its own partner');
  }
  return value;
}

/**
 * Checks a document of sensors: a whole side.yaml, or `sensors` alone in the same form.
 * Throws `ConfigError` that names the first field that is wrong.
 */
export function parseSensors(value: unknown): Pick<SideDocument, 'sensors'> {
  if (value !== null && typeof value === 'object' && 'side' in value) return parseSide(value);
  if (!Check(sensorsSchema, value)) {
    throw complaint(sensorsSchema, value, 'is no list of sensors');
  }
  refuseTwins(value.sensors);
  return value;
}

/** What is wrong with a value that its schema refuses. */
function complaint(schema: TSchema, value: unknown, otherwise: string): ConfigError {
  return sensorComplaint(value) ?? wrongField(schema, value, '') ?? new ConfigError('', otherwise);
}

/**
 * Sensors first, each by the schema of its kind: a union's own complaint would list what every other
 * kind lacks, which tells nobody what to mend.
 */
function sensorComplaint(value: unknown): ConfigError | null {
  const sensors: unknown = value === null ? null : (value as { sensors?: unknown })?.sensors;
  if (!Array.isArray(sensors)) return null;
  for (const [i, sensor] of (sensors as readonly unknown[]).entries()) {
    const kind = sensor === null ? null : (sensor as { kind?: unknown })?.kind;
    const path = `/sensors/${i}`;
    if (kind !== 'radar' && kind !== 'infrared') {
      return new ConfigError(`${path}/kind`, 'must be radar or infrared');
    }
    const wrong = wrongField(kind === 'radar' ? radarSchema : infraredSchema, sensor, path);
    if (wrong !== null) return wrong;
  }
  return null;
}

function wrongField(schema: TSchema, value: unknown, path: string): ConfigError | null {
  const [, issues] = Errors(schema, value);
  // A field that may not be there has a complaint without words of its own beside the one with them.
  const issue = issues.find((one) => one.keyword === 'additionalProperties') ?? issues[0];
  if (issue === undefined) return null;
  if (issue.keyword === 'additionalProperties') {
    const [name = ''] = issue.params.additionalProperties;
    return new ConfigError(`${path}${issue.instancePath}/${name}`, 'is no field of this document');
  }
  const where = path + issue.instancePath;
  return new ConfigError(where, where === '/console/listen' ? LOOPBACK_ONLY : issue.message);
}

function refuseTwins(sensors: SideDocument['sensors']): void {
  const ids = new Set<string>();
  sensors.forEach((sensor, i) => {
    if (ids.has(sensor.id)) throw new ConfigError(`/sensors/${i}/id`, `"${sensor.id}" is taken`);
    ids.add(sensor.id);
  });
}

/** Host and port of a checked `console.listen`. */
export function consoleAddress(listen: string): {
  readonly host: '127.0.0.1' | '::1';
  readonly port: number;
} {
  const cut = listen.lastIndexOf(':');
  // The name "localhost" is not looked up: somebody may have made it lead elsewhere.
  const host = listen.startsWith('[') ? '::1' : '127.0.0.1';
  return { host, port: Number(listen.slice(cut + 1)) };
}

/** The sensors of the document in radians and metres. */
export function sensorsOf(document: Pick<SideDocument, 'sensors'>): Sensor[] {
  return document.sensors.map((sensor): Sensor => {
    const site = geodeticFromDegrees(
      sensor.site.latitudeDeg,
      sensor.site.longitudeDeg,
      sensor.site.heightM,
    );
    if (sensor.kind === 'infrared') {
      return {
        kind: 'infrared',
        id: sensor.id,
        site,
        revisitS: sensor.revisitS,
        noiseRad: radiansFromDegrees(sensor.noiseDeg),
        biasRad: radiansFromDegrees(sensor.biasDeg),
        ...(sensor.detection !== undefined && { detection: { ...sensor.detection } }),
      };
    }
    const errors = (e: typeof sensor.noise) => ({
      rangeM: e.rangeM,
      azimuthRad: radiansFromDegrees(e.azimuthDeg),
      elevationRad: radiansFromDegrees(e.elevationDeg),
    });
    return {
      kind: 'radar',
      id: sensor.id,
      site,
      azimuthFromRad: radiansFromDegrees(sensor.azimuthFromDeg % 360),
      azimuthToRad: radiansFromDegrees(sensor.azimuthToDeg % 360),
      elevationMinRad: radiansFromDegrees(sensor.elevationMinDeg),
      elevationMaxRad: radiansFromDegrees(sensor.elevationMaxDeg),
      rangeMaxM: sensor.rangeMaxKm * 1000,
      revisitS: sensor.revisitS,
      noise: errors(sensor.noise),
      bias: errors(sensor.bias),
      ...(sensor.detection !== undefined && { detection: radarDetection(sensor.detection) }),
    };
  });
}

function radarDetection(declared: Type.Static<typeof radarDetectionSchema>): RadarDetection {
  const { rangeKm, ...others } = declared;
  return { ...others, rangeM: rangeKm * 1000 };
}

/** The inverse of `sensorsOf`, for programs that write a side.yaml. */
export function sensorDocuments(sensors: readonly Sensor[]): SideDocument['sensors'] {
  const site = (point: Geodetic) => ({
    latitudeDeg: degreesFromRadians(point.latitudeRad),
    longitudeDeg: degreesFromRadians(point.longitudeRad),
    heightM: point.heightM,
  });
  const errors = (e: RadarErrors) => ({
    rangeM: e.rangeM,
    azimuthDeg: degreesFromRadians(e.azimuthRad),
    elevationDeg: degreesFromRadians(e.elevationRad),
  });
  return sensors.map((sensor) =>
    sensor.kind === 'infrared'
      ? {
          kind: 'infrared',
          id: sensor.id,
          site: site(sensor.site),
          revisitS: sensor.revisitS,
          noiseDeg: degreesFromRadians(sensor.noiseRad),
          biasDeg: degreesFromRadians(sensor.biasRad),
          ...(sensor.detection !== undefined && { detection: { ...sensor.detection } }),
        }
      : {
          kind: 'radar',
          id: sensor.id,
          site: site(sensor.site),
          azimuthFromDeg: degreesFromRadians(sensor.azimuthFromRad),
          azimuthToDeg: degreesFromRadians(sensor.azimuthToRad),
          elevationMinDeg: degreesFromRadians(sensor.elevationMinRad),
          elevationMaxDeg: degreesFromRadians(sensor.elevationMaxRad),
          rangeMaxKm: sensor.rangeMaxM / 1000,
          revisitS: sensor.revisitS,
          noise: errors(sensor.noise),
          bias: errors(sensor.bias),
          ...(sensor.detection !== undefined && {
            detection: {
              probability: sensor.detection.probability,
              rangeKm: sensor.detection.rangeM / 1000,
              sizeM2: sensor.detection.sizeM2,
              falseAlarm: sensor.detection.falseAlarm,
            },
          }),
        },
  );
}
