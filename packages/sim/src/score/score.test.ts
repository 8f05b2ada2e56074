// SPDX-License-Identifier: Apache-2.0
// Runs made by hand, whose figures can be worked out on paper: a payload that moves 1 km a second
// along y for 700 s, and pictures that are off by a chosen distance.

import {
  addSeconds,
  geodesicDestination,
  geodeticFromDegrees,
  type Instant,
  instantFromIso,
} from '@isthmus/earth';
import type { FeedTick, ImpactRegion, Picture, Warning, WarningStage } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import type { Truth, TruthObject } from '../scenario/truth.ts';
import { scoreRun } from './score.ts';

const start = instantFromIso('2012-06-01T09:00:00Z');
const liftoff = addSeconds(start, 10);
const site = geodeticFromDegrees(20, 62);
const target = geodeticFromDegrees(43, 34);
const impact = { time: addSeconds(liftoff, 700), point: target };

function seconds(at: Instant): number {
  return (at - liftoff) / 1e6;
}

const payload: TruthObject = {
  id: 'l-payload',
  kind: 'payload',
  launch: 'l',
  from: liftoff,
  to: impact.time,
  burns: [],
  stateAt: (at) =>
    at < liftoff || at > impact.time
      ? null
      : Float64Array.of(6.6e6, 1000 * seconds(at), 0, 0, 1000, 0),
  sizeAt: () => 1,
};
const truth: Truth = {
  start,
  end: addSeconds(start, 800),
  objects: [payload],
  launches: [{ id: 'l', liftoff, site, payload: 'l-payload', impact }],
  liftoff,
  impact,
};

/** One event whose estimate is `offM` away from the payload across its path; null is no event. */
function picture(at: Instant, offM: number | null, event = 'e1'): Picture {
  if (offM === null || payload.stateAt(at) === null) return { at, events: [] };
  const state = [...(payload.stateAt(at) as Float64Array)];
  state[2] = offM;
  const estimate = { time: at, state, covariance: new Array<number>(21).fill(1) };
  const object = {
    id: 'o',
    tracks: [],
    phase: 'coast' as const,
    estimate,
    lastSeen: at,
    coastSeenS: 0,
  };
  const seen = { firstSeen: at, lastSeen: at };
  return {
    at,
    events: [
      { id: event, category: 'launch', launch: null, objects: [object], evidence: [], ...seen },
    ],
  };
}

interface Said {
  readonly stage: WarningStage;
  readonly areaKm2?: number;
  readonly missM?: number;
  readonly event?: string;
  readonly radar?: boolean;
}

function warning(at: Instant, said: Said): Warning {
  const region: ImpactRegion = {
    statement: 'region',
    centre: geodesicDestination(target, 1, said.missM ?? 0),
    covarianceM2: [1, 0, 1],
    probability: 0.9,
    areaKm2: said.areaKm2 ?? 0,
    time: impact.time,
    timeSigmaS: 1,
  };
  const event = said.event ?? 'e1';
  return {
    id: `w-${event}`,
    event,
    stage: said.stage,
    basis: 'single-radar',
    history: [{ stage: said.stage, at, because: 'test' }],
    assessment: 'undetermined',
    objectCountAtLeast: 1,
    launch: null,
    impact:
      said.areaKm2 === undefined
        ? { statement: 'none', because: 'launch not yet tracked' }
        : region,
    evidence: said.radar
      ? [{ party: 'own', source: 'radar', sensors: [], firstSeen: at, lastSeen: at, looks: 1 }]
      : [],
  };
}

type Story = (t: number) => {
  readonly offM: number | null;
  readonly warnings: readonly Said[];
};

function play(own: Story, system: Story, truthHere = truth) {
  const ticks: FeedTick[] = [];
  for (let at = start; at <= truth.end; at = addSeconds(at, 1)) {
    const [mine, ours] = [own(seconds(at)), system(seconds(at))];
    ticks.push({
      kind: 'tick',
      at,
      own: picture(at, mine.offM),
      ownWarnings: mine.warnings.map((said) => warning(at, said)),
      system: picture(at, ours.offM),
      systemWarnings: ours.warnings.map((said) => warning(at, said)),
      partner: { at, events: [] },
      joins: [],
      reports: [],
      outlooks: [],
      explained: [],
      sensors: [],
      link: 'up',
      counts: { released: 0, withheld: 0, received: 0, refused: 0 },
      recording: true,
    });
  }
  return scoreRun({ truth: truthHere, ticks });
}

const silent: Story = () => ({ offM: null, warnings: [] });

