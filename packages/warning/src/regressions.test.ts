// SPDX-License-Identifier: Apache-2.0
// Warnings that went wrong in the world, each once (knowledge of the field: section 7 of the notes
// on the domain), and what must not happen here. Events are made by hand; the flights are real
// in nothing but their shape. What alerts say of them is in `packages/feeds/src/regressions.test.ts`, what a
// drill leaves behind in `places.test.ts`.

import {
  addSeconds,
  ecefFromEnu,
  ecefFromGeodetic,
  geodeticFromDegrees,
  type Instant,
} from '@isthmus/earth';
import type { Picture, PictureEvent, Warning } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { takeAct } from './officers.ts';
import {
  burnOutState,
  estimateOf,
  eventOf,
  evidenceOf,
  LIFT_OFF,
  objectOf,
  only,
  pictureOf,
} from './testing.ts';
import { createWarnings, currentWarnings, stepWarnings } from './warnings.ts';

const at = (seconds: number): Instant => addSeconds(LIFT_OFF, seconds);
const infrared = evidenceOf({ source: 'infrared', sensors: ['satellite'] });
const firm = estimateOf(burnOutState(), { time: at(60), positionM: 500, velocityMps: 5 });

function run(...pictures: readonly Picture[]): readonly Warning[] {
  const state = createWarnings('system');
  for (const picture of pictures) stepWarnings(state, picture, picture.at);
  return currentWarnings(state);
}

describe('Petrov, September 1983: infrared alone is never confirmed', () => {
  test('four launches with a thousand looks each stay cue or tracked, and say infrared only', () => {
    const events = [1, 2, 3, 4].map((i) =>
      eventOf({
        id: `event-${i}`,
        evidence: [{ ...infrared, looks: 1000 }],
        objects: [objectOf(firm, { phase: 'boost', coastSeenS: 0 })],
      }),
    );
    const pictures = Array.from({ length: 200 }, (_, i) => pictureOf(at(60 + i), ...events));
    const warnings = run(...pictures);
    expect(warnings).toHaveLength(4);
    for (const warning of warnings) {
      expect(warning.basis).toBe('infrared-only');
      expect(warning.history.map((step) => step.stage)).not.toContain('confirmed');
      expect(warning.impact.statement).toBe('none');
      expect(warning.assessment).toBe('undetermined');
    }
  });

  test("nor does a second party's satellite confirm it", () => {
    const evidence = [infrared, evidenceOf({ party: 'west', source: 'infrared' })];
    const warning = only(run(pictureOf(at(60), eventOf({ evidence, objects: [objectOf(firm)] }))));
    expect(warning.stage).toBe('tracked');
    expect(warning.basis).toBe('infrared-only');
  });
});

describe('Black Sea link: a partner alone never confirms', () => {
  test('a partner with both kinds of sensor and a perfect track stays tracked, and says so', () => {
    const evidence = [
      evidenceOf({ party: 'west', source: 'infrared', looks: 500 }),
      evidenceOf({ party: 'west', source: 'radar', looks: 500 }),
    ];
    const warning = only(run(pictureOf(at(60), eventOf({ evidence, objects: [objectOf(firm)] }))));
    expect(warning.stage).toBe('tracked');
    expect(warning.basis).toBe('partner-only');
    expect(warning.history[0]?.because).toBe(
      "Launch known from west's report (infrared and radar) alone; no own sensor has seen it.",
    );
  });
});

