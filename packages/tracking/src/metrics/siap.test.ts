// SPDX-License-Identifier: Apache-2.0
import { createRandom, type Random } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { commonality, type HeldObject, type SiapScan, type SiapTrack, siap } from './siap.ts';

function track(name: string, object: string | null, more: Partial<SiapTrack> = {}): SiapTrack {
  return { track: name, object, positionErrorM: 10, velocityErrorMps: 1, identity: null, ...more };
}

function scan(timeS: number, objects: string, tracks: readonly SiapTrack[]): SiapScan {
  const present = objects.split('').map((object) => ({ object, identity: object.toLowerCase() }));
  return { timeS, objects: present, tracks };
}

test('a picture worked by hand', () => {
  const found = siap([
    scan(0, 'AB', [track('1', 'A', { identity: 'a' }), track('9', null)]),
    scan(2, 'AB', [
      track('1', 'A', { identity: 'a', positionErrorM: 30 }),
      track('2', 'A', { identity: 'x', velocityErrorMps: 5 }),
    ]),
    scan(4, 'AB', [track('2', 'A', { identity: 'x' }), track('3', 'B')]),
    scan(8, 'B', [track('3', 'B', { identity: 'b' })]),
  ]);
  expect(found).toEqual({
    completeness: 5 / 7,
    ambiguity: 6 / 5,
    spuriousness: 1 / 7,
    positionErrorM: 80 / 6,
    velocityErrorMps: 10 / 6,
    // A: tracks 1 then 2, held 0 to 4 s. B: one track, held 4 to 8 s.
    trackChangesPerS: 1 / 8,
    // A: 2 s of 4 s under one number. B: 4 s of 8 s.
    longestSegment: 6 / 12,
    // A at 0, 2, 4 s and B at 8 s are named; B at 4 s is not.
    identityCompleteness: 4 / 5,
    identityCorrectness: 2 / 5,
    identityAmbiguity: 1 / 5,
  });
});

test('empty denominators give 0, and 1 for the ambiguity', () => {
  const zero = {
    completeness: 0,
    ambiguity: 1,
    spuriousness: 0,
    positionErrorM: 0,
    velocityErrorMps: 0,
    trackChangesPerS: 0,
    longestSegment: 0,
    identityCompleteness: 0,
    identityCorrectness: 0,
    identityAmbiguity: 0,
  };
  expect(siap([])).toEqual(zero);
  expect(siap([scan(0, '', [])])).toEqual(zero);
  expect(siap([scan(0, 'A', []), scan(1, 'A', [])])).toEqual(zero);
});

/** Scans in which each of three tracks wanders over two objects or none. */
function wandering(random: Random): SiapScan[] {
  const held: (string | null)[] = [null, null, null];
  return Array.from({ length: 8 }, (_, i) => {
    held.forEach((_object, k) => {
      if (random.chance(2, 5)) held[k] = ['A', 'B', null][random.integer(3)] as string | null;
    });
    return scan(
      i * i,
      'AB',
      held.map((object, k) => track(String(k), object)),
    );
  });
}

test('track changes and held time are those of trying every set of segments', () => {
  for (let run = 0; run < 200; run += 1) {
    const seed = `siap/${run}`;
    const scans = wandering(createRandom(seed));
    let changes = 0;
    let heldS = 0;
    for (const object of ['A', 'B']) {
      const holds = (k: number, i: number): boolean =>
        scans[i]?.tracks.some((t) => t.track === String(k) && t.object === object) === true;
      const covered = scans.flatMap((_, i) => ([0, 1, 2].some((k) => holds(k, i)) ? [i] : []));
      if (covered.length === 0) continue;
      const segments: number[][] = [];
      for (let k = 0; k < 3; k += 1) {
        for (let i = 0; i < scans.length; i += 1) {
          if (!holds(k, i)) continue;
          if (i > 0 && holds(k, i - 1)) segments.at(-1)?.push(i);
          else segments.push([i]);
        }
      }
      let fewest = Number.POSITIVE_INFINITY;
      for (let set = 1; set < 1 << segments.length; set += 1) {
        const chosen = segments.filter((_, s) => (set & (1 << s)) !== 0);
        const reached = new Set(chosen.flat());
        if (covered.every((i) => reached.has(i))) fewest = Math.min(fewest, chosen.length);
      }
      changes += fewest - 1;
      for (let i = 1; i < scans.length; i += 1) {
        const isHeld = [0, 1, 2].some((k) => holds(k, i - 1) && holds(k, i));
        if (isHeld) heldS += (scans[i]?.timeS ?? 0) - (scans[i - 1]?.timeS ?? 0);
      }
    }
    const expected = heldS === 0 ? 0 : changes / heldS;
    expect(siap(scans).trackChangesPerS, seed).toBeCloseTo(expected, 12);
  }
});

test('commonality asks for number, identity and place, of every side', () => {
  const held = (object: string, more: Partial<HeldObject> = {}): HeldObject => ({
    object,
    track: `track ${object}`,
    identity: 'missile',
    positionM: [0, 0, 0],
    ...more,
  });
  const own = [held('A'), held('B'), held('C'), held('D'), held('E')];
  const theirs = [
    held('A', { positionM: [0, 3, 4] }),
    held('B', { positionM: [0, 3, 5] }),
    held('C', { track: 'another' }),
    held('D', { identity: 'aircraft' }),
    held('F'),
  ];
  expect(commonality([own, theirs], 5)).toBe(1 / 6);
  expect(commonality([own, own, own], 5)).toBe(1);
  expect(commonality([own, own, theirs], 5)).toBe(1 / 6);
  expect(commonality([[], []], 5)).toBe(1);
  expect(commonality([own, []], 5)).toBe(0);
});