test('a side that sees nothing has nothing: every time null, completeness 0', () => {
  const { alone } = play(silent, silent);
  expect(alone).toEqual({
    tCue: null,
    tTracked: null,
    tConfirmed: null,
    tRadar: null,
    tUseful: null,
    leadTimeS: null,
    impact: { 60: null, 180: null, 330: null, 420: null, 600: null },
    rmseKm: null,
    completeness: 0,
    falseWarnings: 0,
  });
});

describe('a run with known answers', () => {
  const own: Story = (t) => ({
    offM: t >= 300 ? 3000 : null,
    warnings:
      t < 300
        ? []
        : [
            {
              stage: t < 320 ? 'cue' : t < 400 ? 'tracked' : 'confirmed',
              radar: true,
              ...(t >= 350 ? { areaKm2: t < 500 ? 20_000 : 9_000, missM: 12_000 } : {}),
            },
          ],
  });
  const system: Story = (t) => ({
    offM: t >= 100 ? 1000 : null,
    warnings:
      t < 60
        ? []
        : [
            {
              stage: t < 100 ? 'cue' : 'tracked',
              radar: t >= 310,
              ...(t >= 310 ? { areaKm2: t === 450 ? 10_001 : 5_000, missM: 2_000 } : {}),
            },
          ],
  });
  const { alone, linked } = play(own, system);

  test('stage times are the first at which the officer was shown them', () => {
    expect([alone.tCue, alone.tTracked, alone.tConfirmed]).toEqual([300, 320, 400]);
    expect([linked.tCue, linked.tTracked, linked.tConfirmed]).toEqual([60, 100, null]);
    expect([alone.tRadar, linked.tRadar]).toEqual([300, 310]);
  });

  test('useful begins after the last second without a small region, and lead time follows', () => {
    expect([alone.tUseful, alone.leadTimeS]).toEqual([500, 200]);
    expect([linked.tUseful, linked.leadTimeS]).toEqual([451, 249]);
  });

  test('impact is read at fixed times, with no statement where there is none', () => {
    expect(alone.impact[60]).toBeNull();
    expect(alone.impact[330]).toBeNull();
    expect(alone.impact[420]).toMatchObject({ errorKm: 12, area90Km2: 20_000 });
    expect(linked.impact[330]).toMatchObject({ errorKm: 2, area90Km2: 5_000 });
    expect(linked.impact[600]).toMatchObject({ errorKm: 2, area90Km2: 5_000 });
  });

  test('errors count only where both pictures hold the payload', () => {
    expect([alone.rmseKm, linked.rmseKm]).toEqual([3, 1]);
    expect(alone.completeness).toBeCloseTo(401 / 701, 4);
    expect(linked.completeness).toBeCloseTo(601 / 701, 4);
  });
});

test('an estimate outside the gate of 50 km is not an estimate of the payload', () => {
  const { alone } = play(
    (t) => ({ offM: t < 350 ? 10_000 : 60_000, warnings: [{ stage: 'cue' }] }),
    silent,
  );
  expect(alone.completeness).toBeCloseTo(350 / 701, 4);
  expect(alone.tCue).toBe(0);
  expect(alone.rmseKm).toBeNull();
});

test('a warning about another event is a false one, and its stages do not count', () => {
  const { alone } = play(
    () => ({
      offM: 400_000,
      warnings: [
        { stage: 'confirmed', event: 'e1' },
        { stage: 'cue', event: 'e2' },
      ],
    }),
    silent,
  );
  expect([alone.tConfirmed, alone.falseWarnings]).toEqual([null, 2]);
});

test('a cancelled warning is never useful, but what it had reached stays in the times', () => {
  const { alone } = play(
    (t) => ({ offM: 0, warnings: [{ stage: t < 600 ? 'tracked' : 'cancelled', areaKm2: 10 }] }),
    silent,
  );
  expect([alone.tTracked, alone.tUseful]).toEqual([0, null]);
});

test('concluding just before the true impact ends the reading, concluding early does not', () => {
  const concludedAt =
    (when: number): Story =>
    (t) => ({
      offM: 0,
      warnings: [t < when ? { stage: 'tracked', areaKm2: 100 } : { stage: 'concluded' }],
    });
  expect(play(concludedAt(680), silent).alone.tUseful).toBe(0);
  expect(play(concludedAt(500), silent).alone.tUseful).toBeNull();
});

test('a flight without impact has no lead time and no readings', () => {
  const [launch] = truth.launches;
  const endless = { ...truth, impact: null, launches: launch ? [{ ...launch, impact: null }] : [] };
  const { alone } = play(
    () => ({ offM: 0, warnings: [{ stage: 'cue', areaKm2: 1 }] }),
    silent,
    endless,
  );
  expect([alone.tUseful, alone.leadTimeS, alone.impact[600]]).toEqual([null, null, null]);
});
