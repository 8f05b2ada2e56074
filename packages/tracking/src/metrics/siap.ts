// SPDX-License-Identifier: Apache-2.0
// The attributes of a single integrated air picture: is everything held, once, without ghosts, how
// exactly, under one number, with the right identity, and do all sides hold the same? (Votruba et
// al., "SIAP Metrics Implementation", SIAP SE Task Force, October 2001.) Which track is of which
// object is the caller's to say; `nearestPairs` says it from positions.

/** One look at the picture. Every object and every track stands at most once in it. */
export interface SiapScan {
  readonly timeS: number;
  readonly objects: readonly {
    readonly object: string;
    /** What it is; null where that is not asked. */
    readonly identity: string | null;
  }[];
  readonly tracks: readonly SiapTrack[];
}

export interface SiapTrack {
  readonly track: string;
  /** The object it is assigned to, one of the scan; null for a track of nothing. */
  readonly object: string | null;
  /** From that object; not read of a track of nothing. */
  readonly positionErrorM: number;
  readonly velocityErrorMps: number;
  /** What the track says the object is; null when it does not say. */
  readonly identity: string | null;
}

/**
 * Sums run over all scans. Empty denominators give 0, but 1 for the ambiguity (as in Stone Soup, so
 * that figures can be laid side by side).
 */
export interface Siap {
  /** Objects held / objects; ideal 1. */
  readonly completeness: number;
  /** Assigned tracks / objects held; ideal 1. */
  readonly ambiguity: number;
  /** Tracks of nothing / tracks; ideal 0. */
  readonly spuriousness: number;
  /** Mean error of assigned tracks. */
  readonly positionErrorM: number;
  readonly velocityErrorMps: number;
  /** Changes of track number an object must suffer / seconds it is held; ideal 0. */
  readonly trackChangesPerS: number;
  /** Longest time under one number / time in the picture, over objects; ideal 1. */
  readonly longestSegment: number;
  /** Of the objects held, those that some track names / … ; ideal 1. */
  readonly identityCompleteness: number;
  /** … whose naming tracks all name them right; ideal 1. */
  readonly identityCorrectness: number;
  /** … whose naming tracks disagree; ideal 0. The rest of clarity: 1 is none that is clear. */
  readonly identityAmbiguity: number;
}

/** All attributes of one side's or of the joint picture. `scans` ascend in time. */
export function siap(scans: readonly SiapScan[]): Siap {
  const sums = { objects: 0, held: 0, tracks: 0, assigned: 0, positionM: 0, velocityMps: 0 };
  const named = { any: 0, right: 0, unlike: 0 };
  for (const scan of scans) {
    const tracksOf = Map.groupBy(scan.tracks, (track) => track.object);
    sums.objects += scan.objects.length;
    sums.tracks += scan.tracks.length;
    for (const { object, identity } of scan.objects) {
      const tracks = tracksOf.get(object);
      if (tracks === undefined) continue;
      sums.held += 1;
      sums.assigned += tracks.length;
      for (const track of tracks) {
        sums.positionM += track.positionErrorM;
        sums.velocityMps += track.velocityErrorMps;
      }
      const names = new Set(tracks.flatMap((track) => track.identity ?? []));
      if (names.size > 0) named.any += 1;
      if (names.size > 1) named.unlike += 1;
      if (names.size === 1 && identity !== null && names.has(identity)) named.right += 1;
    }
  }
  return {
    completeness: share(sums.held, sums.objects),
    ambiguity: sums.held === 0 ? 1 : sums.assigned / sums.held,
    spuriousness: share(sums.tracks - sums.assigned, sums.tracks),
    positionErrorM: share(sums.positionM, sums.assigned),
    velocityErrorMps: share(sums.velocityMps, sums.assigned),
    ...continuity(scans),
    identityCompleteness: share(named.any, sums.held),
    identityCorrectness: share(named.right, sums.held),
    identityAmbiguity: share(named.unlike, sums.held),
  };
}

/** What one side holds of one object at one time. */
export interface HeldObject {
  readonly object: string;
  readonly track: string;
  readonly identity: string | null;
  readonly positionM: readonly [number, number, number];
}

