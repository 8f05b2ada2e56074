// SPDX-License-Identifier: Apache-2.0
// From an officer's act to the cancelled warning in the side's own feed, in the core alone: the turns
// that pass and the time its step takes. Over processes and the border it is measured, and bounded,
// by `tests/program/officers.test.ts`.

import { addSeconds, createRandom, type Instant, type Random } from '@isthmus/earth';
import { createNodeState, type Effect, type NodeState, step, type Turn } from '@isthmus/node';
import type { CancelAct, InfraredPlot, Warning } from '@isthmus/picture';
import { SENSORS, START } from './clutter.ts';

const RUNS = 200;
/** A flame is seen so often before the officer acts, every five seconds. */
const LOOKS = 12;
/** A turn is one second of the picture. */
const TURN_S = 1;
const TURNS_MAX = 10;

/** Whole turns until the feed had it, and the milliseconds of the steps. */
interface Correction {
  readonly turns: number;
  readonly ms: number;
}

/** `correctionS`, the median; and the worst with its parts. */
export async function correction(given: {
  readonly seed: number;
  readonly scale: number;
}): Promise<Record<string, unknown>> {
  const runs = Math.max(3, Math.round(RUNS * given.scale));
  const corrections = Array.from({ length: runs }, (_, i) =>
    correct(createRandom(`correction/${given.seed}/${i}`)),
  );
  const seconds = corrections.map(({ turns, ms }) => turns * TURN_S + ms / 1000);
  seconds.sort((a, b) => a - b);
  const turns = Math.max(...corrections.map((one) => one.turns));
  return {
    correctionS: seconds[Math.floor(runs / 2)],
    correction: { runs, turnsWaited: turns, worstS: seconds.at(-1) },
  };
}

/** A false launch, an act that withdraws it, and the feed until it says so of both pictures. */
function correct(random: Random): Correction {
  const state = createNodeState({ side: 'west', partner: 'east', sensors: SENSORS });
  const plots = flame(random);
  let at = START;
  let warning: Warning | undefined;
  for (let s = 1; s <= 5 * LOOKS; s += 1) {
    const [before, now] = [at, addSeconds(START, s)];
    const due = plots.filter(({ arrival }) => arrival > before && arrival <= now);
    [warning] = toldBy(step(state, null, turnOf(now, { plots: due })))?.own ?? [];
    at = now;
  }
  if (warning === undefined) throw new RangeError('no warning to withdraw');
  const common = { id: '1'.padStart(32, '0'), officer: 'Watch Officer' };
  const act: CancelAct = {
    kind: 'cancel',
    ...common,
    warning: warning.id,
    reason: 'false-detection',
  };
  return untilGone(state, at, act);
}

function untilGone(state: NodeState, from: Instant, act: CancelAct): Correction {
  const began = performance.now();
  for (let turns = 0; turns < TURNS_MAX; turns += 1) {
    const acts = turns === 0 ? [act] : [];
    const told = toldBy(step(state, null, turnOf(addSeconds(from, turns + 1), { acts })));
    const all = [...(told?.own ?? []), ...(told?.system ?? [])];
    if (all.length > 0 && all.every(({ stage }) => stage === 'cancelled')) {
      return { turns, ms: performance.now() - began };
    }
  }
  throw new RangeError('the warning stands, whatever the officer does');
}

function toldBy(
  effects: readonly Effect[],
): { readonly own: readonly Warning[]; readonly system: readonly Warning[] } | undefined {
  for (const effect of effects) {
    if (effect.kind !== 'feed' || effect.record.kind !== 'tick') continue;
    return { own: effect.record.ownWarnings, system: effect.record.systemWarnings };
  }
  return undefined;
}

function turnOf(at: Instant, given: Partial<Turn>): Turn {
  const link = { up: false, heard: null, configured: false };
  return { at, plots: [], entries: [], link, recording: true, ...given };
}

/** Sights that go on as a launch's do. */
function flame(random: Random): InfraredPlot[] {
  const [east, north] = [0.02 + 0.05 * random.uniform(), 0.03 + 0.04 * random.uniform()];
  return Array.from({ length: LOOKS }, (_, i) => {
    const time = addSeconds(START, 5 * i);
    return {
      kind: 'infrared',
      id: i,
      sensor: 'eye',
      time,
      arrival: addSeconds(time, 0.5),
      eastRad: east + 1e-5 * i + 4e-7 * i * i,
      northRad: north + 1e-5 * i + 5e-7 * i * i,
    };
  });
}
