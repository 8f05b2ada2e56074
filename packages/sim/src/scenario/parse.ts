// SPDX-License-Identifier: Apache-2.0
// The one loader of scenario documents: shape by the schema, then meaning. YAML is read elsewhere;
// the path of an error is a JSON pointer, from which a reader of YAML finds the line.

import { instantFromIso } from '@isthmus/earth';
import type { TSchema } from 'typebox';
import { Errors } from 'typebox/schema';
import { SimError } from './errors.ts';
import {
  flightSchema,
  guidedLaunchSchema,
  infraredSchema,
  type LaunchDocument,
  orbitalLaunchSchema,
  radarSchema,
  recordedLaunchSchema,
  type Scenario,
  type SensorDocument,
  scenarioSchema,
} from './schema.ts';

/**
 * Checks a plain value (from YAML or JSON) and returns it as a scenario, unchanged.
 *
 * @throws SimError `bad-document`, `duplicate-id` or `bad-value`, with a JSON pointer and a message
 *   that says what was expected. The first problem is reported.
 */
export function parseScenario(value: unknown): Scenario {
  checkShape(value);
  // The schema has just accepted it.
  const scenario = value as Scenario;
  checkStart(scenario);
  checkIds(scenario);
  for (const side of ['west', 'east'] as const) {
    scenario.sides[side].sensors.forEach((sensor, i) => {
      checkSensor(sensor, `/sides/${side}/sensors/${i}`);
    });
  }
  scenario.launches.forEach((launch, i) => {
    checkLaunch(launch, scenario.durationS, `/launches/${i}`);
  });
  return scenario;
}

const LAUNCH_SCHEMAS = {
  guided: guidedLaunchSchema,
  orbital: orbitalLaunchSchema,
  recorded: recordedLaunchSchema,
} as const;

/**
 * Kinds first, each by its own schema, then the whole: a union's own complaint would list what
 * every other kind lacks, which tells nobody what to mend.
 */
function checkShape(value: unknown): void {
  for (const side of ['west', 'east']) {
    each(value, `/sides/${side}/sensors`, (sensor, path) => {
      if (kindOf(sensor, path, 'kind', ['radar', 'infrared']) === 'infrared') {
        checkSchema(infraredSchema, sensor, path);
        return;
      }
      const detection = at(sensor, '/detection');
      if (detection !== undefined) {
        const model = kindOf(detection, `${path}/detection`, 'model', ['certain', 'swerling-1']);
        const schema = radarSchema.properties.detection.anyOf[model === 'certain' ? 0 : 1];
        checkSchema(schema, detection, `${path}/detection`);
      }
      checkSchema(radarSchema, sensor, path);
    });
  }
  each(value, '/launches', (launch, path) => {
    const kind = kindOf(launch, path, 'kind', ['guided', 'orbital', 'recorded']);
    const flight = at(launch, '/flight');
    if (kind === 'recorded' && flight !== undefined && flight !== null) {
      checkSchema(flightSchema, flight, `${path}/flight`);
    }
    checkSchema(LAUNCH_SCHEMAS[kind as keyof typeof LAUNCH_SCHEMAS], launch, path);
  });
  checkSchema(scenarioSchema, value, '');
}

function each(value: unknown, pointer: string, check: (one: unknown, path: string) => void): void {
  const list = at(value, pointer);
  if (!Array.isArray(list)) return;
  list.forEach((one, i) => {
    check(one, `${pointer}/${i}`);
  });
}

function kindOf(value: unknown, path: string, field: string, kinds: readonly string[]): string {
  if (typeof value !== 'object' || value === null) {
    throw new SimError('bad-document', path, 'expected an object');
  }
  const kind = at(value, `/${field}`);
  if (typeof kind === 'string' && kinds.includes(kind)) return kind;
  const got = kind === undefined ? 'nothing' : JSON.stringify(kind);
  throw new SimError(
    'bad-document',
    `${path}/${field}`,
    `expected ${kinds.map((k) => `"${k}"`).join(' or ')}, got ${got}`,
  );
}

/**
 * Checks a value against a schema without unions of objects.
 *
 * @throws SimError `bad-document` for the first problem, its path prefixed by `path`.
 */
function checkSchema(schema: TSchema, value: unknown, path: string): void {
  const problem = Errors(schema, value)[1][0] as Problem | undefined;
  if (problem === undefined) return;
  throw new SimError('bad-document', path + problem.instancePath, expectation(problem));
}

