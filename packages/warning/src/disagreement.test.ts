// SPDX-License-Identifier: Apache-2.0
// Two pictures of one event, and the sentence that says why. The two that happened stand first.

import {
  addSeconds,
  ecefFromGeodetic,
  geodesicDestination,
  geodeticFromDegrees,
  type Instant,
} from '@isthmus/earth';
import type {
  Outlook,
  PictureEvent,
  RadarSensor,
  SensorOutlook,
  SensorState,
  Warning,
} from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import {
  explainDisagreement,
  explainLaunchCounts,
  type OwnEyes,
  type PartnerEyes,
} from './disagreement.ts';
import { expectationOf, negativeEvidence, ownNegatives } from './negative.ts';
import { createOutlooks, currentOutlooks, stepOutlooks } from './outlook.ts';
import {
  estimateOf,
  eventOf,
  evidenceOf,
  LIFT_OFF,
  objectOf,
  only,
  pictureOf,
  radarOf,
} from './testing.ts';
import { createWarnings, currentWarnings, stepWarnings } from './warnings.ts';

const at = (seconds: number): Instant => addSeconds(LIFT_OFF, seconds);

function warningsOf(...events: readonly PictureEvent[]): readonly Warning[] {
  const state = createWarnings('system');
  stepWarnings(state, pictureOf(at(60), ...events), at(60));
  return currentWarnings(state);
}

function worksSince(sensor: string, from: number, to: number): SensorState {
  return { sensor, state: 'working', since: at(from), heardAt: at(to) };
}

describe('5 June 2022: eight by one count, at least six by the other', () => {
  // South Korea counted eight, 25 to 90 km high; Japan at least six, 50 to 100 km. A coastal radar
  // 800 km away has its horizon at 50.6 km.
  const radar: RadarSensor = {
    ...radarOf({ latitudeDeg: 37, longitudeDeg: 137, from: 0, to: 0 }),
    id: 'coast',
    site: geodeticFromDegrees(37, 137, 0),
    elevationMinRad: 0,
  };
  const heightsKm = [90, 85, 80, 75, 70, 65, 30, 25];
  const events = heightsKm.map((heightKm, i) => {
    const foot = geodesicDestination(radar.site, 5.2, 800_000);
    const [x, y, z] = ecefFromGeodetic({ ...foot, heightM: heightKm * 1000 });
    const estimate = estimateOf([x, y, z, 900, 0, 0], {
      time: at(60),
      positionM: 500,
      velocityMps: 5,
    });
    const theirs = evidenceOf({ party: 'south' });
    const ours = evidenceOf({ sensors: ['coast'] });
    return eventOf({
      id: `event-${i}`,
      evidence: heightKm > 50 ? [theirs, ours] : [theirs],
      objects: [objectOf(estimate, { id: `object-${i}`, lastSeen: at(60) })],
    });
  });
  const picture = pictureOf(at(60), ...events);
  const system = createWarnings('system');
  stepWarnings(system, picture, at(60));
  const outlooks = createOutlooks();
  const own = { picture: pictureOf(at(60)), warnings: createWarnings('own') };
  stepOutlooks(outlooks, { sensors: [radar], own, system: { picture, warnings: system } }, at(60));
  const states = [worksSince('coast', 0, 60)];
  const eyes = (event: string): OwnEyes => ({
    sensors: [radar],
    states,
    outlook: currentOutlooks(outlooks).find((one) => one.event === event) ?? null,
    at: at(60),
  });

  test('the two that were too low are said to be below our horizon, not not to have happened', () => {
    const warnings = currentWarnings(system).map((warning) => ({
      warning,
      own: eyes(warning.event),
    }));
    expect(warnings).toHaveLength(8);
    expect(explainLaunchCounts(warnings, 'south')).toBe(
      'South has 8 launches and own sensors at least 6; of those that own sensors have not seen, 2 below our horizon.',
    );
  });

  test('each of the two is explained by itself', () => {
    const warning = currentWarnings(system).find(({ event }) => event === 'event-7') as Warning;
    const partner = { party: 'south', isHeard: true, report: null, coverage: null };
    const [line] = explainDisagreement(warning, eyes('event-7'), partner, null);
    expect(line).toMatch(
      /^South saw it by radar from 11:40:00 UTC; own sensors have not: coast has it below the horizon/,
    );
  });

  test('what a working radar had in view is not explained away', () => {
    const down = {
      ...eyes('event-7'),
      states: [{ ...worksSince('coast', 0, 60), state: 'down' as const }],
    };
    const warnings = currentWarnings(system).map((warning) => ({
      warning,
      own:
        warning.event === 'event-7'
          ? down
          : warning.event === 'event-6'
            ? eyes('event-0')
            : eyes(warning.event),
    }));
    expect(explainLaunchCounts(warnings, 'south')).toContain(
      '1 not explained by what our sensors could see and 1 while our radars were down',
    );
  });
});

