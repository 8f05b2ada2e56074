// SPDX-License-Identifier: Apache-2.0
// Sets up the faults of an episode before it begins: each happens at its second, to the network, a
// machine or a disk.

import type { Random } from '@isthmus/earth';
import type { MemoryNetwork } from '@isthmus/link/adapters';
import type { DiskFault, Fault, Scheduler } from '@isthmus/sim/faults';
import type { PreparedRun } from '../../apps/cli/src/demo/prepare.ts';
import type { Checkers } from './checkers.ts';
import { begin, chooseBit, type Machine, mend } from './machine.ts';

/** An episode as those see it who make something go wrong in it. */
export interface Stage {
  readonly run: PreparedRun;
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly network: MemoryNetwork;
  readonly machines: readonly [Machine, Machine];
  readonly checkers: Checkers;
  readonly boot: (machine: Machine) => Promise<void>;
  /** Boots, and counts it. */
  readonly restart: (machine: Machine) => Promise<void>;
  /** Ends the process; with a generator the power goes too, and it draws what is lost. */
  readonly stop: (machine: Machine, powerCut: Random | null) => void;
}

/** Arms faults of network and machines; partitions that overlap last until both have ended. */
export function armFaults(stage: Stage, faults: readonly Fault[]): void {
  let partitions = 0;
  const partition = (change: 1 | -1): void => {
    partitions += change;
    stage.network.setReachable(partitions === 0);
    if (partitions > 0) stage.network.reset();
  };
  for (const fault of faults) armFault(stage, fault, partition);
}

/** Arms the one fault of a disk in episodes that have one. */
export function armDisk(stage: Stage, fault: DiskFault): void {
  const machine = stage.machines[fault.side];
  const { kind } = fault;
  const cutsPower = kind === 'lying-sync' || kind === 'sync-error-power-cut';
  const random = stage.random.fork('power');
  stage.scheduler.after(fault.atS, () => {
    if (kind === 'bit-flip') stage.stop(machine, null);
    else begin(fault, machine);
  });
  stage.scheduler.after(fault.atS + fault.downS, () => {
    stage.stop(machine, cutsPower ? random : null);
    mend(machine);
    if (kind === 'bit-flip') void bootFlipped(stage, machine, fault.draw);
    else {
      machine.mayRefuse = kind === 'lying-sync';
      if (machine.mayRefuse) stage.checkers.mayLack[machine.index] = true;
      void stage.restart(machine);
    }
  });
}

function armFault(stage: Stage, fault: Fault, partition: (change: 1 | -1) => void): void {
  const at = (seconds: number, run: () => void): void => stage.scheduler.after(seconds, run);
  switch (fault.kind) {
    case 'partition':
      at(fault.fromS, () => partition(1));
      at(fault.untilS, () => partition(-1));
      return;
    case 'stall': {
      const direction = fault.from === 'dialler' ? 'from-dialler' : 'from-listener';
      at(fault.fromS, () => stage.network.setStalled(direction, true));
      at(fault.untilS, () => stage.network.setStalled(direction, false));
      return;
    }
    case 'reset':
      at(fault.atS, () => stage.network.reset());
      return;
    case 'half-open':
      at(fault.atS, () => stage.network.resetOneSided(fault.informed));
      return;
    case 'freeze': {
      const machine = stage.machines[fault.side];
      at(fault.fromS, () => {
        machine.frozen = true;
      });
      at(fault.untilS, () => {
        machine.frozen = false;
      });
      return;
    }
    default:
      armStop(stage, fault);
  }
}

function armStop(stage: Stage, fault: Extract<Fault, { readonly downS: number }>): void {
  const machine = stage.machines[fault.side];
  const random = stage.random.fork(`crash ${fault.atS} ${fault.side}`);
  stage.scheduler.after(fault.atS, () => {
    if (fault.kind === 'disk-error') machine.wrong.refuses = true;
    else stage.stop(machine, fault.kind === 'power-cut' ? random : null);
  });
  stage.scheduler.after(fault.atS + fault.downS, () => {
    // A side whose disk failed is mended and started again; its process ends here.
    if (fault.kind === 'disk-error') stage.stop(machine, null);
    machine.wrong.refuses = false;
    if (machine.side !== null) return;
    void stage.restart(machine);
  });
}

/** Starts on a disk of which one bit is another; refused, it must start once the bit is back. */
async function bootFlipped(stage: Stage, machine: Machine, draw: number): Promise<void> {
  const { path, bit } = chooseBit(machine, draw);
  machine.disk.flipBit(path, bit);
  machine.mayRefuse = true;
  await stage.restart(machine);
  machine.mayRefuse = false;
  if (!machine.refused) return;
  machine.disk.flipBit(path, bit);
  await stage.boot(machine);
}