describe('satellites: a space object is never a warning', () => {
  const space = (category: PictureEvent['category']): PictureEvent =>
    eventOf({ category, objects: [objectOf(firm, { phase: 'orbit' })] });

  test('not when it always was one', () => {
    expect(run(pictureOf(at(60), space('space-object')))).toEqual([]);
  });

  test('and a launch that turns out one is cancelled in the same tick with the reason', () => {
    const warning = only(
      run(
        pictureOf(at(60), eventOf({ objects: [objectOf(firm)] })),
        pictureOf(at(61), space('space-object')),
      ),
    );
    expect(warning.stage).toBe('cancelled');
    expect(warning.history.at(-1)).toEqual({
      stage: 'cancelled',
      at: at(61),
      because: 'It is a space object in orbit, not a missile, by own radar (gabala).',
      on: ['track-of-object-1'],
    });
    expect(warning.impact).toEqual({ statement: 'none', because: 'space object' });
    expect(warning.flight?.kind).toBe('space object');
  });

  test.each([
    [
      '90001',
      false,
      'catalogued satellite',
      'It is satellite 90001 of the catalogue, not a missile',
    ],
    [
      '90001',
      true,
      'catalogued satellite',
      'It is satellite 90001 of the catalogue, not a missile',
    ],
    [null, true, 'decaying object', 'It is a body that comes down from orbit, not a missile'],
    [null, false, 'space object', 'It is a space object in orbit, not a missile'],
  ] as const)('satellite %s, decaying %s: %s', (satellite, decays, kind, because) => {
    const warning = only(
      run(
        pictureOf(at(60), eventOf({ objects: [objectOf(firm)] })),
        pictureOf(at(61), { ...space('space-object'), orbiting: { satellite, decays } }),
      ),
    );
    expect(warning.flight?.kind).toBe(kind);
    expect(warning.history.at(-1)?.because).toBe(`${because}, by own radar (gabala).`);
  });

  test('a launch into orbit is a space launch once its perigee is above 100 km beyond doubt', () => {
    const r = 6378137 + 300_000;
    const circular = Math.sqrt(3.986004418e14 / r) - 7.292115e-5 * r;
    const orbit = estimateOf([r, 0, 0, 0, circular, 0], {
      time: at(60),
      positionM: 200,
      velocityMps: 2,
    });
    const powered = objectOf(orbit, { phase: 'boost', lastSeen: at(59) });
    const free = objectOf(orbit, { phase: 'coast', lastSeen: at(61) });
    const state = createWarnings('own');
    stepWarnings(state, pictureOf(at(60), eventOf({ objects: [powered] })), at(60));
    expect(currentWarnings(state)[0]?.assessment).toBe('undetermined');
    expect(currentWarnings(state)[0]?.impact).toEqual({
      statement: 'none',
      because: 'still powered',
    });
    stepWarnings(state, pictureOf(at(61), eventOf({ objects: [free] })), at(61));
    expect(currentWarnings(state)[0]?.assessment).toBe('space launch');
    expect(currentWarnings(state)[0]?.impact).toEqual({
      statement: 'none',
      because: 'space object',
    });
  });
});

describe('J-Alert, November 2022: track lost is not an impact', () => {
  test('lost at the edge of the sector before ten seconds of coast: concluded as track lost', () => {
    const event = eventOf({ objects: [objectOf(firm, { coastSeenS: 4, lastSeen: at(60) })] });
    const pictures = [60, 61, 121, 300, 2000, 2761].map((s) => pictureOf(at(s), event));
    const state = createWarnings('own');
    for (const picture of pictures.slice(0, 5)) stepWarnings(state, picture, picture.at);
    const lost = only(currentWarnings(state));
    expect(lost.stage).toBe('tracked');
    expect(lost.impact).toEqual({ statement: 'none', because: 'track lost' });
    expect(lost.history.at(-1)?.because).toBe('Track lost: last seen 11:41:00 UTC.');
    stepWarnings(state, pictures[5] as Picture, at(2761));
    const ended = only(currentWarnings(state));
    expect(ended.stage).toBe('concluded');
    expect(ended.history.at(-1)?.because).toContain('no impact was ever stated');
  });

  test('lost after a region was stated: the region stands, ends on time, and nobody says it fell', () => {
    const objects = [objectOf(firm, { lastSeen: at(60) })];
    const state = createWarnings('own');
    const seen = eventOf({ objects });
    stepWarnings(state, pictureOf(at(60), seen), at(60));
    const impact = only(currentWarnings(state)).impact;
    if (impact.statement !== 'region') throw new RangeError('expected a region');
    const gone = eventOf({ objects: [objectOf(null, { lastSeen: at(60) })] });
    const end = Math.ceil((impact.time - LIFT_OFF) / 1e6 + 3 * impact.timeSigmaS + 30);
    for (let s = 61; s < end; s += 5) stepWarnings(state, pictureOf(at(s), gone), at(s));
    expect(only(currentWarnings(state)).stage).toBe('tracked');
    expect(only(currentWarnings(state)).impact).toEqual(impact);
    stepWarnings(state, pictureOf(at(end + 1), gone), at(end + 1));
    const warning = only(currentWarnings(state));
    expect(warning.stage).toBe('concluded');
    expect(warning.history.at(-1)?.because).toContain('nobody saw it come down');
    expect(warning.history.map((step) => step.because).join(' ')).not.toMatch(
      /impacted|landed|fell/,
    );
  });

  test('what is still seen after its predicted impact is not concluded', () => {
    const state = createWarnings('own');
    stepWarnings(state, pictureOf(at(60), eventOf({ objects: [objectOf(firm)] })), at(60));
    for (let s = 61; s < 1500; s += 10) {
      const evidence = [evidenceOf({ lastSeen: at(s) })];
      const late = eventOf({ evidence, objects: [objectOf(null, { lastSeen: at(s) })] });
      stepWarnings(state, pictureOf(at(s), late), at(s));
    }
    expect(only(currentWarnings(state)).stage).toBe('tracked');
  });
});

