// SPDX-License-Identifier: Apache-2.0
// What the gate remembers of what it let go to one partner: plain JSON, persistent (a write shares
// all it does not change). It knows local identifiers and never leaves its node.

import type { Instant } from '@isthmus/earth';
import type { Estimate, EventId, Item, LaunchReport, TrackId } from '@isthmus/picture';
import type { PolicyQuestion } from './policy.ts';
import { emptyShelf, entriesOf, put, remove, type Shelf, shelfOf, valueOf } from './shelf.ts';

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
  /** The receiver's marking; absent where it bears none. */
  readonly label?: string;
  /** What the policy is asked again when it is due; absent in what an earlier build held. */
  readonly question?: PolicyQuestion;
}

/** Plain JSON, the same for the same content; treat it as opaque but for `trackletBase`. */
export interface GateMemory {
  /** What a later form says otherwise, so that it is never taken for this one. */
  readonly form: 2;
  readonly tracks: Shelf<TrackMemory>;
  readonly events: Shelf<EventMemory>;
  /** Oldest first. */
  readonly held: readonly HeldItem[];
  /** End of the last period reported by coverage clause and class; absent before the first. */
  readonly coverage?: Readonly<Record<string, Instant>>;
}

/** The first form, of builds that kept one record by identifier and copied it whole on each write. */
export interface FlatMemory {
  readonly tracks: Readonly<Record<TrackId, TrackMemory>>;
  readonly events: Readonly<Record<EventId, EventMemory>>;
  readonly held: readonly HeldItem[];
}

/** The memory of a gate that has let nothing go. */
export function createMemory(): GateMemory {
  return { form: 2, tracks: emptyShelf(), events: emptyShelf(), held: [] };
}

/**
 * The memory an earlier or this build kept, in the form of this one; null when its form is of a
 * later build. The caller guarantees that a gate made it.
 */
export function restoreMemory(kept: GateMemory | FlatMemory): GateMemory | null {
  if ('form' in kept) return kept.form === 2 ? kept : null;
  return {
    form: 2,
    tracks: shelfOf(Object.entries(kept.tracks)),
    events: shelfOf(Object.entries(kept.events)),
    held: kept.held,
  };
}

/** Where the next tracklet of a track must begin, or null when it must begin with a rebase. */
export function trackletBase(memory: GateMemory, track: TrackId): TrackletBase | null {
  return trackOf(memory, track)?.base ?? null;
}

export function trackOf(memory: GateMemory, track: TrackId): TrackMemory | null {
  return valueOf(memory.tracks, track);
}

export function eventOf(memory: GateMemory, event: EventId): EventMemory | null {
  return valueOf(memory.events, event);
}

export function withTrack(memory: GateMemory, id: TrackId, track: TrackMemory): GateMemory {
  return { ...memory, tracks: put(memory.tracks, id, track) };
}

export function withEvent(memory: GateMemory, id: EventId, event: EventMemory): GateMemory {
  return { ...memory, events: put(memory.events, id, event) };
}

export function withoutTrack(memory: GateMemory, id: TrackId): GateMemory {
  return { ...memory, tracks: remove(memory.tracks, id) };
}

/**
 * Forgets the tracks of an event and what of it still waits; the event itself is remembered. The
 * one write that looks at every track: an event is withdrawn once.
 */
export function withoutEvent(memory: GateMemory, event: EventId): GateMemory {
  let { tracks } = memory;
  for (const [id, track] of entriesOf(memory.tracks)) {
    if (track.event === event) tracks = remove(tracks, id);
  }
  return { ...memory, tracks, held: memory.held.filter((held) => held.event !== event) };
}
