// SPDX-License-Identifier: Apache-2.0
import { addSeconds, geodeticFromDegrees, instantFromIso } from '@isthmus/earth';
import type { ImpactStatement, Warning } from '@isthmus/picture';
import { createMemory } from '@isthmus/release';
import { expect, test } from 'vitest';
import { draftsOf } from './drafts.ts';

const AT = instantFromIso('2012-06-01T11:42:00Z');

function warningWith(impact: ImpactStatement): Warning {
  return {
    id: 'own-1',
    event: 'E1',
    stage: 'tracked',
    basis: 'single-radar',
    history: [{ stage: 'tracked', at: AT, because: 'Tracked.' }],
    assessment: 'undetermined',
    objectCountAtLeast: 1,
    launch: null,
    impact,
    evidence: [],
  };
}

test('nothing of what a body under power can reach is in a launch report', () => {
  const reported = (impact: ImpactStatement): unknown =>
    draftsOf(
      { picture: { at: AT, events: [] }, tracks: [], warnings: [warningWith(impact)], acts: [] },
      createMemory(),
      { mode: 'exercise', tracksToo: false },
    );
  const outline = [0, 1, 2].map((i) => geodeticFromDegrees(40 + i, 30 + (i % 2)));
  const reachable: ImpactStatement = {
    statement: 'reachable',
    because: 'still powered',
    condition: { motion: 'thrust', from: AT, until: addSeconds(AT, 30) },
    centre: geodeticFromDegrees(41, 30.3),
    outline,
    areaKm2: 9000,
  };
  const none: ImpactStatement = { statement: 'none', because: 'still powered' };
  expect(reported(reachable)).toEqual(reported(none));
  expect(reported(reachable)).toMatchObject([{ item: { impactArea: null, impactTime: null } }]);
});
