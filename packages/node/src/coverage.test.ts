// SPDX-License-Identifier: Apache-2.0
// Coverage reports from one core to the other: drafted, released, encoded, taken, and said beside a
// warning; never from a sensor that is silent, and never against what own sensors do.

import { addSeconds, geodeticFromDegrees, type Instant, instantFromIso } from '@isthmus/earth';
import type { CoverageReport, RadarSensor, SensorReport, Warning } from '@isthmus/picture';
import { parseAgreement, type Terms } from '@isthmus/release';
import { decodeRelease, type Encoded } from '@isthmus/wire';
import { describe, expect, test } from 'vitest';
import { keepCoverage, partnerCoverageOf } from './coverage.ts';
import { LIMITS } from './limits.ts';
import { createNodeState, type NodeState, ownStateHash } from './state.ts';
import { step } from './step.ts';
import type { PartnerEntry } from './turn.ts';

const START = instantFromIso('2012-06-01T12:00:00Z');
const at = (seconds: number): Instant => addSeconds(START, seconds);
const CLAUSE = {
  id: 'west-gulf',
  from: 'west',
  to: 'east',
  region: { kind: 'circle', latitudeDeg: 41, longitudeDeg: 46, radiusKm: 50 },
  objectClasses: ['medium-range'],
  everyS: 600,
};
const AGREEMENT = {
  name: 'coverage',
  version: 1,
  parties: ['west', 'east'],
  mode: 'exercise',
  validity: { from: '2012-01-01T00:00:00Z', until: '2013-01-01T00:00:00Z' },
  onwardRelease: 'never',
  clauses: [],
};

function termsOf(from: string, to: string, coverage: readonly object[] = [CLAUSE]): Terms {
  const agreement = parseAgreement({ ...AGREEMENT, coverage });
  return { agreement, from, to, agreementHash: 'ab'.repeat(32), identify: () => '0'.repeat(32) };
}

const RADAR: RadarSensor = {
  kind: 'radar',
  id: 'tower',
  site: geodeticFromDegrees(41, 46, 100),
  azimuthFromRad: 0,
  azimuthToRad: 0,
  elevationMinRad: 0,
  elevationMaxRad: Math.PI / 2,
  rangeMaxM: 3e6,
  revisitS: 1,
  noise: { rangeM: 50, azimuthRad: 1e-3, elevationRad: 1e-3 },
  bias: { rangeM: 20, azimuthRad: 1e-4, elevationRad: 1e-4 },
  detection: { probability: 0.9, rangeM: 2e6, sizeM2: 0.1, falseAlarm: 1e-6 },
};

/** A core that is stepped every ten seconds, its radar saying what `saysAt` gives. */
function run(
  terms: Terms,
  seconds: number,
  saysAt: (second: number) => SensorReport['state'] | null,
): { readonly state: NodeState; readonly sent: readonly Encoded[] } {
  const state = createNodeState({ side: 'west', partner: 'east', sensors: [RADAR] });
  const sent: Encoded[] = [];
  for (let second = 0; second <= seconds; second += 10) {
    const says = saysAt(second);
    const of = { kind: 'state', id: state.plotsTaken, sensor: 'tower', time: at(second) } as const;
    const sensors = says === null ? [] : [{ ...of, arrival: at(second), state: says }];
    const link = { up: true, heard: at(second), configured: true };
    const turn = { at: at(second), plots: [], sensors, entries: [], link, recording: true };
    for (const effect of step(state, { terms }, turn)) {
      if (effect.kind === 'append') sent.push(effect.encoded);
    }
  }
  return { state, sent };
}

const items = (sent: readonly Encoded[]) => sent.map(({ bytes }) => decodeRelease(bytes));

/** East takes what West sent. */
function received(sent: readonly Encoded[], terms: Terms): NodeState {
  const state = createNodeState({ side: 'east', partner: 'west', sensors: [] });
  const entries = sent.map(({ bytes }, index): PartnerEntry => {
    const salted = Buffer.concat([new Uint8Array(16), bytes]);
    return { index, bytes: salted.toString('base64') };
  });
  const link = { up: true, heard: at(2000), configured: true };
  step(state, { terms }, { at: at(2000), plots: [], entries, link, recording: true });
  return state;
}

function warningAt(latitudeDeg: number, second: number): Warning {
  return {
    id: 'own-1',
    event: 'event-1',
    stage: 'cue',
    basis: 'infrared-only',
    history: [],
    assessment: 'undetermined',
    objectCountAtLeast: 1,
    launch: {
      time: at(second),
      timeSigmaS: 5,
      point: geodeticFromDegrees(latitudeDeg, 46),
      pointCovarianceM2: [1e6, 0, 1e6],
      azimuthRad: null,
      azimuthSigmaRad: null,
      method: 'infrared',
    },
    impact: { statement: 'none', because: 'launch not yet tracked' },
    evidence: [],
  };
}

