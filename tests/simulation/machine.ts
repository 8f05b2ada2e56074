// SPDX-License-Identifier: Apache-2.0
// A node as the simulated machine room sees it: its process, its disk, and what is wrong with that.

import type { Instant } from '@isthmus/earth';
import { createMemoryStorage, LedgerError, type MemoryStorage } from '@isthmus/ledger';
import { NodeError } from '@isthmus/node';
import type { DiskFault } from '@isthmus/sim/faults';
import type { MemorySide } from '../../apps/cli/src/demo/memory-side.ts';
import type { PreparedSide } from '../../apps/cli/src/demo/prepare.ts';

export interface Machine {
  readonly index: 0 | 1;
  readonly prepared: PreparedSide;
  readonly disk: MemoryStorage;
  readonly wrong: DiskWrong;
  side: MemorySide | null;
  /** Raised at every start: what an earlier process still has under way is void. */
  life: number;
  frozen: boolean;
  busy: boolean;
  /** Bytes on its disk may be lies: its node may refuse to start, and says so. */
  mayRefuse: boolean;
  refused: boolean;
  /** Ticks of which a turn was taken, and what was said of own eyes at each. */
  readonly ticks: Instant[];
  readonly said: string[];
}

/** What is wrong with a disk at the moment. */
export interface DiskWrong {
  /** Every write and sync is refused. */
  refuses: boolean;
  roomBytes: number;
  sync: 'honest' | 'lies' | 'fails once';
  /** The next read of a range is wrong. */
  read: 'honest' | 'stale' | 'misdirected';
  draw: number;
}

const SECTOR_BYTES = 512;

export function createMachine(index: 0 | 1, prepared: PreparedSide): Machine {
  const wrong: DiskWrong = {
    refuses: false,
    roomBytes: Number.POSITIVE_INFINITY,
    sync: 'honest',
    read: 'honest',
    draw: 0,
  };
  const disk = createMemoryStorage({
    intercept: (operation, path) => {
      const reads = ['read', 'readRange', 'size', 'list'].includes(operation);
      if (wrong.refuses && !reads) throw new LedgerError('storage', `cannot write ${path}: EIO`);
    },
    faults: {
      room: () => wrong.roomBytes,
      sync: () => {
        if (wrong.sync !== 'fails once') return wrong.sync;
        wrong.sync = 'honest';
        return 'fails';
      },
      read: (bytes) => misread(bytes, wrong),
    },
  });
  return {
    index,
    prepared,
    disk,
    wrong,
    side: null,
    life: 0,
    frozen: false,
    busy: false,
    mayRefuse: false,
    refused: false,
    ticks: [],
    said: [],
  };
}

/** Once: the last sectors as before they were written, or the bytes of another sector. */
function misread(bytes: Uint8Array, wrong: DiskWrong): Uint8Array {
  if (wrong.read === 'honest' || bytes.length === 0) return bytes;
  const given = bytes.slice();
  if (wrong.read === 'stale') given.fill(0, wrong.draw % given.length);
  else given.set(given.slice(0, SECTOR_BYTES).reverse(), Math.max(0, given.length - SECTOR_BYTES));
  wrong.read = 'honest';
  return given;
}

/** Sets what a fault does to the disk of the side that runs. */
export function begin(fault: DiskFault, machine: Machine): void {
  const { wrong } = machine;
  wrong.draw = fault.draw;
  if (fault.kind === 'disk-full') wrong.roomBytes = 0;
  if (fault.kind === 'sync-error' || fault.kind === 'sync-error-power-cut') {
    wrong.sync = 'fails once';
  }
  if (fault.kind === 'lying-sync') wrong.sync = 'lies';
  if (fault.kind === 'stale-read') wrong.read = 'stale';
  if (fault.kind === 'misdirected-read') wrong.read = 'misdirected';
}

/** The disk is sound from here on; what is on it may not be. */
export function mend(machine: Machine): void {
  machine.wrong.refuses = false;
  machine.wrong.roomBytes = Number.POSITIVE_INFINITY;
  machine.wrong.sync = 'honest';
  machine.wrong.read = 'honest';
}

/** One bit of all that is on the disk: its path and number. */
export function chooseBit(
  machine: Machine,
  draw: number,
): { readonly path: string; readonly bit: number } {
  const files = [...machine.disk.contents()].filter(([, bytes]) => bytes.length > 0);
  files.sort(([a], [b]) => (a < b ? -1 : 1));
  const [path, bytes] = files[draw % files.length] as (typeof files)[number];
  return { path, bit: (draw >> 3) % (bytes.length * 8) };
}

/** A node that does not start says with a code of its lists what is wrong, and where. */
export function isLoud(error: unknown): boolean {
  const typed = error instanceof LedgerError || error instanceof NodeError;
  return typed && /ledger\/(in|out)|journal|snapshot/.test(error.message);
}

/** What on two disks differs: the paths. */
export function differences(
  before: ReadonlyMap<string, Uint8Array>,
  after: ReadonlyMap<string, Uint8Array>,
): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => {
    const [a, b] = [before.get(path), after.get(path)];
    return a === undefined || b === undefined || Buffer.compare(a, b) !== 0;
  });
}
