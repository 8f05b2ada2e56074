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
import { createMemoryNetwork, type MemoryNetwork } from '@isthmus/link/adapters';
import {
  createScheduler,
  type DiskFault,
  drawDelayS,
  drawDiskFault,
  drawFaultPlan,
  type FaultPlan,
  type Scheduler,
} from '@isthmus/sim/faults';
import { type MemorySide, openMemorySide } from '../../apps/cli/src/demo/memory-side.ts';
import type { PreparedRun } from '../../apps/cli/src/demo/prepare.ts';
import { digestOfOwn } from './alone.ts';
import { armDisk, armFaults, type Stage } from './arming.ts';
import { Checkers, convictions } from './checkers.ts';
import { armLiar, drawLiar, type LiarPlan } from './hostile.ts';
import type { Liar } from './liar.ts';
import { createMachine, differences, isLoud, type Machine } from './machine.ts';
import type { EpisodeForm, Setting } from './setting.ts';

export interface EpisodeResult {
  readonly seed: number;
  readonly plan: FaultPlan;
  readonly disk: DiskFault | null;
  readonly problems: readonly string[];
  /** Hash of everything both sides said, equal for equal seeds; null where it was not asked for. */
  readonly trace: string | null;
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
export async function runEpisode(
  setting: Setting,
  seed: number,
  isTraced = false,
): Promise<EpisodeResult> {
  const episode = new Episode(setting, seed, isTraced);
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
  #salts = 0;
  #restarts = 0;
  readonly #liarPlan: LiarPlan | null;
  readonly #diskFault: DiskFault | null;
  #liar: Liar | null = null;

  constructor(setting: Setting, seed: number, isTraced: boolean) {
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
    this.#checkers = new Checkers(run, isTraced);
  }

  async run(): Promise<EpisodeResult> {
    for (const machine of this.#machines) await this.#boot(machine);
    const stage = this.#stage();
    armFaults(stage, this.#plan.faults);
    if (this.#liarPlan !== null) {
      armLiar(stage, this.#liarPlan, (liar) => {
        this.#liar = liar;
      });
    }
    if (this.#diskFault !== null) armDisk(stage, this.#diskFault);
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

  /** What those who arm faults may do to the episode. */
  #stage(): Stage {
    return {
      run: this.#run,
      random: this.#random,
      scheduler: this.#scheduler,
      network: this.#network,
      machines: this.#machines,
      checkers: this.#checkers,
      boot: (machine) => this.#boot(machine),
      restart: (machine) => {
        this.#restarts += 1;
        return this.#boot(machine);
      },
      stop: (machine, powerCut) => this.#stop(machine, powerCut),
    };
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
      const proven = convictions(this.#run, machine);
      const isVictim = this.#liarPlan !== null && this.#liarPlan.index !== index;
      if (isVictim && this.#liar?.convicted === true && proven === 0) {
        this.#checkers.problem(`${prepared.name}: no evidence of a fork it was shown (I7)`);
      }
      if (!isVictim && proven > 0) {
        this.#checkers.problem(`${prepared.name}: evidence against an honest partner (I6)`);
      }
    }
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
