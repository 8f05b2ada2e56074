// SPDX-License-Identifier: Apache-2.0
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SimError } from './errors.ts';
import { readyMade } from './fixture.ts';
import { parseScenario } from './parse.ts';
import { sideNames, sideSensors } from './sensors.ts';

/** A valid document with exactly one thing spoilt; undefined takes the field away. */
function spoil(path: string, value: unknown): unknown {
  const document = readyMade('black-sea');
  const keys = path.split('/').slice(1);
  let here = document as Record<string, unknown>;
  for (const key of keys.slice(0, -1)) here = here[key] as Record<string, unknown>;
  const last = keys.at(-1) as string;
  if (value === undefined) delete here[last];
  else here[last] = value;
  return document;
}

function refusal(value: unknown): SimError {
  try {
    parseScenario(value);
  } catch (error) {
    if (error instanceof SimError) return error;
    throw error;
  }
  throw new TypeError('nothing was refused');
}

test('every ready-made scenario is accepted and names its file', () => {
  const files = readdirSync(new URL('../../../../scenarios/', import.meta.url));
  const names = files.filter((f) => f.endsWith('.yaml')).map((f) => f.replace('.yaml', ''));
  expect(names).toContain('black-sea');
  for (const name of names) expect(parseScenario(readyMade(name)).name).toBe(name);
});

describe('one thing wrong is refused at its field, with what was expected', () => {
  const radar = '/sides/west/sensors/1';
  test.each([
    // What is spoilt, with what, where the error points, what it says.
    ['/mode', 'live', '/mode', /"exercise"/],
    ['/start', '2012-06-01', '/start', /matches/],
    ['/start', '2012-13-41T00:00:00Z', '/start', /no such date/],
    ['/durationS', 0, '/durationS', />= 1/],
    ['/surprise', 1, '/surprise', /unknown field/],
    ['/title', undefined, '', /field title/],
    ['/sides/north', {}, '/sides/north', /unknown field/],
    ['/sides/west/sensors', [], '/sides/west/sensors', /./],
    [`${radar}/kind`, 'sonar', `${radar}/kind`, /"radar" or "infrared", got "sonar"/],
    [radar, 'a radar', radar, /an object/],
    [`${radar}/source`, undefined, radar, /field source/],
    [`${radar}/noise/rangeM`, -1, `${radar}/noise/rangeM`, />= 0/],
    [`${radar}/noise/rangeM`, undefined, `${radar}/noise`, /field rangeM/],
    [`${radar}/falsePlotsPerScan`, undefined, radar, /field falsePlotsPerScan/],
    [`${radar}/detection/model`, 'magic', `${radar}/detection/model`, /"certain" or "swerling-1"/],
    [`${radar}/detection/extra`, 1, `${radar}/detection/extra`, /unknown field/],
    [`${radar}/site/latitudeDeg`, '54 N', `${radar}/site/latitudeDeg`, /number/],
    [`${radar}/site/latitudeDeg`, 91, `${radar}/site/latitudeDeg`, /<= 90/],
    [
      '/launches/0/kind',
      undefined,
      '/launches/0/kind',
      /"guided" or "orbital" or "recorded", got nothing/,
    ],
    ['/launches/0/targets/apogeeKm', 'high', '/launches/0/targets/apogeeKm', /number/],
    ['/launches/0/stages/1/massRatio', 1, '/launches/0/stages/1/massRatio', /> 1/],
    ['/satellites/0/eccentricity', 2, '/satellites/0/eccentricity', /<= 0.9/],
  ])('%s = %j', (where, value, path, says) => {
    const error = refusal(spoil(where, value));
    expect([error.code === 'bad-document' || error.code === 'bad-value', error.path]).toEqual([
      true,
      path,
    ]);
    expect(error.message).toMatch(says);
  });

  test.each([
    [`${radar}/limits/elevationMaxDeg`, 3, `${radar}/limits/elevationMaxDeg`],
    ['/sides/west/sensors/0/site/heightM', 100, '/sides/west/sensors/0/site/heightM'],
    ['/launches/0/liftoffS', 1200, '/launches/0/liftoffS'],
    ['/launches/0/targets/apogeeKm', 150, '/launches/0/targets/apogeeKm'],
  ])('%s = %j, which has the right shape and no meaning', (where, value, path) => {
    expect(refusal(spoil(where, value))).toMatchObject({ code: 'bad-value', path });
  });

  test.each([
    ['/sides/east/sensors/0/id', 'kurecik'],
    ['/launches/0/id', 'armavir'],
    ['/satellites/1/id', 'station'],
  ])('%s = %j, which is taken', (where, value) => {
    expect(refusal(spoil(where, value))).toMatchObject({ code: 'duplicate-id', path: where });
  });

  test.each([[null], [42], ['black-sea'], [[]]])('%j instead of a document', (value) => {
    expect(refusal(value).code).toBe('bad-document');
  });
});

test('sides are asked for by name, and an unknown one is refused', () => {
  const scenario = parseScenario(readyMade('black-sea'));
  expect(sideNames(scenario)).toEqual(['west', 'east']);
  expect(sideSensors(scenario, 'west').map((s) => s.id)).toEqual([
    'geo-20e',
    'fylingdales',
    'kurecik',
  ]);
  for (const side of ['north', 'toString', '__proto__']) {
    expect(() => sideSensors(scenario, side)).toThrow(/no side/);
  }
});

test('what a side declares covers its clock and refraction errors as well as the stated ones', () => {
  const scenario = parseScenario(readyMade('black-sea'));
  const radar = sideSensors(scenario, 'west')[1];
  if (radar?.kind !== 'radar') throw new TypeError('expected a radar');
  // 20 m of bias with 1 ms of clock at 5 km/s; 0.015 degrees with 3 % of refraction at 6 degrees.
  expect(radar.bias.rangeM).toBeCloseTo(Math.hypot(20, 5), 9);
  const refractionDeg = 8.4 / 60;
  const bias = Math.hypot(0.015, 0.03 * refractionDeg) * (Math.PI / 180);
  expect(radar.bias.elevationRad / bias).toBeCloseTo(1, 2);
  expect(radar.azimuthFromRad).toBe(radar.azimuthToRad);
});
