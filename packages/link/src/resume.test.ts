// SPDX-License-Identifier: Apache-2.0
// A session that is cut at every single byte, in both directions, and resumed: each entry is handed
// over once and in order, and nothing is an error. What TLS lets through is a stream that ends
// somewhere; frames repeated, left out or exchanged are the session's own tests.

import { createRandom } from '@isthmus/earth';
import { describe, expect, it } from 'vitest';
import type { Direction } from './adapters/memory-network.ts';
import { record, textsOf } from './testing/sides.ts';
import { world } from './testing/world.ts';

/** Where a run is broken: after so many bytes of a direction, counted from the start of the run. */
type Cuts = Partial<Record<Direction, readonly number[]>>;

/** What a run delivered. */
interface Run {
  readonly bytes: Record<Direction, number>;
  readonly texts: readonly [string[], string[]];
  readonly errors: number;
  readonly opened: number;
}

/** The same small exchange each time, a batch each way in one session, broken where `cuts` says. */
async function exchange(cuts: Cuts): Promise<Run> {
  const bytes: Record<Direction, number> = { 'from-dialler': 0, 'from-listener': 0 };
  const left: Record<Direction, number[]> = {
    'from-dialler': [...(cuts['from-dialler'] ?? [])],
    'from-listener': [...(cuts['from-listener'] ?? [])],
  };
  const { west, east, tick, net } = await world((reset) => ({
    chunk: (available, from) =>
      Math.min(available, (left[from][0] ?? Number.POSITIVE_INFINITY) - bytes[from]),
    corrupt: (piece, from) => {
      bytes[from] += piece.length;
      if (bytes[from] === left[from][0]) {
        left[from].shift();
        reset();
      }
      return piece;
    },
  }));
  await record(west.ledger, 'w0', 'w1');
  await record(east.ledger, 'e0', 'e1');
  west.driver.recorded(2);
  east.driver.recorded(2);
  const isDone = (): boolean => textsOf(east.told).length >= 2 && textsOf(west.told).length >= 2;
  for (let ticks = 0; ticks < 60 && (ticks < 2 || !isDone()); ticks += 1) await tick();
  const errors = [...west.told, ...east.told].filter((one) => one.kind === 'error').length;
  return { bytes, texts: [textsOf(east.told), textsOf(west.told)], errors, opened: net.opened };
}

const WHOLE = [
  ['w0', 'w1'],
  ['e0', 'e1'],
];

describe('W-115 a session cut and resumed', () => {
  it('at every byte of each direction, gives each entry once and in order', async () => {
    const { bytes } = await exchange({});
    const most = Math.max(bytes['from-dialler'], bytes['from-listener']);
    expect(most).toBeGreaterThan(500);
    let broken = 0;
    for (let at = 1; at <= most; at += 1) {
      // One direction first, then the other: the second cut falls into the session that resumes.
      const run = await exchange({
        'from-dialler': [Math.min(at, bytes['from-dialler'])],
        'from-listener': [Math.min(at, bytes['from-listener'])],
      });
      expect(run.texts, `cut after ${at} bytes`).toEqual(WHOLE);
      expect(run.errors, `cut after ${at} bytes`).toBe(0);
      if (run.opened > 1) broken += 1;
    }
    // But for the last bytes, after which nothing needs a second session.
    expect(broken).toBeGreaterThan(most - 40);
  }, 120_000);

  it('again and again at random bytes, gives each entry once and in order', async () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      const random = createRandom(`cuts ${seed}`);
      const cuts = (): number[] => {
        const at = Array.from({ length: random.integer(5) }, () => 1 + random.integer(1500));
        return [...new Set(at)].sort((a, b) => a - b);
      };
      const run = await exchange({ 'from-dialler': cuts(), 'from-listener': cuts() });
      expect(run.texts, `seed ${seed}`).toEqual(WHOLE);
      expect(run.errors, `seed ${seed}`).toBe(0);
    }
  }, 60_000);
});