/**
 * Commonality at one time: of the objects that any side holds, the share that every side holds under
 * the same track number, with the same identity and all positions within `gateM` of one another.
 * 1 when nobody holds anything: the pictures are the same.
 *
 * @param sides what each holds, each object at most once.
 */
export function commonality(sides: readonly (readonly HeldObject[])[], gateM: number): number {
  const byObject = Map.groupBy(sides.flat(), (held) => held.object);
  if (byObject.size === 0) return 1;
  const common = [...byObject.values()].filter((held) => {
    const [first] = held;
    return (
      held.length === sides.length &&
      held.every((one) => one.track === first?.track && one.identity === first.identity) &&
      held.every((one, i) => held.slice(i + 1).every((two) => distanceM(one, two) <= gateM))
    );
  });
  return common.length / byObject.size;
}

/** A stretch of scans, by index, in which a track stayed on an object. */
interface Stretch {
  readonly from: number;
  to: number;
}

/** Rate of change and longest segment, each over all objects. */
function continuity(scans: readonly SiapScan[]): Pick<Siap, 'trackChangesPerS' | 'longestSegment'> {
  let changes = 0;
  let heldS = 0;
  let longestS = 0;
  let lifeS = 0;
  const timeOf = (index: number): number => (scans[index] as SiapScan).timeS;
  for (const stretches of stretchesOf(scans).values()) {
    changes += fewestCovering(stretches) - 1;
    for (let i = 1; i < scans.length; i += 1) {
      // Between two scans an object is held when one track goes from one to the other.
      if (stretches.some(({ from, to }) => from < i && to >= i)) heldS += timeOf(i) - timeOf(i - 1);
    }
    longestS += Math.max(...stretches.map(({ from, to }) => timeOf(to) - timeOf(from)));
  }
  for (const { from, to } of livesOf(scans).values()) lifeS += timeOf(to) - timeOf(from);
  return {
    trackChangesPerS: share(changes, heldS),
    longestSegment: share(longestS, lifeS),
  };
}

/** First and last scan of each object. */
function livesOf(scans: readonly SiapScan[]): Map<string, Stretch> {
  const lives = new Map<string, Stretch>();
  scans.forEach((scan, index) => {
    for (const { object } of scan.objects) {
      const life = lives.get(object);
      if (life === undefined) lives.set(object, { from: index, to: index });
      else life.to = index;
    }
  });
  return lives;
}

/** For each object that is ever held, how long each track stayed on it without a gap. */
function stretchesOf(scans: readonly SiapScan[]): Map<string, Stretch[]> {
  const found = new Map<string, Stretch[]>();
  let running = new Map<string, Stretch>();
  scans.forEach((scan, index) => {
    const next = new Map<string, Stretch>();
    for (const { track, object } of scan.tracks) {
      if (object === null) continue;
      const key = JSON.stringify([track, object]);
      const stretch = running.get(key) ?? { from: index, to: index };
      stretch.to = index;
      next.set(key, stretch);
      if (stretch.from !== index) continue;
      const list = found.get(object);
      if (list === undefined) found.set(object, [stretch]);
      else list.push(stretch);
    }
    running = next;
  });
  return found;
}

/**
 * How many stretches at least cover all scans that any of them covers: always take the one that
 * lasts. A number that comes back after a gap is counted again.
 */
function fewestCovering(stretches: readonly Stretch[]): number {
  const last = Math.max(...stretches.map(({ to }) => to));
  let count = 0;
  for (let at = 0; at <= last; ) {
    const here = stretches.filter(({ from, to }) => from <= at && to >= at);
    if (here.length === 0) {
      at += 1;
    } else {
      count += 1;
      at = Math.max(...here.map(({ to }) => to)) + 1;
    }
  }
  return count;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function distanceM(a: HeldObject, b: HeldObject): number {
  return Math.hypot(
    a.positionM[0] - b.positionM[0],
    a.positionM[1] - b.positionM[1],
    a.positionM[2] - b.positionM[2],
  );
}
