// SPDX-License-Identifier: Apache-2.0
// Much at once, and a clock that is wrong: what a side must bear without ending the session.

import { setTimeout as sleep } from 'node:timers/promises';
import { addSeconds, type Instant } from '@isthmus/earth';
import { randomBytes } from '@isthmus/seal';
import { newTrack, withdrawal } from './batch-cases.ts';
import { type Case, FAIL, PASS } from './case.ts';
import { entryOf } from './own-log.ts';
import type { Player } from './player.ts';

const BATCH_MAX = 256;
/** 15 MiB, nearly four ticks at the 4 MiB of the default, in batches of less than 1 MiB. */
const HEAVY = { batches: 15, entries: 17, releaseBytes: 61_440 } as const;
/** Under the default bound it takes three ticks and more; under one of twice as much, more than one. */
const HEAVY_MS_MIN = 1000;
const HEAVY_MS_MAX = 20_000;
/** More new tracks than the default bucket holds. */
const TRACKS = 4352;
/** The most that may lie between two heartbeats, ms: half of what an honest side would call silence (W-112). */
const BEAT_GAP_MS_MAX = 5000;
const AHEAD_S = 3;

/** The longest time between two heartbeats of the other side while something is done, ms. */
async function longestPause(player: Player, act: () => Promise<void>): Promise<number> {
  const times = [performance.now()];
  let heard = player.frames('heartbeat').length;
  const watch = setInterval(() => {
    const count = player.frames('heartbeat').length;
    if (count > heard) times.push(performance.now());
    heard = count;
  }, 50);
  try {
    await act();
  } finally {
    clearInterval(watch);
  }
  times.push(performance.now());
  return Math.max(...times.map((at, i) => at - (times[i - 1] ?? at)));
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const BYTES: Case = {
  clauses: ['W-116'],
  sent: `${HEAVY.batches} batches at once of ${HEAVY.entries} entries of 60 KiB, none of which is an item`,
  expected:
    'the receipts, not all in one tick, since what a tick may cost is bounded; meanwhile its heartbeats, and no close',
  play: async ({ kit, session }) => {
    const batches = Array.from({ length: HEAVY.batches }, () =>
      Array.from({ length: HEAVY.entries }, () => entryOf(randomBytes(HEAVY.releaseBytes))),
    );
    const from = performance.now();
    const gapMs = await longestPause(session, () => kit.giveAll(session, batches, HEAVY_MS_MAX));
    const took = performance.now() - from;
    if (gapMs > BEAT_GAP_MS_MAX) return FAIL(`no heartbeat for ${seconds(gapMs)}`);
    const says = `15 MiB in ${seconds(took)}`;
    return took < HEAVY_MS_MIN ? FAIL(`${says}: no bound is seen`) : PASS(says);
  },
};

const MANY: Case = {
  clauses: ['W-117'],
  sent: `${TRACKS} new tracks of one event in ${TRACKS / BATCH_MAX} batches at once, and its withdrawal`,
  expected: 'a receipt for each batch, its heartbeats, and no close',
  play: async (stage) => {
    const { kit, session } = stage;
    const event = randomBytes(16);
    const batches = Array.from({ length: TRACKS / BATCH_MAX }, () =>
      Array.from({ length: BATCH_MAX }, () => entryOf(newTrack(stage, event))),
    );
    const gapMs = await longestPause(session, () => kit.giveAll(session, batches, HEAVY_MS_MAX));
    await kit.give(session, [entryOf(withdrawal(stage, event))]);
    return gapMs > BEAT_GAP_MS_MAX
      ? FAIL(`no heartbeat for ${seconds(gapMs)}`)
      : PASS(`${TRACKS} cosigned`);
  },
};

/** A heartbeat of a side whose clock is ahead, with the echo from which the other computes it. */
function beatAhead(player: Player, ahead: Instant): void {
  const { kit } = player;
  const last = player.heardLast;
  const echo =
    last === null ? null : { sentAt: last.sentAt, ageUs: Math.max(0, kit.now() - last.cameAt) };
  player.send(player.heartbeat({ at: ahead, clock: { sentAt: ahead, echo } }));
}

const CLOCK: Case = {
  clauses: ['W-120', 'W-119'],
  sent: `heartbeats of a clock that is ${AHEAD_S} s ahead, and then ${2 * AHEAD_S}`,
  expected: 'the receipt for what comes then, its heartbeats, and no close',
  play: async ({ kit, session }) => {
    for (const ahead of [1, 1, 1, 2, 2]) {
      beatAhead(session, addSeconds(kit.now(), ahead * AHEAD_S));
      await sleep(1000);
    }
    const before = session.frames('heartbeat').length;
    await kit.give(session, [kit.testMessage()]);
    const goesOn = await session.until(() => session.frames('heartbeat').length > before, 3000);
    // From here on the time would fall.
    await session.leave();
    return goesOn ? PASS('the receipt, and heartbeats') : FAIL('no heartbeat for 3 s');
  },
};

export const LOAD_CASES: readonly Case[] = [CLOCK, BYTES, MANY];
