// SPDX-License-Identifier: Apache-2.0
// A side that is given a catalogue of satellites, as its user meets it: what flies as one of them is
// told by its number; the journal alone brings the same state back; a spoilt file is refused by name.

import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addSeconds,
  createRandom,
  ecefFromGeodetic,
  geodeticFromDegrees,
  isoFromInstant,
  lookAngles,
} from '@isthmus/earth';
import type { Plot } from '@isthmus/picture';
import { elementSetsOfMessages, predictSatellite } from '@isthmus/tracking';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PreparedRun, prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { provision } from '../../apps/cli/src/demo/provision.ts';
import { openSide } from '../../apps/cli/src/side/open-side.ts';
import { Program } from './program.ts';

const SECONDS = 120;
const root = mkdtempSync(join(tmpdir(), 'isthmus-catalogue-'));
let run: PreparedRun;
let messages: readonly Record<string, unknown>[];

beforeAll(async () => {
  // Under terms that give nothing of it: what waits for a partner to be signed keeps snapshots waiting.
  const quiet = prepareRun(await readRun({ scenario: 'quiet-day', agreement: 'exercise' }), 1);
  messages = [messageOverhead(quiet)];
  const [west, east] = quiet.sides;
  run = { ...quiet, sides: [{ ...west, feed: plotsOf(quiet) }, east] };
});

afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

/** Mean elements of a made-up satellite that passes West's radar a minute after the first tick. */
function messageOverhead(of: PreparedRun): Record<string, unknown> {
  const at = addSeconds(of.firstTick, 60);
  const place = ecefFromGeodetic(geodeticFromDegrees(36, 42, 800_000));
  let best: Record<string, unknown> = {};
  let least = Number.POSITIVE_INFINITY;
  for (let node = 0; node < 360; node += 4) {
    for (let anomaly = 0; anomaly < 360; anomaly += 4) {
      const message = {
        OBJECT_NAME: 'MADE UP',
        NORAD_CAT_ID: 90001,
        EPOCH: isoFromInstant(of.firstTick),
        MEAN_MOTION: 14.2,
        ECCENTRICITY: 0.0005,
        INCLINATION: 65,
        RA_OF_ASC_NODE: node,
        ARG_OF_PERICENTER: 0,
        MEAN_ANOMALY: anomaly,
        BSTAR: 1e-5,
      };
      const [elements] = elementSetsOfMessages([message]);
      const there = elements === undefined ? null : predictSatellite(elements, at);
      if (there === null) continue;
      const distance = Math.hypot(...place.map((v, i) => v - (there.state[i] ?? 0)));
      if (distance >= least) continue;
      least = distance;
      best = message;
    }
  }
  return best;
}

/** What West's radar sees of it, a look a second. */
function plotsOf(of: PreparedRun): Plot[] {
  const radar = of.sides[0].sensors.find(({ id }) => id === 'kurecik');
  const [elements] = elementSetsOfMessages(messages);
  if (radar?.kind !== 'radar' || elements === undefined) throw new RangeError('no radar');
  const random = createRandom('catalogue');
  return Array.from({ length: SECONDS }, (_, id): Plot => {
    const time = addSeconds(of.firstTick, id + 0.1);
    const [x = 0, y = 0, z = 0] = predictSatellite(elements, time)?.state ?? [];
    const look = lookAngles(radar.site, [x, y, z]);
    return {
      kind: 'radar',
      id,
      sensor: radar.id,
      time,
      arrival: addSeconds(time, 0.3),
      rangeM: look.rangeM + radar.noise.rangeM * random.normal(),
      azimuthRad: look.azimuthRad + radar.noise.azimuthRad * random.normal(),
      elevationRad: look.elevationRad + radar.noise.elevationRad * random.normal(),
    };
  });
}

/** Both sides in a folder of their own; the path of West's side.yaml. */
async function side(name: string): Promise<string> {
  const configs = await provision(run, join(root, name), 1);
  return configs['west'] ?? '';
}

function give(config: string, text: string): void {
  writeFileSync(join(config, '..', 'satellites'), text);
  appendFileSync(config, 'catalogue: satellites\n');
}

