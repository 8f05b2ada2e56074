// SPDX-License-Identifier: Apache-2.0
// Two sides on two disks that are started, flown and stopped by hand: what drills of damage and of
// restores are made of.

import { addSeconds } from '@isthmus/earth';
import type { MemoryStorage, Storage } from '@isthmus/ledger';
import { createMemoryNetwork } from '@isthmus/link/adapters';
import { type MemorySide, openMemorySide } from '../../apps/cli/src/demo/memory-side.ts';
import type { PreparedRun } from '../../apps/cli/src/demo/prepare.ts';

export type Disks = readonly [MemoryStorage, MemoryStorage];

/** What a drill listens to and changes. */
export interface PairOptions {
  readonly onFault?: (index: 0 | 1, text: string) => void;
  /** True for two sides that do not reach each other. */
  readonly isApart?: boolean;
  /** A disk as its side sees it. */
  readonly around?: (disk: Storage, index: 0 | 1) => Storage;
}

/** Both sides in one process for one life. */
export interface Pair {
  readonly sides: readonly [MemorySide, MemorySide];
  /** Turns of the seconds of the flight from `from` up to and without `until`, in step. */
  fly(from: number, until: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens both sides on their disks and starts the link at a second of the flight. */
export async function startPair(
  run: PreparedRun,
  disks: Disks,
  second: number,
  options: PairOptions = {},
): Promise<Pair> {
  const network = createMemoryNetwork({ schedule: (step) => setImmediate(step) });
  network.setReachable(options.isApart !== true);
  const salts: [number, number] = [0, 0];
  const open = (index: 0 | 1): Promise<MemorySide> =>
    openMemorySide({
      run,
      side: run.sides[index],
      partner: run.sides[index === 0 ? 1 : 0],
      storage: options.around?.(disks[index].session(), index) ?? disks[index].session(),
      transport: index === 0 ? network.listener : network.dialler,
      conducted: true,
      salt: () => {
        salts[index] += 1;
        return saltOf([index, second, salts[index]]);
      },
      outputs: {
        onFeed: () => {},
        onDecision: () => {},
        onFault: (text) => options.onFault?.(index, text),
      },
    });
  const sides = [await open(0), await open(1)] as const;
  for (const side of sides) await side.shell.start(addSeconds(run.firstTick, second));
  for (
    let i = 0;
    options.isApart !== true && i < 200 && !sides.every((side) => side.shell.up);
    i += 1
  )
    await turnOfLoop();
  return {
    sides,
    async fly(from, until) {
      for (let at = from; at < until; at += 1) {
        const tick = addSeconds(run.firstTick, at);
        await Promise.all(sides.map((side) => side.shell.turn(tick, true)));
        for (const side of sides) {
          for (let i = 0; i < 200 && !side.shell.marked(tick); i += 1) await turnOfLoop();
        }
      }
    },
    async close() {
      for (const side of sides) await side.shell.close();
    },
  };
}

/** The same in each run, another for each side, life and entry. */
function saltOf(numbers: readonly [number, number, number]): Uint8Array {
  const salt = new Uint8Array(16);
  const view = new DataView(salt.buffer);
  for (const [i, number] of numbers.entries()) view.setUint32(4 * i, number);
  return salt;
}

function turnOfLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