describe('Petrov, September 1983: satellite only', () => {
  const point = geodeticFromDegrees(40, 46);
  const radar: RadarSensor = {
    ...radarOf({ latitudeDeg: 41, longitudeDeg: 46, from: 0, to: 0 }),
    elevationMinRad: 0,
    elevationMaxRad: Math.PI / 2,
    detection: { probability: 0.9, rangeM: 2e6, sizeM2: 0.1, falseAlarm: 1e-6 },
  };
  const event = eventOf({
    evidence: [evidenceOf({ source: 'infrared', sensors: ['oko'] })],
    launch: {
      time: LIFT_OFF,
      timeSigmaS: 5,
      point,
      pointCovarianceM2: [1e7, 0, 1e7],
      azimuthRad: null,
      azimuthSigmaRad: null,
      method: 'infrared',
    },
  });
  const warning = only(warningsOf(event));
  const asked = (second: number, state = worksSince('gabala', -600, second)) =>
    ownNegatives({ warning, own: pictureOf(at(second), event), sensors: [radar], states: [state] });

  test('the officer is told until when radar would confirm it, and nothing is counted before', () => {
    const { negatives, expected } = asked(60);
    expect(negatives).toEqual([]);
    expect(expected.map(({ objectClass }) => objectClass)).toContain('medium-range');
    const medium = expected.find(({ objectClass }) => objectClass === 'medium-range');
    expect(medium && expectationOf(medium)).toBe(
      'Radar would confirm it by 11:43:20 UTC if its range is 1,100 to 5,500 km (gabala); nothing until then says nothing.',
    );
  });

  test('when that time has passed, own radar that saw nothing counts, and stages stay where they are', () => {
    const { negatives, expected } = asked(400);
    expect(expected.some(({ objectClass }) => objectClass === 'medium-range')).toBe(false);
    const medium = negatives.find(({ objectClass }) => objectClass === 'medium-range');
    expect(medium?.says).toMatch(/^Our gabala covers that area and saw nothing/);
    expect(medium?.logOdds).toBeGreaterThanOrEqual(Math.log(0.01) - 1e-12);
    expect(medium?.logOdds).toBeLessThan(-1);
    expect(warning.stage).toBe('cue');
    expect(warning.basis).toBe('infrared-only');
  });

  test("the partner's negative report counts log(1 - Pd), and cancels nothing", () => {
    const said = negativeEvidence(warning, {
      party: 'west',
      area: { kind: 'box', southDeg: 35, northDeg: 45, westDeg: 40, eastDeg: 50 },
      report: {
        kind: 'coverage-report',
        objectClass: 'long-range',
        from: at(-3600),
        until: at(300),
        state: 'nothing-seen',
        leastHeightM: 50_000,
        detectionProbability: 0.8,
      },
    });
    expect(said?.logOdds).toBeCloseTo(Math.log(0.2), 12);
    expect(said?.says).toContain('counts \u22121.6 in log odds');
    expect(only(warningsOf(event)).stage).toBe('cue');
  });

  test('a radar that is down, silent, or began to work only now says nothing', () => {
    const down = { ...worksSince('gabala', -600, 400), state: 'down' as const };
    const silent = { ...worksSince('gabala', -600, 400), state: 'not known' as const };
    for (const state of [down, silent]) {
      expect(asked(400, state)).toEqual({ negatives: [], expected: [] });
    }
    expect(asked(400, worksSince('gabala', 30, 400)).negatives).toEqual([]);
    expect(asked(400, worksSince('gabala', -600, 100)).negatives).toEqual([]);
  });

  test('nothing is said while own radar follows anything that may be a launch', () => {
    const other = eventOf({ id: 'event-2', category: 'undetermined' });
    const own = pictureOf(at(400), event, other);
    const states = [worksSince('gabala', -600, 400)];
    const found = ownNegatives({ warning, own, sensors: [radar], states });
    expect(found.negatives).toEqual([]);
    const plane = pictureOf(at(400), event, { ...other, category: 'aircraft' });
    expect(ownNegatives({ warning, own: plane, sensors: [radar], states }).negatives).not.toEqual(
      [],
    );
  });
});

