// SPDX-License-Identifier: Apache-2.0
import { addSeconds, type Instant } from '@isthmus/earth';
import type { Picture, PictureEvent, Warning } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import {
  burnOutState,
  estimateOf,
  eventOf,
  evidenceOf,
  LIFT_OFF,
  objectOf,
  pictureOf,
} from './testing.ts';
import { createWarnings, currentWarnings, stepWarnings } from './warnings.ts';

const at = (seconds: number): Instant => addSeconds(LIFT_OFF, seconds);
const firm = estimateOf(burnOutState(), { time: at(60), positionM: 500, velocityMps: 5 });
const infrared = evidenceOf({ source: 'infrared', sensors: ['satellite'] });
const radar = evidenceOf();

function run(...pictures: readonly Picture[]): readonly Warning[] {
  const state = createWarnings('own');
  for (const picture of pictures) stepWarnings(state, picture, picture.at);
  return currentWarnings(state);
}

function only(warnings: readonly Warning[]): Warning {
  const [warning] = warnings;
  if (warning === undefined || warnings.length !== 1) {
    throw new RangeError(`expected one warning, got ${warnings.length}`);
  }
  return warning;
}

describe('stages', () => {
  test('a launch seen by infrared is a cue, and its sentence names the sensor', () => {
    const warning = only(run(pictureOf(at(60), eventOf({ evidence: [infrared] }))));
    expect(warning.stage).toBe('cue');
    expect(warning.basis).toBe('infrared-only');
    expect(warning.history[0]?.because).toBe('Launch seen by own infrared (satellite).');
    expect(warning.impact).toEqual({ statement: 'none', because: 'launch not yet tracked' });
  });

  test('an object with a bounded estimate makes it tracked, two kinds of sensor confirmed', () => {
    const objects = [objectOf(firm)];
    const warning = only(
      run(
        pictureOf(at(59), eventOf({ evidence: [infrared] })),
        pictureOf(at(60), eventOf({ evidence: [infrared], objects })),
        pictureOf(at(61), eventOf({ evidence: [infrared, radar], objects })),
      ),
    );
    expect(warning.history.map((step) => [step.stage, step.at])).toEqual([
      ['cue', at(59)],
      ['tracked', at(60)],
      ['confirmed', at(61)],
    ]);
    expect(warning.basis).toBe('dual-phenomenology');
    expect(warning.assessment).toBe('missile');
    expect(warning.impact.statement).toBe('region');
  });
});

test('events of any other category get no warning', () => {
  for (const category of ['space-object', 'aircraft', 'undetermined'] as const) {
    const event: PictureEvent = eventOf({ category, objects: [objectOf(firm)] });
    expect(run(pictureOf(at(60), event))).toEqual([]);
  }
});
