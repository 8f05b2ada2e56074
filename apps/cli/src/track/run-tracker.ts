// SPDX-License-Identifier: Apache-2.0
// The own tracker over a file of plots, a turn each whole second, as a node runs it.

import { addSeconds, type Instant, instant } from '@isthmus/earth';
import type {
  EventCategory,
  EventId,
  FlightPhase,
  ObjectId,
  Plot,
  Sensor,
  SourceKind,
  TrackId,
} from '@isthmus/picture';
import { createTracking, ownPicture, ownTracks, stepTracking } from '@isthmus/tracking';

/** One object of the own picture at one second: a line of the file of tracks. */
export interface TrackLine {
  /** The second the estimate is predicted to, microseconds UTC since 1970. */
  readonly time: Instant;
  readonly event: EventId;
  readonly object: ObjectId;
  /** What the event is taken for. */
  readonly category: EventCategory;
  readonly phase: FlightPhase;
  /** Kinds of sensor behind the estimate. */
  readonly sources: readonly SourceKind[];
  /** Tracks of single kinds of sensor it is made of. */
  readonly tracks: readonly TrackId[];
  /** Time of the last plot in it. */
  readonly lastSeen: Instant;
  /** [x, y, z, vx, vy, vz], Earth-centred Earth-fixed (WGS 84), m and m/s relative to the Earth. */
  readonly state: readonly number[];
  /** Upper triangle by rows (00, 01 … 05, 11 … 55), 21 numbers, m², m²/s, m²/s². */
  readonly covariance: readonly number[];
}

/** One second of a run. */
export interface TrackedSecond {
  readonly at: Instant;
  /** Plots taken up to now. */
  readonly plots: number;
  readonly lines: readonly TrackLine[];
}

/**
 * Runs the tracker over plots in order of arrival, and gives what it holds at each whole second UTC
 * from the first arrival to the last. Objects of which too little is known for an estimate are left out.
 */
export async function* runTracker(
  sensors: readonly Sensor[],
  plots: AsyncIterable<Plot>,
): AsyncGenerator<TrackedSecond, void, undefined> {
  const tracker = createTracking(sensors);
  const kinds = new Map<TrackId, SourceKind>();
  let count = 0;
  let due: Plot[] = [];
  let at: Instant | null = null;
  const turn = (now: Instant): TrackedSecond => {
    stepTracking(tracker, due, now);
    count += due.length;
    due = [];
    for (const track of ownTracks(tracker)) kinds.set(track.id, track.source);
    const lines = ownPicture(tracker, now).events.flatMap((event) =>
      event.objects.flatMap((object): TrackLine[] => {
        if (object.estimate === null) return [];
        const sources = new Set(object.tracks.flatMap((id) => kinds.get(id) ?? []));
        return [
          {
            time: now,
            event: event.id,
            object: object.id,
            category: event.category,
            phase: object.phase,
            sources: [...sources].sort(),
            tracks: object.tracks,
            lastSeen: object.lastSeen,
            state: object.estimate.state,
            covariance: object.estimate.covariance,
          },
        ];
      }),
    );
    return { at: now, plots: count, lines };
  };
  for await (const plot of plots) {
    at ??= secondFrom(plot.arrival);
    while (plot.arrival > at) {
      yield turn(at);
      at = addSeconds(at, 1);
    }
    due.push(plot);
  }
  if (at !== null) yield turn(at);
}

/** The first whole second that is not before an instant. */
function secondFrom(at: Instant): Instant {
  return instant(Math.ceil(at / 1e6) * 1e6);
}