describe('one side only', () => {
  const gabala = radarOf({ latitudeDeg: 40.87, longitudeDeg: 47.81, from: 107, to: 217 });
  const theirs = evidenceOf({ party: 'west', source: 'infrared' });
  const partner: PartnerEyes = { party: 'west', isHeard: true, report: null, coverage: null };

  function looks(sensor: Partial<SensorOutlook>): Outlook {
    const look = {
      sensor: 'gabala',
      now: 'in view',
      inViewFrom: null,
      inViewUntil: null,
      before: null,
    } as const;
    return {
      picture: 'system',
      event: 'event-1',
      object: 'object-1',
      computedAt: at(60),
      path: [],
      sensors: [{ ...look, ...sensor }],
    };
  }
  function said(sensor: Partial<SensorOutlook>, state?: Partial<SensorState>): string | undefined {
    const warning = only(warningsOf(eventOf({ evidence: [theirs] })));
    const states = [{ ...worksSince('gabala', 0, 60), ...state }];
    const own = { sensors: [gabala], states, outlook: looks(sensor), at: at(60) };
    return explainDisagreement(warning, own, partner, null)[0];
  }
  const head = 'West saw it by infrared from 11:40:00 UTC; own sensors have not';

  test('is below our horizon until a time, to the second where that is known', () => {
    expect(said({ now: 'below the horizon', inViewFrom: at(127) })).toBe(
      `${head}: gabala has it below the horizon until 11:42:07 UTC.`,
    );
    expect(said({ now: 'below the horizon', inViewFrom: at(127), inViewSigmaS: 41 })).toBe(
      `${head}: gabala has it below the horizon until about 11:42 UTC, ± 50 s.`,
    );
    expect(said({ now: 'outside the sector' })).toBe(`${head}: gabala has it outside the sector.`);
  });

  test('is not seen by a sensor that is down, or has fallen silent', () => {
    expect(said({}, { state: 'down', since: at(-1200) })).toBe(
      `${head}: our gabala is down since 11:20:00 UTC.`,
    );
    expect(said({}, { state: 'not known', heardAt: at(10) })).toBe(
      `${head}: our gabala has said nothing of itself since 11:40:10 UTC.`,
    );
  });

  test('is a disagreement once it has been in view for three looks and the delays', () => {
    const since = (second: number) => ({ reason: 'below the horizon', until: at(second) }) as const;
    expect(said({ before: since(50) })).toBe(
      `${head}: gabala has it in view since 11:40:50 UTC, too short to tell.`,
    );
    expect(said({ before: since(20) })).toBe(
      `${head}: gabala has it in view since 11:40:20 UTC and has not reported it: disagreement.`,
    );
  });

  test('has nothing to say of a satellite that waits for a flame', () => {
    expect(said({ now: 'no flame to see' })).toBe(`${head}.`);
  });

  test.each([
    [{ coverage: 'not-covered' }, 'has not reported it: it says that it does not cover that area.'],
    [
      { coverage: 'nothing-seen' },
      'has not reported it, and says that it covers that area: disagreement.',
    ],
    [
      {},
      'has not reported it. It has not said whether it covers that area, and silence says nothing.',
    ],
    [{ isHeard: false, coverage: 'nothing-seen' }, 'has not reported it: no word comes from it.'],
  ] as const)('seen by us alone, a partner that says %j', (says, ends) => {
    const warning = only(warningsOf(eventOf()));
    const own = { sensors: [gabala], states: [], outlook: null, at: at(60) };
    const lines = explainDisagreement(warning, own, { ...partner, ...says }, 1);
    expect(lines).toEqual([`Own sensors saw it from 11:40:00 UTC; West ${ends}`]);
  });
});

describe('both saw it', () => {
  const gabala = radarOf({ latitudeDeg: 40.87, longitudeDeg: 47.81, from: 107, to: 217 });
  const evidence = [
    evidenceOf({ party: 'west', source: 'infrared' }),
    evidenceOf({ firstSeen: at(234) }),
  ];
  const warning = only(warningsOf(eventOf({ evidence })));
  const own: OwnEyes = {
    sensors: [gabala],
    states: [],
    outlook: {
      picture: 'system',
      event: 'event-1',
      object: 'object-1',
      computedAt: at(240),
      path: [],
      sensors: [
        {
          sensor: 'gabala',
          now: 'in view',
          inViewFrom: at(230),
          inViewUntil: null,
          before: { reason: 'below the horizon', until: at(230) },
        },
      ],
    },
    at: at(240),
  };
  const partner: PartnerEyes = { party: 'west', isHeard: true, report: null, coverage: null };

  test('one later, with what it waited for', () => {
    expect(explainDisagreement(warning, own, partner, 1)).toEqual([
      'West saw it by infrared from 11:40:00 UTC, 234 s before own sensors: gabala had it below the horizon until 11:43:50 UTC.',
    ]);
  });

  test('differing counts are both lower bounds', () => {
    const report = {
      kind: 'launch-report',
      event: 'aa',
      update: 1,
      final: false,
      launchTime: null,
      launchTimeSigmaS: null,
      launchArea: null,
      azimuthRad: null,
      azimuthSigmaRad: null,
      objectCountAtLeast: 3,
      impactArea: null,
      impactTime: null,
      impactTimeSigmaS: null,
      sources: [],
      assessment: 'tracked',
    } as const;
    const lines = explainDisagreement(warning, own, { ...partner, report }, 4);
    expect(lines[1]).toBe(
      'Own sensors count at least 4, West at least 3; neither says that there were no more.',
    );
    expect(explainDisagreement(warning, own, { ...partner, report }, 3)).toHaveLength(1);
  });
});
