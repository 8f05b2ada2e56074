// SPDX-License-Identifier: Apache-2.0
// A whole run inside this process on memory, with a network that delivers at once: the same code
// and the same summary as two processes, at several times the speed. For runs of many seeds.

import { addSeconds, secondsBetween } from '@isthmus/earth';
import { createMemoryStorage, type Storage } from '@isthmus/ledger';
import { createMemoryNetwork } from '@isthmus/link/adapters';
import type { FeedNote, FeedTick } from '@isthmus/picture';
import { encodeText, hmacSha256 } from '@isthmus/seal';
import { type MemorySide, openMemorySide } from './memory-side.ts';
import type { PreparedRun } from './prepare.ts';
import { type SideSummary, summariseSide } from './summary.ts';

export interface InProcessOptions {
  readonly onNote?: (side: string, note: FeedNote) => void;
  /** Called with each side's shell when the run has ended, for hashes. */
  readonly onEnd?: (name: string, side: MemorySide) => void;
  readonly onTicks?: (name: string, ticks: readonly FeedTick[]) => void;
  /** Leaves the sides without a link: what each is alone. */
  readonly withoutLink?: boolean;
  /** Where a side's ledgers and journal go; memory of this process by default. */
  readonly storageOf?: (side: string) => Storage;
}

/** Runs both sides to the end of the flight. */
export async function runInProcess(
  run: PreparedRun,
  options: InProcessOptions = {},
): Promise<Readonly<Record<string, SideSummary>>> {
  const network = createMemoryNetwork({ schedule: (stepOf) => setImmediate(stepOf) });
  if (options.withoutLink === true) network.setReachable(false);
  const [a, b] = run.sides;
  const ticks: Record<string, FeedTick[]> = {};
  const open = async (side: typeof a, partner: typeof a): Promise<MemorySide> => {
    const list: FeedTick[] = [];
    ticks[side.name] = list;
    let salts = 0;
    return openMemorySide({
      run,
      side,
      partner,
      storage: options.storageOf?.(side.name) ?? createMemoryStorage(),
      transport: side === a ? network.listener : network.dialler,
      conducted: true,
      salt: () => {
        salts += 1;
        return hmacSha256(
          encodeText(`salt ${run.seed}`),
          encodeText(`${side.name} ${salts}`),
        ).subarray(0, 16);
      },
      outputs: {
        onFeed: (record) =>
          record.kind === 'tick' ? list.push(record) : options.onNote?.(side.name, record),
        onDecision: () => {},
        onFault: (text) => {
          throw new Error(`${side.name}: ${text}`);
        },
      },
    });
  };
  const sides = [await open(a, b), await open(b, a)] as const;
  for (const side of sides) await side.shell.start(run.firstTick);
  if (options.withoutLink !== true) {
    while (!sides.every((side) => side.shell.up)) await sides[0].shell.linkSaid();
  }
  const seconds = Math.ceil(secondsBetween(run.firstTick, run.lastTick));
  for (let second = 0; second <= seconds; second += 1) {
    const at = addSeconds(run.firstTick, second);
    await Promise.all(sides.map((side) => side.shell.turn(at, true)));
    for (const side of sides) while (!side.shell.marked(at)) await side.shell.linkSaid();
  }
  const summaries: Record<string, SideSummary> = {};
  for (const [i, prepared] of run.sides.entries()) {
    const side = sides[i] as MemorySide;
    await side.shell.close();
    options.onEnd?.(prepared.name, side);
    options.onTicks?.(prepared.name, ticks[prepared.name] ?? []);
    summaries[prepared.name] = summariseSide(run, ticks[prepared.name] ?? [], {
      pid: null,
      ledgers: {
        out: { entries: side.ledger.size, verified: side.ledger.fault === 'ok' },
        in: { entries: side.mirror.size, verified: side.mirror.fault === 'ok' },
      },
    });
  }
  return summaries;
}
