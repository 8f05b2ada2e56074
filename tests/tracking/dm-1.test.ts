// SPDX-License-Identifier: Apache-2.0
// A recorded ascent to orbit: DM-1 (2 March 2019), speed and altitude of the second stage as shown in
// the webcast, put on its pad and azimuth, coasted on by gravity after cut-off and sampled by an
// invented radar. Read from ../shared/data, which is not part of this repository.

import { existsSync, readFileSync } from 'node:fs';
import { solvePositive } from '@isthmus/earth';
import { loadFlight, withFlight } from '@isthmus/sim/scenario';
import { expect, test } from 'vitest';
import { play, scenarioOf } from './play.ts';

const RECORD = new URL('../../../shared/data/falcon9/DM-1/stage2_raw.json', import.meta.url);

interface Columns {
  readonly time: readonly number[];
  readonly velocity: readonly number[];
  readonly altitude: readonly number[];
}

/**
 * The record with the altitude of its end drawn smooth. Shown in steps of a kilometre, the last of which
 * falls a second before the end, it would climb at 560 m/s there: so the last minute is a parabola
 * (least squares), which climbs at what the minute does.
 */
function smoothAtEnd({ time, velocity, altitude }: Columns): Columns {
  const end = time.at(-1) as number;
  const matrix = new Float64Array(9);
  const right = new Float64Array(3);
  const powers = (t: number): number[] => [1, (t - end) / 60, ((t - end) / 60) ** 2];
  time.forEach((t, k) => {
    if (t < end - 60) return;
    const u = powers(t);
    for (let i = 0; i < 9; i += 1) {
      matrix[i] = (matrix[i] as number) + (u[Math.floor(i / 3)] as number) * (u[i % 3] as number);
    }
    for (let i = 0; i < 3; i += 1) {
      right[i] = (right[i] as number) + (u[i] as number) * (altitude[k] as number);
    }
  });
  const fit = solvePositive(matrix, right, 3) as Float64Array;
  const drawn = time.map((t, k) =>
    t < end - 60
      ? (altitude[k] as number)
      : powers(t).reduce((sum, u, i) => sum + u * (fit[i] as number), 0),
  );
  return { time, velocity, altitude: drawn };
}

/** The radar of `falcon` stands where this azimuth passes; its launch is replaced by the record's. */
const template = scenarioOf('falcon-flight', [
  { at: '/sides/east', to: scenarioOf('falcon').sides.east },
  { at: '/durationS', to: 900 },
]);

test.skipIf(!existsSync(RECORD))(
  'DM-1 ends as a space launch, and is never called a missile (skipped where the recording is absent)',
  () => {
    const record = JSON.parse(readFileSync(RECORD, 'utf8')) as Columns;
    const scenario = withFlight(template, loadFlight(smoothAtEnd(record)));
    const events = new Set<string>();
    const said: string[] = [];
    play({ scenario, side: 'east', seed: 1, untilS: 700 }, ({ picture, warnings }) => {
      for (const { id, category } of picture.events) events.add(`${id} ${category}`);
      for (const { assessment, flight } of warnings) {
        const now = `${assessment}: ${flight?.kind}`;
        if (said.at(-1) !== now) said.push(now);
      }
    });
    expect([...events]).toEqual(['E1 launch']);
    expect(said).toContain('undetermined: under power');
    expect(said.at(-1)).toBe('space launch: space launch');
    expect(said.join()).not.toMatch(/missile|rocket/);
  },
);
