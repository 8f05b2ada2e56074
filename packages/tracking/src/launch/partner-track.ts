// SPDX-License-Identifier: Apache-2.0
// One track of a partner, and what its inputs say of when it was seen, whether they are still kept or
// were replaced by a newer base.

import { type Instant, secondsBetween } from '@isthmus/earth';
import type { Estimate, EventId, FlightPhase, SourceKind } from '@isthmus/picture';

/** One item of a partner's track, as received. */
export interface PartnerInput {
  readonly kind: 'rebase' | 'tracklet' | 'track';
  readonly event: EventId;
  readonly epoch: number;
  readonly phase: FlightPhase;
  readonly looks: number;
  readonly sequence: number;
  readonly estimate: Estimate;
}

/** When a track was seen in inputs that are no longer kept. */
export interface Past {
  readonly event: EventId;
  readonly first: Instant;
  readonly last: Instant;
  /** In unpowered flight. */
  readonly firstCoast: Instant | null;
  readonly lastCoast: Instant | null;
  /** Under power; absent where it never was. */
  readonly lastBoost?: Instant;
}

export interface PartnerTrack {
  id: string;
  source: SourceKind;
  /** By time; what a newer base of their event replaced is in `past`. */
  inputs: PartnerInput[];
  /** At most one an event. */
  past: Past[];
  dropped: 'lost' | 'merged' | 'split' | 'false' | 'ended' | null;
  /** The fold of `inputs`, renewed when they change; null while nothing can be said. */
  folded: Estimate | null;
  /** Inputs used by `folded` from the start of the ordered list; -1 asks for a new fold. */
  used: number;
}

/** The newest rebase or full state in force: by epoch, then by sequence. */
export function lastBase(inputs: readonly PartnerInput[]): PartnerInput | null {
  let base: PartnerInput | null = null;
  for (const input of inputs) {
    if (input.kind === 'tracklet') continue;
    if (base === null || input.sequence > base.sequence) base = input;
  }
  return base;
}

/** What the inputs of a track, kept or replaced, say of when it was seen. */
export interface TrackSeen {
  /** By its newest input. */
  readonly event: EventId | null;
  readonly phase: FlightPhase;
  readonly first: Instant | null;
  readonly last: Instant | null;
  /** Between the first and the last look at unpowered flight, after any under power; 0 without. */
  readonly coastSeenS: number;
  /** A full state tells all looks so far; the tracklets after it tell how many each adds. */
  readonly looks: number;
}

/** Follows from the inputs, so it is kept beside the state and not in it. */
const seenCache = new WeakMap<PartnerTrack, TrackSeen>();

/** Its inputs have changed. */
export function forgetSeen(track: PartnerTrack): void {
  seenCache.delete(track);
}

/** When and in what phase a track was seen. */
export function seenOf(track: PartnerTrack): TrackSeen {
  let seen = seenCache.get(track);
  if (seen === undefined) {
    seen = computeSeen(track);
    seenCache.set(track, seen);
  }
  return seen;
}

function computeSeen(track: PartnerTrack): TrackSeen {
  let newest: PartnerInput | undefined;
  for (const input of track.inputs) {
    if (newest === undefined || input.sequence > newest.sequence) newest = input;
  }
  const times = [...track.past, ...track.inputs.map(pastOf)].reduce<Past | null>(bothPasts, null);
  const base = lastBase(track.inputs);
  const since = track.inputs.filter(
    (i) => i.kind === 'tracklet' && i.sequence > (base?.sequence ?? 0),
  );
  return {
    event: newest?.event ?? null,
    phase: newest?.phase ?? 'coast',
    first: times?.first ?? null,
    last: times?.last ?? null,
    coastSeenS: times === null ? 0 : coastSeenS(times),
    looks: base === null ? 0 : since.reduce((sum, input) => sum + input.looks, base.looks),
  };
}

/** A track that burns was taken for one in free flight while it was young: that was none. */
function coastSeenS({ firstCoast, lastCoast, lastBoost }: Past): number {
  if (firstCoast === null || lastCoast === null) return 0;
  const from = lastBoost !== undefined && lastBoost > firstCoast ? lastBoost : firstCoast;
  return Math.max(0, secondsBetween(from, lastCoast));
}

export function pastOf({ event, phase, estimate }: PartnerInput): Past {
  const { time } = estimate;
  const seen = { event, first: time, last: time };
  return phase === 'boost'
    ? { ...seen, firstCoast: null, lastCoast: null, lastBoost: time }
    : { ...seen, firstCoast: time, lastCoast: time };
}

export function bothPasts(a: Past | null, b: Past): Past {
  if (a === null) return b;
  const lastBoost = outer(a.lastBoost ?? null, b.lastBoost ?? null, (x, y) => x > y);
  return {
    event: b.event,
    first: a.first < b.first ? a.first : b.first,
    last: a.last > b.last ? a.last : b.last,
    firstCoast: outer(a.firstCoast, b.firstCoast, (x, y) => x < y),
    lastCoast: outer(a.lastCoast, b.lastCoast, (x, y) => x > y),
    ...(lastBoost === null ? {} : { lastBoost }),
  };
}

function outer(
  a: Instant | null,
  b: Instant | null,
  isBeyond: (a: Instant, b: Instant) => boolean,
): Instant | null {
  if (a === null || b === null) return a ?? b;
  return isBeyond(a, b) ? a : b;
}
