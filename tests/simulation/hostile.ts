// SPDX-License-Identifier: Apache-2.0
// Whether and how a seed's partner lies, and the moment it begins: someone who has the partner's
// keys and its disk takes the place of the partner's node.

import type { Instant, Random } from '@isthmus/earth';
import { openLedgerReader, type Storage } from '@isthmus/ledger';
import type { MemoryNetwork } from '@isthmus/link/adapters';
import { publicKeysOf, type SideKeys } from '@isthmus/node';
import { seededKeys } from '../../apps/cli/src/demo/memory-side.ts';
import type { PreparedRun } from '../../apps/cli/src/demo/prepare.ts';
import type { Stage } from './arming.ts';
import { ForgedLog } from './forged-log.ts';
import { Liar } from './liar.ts';
import { HONEST, LIES, type Lie } from './lies.ts';

export interface LiarPlan {
  /** Whose place the liar takes; the other is the victim. */
  readonly index: 0 | 1;
  readonly lie: Lie;
  readonly fromS: number;
  readonly untilS: number;
}

/** In half of the seeds, one profile; null in the other half. */
export function drawLiar(random: Random, faultyS: number): LiarPlan | null {
  if (!random.chance(1, 2)) return null;
  const lie = (LIES[random.integer(LIES.length)] as (typeof LIES)[number])(random.fork('lie'));
  const index = random.integer(2) === 0 ? 0 : 1;
  return { index, lie, fromS: 1 + random.integer(6), untilS: faultyS - 4 + random.integer(4) };
}

/** The partner's machine falls to someone with its keys, and is won back or not. */
export function armLiar(stage: Stage, plan: LiarPlan, onLiar: (liar: Liar) => void): void {
  let liar: Liar | null = null;
  const machine = stage.machines[plan.index];
  // Who claims more of a record than there is stops that record until a person looks (L-34).
  const mayStop = plan.lie.name === 'claims what it has not';
  stage.checkers.mustRecord[plan.index === 0 ? 1 : 0] = !mayStop;
  stage.scheduler.after(plan.fromS, () => {
    stage.stop(machine, null);
    void takeOver({
      run: stage.run,
      plan,
      storage: machine.disk.session(),
      network: stage.network,
      random: stage.random.fork('liar'),
      now: () => stage.scheduler.now,
    }).then((taken) => {
      liar = taken;
      onLiar(taken);
      taken.start();
    });
  });
  stage.scheduler.after(plan.untilS + 1, () => {
    const victim = stage.machines[plan.index === 0 ? 1 : 0];
    const stopped = victim.side !== null && victim.side.ledger.fault !== 'ok';
    if (!mayStop || !stopped) return;
    stage.stop(victim, null);
    void stage.restart(victim);
  });
  stage.scheduler.after(plan.untilS, () => {
    if (plan.lie.records === true) {
      if (liar !== null) liar.lie = HONEST;
      return;
    }
    liar?.leave();
    void stage.boot(machine);
  });
}

/** Makes the liar from what the honest node left on its disk. */
async function takeOver(options: {
  readonly run: PreparedRun;
  readonly plan: LiarPlan;
  readonly storage: Storage;
  readonly network: MemoryNetwork;
  readonly random: Random;
  readonly now: () => Instant;
}): Promise<Liar> {
  const { run, plan, storage } = options;
  const self = run.sides[plan.index].name;
  const victim = run.sides[plan.index === 0 ? 1 : 0].name;
  const keys = seededKeys(run, self, victim);
  const open = (folder: string, keysOf: SideKeys) =>
    openLedgerReader({
      storage,
      folder,
      origin: keysOf.ledger.name,
      verifier: publicKeysOf(keysOf).ledger,
    });
  const own = await open('ledger/out', keys);
  const theirs = await open('ledger/in', seededKeys(run, victim, self));
  const entries: Uint8Array[] = [];
  for (let batch = await own.batchAfter(0); batch !== null; ) {
    entries.push(...batch.recorded.map((one) => one.bytes));
    batch = await own.batchAfter(entries.length);
  }
  return new Liar(
    {
      self,
      victim,
      role: plan.index === 0 ? 'listen' : 'dial',
      network: options.network,
      keys,
      mode: run.agreement.mode,
      agreementHash: run.agreementHash,
      clause: run.agreement.clauses.find((clause) => clause.from === self)?.id ?? 'none',
      random: options.random,
      now: options.now,
      log: new ForgedLog(keys.ledger, entries),
      held: theirs.checkpoint,
    },
    plan.lie,
  );
}
