// SPDX-License-Identifier: Apache-2.0
import {
  addSeconds,
  geodeticFromDegrees,
  type Instant,
  instantFromIso,
  packSymmetric,
} from '@isthmus/earth';
import type { ImpactStatement, Track, Warning } from '@isthmus/picture';
import { type Clause, createMemory, restoreMemory } from '@isthmus/release';
import { expect, test } from 'vitest';
import { draftsOf, wholeStateCategories } from './drafts.ts';

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

const track: Track = {
  id: 'track-1',
  event: 'event-1',
  source: 'radar',
  sensors: ['radar'],
  phase: 'coast',
  status: 'firm',
  epoch: 0,
  firstSeen: AT,
  lastSeen: AT,
  looks: 9,
  estimate: { time: AT, state: [7e6, 0, 0, 0, 5e3, 0], covariance: Array(21).fill(1) },
};
const event = {
  id: 'event-1',
  category: 'launch',
  launch: null,
  objects: [],
  evidence: [],
} as const;
const picture = { at: AT, events: [{ ...event, firstSeen: AT, lastSeen: AT }] };

test('at level track whole states go in free flight too, and at tracklet a rebase begins', () => {
  const kinds = (level: Clause['level'], status: Track['status'] = 'firm'): string[] => {
    const clause = { from: 'west', category: 'launch', level } as Clause;
    const wholeStates = wholeStateCategories([clause], 'west');
    const own = { picture, tracks: [{ ...track, status }], warnings: [], acts: [] };
    return draftsOf(own, createMemory(), { mode: 'exercise', tracksToo: true, wholeStates }).map(
      ({ item }) => item.kind,
    );
  };
  expect(kinds('track')).toEqual(['track']);
  expect(kinds('track', 'lost')).toEqual([]);
  expect(kinds('tracklet')).toEqual(['rebase']);
});

test('one clause of a category that gives tracklets is enough for tracklets of it', () => {
  const clause = (category: Clause['category'], level: Clause['level'], from = 'west') =>
    ({ from, category, level }) as Clause;
  const clauses = [
    clause('launch', 'track'),
    clause('launch', 'report'),
    clause('aircraft', 'track'),
    clause('aircraft', 'tracklet'),
    clause('space-object', 'track', 'east'),
  ];
  expect(wholeStateCategories(clauses, 'west')).toEqual(['launch']);
});

// Looks that add nothing in some direction make no tracklet: in a long coast past one radar the partner
// heard of a body once a minute, and its officers read "Track lost" and "Seen again" in turn.
test('a body that is seen is not silent for more than ten seconds, whatever the looks add', () => {
  const estimateAt = (time: Instant, positionM: number, velocityMps: number): Track['estimate'] => {
    const covariance = new Float64Array(36);
    for (let i = 0; i < 6; i += 1) covariance[i * 7] = (i < 3 ? positionM : velocityMps) ** 2;
    return { time, state: [7e6, 0, 0, 0, 5e3, 0], covariance: packSymmetric(covariance) };
  };
  const base = { epoch: 0, looks: 9, estimate: estimateAt(AT, 100, 1) };
  const memory = restoreMemory({
    tracks: { 'track-1': { event: 'event-1', clause: 'c', tick: 0, base } },
    events: {},
    held: [],
  });
  const drafted = (afterS: number, velocityMps: number): string[] => {
    const estimate = estimateAt(addSeconds(AT, afterS), 50, velocityMps);
    const own = { picture, tracks: [{ ...track, looks: 20, estimate }], warnings: [], acts: [] };
    const drafts = draftsOf(own, memory ?? createMemory(), { mode: 'exercise', tracksToo: true });
    return drafts.map(({ item }) => item.kind);
  };
  expect(drafted(9, 0.5)).toEqual(['tracklet']);
  expect(drafted(9, 2)).toEqual([]);
  expect(drafted(10, 2)).toEqual(['rebase']);
  expect(drafted(60, 0.5)).toEqual(['tracklet']);
});
