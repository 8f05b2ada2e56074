// SPDX-License-Identifier: Apache-2.0
// One simulated episode: both nodes in one process on a virtual clock, network and disk, with the
// faults of its seed, while checkers that see everything look for a broken invariant. The nodes run
// the shipped code; only time, bytes in flight and bytes at rest are simulated.

import {
  addSeconds,
  createRandom,
  type Instant,
  type Random,
  secondsBetween,
} from '@isthmus/earth';
import { LedgerError } from '@isthmus/ledger';
import { verifyEvidence } from '@isthmus/ledger/verify';
import { createMemoryNetwork, type MemoryNetwork } from '@isthmus/link/adapters';
import { publicKeysOf } from '@isthmus/node';
import {
  createScheduler,
  type DiskFault,
  drawDelayS,
  drawDiskFault,
  drawFaultPlan,
  type Fault,
  type FaultPlan,
  type Scheduler,
} from '@isthmus/sim/faults';
import {
  type MemorySide,
  openMemorySide,
  seededKeys,
} from '../../apps/cli/src/demo/memory-side.ts';
import type { PreparedRun } from '../../apps/cli/src/demo/prepare.ts';
import { digestOfOwn } from './alone.ts';
import { Checkers } from './checkers.ts';
import { drawLiar, type LiarPlan, takeOver } from './hostile.ts';
import type { Liar } from './liar.ts';
import { HONEST } from './lies.ts';
import {
  begin,
  chooseBit,
  createMachine,
  differences,
  isLoud,
  type Machine,
  mend,
} from './machine.ts';
import type { EpisodeForm, Setting } from './setting.ts';

export interface EpisodeResult {
  readonly seed: number;
  readonly plan: FaultPlan;
  readonly disk: DiskFault | null;
  readonly problems: readonly string[];
  /** Hash of everything both sides said; equal for equal seeds. */
  readonly trace: string;
  readonly released: number;
  readonly restarts: number;
  /** Null where both sides were honest. */
  readonly liar: {
    readonly lie: string;
    readonly sessions: number;
    readonly convicted: boolean;
  } | null;
}

/** Runs the episode of a seed; the same setting and seed give the same result. */
export async function runEpisode(setting: Setting, seed: number): Promise<EpisodeResult> {
  const episode = new Episode(setting, seed);
  return episode.run();
}

class Episode {
  readonly #setting: Setting;
  readonly #run: PreparedRun;
  readonly #form: EpisodeForm;
  readonly #seed: number;
  readonly #random: Random;
  readonly #plan: FaultPlan;
  readonly #scheduler: Scheduler;
  readonly #network: MemoryNetwork;
  readonly #machines: readonly [Machine, Machine];
  readonly #checkers: Checkers;
  readonly #quietFrom: Instant;
  #partitions = 0;
  #salts = 0;
  #restarts = 0;
  readonly #liarPlan: LiarPlan | null;
  readonly #diskFault: DiskFault | null;
  #liar: Liar | null = null;

