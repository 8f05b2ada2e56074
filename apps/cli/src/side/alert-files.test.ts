// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSeconds, geodeticFromDegrees, instantFromIso } from '@isthmus/earth';
import type { FeedTick, Warning } from '@isthmus/picture';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AlertFiles, readPlaces } from './alert-files.ts';

const START = instantFromIso('2012-06-01T11:40:00Z');
const issuer = {
  sender: 'west.example',
  senderName: 'West',
  mode: 'exercise',
  addresses: [],
} as const;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isthmus-alerts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

function warningAt(second: number, part: Partial<Warning> = {}): Warning {
  return {
    id: 'system-1',
    event: 'e',
    stage: 'tracked',
    basis: 'single-radar',
    history: [{ stage: 'cue', at: START, because: 'seen' }],
    assessment: 'missile',
    objectCountAtLeast: 1,
    launch: null,
    impact: {
      statement: 'region',
      centre: geodeticFromDegrees(43, 34),
      covarianceM2: [4e8, 0, 4e8],
      probability: 0.9,
      areaKm2: 5787,
      time: addSeconds(START, 1000),
      timeSigmaS: 5,
    },
    evidence: [
      {
        party: 'own',
        source: 'radar',
        sensors: ['gabala'],
        firstSeen: START,
        lastSeen: addSeconds(START, second),
        looks: 9,
      },
    ],
    ...part,
  };
}

const tickOf = (second: number, ...systemWarnings: readonly Warning[]): FeedTick =>
  ({ kind: 'tick', at: addSeconds(START, second), systemWarnings }) as unknown as FeedTick;

const found = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.xml'));
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

async function said(...ticks: readonly FeedTick[]): Promise<void> {
  const files = await AlertFiles.open(folder, {
    issuer,
    places: null,
    onFault: (text) => expect.unreachable(text),
  });
  for (const tick of ticks) files.take(tick);
  await files.idle();
}

test('an alert lies there with its cancel ready; an update replaces the cancel, and the withdrawal fills it in', async () => {
  await said(tickOf(100, warningAt(100)), tickOf(101, warningAt(101)));
  const [ready = '', alert = ''] = found().sort((a, b) => b.length - a.length);
  expect(found()).toHaveLength(2);
  expect(ready).toBe(alert.replace('.xml', '-cancel.xml'));
  expect(read(ready)).toContain('<msgType>Cancel</msgType>');
  expect(read(ready)).toContain(`<references>west.example,${alert.replace('.xml', '')},`);
  // Another node goes on where this one ended: an update, not a second alert.
  await said(tickOf(110, warningAt(110, { stage: 'confirmed' })));
  const update = found().find((name) => name.endsWith('-2.xml')) ?? '';
  expect(read(update)).toContain('<msgType>Update</msgType>');
  expect(found()).not.toContain(ready);
  const history = [
    ...warningAt(110).history,
    { stage: 'cancelled', at: START, because: '', by: ['A'], reason: 'exercise-data' } as const,
  ];
  await said(tickOf(120, warningAt(120, { stage: 'cancelled', history })));
  const cancel = read(update.replace('.xml', '-cancel.xml'));
  expect(cancel).toContain('<sent>2012-06-01T11:42:00-00:00</sent>');
  expect(cancel).toContain('exercise or test data had come into the picture');
  expect(cancel).toContain(alert.replace('.xml', ''));
  expect(found()).toHaveLength(3);
  // Neither names nor what was typed goes out.
  expect(cancel).not.toContain('>A<');
});

test('a warning of the same number in a record begun anew is another warning', async () => {
  await said(tickOf(100, warningAt(100)));
  const later = [{ stage: 'cue', at: addSeconds(START, 90_000), because: '' } as const];
  await said(tickOf(90_001, warningAt(90_001, { history: later })));
  const alerts = found().filter((name) => !name.includes('cancel'));
  expect(alerts.map((name) => /<msgType>(\w+)</.exec(read(name))?.[1])).toEqual(['Alert', 'Alert']);
});

test('a flood of a partner is said in turn, own evidence first', async () => {
  const theirs = Array.from({ length: 30 }, (_, i) =>
    warningAt(100, { id: `system-${i + 2}`, evidence: [], basis: 'partner-only' }),
  );
  await said(tickOf(100, ...theirs, warningAt(100)));
  const first = found().filter((name) => !name.includes('cancel'));
  expect(first).toHaveLength(4);
  expect(first.some((name) => name.startsWith('exercise-system-1-'))).toBe(true);
});

test('places are read with the hash of their file, and what is none is refused with its name', async () => {
  const file = join(folder, 'places.geojson');
  const ring = [
    [33, 42],
    [35, 42],
    [35, 44],
    [33, 42],
  ];
  const feature = {
    type: 'Feature',
    properties: { name: 'Shore' },
    geometry: { type: 'Polygon', coordinates: [ring] },
  };
  writeFileSync(file, JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
  const places = await readPlaces(file);
  expect(places.version).toMatch(/^[0-9a-f]{64}$/);
  const files = await AlertFiles.open(folder, { issuer, places, onFault: () => {} });
  files.take(tickOf(100, warningAt(100)));
  await files.idle();
  const alert = read(found().find((name) => !name.includes('cancel')) ?? '');
  expect(alert).toContain('with the probability of each: Shore (');
  expect(alert).toContain(places.version);
  writeFileSync(file, JSON.stringify({ type: 'FeatureCollection', features: [{}] }));
  await expect(readPlaces(file)).rejects.toThrow(/places\.geojson: feature 1/);
});
