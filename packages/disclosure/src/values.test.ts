// SPDX-License-Identifier: Apache-2.0
// Each number an attack yields is the true one, on streams where it can be had.

import { degreesFromRadians, type Instant, secondsBetween } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { attack, type ValueAttack } from './attacks.ts';
import { knownTerms } from './terms-family.ts';
import {
  agreementOf,
  type ClauseOptions,
  drawWorld,
  streamOf,
  type World,
} from './testing/one-radar.ts';
import { gapsOf } from './timing.ts';
import { locates, nearestKm, verdictsOf } from './verdicts.ts';

function findingsIn(world: World, clause: ClauseOptions = {}) {
  const agreement = agreementOf(clause);
  return attack(streamOf(world, agreement), knownTerms(agreement, 'a'));
}

const WORLD = drawWorld({ seed: 3, flights: 2 });

test.each<[ValueAttack, number]>([
  ['range-error', WORLD.radar.noise.rangeM],
  ['angle-error', degreesFromRadians(WORLD.radar.noise.azimuthRad)],
  ['radar-revisit', WORLD.radar.revisitS],
  ['processing-delay', WORLD.latencyS],
])('%s is found within twice its stated error, which says something', (name, truth) => {
  const found = findingsIn(WORLD).values[name];
  expect(Math.abs((found?.value ?? Number.NaN) - truth)).toBeLessThan(2 * (found?.sigma ?? 0));
  expect(found?.sigma).toBeLessThan(truth);
});

test('an agreed delay is known, and is no processing delay', () => {
  const prompt = findingsIn(WORLD).values['processing-delay'];
  const delayed = findingsIn(WORLD, { delayS: 60 }).values['processing-delay'];
  expect(delayed?.value).toBeCloseTo(prompt?.value ?? Number.NaN, 6);
});

test('a limit of range shows where bodies enter and leave at one distance', () => {
  const world = drawWorld({ seed: 2, flights: 2, rangeMaxM: 7e5 });
  const found = findingsIn(world).values['maximal-range'];
  expect(found?.sigma).toBeLessThan(30);
  expect(Math.abs((found?.value ?? 0) - 700)).toBeLessThan(2 * (found?.sigma ?? 0));
});

test('a time without looks shows as a gap of its length', () => {
  const world = drawWorld({ seed: 1, flights: 1, blindS: [300, 420] });
  const found = findingsIn(world).values['coverage-gap'];
  expect(Math.abs((found?.value ?? 0) - 120)).toBeLessThan(2 * (found?.sigma ?? 0));
  expect(findingsIn(drawWorld({ seed: 1, flights: 1 })).values['coverage-gap']?.value).toBe(0);
});

test('a silence is a gap when it is long, and five times the usual', () => {
  const at = (...seconds: number[]) => seconds.map((s) => (s * 1e6) as Instant);
  expect(gapsOf(at(0, 2, 4, 6, 66, 68))).toEqual([{ from: 6e6, until: 66e6 }]);
  expect(gapsOf(at(0, 2, 4, 6, 20, 22))).toEqual([]);
  expect(gapsOf(at(0, 20, 40, 60, 100))).toEqual([]);
  expect(gapsOf([]).map(({ from, until }) => secondsBetween(from, until))).toEqual([]);
});

test('a verdict goes by how near an attack comes, whatever error it states', () => {
  const truth = { sensors: [WORLD.radar], gapS: 0, delayS: WORLD.latencyS };
  const rows = verdictsOf(findingsIn(WORLD), truth, { limitKm: 10 });
  expect(nearestKm(rows)).toBeLessThan(10);
  expect(locates(rows)).toBe(true);
  const nothing = verdictsOf(findingsIn(WORLD, { level: 'report' }), truth, { limitKm: 10 });
  expect(nearestKm(nothing)).toBeNull();
  expect(locates(nothing)).toBe(false);
  expect(nothing.map(({ attack: name }) => name)).toEqual(rows.map(({ attack: name }) => name));
});
