// SPDX-License-Identifier: Apache-2.0
// Notices as a user meets them: the command on the examples, its errors, what the simulator really
// flies announced to the digit, and what a node prints of a launch matched with a notice of it.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addSeconds,
  createRandom,
  degreesFromRadians,
  geodesicInverse,
  geodeticFromEcef,
  secondsBetween,
} from '@isthmus/earth';
import type { AnnouncedLaunch } from '@isthmus/picture';
import { buildTruth, type Scenario, SimError } from '@isthmus/sim/scenario';
import {
  checkFlight,
  matchNotices,
  noticeHistories,
  parseNotices,
  readSeen,
  type Seen,
} from '@isthmus/warning';
import { afterAll, describe, expect, test } from 'vitest';
import { prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { runInProcess } from '../../apps/cli/src/demo/run-in-process.ts';
import { ROOT } from '../../apps/cli/src/repository.ts';
import { loadScenario } from '../../apps/cli/src/scenario-file.ts';
import { type LaunchSummary, summariseScenario } from '../../apps/cli/src/scenario-summary.ts';
import { Program } from './program.ts';

const FLIGHTS = join(ROOT, 'docs/examples/announced-flights.yaml');
const NOTICES = join(ROOT, 'docs/examples/notices.yaml');
const SEEN = join(ROOT, 'docs/examples/seen.ndjson');
const folder = mkdtempSync(join(tmpdir(), 'isthmus-pln-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(
  ...args: readonly string[]
): Promise<Program & { readonly code: number | null }> {
  const program = new Program(['pln', ...args]);
  const code = await program.closed;
  program.end();
  return Object.assign(program, { code });
}

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('the command', () => {
  test('of thirteen flights it finds the one that cannot be true', async () => {
    const { out, err, code } = await run('check', FLIGHTS, '--json');
    expect(err).toBe('');
    expect(code).toBe(1);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly notice: string; readonly verdict: string });
    expect(lines).toHaveLength(13);
    const those = (verdict: string): string[] =>
      lines.filter((line) => line.verdict === verdict).map(({ notice }) => notice);
    expect(those('impossible')).toEqual(['2022-03-24-claimed-hwasong-17']);
    expect(those('unusual')).toEqual(['2017-08-29-hwasong-12']);
    expect(out).toContain('"energyRangeM":"every place"');
  });

  test('in words it names margin and models, and what a regime misses', async () => {
    const flights = await run('check', FLIGHTS);
    expect(flights.out).toContain('2022-03-24-claimed-hwasong-17 (dprk): IMPOSSIBLE');
    expect(flights.out).toContain('4,075 s thrown, -23 s left for the boost');
    expect(flights.out).toContain('by the range flown SRBM; by its energy ICBM');
    const notices = await run('check', NOTICES);
    expect(notices.out).toContain('direction: missing: the Hague Code asks for it');
    expect(notices.code).toBe(1);
  });

  test('notices against what was seen: each of the answers', async () => {
    const { out, code } = await run(
      'match',
      NOTICES,
      '--seen',
      SEEN,
      '--at',
      '1995-02-12T00:00:00Z',
    );
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual([
      'own-1: announced and seen: andoya-1995-01 (norway), over 99 %, matched',
      'own-2: SEEN AND NOT ANNOUNCED: south-1995-07 (south): would fit, but was cancelled before',
      'north-1995-03 (north): announced and not seen: its window closed at 1995-01-28T00:00:00.000Z; a launch in it would have been seen with 71 %',
      'south-1995-07 (south): cancelled',
      '',
    ]);
  });

  test('of a place it says whether a launch heads away from it', async () => {
    const ask = ['match', NOTICES, '--seen', SEEN, '--at', '1995-02-12T00:00:00Z', '--json'];
    const moscow = await run(...ask, '--place', '55.75,37.62');
    expect(JSON.parse(moscow.out)).toMatchObject({
      headings: { 'own-1': 'away', 'own-2': 'not away' },
    });
    const south = await run(...ask, '--place=-33.9,-60.5');
    expect(JSON.parse(south.out)).toMatchObject({ headings: { 'own-1': 'away' } });
  });

  test('while a window is open nothing is missed; nothing at all is no empty sky', async () => {
    const at = ['--at', '1995-01-25T12:00:00Z'];
    const early = await run('match', NOTICES, '--seen', SEEN, ...at);
    expect(early.out).toContain('north-1995-03 (north): window open');
    expect(early.code).toBe(0);
    const none = written('none.yaml', 'notices: []\n');
    const nothing = await run('match', none, '--seen', written('none.ndjson', '\n'), ...at);
    expect(nothing.out).toContain('no proof of an empty sky');
  });

  test.each([
    ['a field of a notice', 'regime: other', 'regime: others', 'notices.0.regime: expected one of'],
    [
      'a time of no zone',
      '1995-01-15T00:00:00Z',
      '1995-01-15',
      'notices.0.window.from: expected text',
    ],
    [
      'a change of nothing',
      'of: south-1995-07',
      'of: south',
      'notices.3.of: there is no notice "south"',
    ],
  ])('%s that is wrong is told with file, line and field', async (_, from, to, says) => {
    const text = readFileSync(NOTICES, 'utf8');
    const line = text.slice(0, text.indexOf(from)).split('\n').length;
    const file = written('wrong.yaml', text.replace(from, to));
    const { err, code } = await run('check', file);
    expect(code).toBe(2);
    expect(err).toContain(`${file}:${line}: ${says}`);
  });

  test.each([
    ['no JSON', '{', ': not JSON'],
    ['an unknown kind', '{"kind":"tracks"}', ': kind: expected "launch"'],
    ['half a direction', '"azimuthSigmaDeg":3,', ': azimuthSigmaDeg: expected a number here'],
  ])('a line of what was seen that is %s is told with its number', async (_, broken, says) => {
    const text = readFileSync(SEEN, 'utf8');
    const isPart = text.includes(broken);
    const spoilt = isPart ? text.replace(broken, '') : `${text}${broken}\n`;
    const file = written('wrong.ndjson', spoilt);
    const { err, code } = await run('match', NOTICES, '--seen', file);
    expect(code).toBe(2);
    expect(err).toContain(`${file}:${isPart ? 1 : 4}${says}`);
  });

  test('what it does not know it refuses', async () => {
    expect((await run('match', NOTICES)).err).toContain('usage: isthmus pln check');
    expect((await run('check', NOTICES, '--at', 'x')).code).toBe(2);
    const when = await run('match', NOTICES, '--seen', SEEN, '--at', 'yesterday');
    expect(when.err).toContain('--at takes an instant in UTC');
    const where = await run('match', NOTICES, '--seen', SEEN, '--place', 'Moscow');
    expect(where.err).toContain('--place takes latitude and longitude in degrees');
  });
});