describe('withdrawal: what a partner takes back is gone within a tick', () => {
  const evidence = [evidenceOf({ party: 'west', source: 'infrared' })];

  test('an event known from a partner alone is cancelled in the tick it leaves the picture', () => {
    const warning = only(run(pictureOf(at(60), eventOf({ evidence })), pictureOf(at(61))));
    expect(warning.stage).toBe('cancelled');
    expect(warning.history.map((step) => step.at)).toEqual([at(60), at(61)]);
    expect(warning.history.at(-1)?.because).toContain("west's report");
  });

  test('with own evidence the warning goes on, and the history says who no longer supports it', () => {
    const objects = [objectOf(firm)];
    const warning = only(
      run(
        pictureOf(at(60), eventOf({ evidence: [...evidence, evidenceOf()], objects })),
        pictureOf(at(61), eventOf({ evidence: [evidenceOf()], objects })),
      ),
    );
    expect(warning.stage).toBe('confirmed');
    expect(warning.basis).toBe('single-radar');
    expect(warning.history.at(-1)?.because).toBe(
      'west no longer supports this event; what remains is own radar (gabala).',
    );
  });

  test('an own event taken back within seconds of its last look is cancelled too', () => {
    const warning = only(run(pictureOf(at(60), eventOf()), pictureOf(at(61))));
    expect(warning.stage).toBe('cancelled');
  });
});

describe('NORAD, November 1979: exercise data in the live picture', () => {
  test('every step names the tracks it rests on, so that one look finds that there is nothing', () => {
    const seen = eventOf({ objects: [objectOf(firm)], evidence: [infrared, evidenceOf()] });
    const warning = only(run(pictureOf(at(60), seen)));
    expect(warning.history.map(({ stage }) => stage)).toEqual(['cue', 'tracked', 'confirmed']);
    for (const step of warning.history) expect(step.on).toEqual(['track-of-object-1']);
  });

  test('one officer takes it back in the same second, and what goes on coming does not bring it back', () => {
    const state = createWarnings('own');
    const seen = eventOf({ objects: [objectOf(firm)], evidence: [infrared, evidenceOf()] });
    stepWarnings(state, pictureOf(at(60), seen), at(60));
    const id = only(currentWarnings(state)).id;
    const act = { kind: 'cancel', reason: 'exercise-data', officer: 'A. Weiss' } as const;
    takeAct(state, { ...act, id: '0'.repeat(32), warning: id }, at(60));
    for (let s = 61; s < 400; s += 1) stepWarnings(state, pictureOf(at(s), seen), at(s));
    const warning = only(currentWarnings(state));
    expect(warning.stage).toBe('cancelled');
    expect(warning.history.at(-1)).toMatchObject({ by: ['A. Weiss'], reason: 'exercise-data' });
  });
});

test('NORAD, June 1980: a count comes from objects that are followed, never from a number', () => {
  const loose = estimateOf(burnOutState(), { time: at(60), positionM: 9e5, velocityMps: 900 });
  const objects = Array.from({ length: 2200 }, (_, i) => objectOf(loose, { id: `object-${i}` }));
  const warning = only(run(pictureOf(at(60), eventOf({ objects }))));
  expect(warning.objectCountAtLeast).toBe(1);
  expect(warning.stage).toBe('cue');
});

