// SPDX-License-Identifier: Apache-2.0
// What two worlds send, compared: every byte, and at which tick of the node. The gate is a parameter,
// so that one with a planted leak can be put in its place and must be found.

import { createRandom, type Instant } from '@isthmus/earth';
import { inReleaseOrder } from '@isthmus/node';
import {
  createMemory,
  type Decision,
  decide,
  type GateMemory,
  type Released,
  releaseDue,
  type Terms,
} from '@isthmus/release';
import { encode } from '@isthmus/wire';
import { drawPair, drawPool, type Said, type World } from './worlds.ts';

/** The way from what is said in a turn to what goes: the gate, and the order it is asked in. */
export interface Gate {
  readonly inOrder: (said: readonly Said[], terms: Terms) => readonly Said[];
  readonly decide: (memory: GateMemory, said: Said, terms: Terms, now: Instant) => Decision;
}

/** As the node has it. */
export const SHIPPED: Gate = {
  inOrder: (said, { identify }) => {
    const of = new Map(said.map((one) => [one.draft, one]));
    return inReleaseOrder([...of.keys()], identify).map((draft) => of.get(draft) as Said);
  },
  decide: (memory, { draft }, terms, now) => decide(memory, draft, terms, now),
};

/** What went in one world. */
export interface Sent {
  /** Tick of the node at which it went, and the bytes. */
  readonly items: readonly { readonly tick: Instant; readonly bytes: Uint8Array }[];
  readonly encoded: readonly ReturnType<typeof encode>[];
  readonly withheld: number;
}

function send({ terms, turns }: World, gate: Gate): Sent {
  let memory = createMemory();
  let withheld = 0;
  const items: Sent['items'][number][] = [];
  const encoded: ReturnType<typeof encode>[] = [];
  const letGo = (released: Released, tick: Instant): void => {
    const out = encode(released);
    encoded.push(out);
    items.push({ tick, bytes: out.bytes });
  };
  for (const { now, said } of turns) {
    const due = releaseDue(memory, terms, now);
    memory = due.memory;
    for (const released of due.released) letGo(released, now);
    for (const one of gate.inOrder(said, terms)) {
      const decision = gate.decide(memory, one, terms, now);
      memory = decision.memory;
      if (decision.outcome === 'release') letGo(decision.released, now);
      if (decision.outcome === 'withhold') withheld += 1;
    }
  }
  return { items, encoded, withheld };
}

export interface NonInterference {
  readonly pairs: number;
  /** Pairs that a partner could tell apart. */
  readonly differences: number;
  /** Items that went in the first worlds, by kind of decision; a trial in which nothing goes shows nothing. */
  readonly released: number;
  readonly withheld: number;
  /** Seed of the first pair that differs, to draw it again. */
  readonly firstDifference: string | null;
}

/** Draws `pairs` pairs and compares what goes. */
export function compareWorlds(
  {
    seed,
    from = 0,
    pairs,
  }: { readonly seed: number; readonly from?: number; readonly pairs: number },
  makeGate: () => Gate = () => SHIPPED,
  record: (encoded: readonly [Sent['encoded'], Sent['encoded']]) => void = () => {},
): NonInterference {
  const pool = drawPool(createRandom(`terms ${seed}`), 200);
  const found = { differences: 0, released: 0, withheld: 0, first: null as string | null };
  for (let i = from; i < from + pairs; i += 1) {
    const name = `pair ${seed} ${i}`;
    const [one, other] = drawPair(createRandom(name), pool);
    const [a, b] = [send(one, makeGate()), send(other, makeGate())];
    found.released += a.items.length;
    found.withheld += a.withheld;
    if (!isSame(a, b)) {
      found.differences += 1;
      found.first ??= name;
    }
    record([a.encoded, b.encoded]);
  }
  const { differences, released, withheld, first } = found;
  return { pairs, differences, released, withheld, firstDifference: first };
}

function isSame(a: Sent, b: Sent): boolean {
  return (
    a.items.length === b.items.length &&
    a.items.every(({ tick, bytes }, i) => {
      const other = b.items[i] as Sent['items'][number];
      return tick === other.tick && Buffer.compare(bytes, other.bytes) === 0;
    })
  );
}