/** Takes turns of a side without its link; what it says it sees. */
async function turns(config: string, from: number, until: number): Promise<string[]> {
  const seen: string[] = [];
  const opened = await openSide(
    config,
    {
      onFeed: (record) => {
        if (record.kind === 'note' && record.about === 'sees') seen.push(record.text);
      },
      onDecision: () => {},
      onFault: (text) => {
        throw new Error(text);
      },
    },
    { conducted: true },
  );
  for (let s = from; s < until; s += 1) await opened.shell.turn(addSeconds(run.firstTick, s), true);
  await opened.close();
  return seen;
}

async function typed(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const program = new Program(args);
  try {
    return { code: await program.closed, out: program.out, err: program.err };
  } finally {
    program.end();
  }
}

test('a satellite of the catalogue is told by its number, and is something unknown without', async () => {
  const without = await side('without');
  const unknown = await turns(without, 0, SECONDS);
  expect(unknown[0]).toContain('something not yet determined');
  expect(unknown.join()).not.toContain('catalogue');
  const listed = await side('listed');
  give(listed, JSON.stringify(messages));
  expect(await turns(listed, 0, SECONDS)).toEqual([
    'Sees satellite 90001 of the catalogue, which is no cause for a warning (E1) with kurecik.',
  ]);
});

test('a catalogue given between two turns, and gone since, is in the journal: replay agrees', async () => {
  const config = await side('later');
  const before = await turns(config, 0, 40);
  give(config, JSON.stringify(messages));
  const after = await turns(config, 40, SECONDS);
  expect(before.join()).not.toContain('90001');
  expect(after.join()).toContain('satellite 90001');
  rmSync(join(config, '..', 'satellites'));
  const replayed = await typed('replay', config, '--json');
  expect(replayed.err).toBe('');
  expect(JSON.parse(replayed.out)).toMatchObject({ turns: SECONDS, snapshotAgrees: true });
  const without = readFileSync(config, 'utf8').replace('catalogue: satellites\n', '');
  writeFileSync(config, without);
  await turns(config, SECONDS, SECONDS + 1);
  const again = await typed('replay', config, '--json');
  expect(JSON.parse(again.out)).toMatchObject({ turns: SECONDS + 1, snapshotAgrees: true });
});

// A published verification case of SGP4 (AIAA 2006-6753).
const PAIR = [
  '1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753',
  '2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667',
];

test('elements that are too old to count are told of at the start, and not where the time is a conductor’s', async () => {
  const config = await side('old');
  const [fresh] = messages;
  const named = (number: number, epoch: string) => ({
    ...fresh,
    NORAD_CAT_ID: number,
    EPOCH: epoch,
  });
  const ofNow = new Date().toISOString().replace('Z', '');
  give(config, JSON.stringify([named(90002, '2012-06-01T00:00:00'), named(90003, ofNow)]));
  const faults: string[] = [];
  const outputs = {
    onFeed: () => {},
    onDecision: () => {},
    onFault: (text: string) => faults.push(text),
  };
  for (const conducted of [true, false]) {
    const opened = await openSide(config, outputs, { conducted });
    await opened.close();
    expect(faults).toHaveLength(conducted ? 0 : 1);
  }
  expect(faults[0]).toMatch(
    /^satellites: 1 of 2 satellites have elements more than 15 days from now, the first of them 90002 \(MADE UP\): they count for nothing, .* put newer ones in its place, and start again$/,
  );
});

test('two-line elements are taken, and what is spoilt is refused by name and place with exit code 2', async () => {
  const config = await side('refused');
  give(config, `VANGUARD 1\n${PAIR.join('\n')}\n`);
  await turns(config, 0, 1);
  const file = join(config, '..', 'satellites');
  for (const [text, message] of [
    [
      `VANGUARD 1\n${PAIR.join('\n').replace('34.2682', '34.2683')}\n`,
      'satellites: line 3: the checksum does not match; fetch the file anew',
    ],
    [
      JSON.stringify([{ ...messages[0], INCLINATION: 'steep' }]),
      'satellites: message 0: INCLINATION is not a number; fetch the file anew',
    ],
    ['[{', 'satellites: not JSON'],
    ['<html>\n', 'satellites: names no satellite; it must be two-line elements, or'],
    [null, 'satellites: there is no such file'],
  ] as const) {
    if (text === null) rmSync(file);
    else writeFileSync(file, text);
    const refused = await typed('node', '--config', config);
    expect([refused.code, refused.out]).toEqual([2, '']);
    expect(refused.err).toContain(message);
  }
});