/** A launch of the simulator as its side would announce it. */
function announcedAs(
  launch: {
    readonly apogeeKm: number;
    readonly rangeKm: number;
    readonly azimuthDeg: number;
    readonly timeS: number;
  },
  site: { readonly latitudeDeg: number; readonly longitudeDeg: number },
): AnnouncedLaunch {
  const document = {
    notices: [
      {
        kind: 'notice',
        id: 'n',
        regime: 'other',
        from: 'us',
        given: '2012-01-01T00:00:00Z',
        launchArea: {
          kind: 'circle',
          latitudeDeg: site.latitudeDeg,
          longitudeDeg: site.longitudeDeg,
          radius: { value: 10, unit: 'km' },
        },
        direction: { valueDeg: Math.round(launch.azimuthDeg) },
        range: { value: Math.round(launch.rangeKm), unit: 'km' },
        apogee: { value: Math.round(launch.apogeeKm), unit: 'km' },
        flightTime: { value: Math.round(launch.timeS), unit: 's' },
      },
    ],
  };
  const [history] = noticeHistories(parseNotices(document));
  if (history === undefined) throw new Error('no notice');
  return history.notice.launch;
}

describe('what the simulator flies, announced to the kilometre and second', () => {
  test.each(['black-sea', 'norwegian-sea', 'two-launches', 'hwasong-15'])(
    '%s is plausible',
    async (name) => {
      let flown: Scenario | null = null;
      const summary = await loadScenario(join(ROOT, `scenarios/${name}.yaml`), (scenario) => {
        flown = scenario;
        return summariseScenario(scenario);
      });
      const sites = (flown as Scenario | null)?.launches.map(({ site }) => site) ?? [];
      expect(summary.launches.length).toBeGreaterThan(0);
      summary.launches.forEach((launch: LaunchSummary, i) => {
        const { apogeeKm, rangeKm, azimuthDeg, timeS } = launch;
        const site = sites[i];
        if (
          apogeeKm === null ||
          rangeKm === null ||
          azimuthDeg === null ||
          timeS === null ||
          !site
        ) {
          throw new Error(`${launch.id} does not come down`);
        }
        const check = checkFlight(announcedAs({ apogeeKm, rangeKm, azimuthDeg, timeS }, site));
        expect(check.verdict, check.because).toBe('plausible');
      });
    },
  );

  test('so are flights like the default one from anywhere to anywhere', async () => {
    const base = await loadScenario(join(ROOT, 'scenarios/black-sea.yaml'), (scenario) => scenario);
    const [launch] = base.launches;
    if (launch?.kind !== 'guided') throw new Error('no guided launch');
    const random = createRandom('elsewhere');
    const within = (low: number, high: number): number => low + (high - low) * random.uniform();
    let flown = 0;
    for (let i = 0; i < 12; i += 1) {
      const site = { latitudeDeg: within(-60, 60), longitudeDeg: within(-180, 180), heightM: 0 };
      const { targets } = launch;
      const moved = {
        ...launch,
        site,
        azimuthDeg: within(0, 360),
        targets: {
          ...targets,
          burnoutSpeedKmps: null,
          apogeeKm: targets.apogeeKm * within(0.95, 1.05),
          rangeKm: (targets.rangeKm ?? 3000) * within(0.95, 1.05),
        },
      };
      const scenario = { ...base, launches: [moved], satellites: [] };
      const figures = figuresOf(scenario);
      if (figures === null) continue;
      flown += 1;
      const check = checkFlight(announcedAs(figures, site));
      expect(check.verdict, `seed "elsewhere", flight ${i}: ${check.because}`).toBe('plausible');
    }
    expect(flown).toBeGreaterThan(6);
  });
});

