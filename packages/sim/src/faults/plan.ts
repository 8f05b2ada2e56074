// SPDX-License-Identifier: Apache-2.0
// What goes wrong in an episode, drawn from its seed: every fault is a named option with a unit.
// Loss, duplication and reordering below TLS reach a node as delay or as a broken connection, so
// the network's faults are delay, stall, reset and cut (both ways, one way, half open).

import type { Random } from '@isthmus/earth';

/** A span of simulated seconds from the episode's start. */
export interface Span {
  readonly fromS: number;
  readonly untilS: number;
}

export type Fault =
  /** No connection can be made, and the one that stands is broken. */
  | ({ readonly kind: 'partition' } & Span)
  /** Bytes of one direction are held; the connection stays open. */
  | ({ readonly kind: 'stall'; readonly from: 'dialler' | 'listener' } & Span)
  /** The connection breaks and may be made again at once. */
  | { readonly kind: 'reset'; readonly atS: number }
  /** It breaks for one end; the other believes it open. */
  | { readonly kind: 'half-open'; readonly informed: 'dialler' | 'listener'; readonly atS: number }
  /** The process dies; what was written stays. */
  | { readonly kind: 'kill'; readonly side: 0 | 1; readonly atS: number; readonly downS: number }
  /** The power goes: unsynced bytes are lost or torn. */
  | {
      readonly kind: 'power-cut';
      readonly side: 0 | 1;
      readonly atS: number;
      readonly downS: number;
    }
  /** Every write and sync of a side fails from then on, until it is started again. */
  | {
      readonly kind: 'disk-error';
      readonly side: 0 | 1;
      readonly atS: number;
      readonly downS: number;
    }
  /** The side's loop stands still: no turn, no heartbeat. */
  | ({ readonly kind: 'freeze'; readonly side: 0 | 1 } & Span);

/**
 * A disk that does worse than refuse. The machine is started again, on a sound disk, `downS` after
 * `atS`.
 */
export interface DiskFault {
  readonly kind: DiskFaultKind;
  readonly side: 0 | 1;
  readonly atS: number;
  readonly downS: number;
  /** What of the fault is left to chance: bytes of room, the bit that flips, the place read. */
  readonly draw: number;
}

const DISK_FAULTS = [
  /** No space for more than so many bytes; there is space again when the side is started. */
  'disk-full',
  /** One sync fails, later ones succeed; the bytes are readable and not on the disk. */
  'sync-error',
  /** As before, and then the power goes. */
  'sync-error-power-cut',
  /** Syncs resolve and make nothing durable, until the power goes. */
  'lying-sync',
  /** One bit at rest is another one when the side is started. */
  'bit-flip',
  /** Once, a range reads as it was before its last write. */
  'stale-read',
  /** Once, a read gives the bytes of another place. */
  'misdirected-read',
] as const;

export type DiskFaultKind = (typeof DISK_FAULTS)[number];

/** Draws a disk fault that is over before `quietFromS`, in one of three episodes; else null. */
export function drawDiskFault(random: Random, quietFromS: number): DiskFault | null {
  if (!random.chance(1, 3)) return null;
  const kind = DISK_FAULTS[random.integer(DISK_FAULTS.length)] ?? 'disk-full';
  const atS = 2 + random.integer(quietFromS - 5);
  const downS = 1 + random.integer(quietFromS - atS - 1);
  const side = random.integer(2) === 0 ? 0 : 1;
  return { kind, side, atS, downS, draw: random.integer(2 ** 30) };
}

export interface FaultPlan {
  /** Delay of each delivery, seconds: log-normal around the median, with spikes. */
  readonly delayMedianS: number;
  readonly delaySpikes: {
    readonly numerator: number;
    readonly denominator: number;
    readonly upToS: number;
  };
  /** Largest piece a delivery is cut into, bytes; null delivers whole. */
  readonly chunkBytesMax: number | null;
  readonly faults: readonly Fault[];
}

/** Draws the faults of an episode; all end before `quietFromS`, so that liveness can be asked for. */
export function drawFaultPlan(random: Random, quietFromS: number): FaultPlan {
  const count = random.integer(5);
  const faults: Fault[] = [];
  for (let i = 0; i < count; i += 1) faults.push(drawFault(random, quietFromS));
  // Pieces come one after the other: slow and small at once would be a link below any agreement.
  const inPieces = random.chance(1, 3);
  return {
    delayMedianS: inPieces ? 0.001 : ([0.001, 0.02, 0.2, 0.8][random.integer(4)] ?? 0.02),
    delaySpikes: { numerator: inPieces ? 0 : random.integer(3), denominator: 100, upToS: 8 },
    chunkBytesMax: inPieces ? 20 + random.integer(2000) : null,
    faults,
  };
}

function drawFault(random: Random, quietFromS: number): Fault {
  const atS = 1 + random.integer(quietFromS - 2);
  const untilS = Math.min(quietFromS, atS + 1 + random.integer(30));
  const downS = Math.min(quietFromS - atS, 1 + random.integer(15));
  const side = random.integer(2) === 0 ? 0 : 1;
  const end = random.chance(1, 2) ? 'dialler' : 'listener';
  switch (random.integer(8)) {
    case 0:
      return { kind: 'partition', fromS: atS, untilS };
    case 1:
      return { kind: 'stall', from: end, fromS: atS, untilS };
    case 2:
      return { kind: 'reset', atS };
    case 3:
      return { kind: 'half-open', informed: end, atS };
    case 4:
      return { kind: 'kill', side, atS, downS };
    case 5:
      return { kind: 'power-cut', side, atS, downS };
    case 6:
      return { kind: 'disk-error', side, atS, downS };
    default:
      return { kind: 'freeze', side, fromS: atS, untilS };
  }
}

/** Delay of each delivery once the faults are over. */
const QUIET_DELAY_S = 0.01;

/** Draws the delay of one delivery; in the quiet time at the end every one is short. */
export function drawDelayS(random: Random, plan: FaultPlan, quiet: boolean): number {
  if (quiet) return QUIET_DELAY_S;
  const { numerator, denominator, upToS } = plan.delaySpikes;
  if (random.chance(numerator, denominator)) return random.uniform() * upToS;
  return plan.delayMedianS * Math.exp(0.5 * random.normal());
}
