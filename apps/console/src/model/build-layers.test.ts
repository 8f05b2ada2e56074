// SPDX-License-Identifier: Apache-2.0
import { enclosingRadiusM, geodesicDistanceM, geodeticFromDegrees } from '@isthmus/earth';
import type { SensorState } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { buildLayers, coveragesOf, ellipseRing, viewOfCase } from './build-layers.ts';
import { casesOf } from './cases.ts';
import { GABALA, object, snapshot, warning } from './fixture.ts';
import { fold, type PictureState } from './picture-state.ts';

test('the ring of an area reaches as far as its enclosing circle, and no farther', () => {
  const centre = geodeticFromDegrees(44, 33);
  const covariance = [4e8, -1.5e8, 1e8] as const;
  const ring = ellipseRing(centre, covariance, 0.9);
  const farthest = Math.max(...ring.map((point) => geodesicDistanceM(centre, point)));
  const radius = enclosingRadiusM(covariance, 0.9);
  expect(farthest / radius).toBeGreaterThan(0.99);
  expect(farthest / radius).toBeLessThan(1.001);
});

test('a radar is drawn as a fan from its site, within its range', () => {
  const [fan] = coveragesOf([GABALA]);
  expect(fan?.ring[0]).toMatchObject({ latitudeRad: GABALA.site.latitudeRad });
  const reach = (fan?.ring ?? []).map((point) => geodesicDistanceM(GABALA.site, point));
  expect(Math.max(...reach)).toBeLessThan(6e6);
  expect(Math.max(...reach)).toBeGreaterThan(2e6);
});

test('a radar that says it is down is drawn without its fan, and with a fan again when it works', () => {
  const sensors = [GABALA];
  const said = (state: SensorState['state']) => [
    { sensor: GABALA.id, state, since: null, heardAt: null },
  ];
  expect(coveragesOf(sensors, said('down'))[0]).toMatchObject({ label: 'gabala · down', ring: [] });
  const [fan] = coveragesOf(sensors, said('working'));
  expect(fan?.label).toBe('gabala');
  expect(fan?.ring.length).toBeGreaterThan(8);
});

test('an object of a warned event is a threat with its trail; a satellite is quiet and has none', () => {
  const satellite = object({ id: 's', event: 'e-9', picture: 'own', category: 'space-object' });
  const state = fold(null, snapshot({ objects: [object({}), satellite] })) as PictureState;
  const cases = casesOf(state);
  const layers = buildLayers(state, cases, cases[0]?.key ?? null);
  const weights = layers.marks.map(({ key, weight, selected }) => [key, weight, selected]);
  expect(weights).toEqual([
    ['partner/west:t1', 'threat', true],
    ['own/s', 'quiet', false],
  ]);
  expect(layers.tracks.map(({ kind, key }) => [kind, key])).toEqual([
    ['trail', 'partner/west:t1'],
    ['ahead', 'system/W-1/ahead'],
  ]);
});

test.each([
  [undefined, 'space object'],
  [{ satellite: null, decays: false }, 'space object'],
  [{ satellite: null, decays: true }, 'space object, decaying'],
  [{ satellite: '25544', decays: false }, 'satellite 25544'],
])('a space object is named by what is known of it: %j', (orbiting, label) => {
  const known = orbiting === undefined ? {} : { orbiting };
  const one = object({ id: 's', event: 'e-9', picture: 'own', category: 'space-object', ...known });
  const state = fold(null, snapshot({ objects: [one] })) as PictureState;
  expect(buildLayers(state, casesOf(state), null).marks.map((mark) => mark.label)).toEqual([label]);
});

test('what was cancelled for another warning of the same launch hides none of its objects', () => {
  const warnings = [
    { picture: 'system', warning: warning({ id: 'S-1', stage: 'cancelled' }) },
    { picture: 'system', warning: warning({ id: 'S-2' }) },
  ] as const;
  const state = fold(null, snapshot({ warnings })) as PictureState;
  const cases = casesOf(state);
  expect(buildLayers(state, cases, null).marks.map(({ weight }) => weight)).toEqual(['threat']);
});

test('an object not seen for long is drawn as stale', () => {
  const old = object({ lastSeen: (snapshot().clock.at as number) - 60e6 } as never);
  const state = fold(null, snapshot({ objects: [old] })) as PictureState;
  expect(buildLayers(state, casesOf(state), null).marks[0]?.stale).toBe(true);
});

test('the view of a case holds the launch, the object and the path ahead', () => {
  const state = fold(null, snapshot()) as PictureState;
  const view = viewOfCase(state, casesOf(state)[0] as never);
  expect(view?.centre.latitudeRad).toBeGreaterThan(geodeticFromDegrees(21, 0).latitudeRad);
  expect(view?.spanM).toBeGreaterThan(3.6e6);
});
