// SPDX-License-Identifier: Apache-2.0
// A stream of frames that someone repeated, cut, exchanged or added to: what a session takes of it.

import { createRandom } from '@isthmus/earth';
import type { Frame } from '@isthmus/wire';
import { describe, expect, it } from 'vitest';
import { batch, entry, greeted, heartbeat, STANDING } from './testing/east-end.ts';

describe('a stream that was tampered with', () => {
  /** What west sends in an honest session after its hello: three batches, a mark after each. */
  const honest: readonly Frame[] = [
    { kind: 'credit', upTo: 1029 },
    { kind: 'cosignature', size: 5, line: 'l' },
    ...[10, 12, 14].flatMap((first) => [
      batch(first, 2),
      entry(first),
      entry(first + 1),
      heartbeat(first, first + 2),
    ]),
  ];

  /** Feeds frames; tells what was accepted and how it ended. */
  function feed(frames: readonly Frame[]): { taken: number[]; marks: number; end: string | null } {
    const session = greeted().session;
    const taken: number[] = [];
    let marks = 0;
    let end: string | null = null;
    for (const frame of frames) {
      for (const action of session.frame(frame)) {
        if (action.kind === 'mark') marks += 1;
        if (action.kind === 'close') end = action.reason;
        if (action.kind !== 'accept') continue;
        action.batch.entries.forEach((_, i) => taken.push(action.batch.first + i));
        session.accepted({ ...STANDING, mirrorSize: 10 + taken.length }, 'l');
      }
    }
    return { taken, marks, end };
  }

  const whole = [10, 11, 12, 13, 14, 15];

  it('is taken whole when nobody touched it', () => {
    expect(feed(honest)).toEqual({ taken: whole, marks: 3, end: null });
  });

  it('by repeating a frame, gives each entry once (EN 50159 repetition)', () => {
    honest.forEach((frame, at) => {
      const { taken, end } = feed([...honest.slice(0, at + 1), frame, ...honest.slice(at + 1)]);
      expect(taken).toEqual(whole.slice(0, taken.length));
      // The tick of a heartbeat may be said twice; everything else ends the session.
      expect(end === null, `frame ${at}: ${end}`).toBe(frame.kind === 'heartbeat');
    });
  });

  it('by leaving a frame out, gives no gap, and the next mark shows it (EN 50159 deletion)', () => {
    honest.forEach((frame, at) => {
      const { taken, end } = feed(honest.toSpliced(at, 1));
      const harmless = frame.kind === 'heartbeat' || frame.kind === 'cosignature';
      expect(end === null, `frame ${at}: ${end}`).toBe(harmless);
      expect(taken, `frame ${at}`).toEqual(harmless ? whole : whole.slice(0, taken.length));
    });
  });

  it('by exchanging two neighbours, gives no entry out of order (EN 50159 re-sequencing)', () => {
    for (let at = 0; at + 1 < honest.length; at += 1) {
      const [a, b] = [honest[at] as Frame, honest[at + 1] as Frame];
      const { taken, end } = feed(honest.toSpliced(at, 2, b, a));
      expect(taken).toEqual(whole.slice(0, taken.length));
      const unseen = end === null && (a.kind === 'entry' || b.kind === 'entry');
      expect(unseen, `frames ${at} and ${at + 1}`).toBe(false);
    }
  });

  it('by random repetition, deletion, insertion and exchange, stays a prefix', () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const random = createRandom(`tamper ${seed}`);
      const frames = [...honest];
      for (let n = 1 + random.integer(4); n > 0; n -= 1) {
        const at = random.integer(frames.length);
        const other = honest[random.integer(honest.length)] as Frame;
        const how = random.integer(3);
        if (how === 0) frames.splice(at, 1);
        else if (how === 1) frames.splice(at, 0, other);
        else frames[at] = other;
      }
      const { taken, marks } = feed(frames);
      expect(taken, `seed ${seed}`).toEqual(whole.slice(0, taken.length));
      expect(marks <= frames.length, `seed ${seed}`).toBe(true);
    }
  });
});
