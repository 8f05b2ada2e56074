// SPDX-License-Identifier: Apache-2.0
import { createRandom } from '@isthmus/earth';
import { expect, it } from 'vitest';
import { LIMITS } from './limits.ts';
import { TrackRoom } from './track-room.ts';

it('leaves a link alone that takes all that is recorded, however much it is', () => {
  const room = new TrackRoom();
  for (let turn = 0; turn < 100; turn += 1) expect(room.turn(turn * 5000, turn * 5000)).toBe(null);
});

it('W-118 lets no more than a batch wait on a link that takes less than there is, and uses what it takes', () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const random = createRandom(`lane ${seed}`);
    const perTurn = 1 + random.integer(4000);
    const room = new TrackRoom();
    let recorded = 5000;
    let sent = 0;
    let sentBefore = 0;
    for (let turn = 0; turn < 200; turn += 1) {
      const most = room.turn(recorded, sent);
      recorded += Math.min(5000, most ?? 5000);
      sentBefore = sent;
      sent = Math.min(recorded, sent + perTurn);
      // The burst that nothing announced has gone: from then on a report waits for one batch.
      const waiting = sent > 5000 ? recorded - sent : 0;
      expect(waiting, `seed ${seed}, turn ${turn}`).toBeLessThanOrEqual(LIMITS.lane.batch);
    }
    expect(sent - sentBefore, `seed ${seed}`).toBe(perTurn);
  }
});

it('is free again when nothing has waited for three turns', () => {
  const room = new TrackRoom();
  room.turn(1000, 0);
  expect(room.turn(1000, 500)).toBe(256);
  expect(room.turn(1000, 1000)).toBe(756);
  expect(room.turn(1000, 1000)).toBe(256);
  expect(room.turn(1000, 1000)).toBe(null);
});