describe('a coverage report', () => {
  const { sent } = run(termsOf('west', 'east'), 1810, () => 'working');

  test('goes for each whole period in which the sensor worked, a rise after its end', () => {
    expect(items(sent).map(({ item, clause }) => [clause, item])).toEqual(
      [0, 600].map((from) => [
        'west-gulf',
        {
          kind: 'coverage-report',
          objectClass: 'medium-range',
          from: at(from),
          until: at(from + 600),
          state: 'nothing-seen',
          leastHeightM: 20_000,
          detectionProbability: 0.9,
        },
      ]),
    );
  });

  test('is kept by the partner, and says what it counts against a launch there and then', () => {
    const terms = termsOf('east', 'west');
    const state = received(sent, terms);
    expect([state.counts.received, state.counts.refused]).toEqual([2, 0]);
    const said = partnerCoverageOf(state, terms, warningAt(41, 300));
    expect(said.says).toBe('nothing-seen');
    expect(said.negatives.map(({ says }) => says)).toEqual([
      'West covers that area and saw nothing (range 1,100 to 5,500 km; detection probability 0.9, counts \u22122.3 in log odds).',
    ]);
    for (const other of [warningAt(45, 300), warningAt(41, 1300), warningAt(41, 598)]) {
      expect(partnerCoverageOf(state, terms, other)).toEqual({ says: null, negatives: [] });
    }
  });

  test('changes nothing that is own, and makes no event', () => {
    const terms = termsOf('east', 'west');
    const state = received(sent, terms);
    expect(ownStateHash(state)).toBe(ownStateHash(received([], terms)));
    expect(state.systemWarnings).toEqual(received([], terms).systemWarnings);
  });

  test('of no clause of the agreement, or of the wrong direction, is refused', () => {
    for (const terms of [termsOf('east', 'west', []), termsOf('west', 'east')]) {
      const state = received(sent, terms);
      expect([state.counts.received, state.counts.refused]).toEqual([0, 2]);
      expect(state.partnerCoverage).toEqual([]);
    }
  });
});

describe('silence', () => {
  test('of the sensor is not covered, and never nothing seen', () => {
    const { sent } = run(termsOf('west', 'east'), 1300, () => null);
    expect(sent.length).toBeGreaterThan(0);
    for (const { item } of items(sent)) expect(item).toMatchObject({ state: 'not-covered' });
  });

  test('in the middle of a period spoils it, and the one after is whole again', () => {
    const { sent } = run(termsOf('west', 'east'), 2410, (second) =>
      second > 700 && second < 760 ? null : 'working',
    );
    const seen = items(sent).flatMap(({ item }) =>
      item.kind === 'coverage-report' && item.state === 'nothing-seen' ? [item.from] : [],
    );
    expect(seen).not.toContain(at(600));
    expect(seen).toContain(at(1200));
  });

  test('where the agreement has no coverage clause nothing is drafted, released or withheld', () => {
    const { sent, state } = run(termsOf('west', 'east', []), 1300, () => 'working');
    expect(sent).toEqual([]);
    expect(state.counts.withheld).toBe(0);
    expect(state.decisions).toBe(0);
  });
});

test('what is kept of a partner is the newest of each clause and class, whatever it sends', () => {
  const state = createNodeState({ side: 'east', partner: 'west', sensors: [] });
  const terms = termsOf('east', 'west');
  for (let k = 0; k < 50; k += 1) {
    const report: CoverageReport = {
      kind: 'coverage-report',
      objectClass: 'medium-range',
      from: at(600 * ((k * 7) % 50)),
      until: at(600 * ((k * 7) % 50) + 600),
      state: 'not-covered',
      leastHeightM: null,
      detectionProbability: null,
    };
    expect(keepCoverage(state, terms, { clause: 'west-gulf', report })).toBe(true);
    expect(keepCoverage(state, terms, { clause: 'other', report })).toBe(false);
    const strange = { ...report, objectClass: 'long-range' as const };
    expect(keepCoverage(state, terms, { clause: 'west-gulf', report: strange })).toBe(false);
    const longer = { ...report, from: addSeconds(report.from, -600) };
    expect(keepCoverage(state, terms, { clause: 'west-gulf', report: longer })).toBe(false);
    const between = { ...report, from: at(1), until: at(601) };
    expect(keepCoverage(state, terms, { clause: 'west-gulf', report: between })).toBe(false);
  }
  expect(state.partnerCoverage).toHaveLength(LIMITS.coverageKept);
  expect(state.partnerCoverage.at(-1)?.report.from).toBe(at(600 * 49));
});