/** Null where no ascent of these stages gets there. */
function figuresOf(scenario: Scenario): Parameters<typeof announcedAs>[0] | null {
  try {
    const truth = buildTruth(scenario, 1);
    const [launch] = truth.launches;
    const payload = truth.objects.find(({ id }) => id === launch?.payload);
    if (launch === undefined || payload === undefined || launch.impact === null) return null;
    const timeS = secondsBetween(launch.liftoff, launch.impact.time);
    const line = geodesicInverse(launch.site, launch.impact.point);
    let apogeeM = 0;
    for (let t = 0; t < timeS; t += 1) {
      const state = payload.stateAt(addSeconds(payload.from, t)) ?? [0, 0, 0];
      const at = [state[0] ?? 0, state[1] ?? 0, state[2] ?? 0] as const;
      apogeeM = Math.max(apogeeM, geodeticFromEcef(at).heightM);
    }
    const azimuthDeg = (degreesFromRadians(line.azimuthRad) + 360) % 360;
    return { apogeeKm: apogeeM / 1000, rangeKm: line.distanceM / 1000, azimuthDeg, timeS };
  } catch (error) {
    if (error instanceof SimError && error.code === 'no-solution') return null;
    throw error;
  }
}

test('what a node prints of a launch matches a notice of it, and not one of another', async () => {
  const whole = prepareRun(await readRun({ scenario: 'black-sea' }), 1);
  const short = { ...whole, lastTick: addSeconds(whole.firstTick, 260) };
  const seen: Record<string, Seen> = {};
  await runInProcess(short, {
    onTicks: (name, ticks) => {
      const side: Seen = { launches: new Map(), watched: [] };
      // Through text, as a file of what `isthmus node` prints.
      for (const tick of ticks) readSeen(side, JSON.parse(JSON.stringify(tick)));
      seen[name] = side;
    },
  });
  const launch = whole.scenario.launches[0];
  if (launch?.kind !== 'guided') throw new Error('no guided launch');
  const answersTo = (side: string, offDeg = 0) => {
    const document = {
      notices: [
        {
          kind: 'notice',
          id: 'of-it',
          regime: 'hague-code-2002',
          from: 'third',
          given: '2012-05-01T00:00:00Z',
          class: 'MRBM',
          window: { from: '2012-06-01T08:00:00Z', until: '2012-06-01T14:00:00Z' },
          launchArea: {
            kind: 'circle',
            latitudeDeg: launch.site.latitudeDeg + offDeg,
            longitudeDeg: launch.site.longitudeDeg,
            radius: { value: 20, unit: 'km' },
          },
          direction: { valueDeg: launch.azimuthDeg, toleranceDeg: 5 },
        },
      ],
    };
    return matchNotices({
      histories: noticeHistories(parseNotices(document)),
      seen: [...(seen[side]?.launches.values() ?? [])],
      watched: [],
      at: short.lastTick,
    }).launches;
  };
  for (const side of ['west', 'east']) {
    expect(answersTo(side)).toMatchObject([{ answer: 'announced and seen', certainty: 'matched' }]);
    // One satellite knows the place to some kilometres, and the direction to some 50 degrees, which
    // rules out no notice: one from 3 degrees farther north is another's.
    expect(answersTo(side, 3)).toMatchObject([
      { answer: 'seen and not announced', near: [{ misfit: 'place' }] },
    ]);
  }
});
