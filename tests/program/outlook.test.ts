// SPDX-License-Identifier: Apache-2.0
// What an officer is told of where a launch goes and when own sensors could see it: against figures
// computed elsewhere, against the simulator's own geometry, and over the whole demonstration.

import {
  addSeconds,
  createRandom,
  ecefFromGeodetic,
  geodeticFromDegrees,
  type Instant,
  secondsBetween,
} from '@isthmus/earth';
import type { FeedTick, Outlook, PictureEvent, Sensor, SensorOutlook } from '@isthmus/picture';
import { behindEarth, radarView } from '@isthmus/sim/scenario';
import {
  createOutlooks,
  createWarnings,
  currentOutlooks,
  stepOutlooks,
  stepWarnings,
} from '@isthmus/warning';
import { beforeAll, describe, expect, test } from 'vitest';
import { type PreparedRun, prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { runInProcess } from '../../apps/cli/src/demo/run-in-process.ts';

const SEED = 1;
let run: PreparedRun;
const ticks: Record<string, readonly FeedTick[]> = {};
const alone: Record<string, readonly FeedTick[]> = {};

beforeAll(async () => {
  run = prepareRun(await readRun({ scenario: 'black-sea' }), SEED);
  await runInProcess(run, { onTicks: (name, told) => (ticks[name] = told) });
  await runInProcess(run, { onTicks: (name, told) => (alone[name] = told), withoutLink: true });
});

/** Seconds from lift-off. */
function since(at: Instant | null | undefined): number | null {
  return at === null || at === undefined ? null : secondsBetween(run.truth.liftoff, at);
}

/** The outlook of a picture's oldest warning as told at a second of the flight. */
function toldAt(side: string, picture: 'own' | 'system', second: number): Outlook | undefined {
  const at = addSeconds(run.truth.liftoff, second);
  const tick = ticks[side]?.find((one) => one.at >= at);
  return tick?.outlooks.find((outlook) => outlook.picture === picture);
}

function of(outlook: Outlook | undefined, sensor: string): SensorOutlook | undefined {
  return outlook?.sensors.find((said) => said.sensor === sensor);
}

/** Outlooks for states of one body at instants, by way of a warning of it. */
function outlooksOf(
  sensors: readonly Sensor[],
  states: readonly { readonly at: Instant; readonly state: readonly number[] }[],
): readonly Outlook[] {
  const [warnings, none, outlooks] = [
    createWarnings('own'),
    createWarnings('system'),
    createOutlooks(),
  ];
  const diagonal = [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1e-4, 0, 0, 1e-4, 0, 1e-4];
  return states.flatMap(({ at, state }, i) => {
    const seen = { firstSeen: at, lastSeen: at };
    const event: PictureEvent = {
      id: 'E1',
      category: 'launch',
      launch: null,
      objects: [
        {
          id: 'O1',
          tracks: ['R1'],
          phase: 'coast',
          estimate: { time: at, state, covariance: diagonal },
          lastSeen: at,
          coastSeenS: 1,
        },
      ],
      evidence: [{ party: 'own', source: 'radar', sensors: ['x'], looks: 9, ...seen }],
      ...seen,
    };
    const picture = { at, events: [event] };
    if (i === 0) stepWarnings(warnings, picture, at);
    const given = {
      sensors,
      own: { picture, warnings },
      system: { picture: { at, events: [] }, warnings: none },
    };
    stepOutlooks(outlooks, given, at);
    return currentOutlooks(outlooks);
  });
}

describe('geometry', () => {
  // From an independent computation of the same flight: seconds from lift-off.
  test.each([
    ['kurecik', 610, 914],
    ['gabala', 292, 801],
    ['armavir', 384, 1066],
  ])(
    'from the true state at burn-out, %s has it in view from %d to %d s, within 3 s',
    (id, from, to) => {
      const at = addSeconds(run.truth.liftoff, 176);
      const payload = run.truth.objects.find((object) => object.kind === 'payload');
      const state = Array.from(payload?.stateAt(at) ?? []);
      const sensors = run.sides.flatMap((side) => side.sensors);
      const said = of(outlooksOf(sensors, [{ at, state }])[0], id);
      expect(Math.abs((since(said?.inViewFrom) ?? 0) - from)).toBeLessThanOrEqual(3);
      expect(Math.abs((since(said?.inViewUntil) ?? 0) - to)).toBeLessThanOrEqual(3);
      expect(of(outlooksOf(sensors, [{ at, state }])[0], 'fylingdales')?.inViewFrom).toBeNull();
    },
  );

  test('what is in view, and what the Earth hides, is what the simulator says of the same points', () => {
    const random = createRandom('outlook/sight');
    const sensors = run.sides.flatMap((side) => side.sensors);
    const start = run.truth.liftoff;
    const states = Array.from({ length: 3000 }, (_, i) => {
      const point = geodeticFromDegrees(
        10 + 55 * random.uniform(),
        100 * random.uniform() - 10,
        1e6 * random.uniform(),
      );
      return { at: addSeconds(start, i), state: [...ecefFromGeodetic(point), 1, 1, 1] };
    });
    const seen: Record<string, number> = {};
    outlooksOf(sensors, states).forEach((outlook, i) => {
      const [x = 0, y = 0, z = 0] = states[i]?.state ?? [];
      for (const sensor of sensors) {
        const said = of(outlook, sensor.id)?.now;
        const isHidden = behindEarth(ecefFromGeodetic(sensor.site), [x, y, z]);
        expect(said === 'below the horizon').toBe(isHidden);
        if (sensor.kind === 'infrared') continue;
        const isSeen = radarView(sensor, [x, y, z]) !== null;
        expect(said === 'in view').toBe(isSeen);
        if (isSeen) seen[sensor.id] = (seen[sensor.id] ?? 0) + 1;
      }
    });
    expect(Object.values(seen).every((count) => count > 30)).toBe(true);
    expect(Object.keys(seen).sort()).toEqual(['armavir', 'fylingdales', 'gabala', 'kurecik']);
  });
});

describe('the demonstration', () => {
  test('East, told by West of the launch, reads that its radars cannot see it, and of no path under power', () => {
    const outlook = toldAt('east', 'system', 120);
    for (const id of ['gabala', 'armavir']) {
      expect(of(outlook, id)).toMatchObject({
        now: 'below the horizon',
        inViewFrom: null,
        before: { reason: 'below the horizon', until: null },
      });
    }
    expect(outlook?.path).toEqual([]);
    expect(toldAt('east', 'own', 250)).toBeUndefined();
  });

  test('East reads why it did not see what West saw, and West that silence says nothing', () => {
    const said = (side: string, second: number): readonly string[] => {
      const at = addSeconds(run.truth.liftoff, second);
      const tick = ticks[side]?.find((one) => one.at >= at);
      return tick?.explained.flatMap(({ says }) => says) ?? [];
    };
    expect(said('east', 200)[0]).toMatch(
      /^West saw it by infrared from 09:01:\d\d UTC; own sensors have not: .*gabala has it below the /,
    );
    expect(said('west', 100)[0]).toMatch(/East has not reported it\. .*silence says nothing\.$/);
    // Without a link there is no more to say than that, all the way.
    const tells = (alone['west'] ?? []).flatMap(({ explained }) => explained);
    expect([...new Set(tells.flatMap(({ says }) => says))]).toEqual([
      expect.stringMatching(
        /^Own sensors saw it .*; East has not reported it: no word comes from it\.$/,
      ),
    ]);
  });

  test("from West's infrared alone East reads when Gabala sees it, within the spread it states", () => {
    const said = of(toldAt('east', 'system', 250), 'gabala');
    expect(said?.now).toBe('below the horizon');
    const error = (since(said?.inViewFrom) ?? 0) - 292;
    expect(Math.abs(error)).toBeLessThan(said?.inViewSigmaS ?? 0);
    expect(Math.abs(error)).toBeLessThan(35);
  });

  test('from its first radar East reads when the second sees it, to seconds, and until when each did not', () => {
    const early = toldAt('east', 'system', 310);
    expect(Math.abs((since(of(early, 'armavir')?.inViewFrom) ?? 0) - 384)).toBeLessThan(3);
    for (const [second, id, until] of [
      [310, 'gabala', 292],
      [400, 'armavir', 384],
      [1000, 'gabala', 292],
    ] as const) {
      const before = of(toldAt('east', 'system', second), id)?.before;
      expect(before?.reason).toBe('below the horizon');
      expect(Math.abs((since(before?.until) ?? 0) - until)).toBeLessThan(5);
    }
  });

  test("from East's radar West reads five minutes ahead when its own sees it, and how the path ends", () => {
    const said = toldAt('west', 'system', 310);
    expect(Math.abs((since(of(said, 'kurecik')?.inViewFrom) ?? 0) - 610)).toBeLessThan(5);
    expect(of(said, 'kurecik')?.before?.reason).toBe('below the horizon');
    expect(of(said, 'fylingdales')).toMatchObject({ now: 'below the horizon', inViewFrom: null });
    expect(Math.abs((since(said?.path.at(-1)?.at) ?? 0) - 1085)).toBeLessThan(10);
  });

  test('own outlooks are those of a side without a link, and what the partner told has nothing own', () => {
    for (const side of ['west', 'east']) {
      const own = (told: readonly FeedTick[] | undefined): unknown =>
        told?.map((tick) => tick.outlooks.filter((outlook) => outlook.picture === 'own'));
      expect(own(ticks[side])).toEqual(own(alone[side]));
      const outlooks = alone[side]?.flatMap((tick) => tick.outlooks) ?? [];
      expect(outlooks.length).toBeGreaterThan(100);
      expect(outlooks.every((outlook) => outlook.picture === 'own')).toBe(true);
      expect(alone[side]?.every((tick) => tick.partner.events.length === 0)).toBe(true);
      const partner = side === 'west' ? 'east' : 'west';
      const told = ticks[side]?.flatMap((tick) => tick.partner.events) ?? [];
      expect(told.length).toBeGreaterThan(100);
      expect(told.flatMap((event) => event.evidence).every((e) => e.party === partner)).toBe(true);
      expect(ticks[side]?.at(-1)?.reports.every((report) => report.party === partner)).toBe(true);
      expect(ticks[side]?.at(-1)?.reports.length).toBeGreaterThan(0);
    }
  });
});
