// SPDX-License-Identifier: Apache-2.0
// What the gate remembers of what it let go to one partner: plain JSON, copied on write. It knows
// local identifiers and never leaves its node.

import type { Instant } from '@isthmus/earth';
import type { Estimate, EventId, Item, LaunchReport, TrackId } from '@isthmus/picture';

/** The full estimate at which what was released of a track ends. */
export interface TrackletBase {
  readonly epoch: number;
  readonly estimate: Estimate;
  /** Looks of the track up to `estimate`. */
  readonly looks: number;
}

export interface TrackMemory {
  readonly event: EventId;
  readonly clause: string;
  /** Number of the last tick, in units of the clause's tick, at which a state was let go. */
  readonly tick: number;
  /** Null until a rebase went. */
  readonly base: TrackletBase | null;
}

export interface EventMemory {
  /** The clause under which something of it last went. */
  readonly clause: string;
  /** Number of the last report; 0 before the first. */
  readonly update: number;
  /** Number of the tick of the last report; -1 before the first. */
  readonly tick: number;
  /** The last report as it went, its update number apart. */
  readonly report: LaunchReport | null;
  /** True once anything of it left the gate, not only the queue of delayed items. */
  readonly released: boolean;
  readonly withdrawn: boolean;
}

/** A decided item that waits for its agreed delay; coarsened, with identifiers of the agreement. */
export interface HeldItem {
  readonly event: EventId | null;
  readonly clause: string;
  readonly agreementHash: string;
  readonly due: Instant;
  readonly item: Item;
}

/** Plain JSON; treat it as opaque but for `trackletBase`. */
export interface GateMemory {
  readonly tracks: Readonly<Record<TrackId, TrackMemory>>;
  readonly events: Readonly<Record<EventId, EventMemory>>;
  /** Oldest first. */
  readonly held: readonly HeldItem[];
}

/** The memory of a gate that has let nothing go. */
export function createMemory(): GateMemory {
  return { tracks: {}, events: {}, held: [] };
}

/** Where the next tracklet of a track must begin, or null when it must begin with a rebase. */
export function trackletBase(memory: GateMemory, track: TrackId): TrackletBase | null {
  return trackOf(memory, track)?.base ?? null;
}

/** Own properties only: a local identifier may be `constructor`. */
export function trackOf(memory: GateMemory, track: TrackId): TrackMemory | null {
  return Object.hasOwn(memory.tracks, track) ? (memory.tracks[track] as TrackMemory) : null;
}

export function eventOf(memory: GateMemory, event: EventId): EventMemory | null {
  return Object.hasOwn(memory.events, event) ? (memory.events[event] as EventMemory) : null;
}

export function withTrack(memory: GateMemory, id: TrackId, track: TrackMemory): GateMemory {
  return { ...memory, tracks: { ...memory.tracks, [id]: track } };
}

export function withEvent(memory: GateMemory, id: EventId, event: EventMemory): GateMemory {
  return { ...memory, events: { ...memory.events, [id]: event } };
}

export function withoutTrack(memory: GateMemory, id: TrackId): GateMemory {
  return { ...memory, tracks: keep(memory.tracks, (track) => track !== id) };
}

/** Forgets the tracks of an event and what of it still waits; the event itself is remembered. */
export function withoutEvent(memory: GateMemory, event: EventId): GateMemory {
  return {
    tracks: keep(memory.tracks, (id) => trackOf(memory, id)?.event !== event),
    events: memory.events,
    held: memory.held.filter((held) => held.event !== event),
  };
}

function keep<V>(
  record: Readonly<Record<string, V>>,
  wanted: (id: string) => boolean,
): Record<string, V> {
  return Object.fromEntries(Object.entries(record).filter(([id]) => wanted(id)));
}
