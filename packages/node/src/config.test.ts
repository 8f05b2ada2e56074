// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  ConfigError,
  consoleAddress,
  parseSensors,
  parseSide,
  type SideDocument,
  sensorDocuments,
  sensorsOf,
  sensorsSchema,
} from './config.ts';

const ROOT = join(import.meta.dirname, '../../..');

const SIDE: SideDocument = {
  side: 'west',
  partner: 'east',
  mode: 'exercise',
  agreement: 'agreement.yaml',
  agreementNote: 'agreement.note',
  plots: 'plots.ndjson',
  data: 'data',
  keys: 'keys',
  partnerKeys: 'partner',
  link: { listen: '127.0.0.1:7000' },
  sensors: [
    {
      kind: 'infrared',
      id: 'geo',
      site: { latitudeDeg: 0, longitudeDeg: 20, heightM: 35_786_000 },
      revisitS: 5,
      noiseDeg: 0.002,
      biasDeg: 0.001,
    },
  ],
};

test('sensors survive the way to radians and back to the last digits of a double', () => {
  const there = sensorDocuments(sensorsOf(SIDE));
  expect(there[0]).toMatchObject({ kind: 'infrared', id: 'geo', revisitS: 5 });
  const sensor = there[0];
  expect(sensor?.kind === 'infrared' ? sensor.noiseDeg : 0).toBeCloseTo(0.002, 15);
});

test('a bad side is refused with the field that is wrong', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{ ...SIDE, partner: 'west' }, '/partner'],
    [{ ...SIDE, mode: 'training' }, '/mode'],
    [{ ...SIDE, extra: 1 }, '/extra'],
    [{ ...SIDE, sensors: [SIDE.sensors[0], SIDE.sensors[0]] }, '/sensors/1/id'],
    [{ ...SIDE, link: { listen: 'nowhere' } }, '/link/listen'],
  ];
  for (const [value, path] of cases) {
    let found: unknown = null;
    try {
      parseSide(value);
    } catch (error) {
      found = error;
    }
    expect(found).toMatchObject({ code: 'config-invalid' });
    expect((found as { path: string }).path.startsWith(path)).toBe(true);
  }
});

test('a console is served on loopback and nowhere else', () => {
  for (const [listen, host] of [
    ['127.0.0.1:8101', '127.0.0.1'],
    ['localhost:0', '127.0.0.1'],
    ['[::1]:8101', '::1'],
  ] as const) {
    expect(parseSide({ ...SIDE, console: { listen } }).console).toEqual({ listen });
    expect(consoleAddress(listen).host).toBe(host);
  }
  for (const listen of ['0.0.0.0:8101', '192.168.1.2:80', 'console:80', '127.0.0.1', '[::]:80']) {
    expect(() => parseSide({ ...SIDE, console: { listen } })).toThrow(/loopback address/);
  }
  expect(() => parseSide({ ...SIDE, console: { listen: '127.0.0.1:70000' } })).toThrow(/65535/);
});

test('sensors are taken from a document of them alone, or from a whole side, and checked alike', () => {
  const { sensors } = SIDE;
  expect(parseSensors({ sensors }).sensors).toEqual(sensors);
  expect(parseSensors(SIDE).sensors).toEqual(sensors);
  const cases: readonly (readonly [unknown, string])[] = [
    [{ sensors, extra: 1 }, '/extra'],
    [{ sensors: [] }, '/sensors'],
    [{ sensors: [{ ...sensors[0], revisitS: 0 }] }, '/sensors/0/revisitS'],
    [{ sensors: [{ ...sensors[0], extra: 1 }] }, '/sensors/0/extra'],
    [{ sensors: [{ ...sensors[0], kind: 'sonar' }] }, '/sensors/0/kind'],
    [{ sensors: [sensors[0], sensors[0]] }, '/sensors/1/id'],
    [{ ...SIDE, mode: 'training' }, '/mode'],
    [null, ''],
  ];
  for (const [value, path] of cases) {
    expect(() => parseSensors(value), path).toThrow(ConfigError);
    expect(() => parseSensors(value), path).toThrow(
      expect.objectContaining({ path: expect.stringMatching(`^${path}`) as string }),
    );
  }
});

test('the published JSON Schema of sensors is the one that is checked with', async () => {
  const text = `${JSON.stringify(sensorsSchema, null, 2)}\n`;
  await expect(text).toMatchFileSnapshot(join(ROOT, 'schemas/sensors.schema.json'));
});