test('Norwegian rocket, 1995: its heading is known with the first report, and why it was withdrawn stays', () => {
  const launch = {
    time: at(0),
    timeSigmaS: 5,
    point: { latitudeRad: 1.2, longitudeRad: 0.28, heightM: 0 },
    pointCovarianceM2: [1e8, 0, 1e8],
    azimuthRad: 0.1,
    azimuthSigmaRad: 0.05,
    method: 'infrared',
  } as const;
  const state = createWarnings('own');
  const seen = eventOf({ evidence: [infrared], launch });
  stepWarnings(state, pictureOf(at(60), seen), at(60));
  const { id, stage, launch: told } = only(currentWarnings(state));
  expect([stage, told?.azimuthRad]).toEqual(['cue', 0.1]);
  const act = { kind: 'cancel', reason: 'announced-launch', officer: 'A. Weiss' } as const;
  takeAct(state, { ...act, id: '0'.repeat(32), warning: id }, at(61));
  expect(only(currentWarnings(state)).history.at(-1)?.because).toBe(
    'Withdrawn by A. Weiss: an announced launch.',
  );
});

test('Norwegian rocket, 1995: by its flight it may be a sounding rocket, and it is never just a missile', () => {
  // Andøya to near Svalbard with an apogee of 1,453 km: 4.9 km/s and 78 degrees at the ground.
  const pad = geodeticFromDegrees(69.29, 16.02, 150_000);
  const speed = 4630;
  const [climb, north] = [speed * Math.sin(1.37), speed * Math.cos(1.37)];
  const flight = [...ecefFromGeodetic(pad), ...ecefFromEnu(pad, [0, north, climb])];
  const launch = {
    time: at(0),
    timeSigmaS: 5,
    point: { ...pad, heightM: 0 },
    pointCovarianceM2: [1e8, 0, 1e8],
    azimuthRad: 0,
    azimuthSigmaRad: 0.05,
    method: 'infrared',
  } as const;
  const said = new Set<string>();
  const state = createWarnings('system');
  for (let s = 60; s < 400; s += 20) {
    const estimate = estimateOf(flight, { time: at(s), positionM: 300, velocityMps: 3 });
    const objects = [objectOf(estimate, { coastSeenS: s - 60, lastSeen: at(s) })];
    stepWarnings(state, pictureOf(at(s), eventOf({ launch, objects })), at(s));
    const { assessment, flight: told } = only(currentWarnings(state));
    said.add(`${assessment}: ${told?.kind}`);
  }
  expect([...said]).toEqual([
    'undetermined: not yet known',
    'undetermined: suborbital so far',
    'suborbital rocket: steep flight',
  ]);
  const { flight: told } = only(currentWarnings(state));
  expect(told?.apogeeM).toBeGreaterThan(1.3e6);
  expect(told?.apogeeM).toBeLessThan(1.6e6);
});

describe('J-Alert, 13 April 2023: few plots', () => {
  test('before ten seconds of coast no region is stated, however small the covariance claims to be', () => {
    const seen = eventOf({ objects: [objectOf(firm, { coastSeenS: 9 })] });
    expect(only(run(pictureOf(at(60), seen))).impact.statement).toBe('none');
  });

  test('a loose track has a region as loose, or none', () => {
    const areaOf = (positionM: number, velocityMps: number): number => {
      const estimate = estimateOf(burnOutState(), { time: at(60), positionM, velocityMps });
      const { impact } = only(
        run(pictureOf(at(60), eventOf({ objects: [objectOf(estimate, { coastSeenS: 12 })] }))),
      );
      return impact.statement === 'region' ? impact.areaKm2 : Number.POSITIVE_INFINITY;
    };
    const [few, many] = [areaOf(20_000, 100), areaOf(500, 5)];
    expect(many).toBeLessThan(20_000);
    expect(few).toBeGreaterThan(20 * many);
  });
});

test('Przewodów, 2022: a launch point keeps its covariance from the picture to the warning', () => {
  const launch = {
    time: at(0),
    timeSigmaS: 30,
    point: { latitudeRad: 0.878, longitudeRad: 0.427, heightM: 0 },
    pointCovarianceM2: [9e8, 2e8, 4e8],
    azimuthRad: null,
    azimuthSigmaRad: null,
    method: 'back-propagated',
  } as const;
  expect(only(run(pictureOf(at(60), eventOf({ launch })))).launch).toEqual(launch);
});
