// SPDX-License-Identifier: Apache-2.0
// An exercise as one side's own sensors see it, flown once; and what the gate lets go of it under
// any terms. An own picture never depends on terms, so that one flight serves them all.

import { gapsOf, type OwnTruth, type Received } from '@isthmus/disclosure';
import { addSeconds, type Instant, secondsBetween } from '@isthmus/earth';
import { createNodeState, draftsOf, identifierMaker, type OwnSide, stepOwn } from '@isthmus/node';
import type { Plot, SensorId } from '@isthmus/picture';
import {
  type Agreement,
  createMemory,
  decide,
  type Released,
  releaseDue,
  type Terms,
} from '@isthmus/release';
import { decodeRelease, encode } from '@isthmus/wire';
import { agreementHashOf } from '../agreement-file.ts';
import { type PreparedRun, type PreparedSide, plotsOf } from '../demo/prepare.ts';

/** What a side knew of itself at each turn of an exercise. */
export interface OwnCourse {
  readonly side: PreparedSide;
  readonly partner: string;
  readonly turns: readonly { readonly at: Instant; readonly own: OwnSide }[];
  readonly truth: OwnTruth;
}

/** One turn's releases as they are sent. */
export interface Sent {
  readonly at: Instant;
  readonly bytes: readonly Uint8Array[];
}

/** The instants of a run's turns, one a second. */
export function turnsOf(run: PreparedRun): readonly Instant[] {
  const seconds = Math.ceil(secondsBetween(run.firstTick, run.lastTick));
  return Array.from({ length: seconds + 1 }, (_, second) => addSeconds(run.firstTick, second));
}

/** The plots of each turn: what has arrived by it and not by the one before. */
export function* plotsByTurn(
  plots: readonly Plot[],
  turns: readonly Instant[],
): Generator<{ readonly at: Instant; readonly plots: readonly Plot[] }> {
  let next = 0;
  for (const at of turns) {
    const from = next;
    while (next < plots.length && (plots[next] as Plot).arrival <= at) next += 1;
    yield { at, plots: plots.slice(from, next) };
  }
}

/** Flies the exercise for one side, whose own half of every turn is the shipped one. */
export function flyOwn(run: PreparedRun, side: PreparedSide, partner: string): OwnCourse {
  const state = createNodeState({ side: side.name, partner, sensors: side.sensors });
  const turns: { at: Instant; own: OwnSide }[] = [];
  const looks: Instant[] = [];
  const looked = new Set<SensorId>();
  for (const { at, plots } of plotsByTurn(plotsOf(side), turnsOf(run))) {
    const own = stepOwn(state, { at, plots, entries: [], link: NO_LINK, recording: false }).side;
    turns.push({ at, own });
    for (const track of own.tracks) {
      if (track.event === null) continue;
      for (const sensor of track.sensors) looked.add(sensor);
      if (track.source === 'radar') looks.push(track.lastSeen);
    }
  }
  return { side, partner, turns, truth: truthOf(side, looks, looked) };
}

const NO_LINK = { up: false, heard: null, configured: false } as const;

/** Of the sensors that looked at an event: of the others nothing is released. */
function truthOf(
  side: PreparedSide,
  looks: readonly Instant[],
  looked: ReadonlySet<SensorId>,
): OwnTruth {
  const lags = plotsOf(side).map(({ time, arrival }) => secondsBetween(time, arrival));
  const gaps = gapsOf(looks);
  return {
    sensors: side.sensors.filter(({ id }) => looked.has(id)),
    gapS: gaps.reduce((sum, { from, until }) => sum + secondsBetween(from, until), 0),
    delayS: lags.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
  };
}

/** What the gate lets go of a course under an agreement, in the bytes that would be sent. */
export function releasesUnder(course: OwnCourse, agreement: Agreement): readonly Sent[] {
  const agreementHash = agreementHashOf(agreement);
  const terms: Terms = {
    agreement,
    from: course.side.name,
    to: course.partner,
    agreementHash,
    identify: identifierMaker(IDENTIFIERS, agreementHash),
  };
  let memory = createMemory();
  return course.turns.map(({ at, own }) => {
    const due = releaseDue(memory, terms, at);
    memory = due.memory;
    const released: Released[] = [...due.released];
    for (const draft of draftsOf(own, memory, { mode: agreement.mode, tracksToo: true })) {
      const decision = decide(memory, draft, terms, at);
      memory = decision.memory;
      if (decision.outcome === 'release') released.push(decision.released);
    }
    return { at, bytes: released.map((one) => encode(one).bytes) };
  });
}

/** Names of an exercise that is studied alone; nobody is ever told them. */
const IDENTIFIERS = new Uint8Array(32);

/** A stream as the partner decodes it. */
export function receivedOf(sent: readonly Sent[]): readonly Received[] {
  return sent.flatMap(({ at, bytes }) =>
    bytes.map((one) => ({ at, item: decodeRelease(one).item })),
  );
}