  constructor(setting: Setting, seed: number) {
    const { run, form } = setting;
    this.#setting = setting;
    this.#run = run;
    this.#form = form;
    this.#seed = seed;
    this.#random = createRandom(`episode ${seed}`);
    this.#liarPlan = form.hostile ? drawLiar(this.#random.fork('partner'), form.faultyS) : null;
    const isDisk = form.hostile && this.#liarPlan === null;
    this.#diskFault = isDisk ? drawDiskFault(this.#random.fork('disk'), form.faultyS) : null;
    const plan = drawFaultPlan(this.#random.fork('plan'), form.faultyS);
    // Beside a liar the network fails, and no machine does: what goes wrong is the liar's doing.
    const isAlone = this.#liarPlan === null && this.#diskFault === null;
    const faults = plan.faults.filter((fault) => isAlone || !('downS' in fault));
    this.#plan = { ...plan, faults };
    this.#scheduler = createScheduler(this.#start());
    this.#quietFrom = addSeconds(this.#scheduler.now, form.faultyS);
    const delays = this.#random.fork('delays');
    const chunks = this.#random.fork('chunks');
    const most = this.#plan.chunkBytesMax;
    this.#network = createMemoryNetwork({
      schedule: (carry) => {
        const quiet = this.#scheduler.now >= this.#quietFrom;
        this.#scheduler.after(drawDelayS(delays, this.#plan, quiet), carry);
      },
      ...(most === null
        ? {}
        : {
            chunk: (available) =>
              this.#scheduler.now >= this.#quietFrom ? available : 1 + chunks.integer(most),
          }),
    });
    this.#machines = [createMachine(0, run.sides[0]), createMachine(1, run.sides[1])];
    this.#checkers = new Checkers(run);
  }

  async run(): Promise<EpisodeResult> {
    for (const machine of this.#machines) await this.#boot(machine);
    for (const fault of this.#plan.faults) this.#arm(fault);
    if (this.#liarPlan !== null) this.#armLiar(this.#liarPlan);
    if (this.#diskFault !== null) this.#armDisk(this.#diskFault);
    const lengthS = this.#form.faultyS + this.#form.quietS;
    for (let second = 0; second <= lengthS; second += 1) {
      this.#scheduler.after(second, () => this.#tick());
    }
    await this.#drive(addSeconds(this.#scheduler.now, lengthS + 1));
    for (const { index, side, prepared, refused } of this.#machines) {
      const isReplaced =
        this.#liar !== null && this.#liarPlan?.index === index && this.#liarPlan.lie.records;
      if (side === null && isReplaced !== true && !refused) {
        this.#checkers.problem(`${prepared.name} never came back`);
      }
    }
    await this.#atRest();
    return {
      seed: this.#seed,
      plan: this.#plan,
      disk: this.#diskFault,
      problems: this.#checkers.problems,
      trace: this.#checkers.trace(),
      released: this.#checkers.released,
      restarts: this.#restarts,
      liar:
        this.#liar === null
          ? null
          : {
              lie: this.#liarPlan?.lie.name ?? '',
              sessions: this.#liar.sessions,
              convicted: this.#liar.convicted,
            },
    };
  }

  /** The instant of the flight at which this episode begins: a different part for each seed. */
  #start(): Instant {
    const { faultyS, quietS, startsS } = this.#form;
    const length = secondsBetween(this.#run.firstTick, this.#run.lastTick);
    const latest = Math.max(0, Math.floor(length) - faultyS - quietS);
    const offset = startsS[this.#random.fork('start').integer(startsS.length)] ?? 0;
    return addSeconds(this.#run.firstTick, Math.min(offset, latest));
  }

  async #boot(machine: Machine): Promise<void> {
    machine.life += 1;
    const { life } = machine;
    const partner = this.#run.sides[machine.index === 0 ? 1 : 0];
    const alive = (): boolean => machine.life === life;
    const before = machine.mayRefuse ? machine.disk.contents() : null;
    machine.refused = false;
    try {
      const side = await openMemorySide({
        run: this.#run,
        side: machine.prepared,
        partner,
        storage: machine.disk.session(),
        transport: machine.index === 0 ? this.#network.listener : this.#network.dialler,
        conducted: false,
        salt: () => this.#salt(),
        outputs: {
          onFeed: (record) => {
            if (record.kind !== 'tick' || !alive()) return;
            machine.said.push(digestOfOwn(record.own, record.ownWarnings));
            this.#checkers.tick(machine.index, record);
          },
          onDecision: (record) => {
            if (alive()) this.#checkers.decision(machine.index, record);
          },
          onFault: (text) => {
            if (alive() && this.#liarPlan === null) this.#checkers.fault(machine.index, text);
          },
        },
      });
      if (!alive()) return;
      machine.side = side;
      machine.busy = false;
      // What a crash took from the journal was never turned; the plots of it are taken again.
      machine.ticks.length = side.shell.turns;
      machine.said.length = side.shell.turns;
      await side.shell.start(this.#scheduler.now);
    } catch (error) {
      const changed = before === null ? [] : differences(before, machine.disk.contents());
      machine.refused = before !== null && isLoud(error);
      if (!machine.refused || changed.length > 0) {
        this.#checkers.problem(
          `${machine.prepared.name} did not start: ${String(error)}; changed: ${changed.join(' ')}`,
        );
      }
    }
  }

  #salt(): Uint8Array {
    this.#salts += 1;
    const salt = new Uint8Array(16);
    new DataView(salt.buffer).setUint32(0, this.#salts);
    return salt;
  }

  #tick(): void {
    for (const machine of this.#machines) {
      const { side } = machine;
      // A turn that waits for a stuck disk is not entered twice; the loop is one loop.
      if (side === null || machine.frozen || machine.busy) continue;
      machine.busy = true;
      machine.ticks.push(this.#scheduler.now);
      const { life } = machine;
      side.shell
        .turn(this.#scheduler.now, false)
        .catch((error: unknown) => {
          if (machine.life === life)
            this.#checkers.problem(`${machine.prepared.name}: ${String(error)}`);
        })
        .finally(() => {
          if (machine.life === life) machine.busy = false;
        });
    }
    this.#liar?.tick();
    this.#checkers.observe(this.#machines.map((machine) => machine.side));
    for (const { index, side, prepared } of this.#machines) {
      if (side === null) continue;
      const bytes = this.#network.queuedBytes(index === 0 ? 'from-listener' : 'from-dialler');
      this.#checkers.bounded(prepared.name, { entries: side.ledger.queued, bytes });
    }
  }

  /** The partner's machine falls to someone with its keys, and is won back or not. */
  #armLiar(plan: LiarPlan): void {
    const machine = this.#machines[plan.index];
    // Who claims more of a record than there is stops that record until a person looks (L-34).
    const mayStop = plan.lie.name === 'claims what it has not';
    this.#checkers.mustRecord[plan.index === 0 ? 1 : 0] = !mayStop;
    this.#scheduler.after(plan.fromS, () => {
      this.#stop(machine, null);
      void takeOver({
        run: this.#run,
        plan,
        storage: machine.disk.session(),
        network: this.#network,
        random: this.#random.fork('liar'),
        now: () => this.#scheduler.now,
      }).then((liar) => {
        this.#liar = liar;
        liar.start();
      });
    });
    this.#scheduler.after(plan.untilS + 1, () => {
      const victim = this.#machines[plan.index === 0 ? 1 : 0];
      const stopped = victim.side !== null && victim.side.ledger.fault !== 'ok';
      if (!mayStop || !stopped) return;
      this.#stop(victim, null);
      this.#restarts += 1;
      void this.#boot(victim);
    });
    this.#scheduler.after(plan.untilS, () => {
      if (plan.lie.records === true) {
        if (this.#liar !== null) this.#liar.lie = HONEST;
        return;
      }
      this.#liar?.leave();
      void this.#boot(machine);
    });
  }

  #arm(fault: Fault): void {
    const at = (seconds: number, run: () => void): void => this.#scheduler.after(seconds, run);
    switch (fault.kind) {
      case 'partition':
        at(fault.fromS, () => this.#partition(1));
        at(fault.untilS, () => this.#partition(-1));
        return;
      case 'stall': {
        const direction = fault.from === 'dialler' ? 'from-dialler' : 'from-listener';
        at(fault.fromS, () => this.#network.setStalled(direction, true));
        at(fault.untilS, () => this.#network.setStalled(direction, false));
        return;
      }
      case 'reset':
        at(fault.atS, () => this.#network.reset());
        return;
      case 'half-open':
        at(fault.atS, () => this.#network.resetOneSided(fault.informed));
        return;
      case 'freeze': {
        const machine = this.#machines[fault.side];
        at(fault.fromS, () => {
          machine.frozen = true;
        });
        at(fault.untilS, () => {
          machine.frozen = false;
        });
        return;
      }
      default:
        this.#armStop(fault);
    }
  }

  #armStop(fault: Extract<Fault, { readonly downS: number }>): void {
    const machine = this.#machines[fault.side];
    const random = this.#random.fork(`crash ${fault.atS} ${fault.side}`);
    this.#scheduler.after(fault.atS, () => {
      if (fault.kind === 'disk-error') machine.wrong.refuses = true;
      else this.#stop(machine, fault.kind === 'power-cut' ? random : null);
    });
    this.#scheduler.after(fault.atS + fault.downS, () => {
      // A side whose disk failed is mended and started again; its process ends here.
      if (fault.kind === 'disk-error') this.#stop(machine, null);
      machine.wrong.refuses = false;
      if (machine.side !== null) return;
      this.#restarts += 1;
      void this.#boot(machine);
    });
  }

  #armDisk(fault: DiskFault): void {
    const machine = this.#machines[fault.side];
    const { kind } = fault;
    const cutsPower = kind === 'lying-sync' || kind === 'sync-error-power-cut';
    const random = this.#random.fork('power');
    this.#scheduler.after(fault.atS, () => {
      if (kind === 'bit-flip') this.#stop(machine, null);
      else begin(fault, machine);
    });
    this.#scheduler.after(fault.atS + fault.downS, () => {
      this.#stop(machine, cutsPower ? random : null);
      mend(machine);
      this.#restarts += 1;
      if (kind === 'bit-flip') void this.#bootFlipped(machine, fault.draw);
      else {
        machine.mayRefuse = kind === 'lying-sync';
        if (machine.mayRefuse) this.#checkers.mayLack[machine.index] = true;
        void this.#boot(machine);
      }
    });
  }

  /** Starts on a disk of which one bit is another; refused, it must start once the bit is back. */
  async #bootFlipped(machine: Machine, draw: number): Promise<void> {
    const { path, bit } = chooseBit(machine, draw);
    machine.disk.flipBit(path, bit);
    machine.mayRefuse = true;
    await this.#boot(machine);
    machine.mayRefuse = false;
    if (!machine.refused) return;
    machine.disk.flipBit(path, bit);
    await this.#boot(machine);
  }

  #stop(machine: Machine, powerCut: Random | null): void {
    if (machine.side === null) return;
    machine.life += 1;
    // The dead process neither dials nor answers any more.
    machine.side.driver()?.suspend();
    machine.side = null;
    this.#network.reset();
    if (powerCut === null) machine.disk.crash(KEEP_ALL);
    else machine.disk.crash(powerCut);
  }

  #partition(change: 1 | -1): void {
    this.#partitions += change;
    this.#network.setReachable(this.#partitions === 0);
    if (this.#partitions > 0) this.#network.reset();
  }

  /** Runs events up to `until`, letting all that each sets in motion settle before the next. */
  async #drive(until: Instant): Promise<void> {
    do {
      await settle();
    } while (this.#scheduler.next(until));
    this.#scheduler.advanceTo(until);
    await settle();
  }

  /** After the quiet minute: everything delivered, applied once, provable, and replayable. */
  async #atRest(): Promise<void> {
    const [a, b] = this.#machines.map((machine) => machine.side) as [
      MemorySide | null,
      MemorySide | null,
    ];
    const lastTurn = (): Promise<void> => this.#lastTurn();
    const mayLack = this.#checkers.mayLack.includes(true);
    if (mayLack) await lastTurn();
    else if (a !== null && b !== null) await this.#checkers.atRest([a, b], lastTurn);
    else if (this.#liarPlan !== null) {
      // Kept evidence may forbid the link for good.
      const mayBeDown = this.#liarPlan.lie.name === 'equivocates';
      await this.#checkers.atRestBeside(this.#liarPlan.index === 0 ? 1 : 0, lastTurn, mayBeDown);
    }
    this.#checkEvidence();
    for (const machine of this.#machines) {
      this.#checkAlone(machine);
      if (this.#random.fork('replay').chance(1, this.#form.replayOneIn)) {
        await this.#checkReplay(machine);
      }
    }
  }

  /** One more turn each: what arrived after the last is taken in. */
  async #lastTurn(): Promise<void> {
    const at = addSeconds(this.#scheduler.now, 1);
    for (const machine of this.#machines) {
      if (machine.side === null) continue;
      machine.ticks.push(at);
      await machine.side.shell.turn(at, false);
    }
    await this.#drive(addSeconds(at, 1));
  }

  /** I7: two views that met are kept as evidence. I6: an honest partner never convicts itself. */
  #checkEvidence(): void {
    for (const machine of this.#machines) {
      const { index, side, prepared } = machine;
      if (side === null) continue;
      const proven = this.#convictions(machine);
      const isVictim = this.#liarPlan !== null && this.#liarPlan.index !== index;
      if (isVictim && this.#liar?.convicted === true && proven === 0) {
        this.#checkers.problem(`${prepared.name}: no evidence of a fork it was shown (I7)`);
      }
      if (!isVictim && proven > 0) {
        this.#checkers.problem(`${prepared.name}: evidence against an honest partner (I6)`);
      }
    }
  }

  /** Evidence of a side that convicts its partner; what an honest partner can come to is not that. */
  #convictions(machine: Machine): number {
    const { prepared, disk } = machine;
    const partner = this.#run.sides[machine.index === 0 ? 1 : 0].name;
    const { ledger } = publicKeysOf(seededKeys(this.#run, partner, prepared.name));
    const kept = [...disk.contents()].filter(([path]) => path.startsWith('ledger/in/evidence-'));
    return kept.filter(([, bytes]) => {
      try {
        return verifyEvidence(new TextDecoder().decode(bytes), ledger).verdict === 'proven';
      } catch (error) {
        if (error instanceof LedgerError) return false;
        throw error;
      }
    }).length;
  }

  /** I10: whatever the link went through, own tracks and warnings are those of a side alone. */
  #checkAlone(machine: Machine): void {
    const { side, ticks, said } = machine;
    if (side === null) return;
    const alone = this.#setting.alone.of(machine.index, ticks);
    const differs = said.findIndex((digest, i) => digest !== alone.said[i]);
    if (side.shell.ownHash() !== alone.hash || differs !== -1) {
      this.#checkers.problem(
        `${machine.prepared.name}: the link changed the own picture (I10), from turn ${differs}`,
      );
    }
  }

  async #checkReplay(machine: Machine): Promise<void> {
    if (machine.side === null) return;
    const hash = machine.side.shell.hash();
    const again = await openMemorySide({
      run: this.#run,
      side: machine.prepared,
      partner: this.#run.sides[machine.index === 0 ? 1 : 0],
      storage: machine.disk.session(),
      transport: this.#network.listener,
      conducted: false,
      salt: () => this.#salt(),
      outputs: { onFeed: () => {}, onDecision: () => {}, onFault: () => {} },
    });
    if (again.shell.hash() !== hash) {
      this.#checkers.problem(`${machine.prepared.name}: the replay is not the run`);
    }
  }
}

/** A killed process loses nothing that it wrote: all unsynced bytes stay. */
const KEEP_ALL = {
  integer: (bound: number): number => bound - 1,
  chance: (): boolean => false,
};

/** Resolves when every promise that can run has run. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