interface Problem {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

function expectation(problem: Problem): string {
  const params = problem.params as Record<string, unknown>;
  const named = (list: unknown): string => (Array.isArray(list) ? list.join(', ') : String(list));
  switch (problem.keyword) {
    case 'required':
      return `expected the field ${named(params['requiredProperties'])}`;
    case 'boolean':
      return 'unknown field: remove it';
    case 'const':
      return `expected ${JSON.stringify(params['allowedValue'])}`;
    case 'pattern':
      return `expected text that matches ${String(params['pattern'])}`;
    case 'type':
      return `expected ${named(params['type'])}`;
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `expected a number ${String(params['comparison'])} ${String(params['limit'])}`;
    default:
      return problem.message;
  }
}

function at(value: unknown, pointer: string): unknown {
  let here = value;
  for (const key of pointer.split('/').slice(1)) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}

function checkStart(scenario: Scenario): void {
  try {
    instantFromIso(scenario.start);
  } catch {
    throw new SimError('bad-value', '/start', `no such date: "${scenario.start}"`);
  }
}

function checkIds(scenario: Scenario): void {
  const seen = new Map<string, string>();
  const claim = (id: string, path: string): void => {
    const before = seen.get(id);
    if (before !== undefined) {
      throw new SimError('duplicate-id', path, `"${id}" is already the id at ${before}`);
    }
    seen.set(id, path);
  };
  for (const side of ['west', 'east'] as const) {
    scenario.sides[side].sensors.forEach((s, i) => {
      claim(s.id, `/sides/${side}/sensors/${i}/id`);
    });
  }
  const { launches, satellites, decays = [], aircraft = [] } = scenario;
  for (const [name, list] of Object.entries({ launches, satellites, decays, aircraft })) {
    list.forEach((one, i) => {
      claim(one.id, `/${name}/${i}/id`);
    });
  }
}

function checkSensor(sensor: SensorDocument, path: string): void {
  if (sensor.kind === 'infrared') {
    if (sensor.site.heightM < 1e6) {
      throw new SimError(
        'bad-value',
        `${path}/site/heightM`,
        'expected an infrared sensor in orbit, at least 1,000,000 m up',
      );
    }
    return;
  }
  const { elevationMinDeg, elevationMaxDeg } = sensor.limits;
  if (elevationMinDeg >= elevationMaxDeg) {
    throw new SimError(
      'bad-value',
      `${path}/limits/elevationMaxDeg`,
      `expected more than elevationMinDeg, which is ${elevationMinDeg}`,
    );
  }
}

function checkLaunch(launch: LaunchDocument, durationS: number, path: string): void {
  if (launch.liftoffS >= durationS) {
    throw new SimError(
      'bad-value',
      `${path}/liftoffS`,
      `expected a lift-off before the end of the run at ${durationS} s`,
    );
  }
  if (launch.kind === 'recorded') {
    if (launch.flight !== null) checkColumns(launch.flight, `${path}/flight`);
    return;
  }
  if (launch.kind === 'orbital') return;
  if (launch.targets.burnoutSpeedKmps === null && launch.targets.rangeKm === null) {
    throw new SimError(
      'bad-value',
      `${path}/targets/rangeKm`,
      'expected a number here or in burnoutSpeedKmps: one of them settles the other',
    );
  }
  if (launch.targets.apogeeKm <= launch.targets.burnoutAltitudeKm) {
    throw new SimError(
      'bad-value',
      `${path}/targets/apogeeKm`,
      'expected an apogee above the burn-out altitude',
    );
  }
}

/** Columns of one length and ascending time; shared with the loader of flight files. */
export function checkColumns(
  flight: { readonly timeS: readonly number[]; readonly [column: string]: readonly number[] },
  path: string,
): void {
  for (const [name, column] of Object.entries(flight)) {
    if (column.length !== flight.timeS.length) {
      throw new SimError(
        'bad-value',
        `${path}/${name}`,
        `expected ${flight.timeS.length} numbers as in the time column, got ${column.length}`,
      );
    }
  }
  flight.timeS.forEach((time, i) => {
    if (i > 0 && time <= (flight.timeS[i - 1] as number)) {
      throw new SimError(
        'bad-value',
        `${path}/timeS/${i}`,
        'expected time to rise from row to row',
      );
    }
  });
}
