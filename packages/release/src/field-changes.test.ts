// SPDX-License-Identifier: Apache-2.0
import { addSeconds, geodesicDistanceM } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { fieldChanges } from './field-changes.ts';
import {
  agreementOf,
  CLAUSE,
  draftOf,
  NOW,
  REPORT,
  rebaseItem,
  termsOf,
  trackItem,
} from './fixtures.ts';
import { type Draft, decide } from './gate.ts';
import { createMemory } from './memory.ts';

function changesOf(draft: Draft, clause = CLAUSE) {
  const decision = decide(createMemory(), draft, termsOf(agreementOf([clause])), NOW);
  if (decision.outcome !== 'release') throw new Error(JSON.stringify(decision));
  const { item } = decision.released;
  return { item, changes: fieldChanges(draft.item, item) };
}

test('a report: each field that went otherwise, with the value of own sensors and the one that went', () => {
  const { item, changes } = changesOf(draftOf(REPORT));
  if (item.kind !== 'launch-report') throw new Error(item.kind);
  const by = Object.fromEntries(changes.map((change) => [change.field, change]));
  expect(by['launchTime']).toMatchObject({ before: REPORT.launchTime, after: item.launchTime });
  expect(by['launchArea.radiusM']).toMatchObject({
    before: 8_123,
    after: item.launchArea?.radiusM,
  });
  const { before, after } = by['launchArea.centre'] ?? {};
  const [from, to] = [before, after].map((point) => {
    const [latitudeRad = 0, longitudeRad = 0] = point as readonly number[];
    return { latitudeRad, longitudeRad, heightM: 0 };
  });
  if (from === undefined || to === undefined) throw new Error('no centre');
  expect(geodesicDistanceM(from, to)).toBeLessThan(10_000);
  expect(Object.keys(by)).not.toContain('update');
  expect(Object.keys(by)).not.toContain('event');
});

test('what is removed is no change: the decision names it', () => {
  const { changes } = changesOf(draftOf(REPORT), { ...CLAUSE, impactRegions: false });
  expect(changes.filter(({ field }) => field.startsWith('impact'))).toEqual([]);
});

test('a state: time, place, velocity, and the errors that are stated of them', () => {
  const { changes } = changesOf(draftOf(trackItem(addSeconds(NOW, -0.4))));
  const fields = changes.map(({ field }) => field);
  expect(fields).toEqual([
    'estimate.time',
    'estimate.position',
    'estimate.velocity',
    'estimate.sigmaM',
    'estimate.sigmaMps',
  ]);
  const sigma = changes.find(({ field }) => field === 'estimate.sigmaM');
  expect(Number(sigma?.after)).toBeGreaterThan(Number(sigma?.before));
});

test('the rounding to the millimetre, which holds of everything, is not told', () => {
  expect(changesOf(draftOf(rebaseItem())).changes).toEqual([]);
  expect(fieldChanges(REPORT, REPORT)).toEqual([]);
});
