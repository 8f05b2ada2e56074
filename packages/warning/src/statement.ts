// SPDX-License-Identifier: Apache-2.0
// What a warning says of one event's flight: which object, where it comes down or why nothing is
// said, missile or space launch. A region once stated stands until a better one or a reason against
// it: a body that nobody sees any more still falls where it was going to.

import { EARTH_MU_M3PS2, EARTH_ROTATION_RADPS, type Instant, secondsBetween } from '@isthmus/earth';
import type {
  Estimate,
  ImpactRegion,
  NoImpactStatement,
  PictureEvent,
  PictureObject,
} from '@isthmus/picture';
import { radialHeightM } from './descent.ts';
import { isOwn } from './evidence.ts';
import { regionOfLaunch, separationShare, separationSpread } from './fragments.ts';
import { impactRegion, sigmas } from './impact.ts';
import { judge } from './kind.ts';
import {
  ASCENT_CLIMB_MAX,
  ASCENT_COAST_SEEN_MIN_S,
  ASCENT_HEIGHT_MAX_M,
  ASCENT_SPEED_SHARE_MIN,
  COAST_SEEN_MIN_S,
  CROWD_DISTANCE_M,
  CROWD_GONE_AFTER_S,
  CROWD_OTHERS_MIN,
  CROWD_VARIANCE_FACTOR,
  CROWD_WHOLE_UNTIL_S,
  FRAGMENTS_MAX,
  FRAGMENTS_PER_TICK,
  IMPACT_RECOMPUTE_S,
  LOWER_ARC_MPS,
  POWERED_STALE_S,
  PRIMARY_LEAD_S,
  PRIMARY_RECOMPUTE_S,
  REACH_RECOMPUTE_S,
  STILL_SEEN_S,
  TRACKED_POSITION_SIGMA_M,
  TRACKED_VELOCITY_SIGMA_MPS,
  UNSEEN_RECOMPUTE_ABOVE_M,
} from './limits.ts';
import { joinReachable, reachableRegion } from './reachable.ts';
import {
  type Fragment,
  isOnlyFlame,
  note,
  type Primary,
  setImpact,
  type WarningRecord,
} from './record.ts';

/** An object of which it is known where it is. */
export type Located = PictureObject & { readonly estimate: Estimate };

/** True for an estimate good enough to say that its object is tracked. */
export function isFirm(estimate: Estimate | null): estimate is Estimate {
  if (estimate === null) return false;
  const { positionM, velocityMps } = sigmas(estimate);
  return positionM <= TRACKED_POSITION_SIGMA_M && velocityMps <= TRACKED_VELOCITY_SIGMA_MPS;
}

/** The object a warning is about, or null where none is located or it came down. */
export function mainObject(record: WarningRecord, event: PictureEvent): Located | null {
  return primaryIsDown(record, event) ? null : choosePrimary(event, record.primary);
}

/** What one step may still spend, over all its warnings. */
export interface Budget {
  /** Reachable regions. */
  reaches: number;
}

/** Brings impact statement and assessment up to what the picture holds of the event. */
export function updateStatement(
  record: WarningRecord,
  event: PictureEvent,
  { now, budget }: { readonly now: Instant; readonly budget: Budget },
): void {
  if (primaryIsDown(record, event)) return;
  const primary = choosePrimary(event, record.primary);
  if (primary !== null && primary.coastSeenS > 0) record.coastSeen = true;
  if (isOvertaken(record, event)) withdrawLower(record, now);
  const isFlying = record.warning.impact.statement !== 'region' && isBurning(event, now);
  const obstacle = isFlying ? 'still powered' : obstacleTo(primary, record, now);
  if (primary !== null) tellKind(record, { primary, obstacle }, now);
  if (primary === null || obstacle !== null) {
    sayNothing(record, obstacle ?? 'launch not yet tracked', now);
    // A partner's word alone is not computed with: it may be anything, and there may be many.
    const mayReach = obstacle === 'still powered' && event.evidence.some(isOwn);
    if (mayReach) sayReachable(record, event, { now, budget });
    return;
  }
  const isNew = isDue(record, primary, now);
  if (isNew) {
    record.primary = { object: primary.id, lastSeen: primary.lastSeen, computedAt: now };
  }
  if (record.warning.assessment === 'space launch') {
    sayNothing(record, 'space object', now);
    return;
  }
  const renewed = renewFragments(record, event, { primary, isNew }, now);
  if (renewed) stateRegion(record, event, primary);
}

/** Brings what the warning says of the kind up to what is seen of the primary. */
function tellKind(
  record: WarningRecord,
  seen: { readonly primary: Located; readonly obstacle: NoImpactStatement['because'] | null },
  now: Instant,
): void {
  const { primary, obstacle } = seen;
  const { assessment, flight, because } = judge(record.warning, {
    object: primary,
    isCoasting: obstacle === null,
    isPowered: obstacle === 'still powered',
    isSame: record.primary?.object === primary.id,
  });
  record.warning = { ...record.warning, assessment, flight };
  if (because !== null) note(record, now, because);
}

/** Computes the primary when it is due and a few of the other bodies; true when any was. */
function renewFragments(
  record: WarningRecord,
  event: PictureEvent,
  chosen: { readonly primary: Located; readonly isNew: boolean },
  now: Instant,
): boolean {
  const { primary, isNew } = chosen;
  const known = new Map(record.fragments.map((fragment) => [fragment.object, fragment]));
  const due = event.objects.filter(isLocated).filter((object) => {
    if (object.id === primary.id) return false;
    const before = known.get(object.id);
    return isBody(object) && (before === undefined || isStale(before, object, now));
  });
  const age = (object: Located): number => known.get(object.id)?.computedAt ?? 0;
  due.sort((x, y) => age(x) - age(y));
  const chosenNow = [...(isNew ? [primary] : []), ...due.slice(0, FRAGMENTS_PER_TICK)];
  for (const object of chosenNow) {
    const region = impactRegion(object.estimate);
    const fragment = { object: object.id, lastSeen: object.lastSeen, computedAt: now, region };
    known.set(object.id, fragment);
  }
  if (chosenNow.length === 0) return false;
  const there = new Set(event.objects.map((object) => object.id));
  const kept = [...known.values()].filter((fragment) => there.has(fragment.object));
  record.fragments = kept.slice(0, FRAGMENTS_MAX);
  return true;
}

/** States the region of the launch from what is known of its bodies. */
function stateRegion(record: WarningRecord, event: PictureEvent, primary: Located): void {
  const own = record.fragments.find((fragment) => fragment.object === primary.id)?.region ?? null;
  if (own === null) return;
  if (record.separation?.object !== primary.id) {
    const covarianceM2 = separationSpread(primary.estimate);
    if (covarianceM2 === null) return;
    record.separation = { object: primary.id, covarianceM2 };
  }
  const bodies = record.fragments.flatMap(({ region }) => (region === null ? [] : [region]));
  const { covarianceM2 } = record.separation;
  const share = separationShare(record.warning.flight?.reach?.classes.SRBM ?? 0);
  const region = regionOfLaunch(own, bodies, { covarianceM2, share });
  setImpact(record, widened(region, crowdFactor(event, primary)));
}

/** By how much the variance is short while bodies cannot be told apart; see CROWD_VARIANCE_FACTOR. */
function crowdFactor(event: PictureEvent, primary: Located): number {
  const near = event.objects.filter(isLocated).filter((other) => {
    if (other.id === primary.id) return false;
    const apart = [0, 1, 2].map(
      (i) => (other.estimate.state[i] as number) - (primary.estimate.state[i] as number),
    );
    return Math.hypot(...apart) < CROWD_DISTANCE_M;
  });
  if (near.length < CROWD_OTHERS_MIN) return 1;
  const left =
    (CROWD_GONE_AFTER_S - primary.coastSeenS) / (CROWD_GONE_AFTER_S - CROWD_WHOLE_UNTIL_S);
  return 1 + (CROWD_VARIANCE_FACTOR - 1) * Math.min(1, Math.max(0, left));
}

function widened(region: ImpactRegion, factor: number): ImpactRegion {
  const [ee, en, nn] = region.covarianceM2;
  return {
    ...region,
    covarianceM2: [ee * factor, en * factor, nn * factor],
    areaKm2: region.areaKm2 * factor,
    timeSigmaS: region.timeSigmaS * Math.sqrt(factor),
  };
}

/** A body whose fall can be computed: followed by radar through enough coast, and firm. */
function isBody(object: Located): boolean {
  const isFalling = object.phase === 'coast' || object.phase === 'reentry';
  return isFalling && object.coastSeenS >= COAST_SEEN_MIN_S && isFirm(object.estimate);
}

/** Seen again some seconds after the last time, and not yet in air that makes it a body of drag. */
function isStale(before: Fragment, object: Located, now: Instant): boolean {
  if (object.phase === 'reentry' && before.region !== null) return false;
  return (
    before.lastSeen !== object.lastSeen &&
    secondsBetween(before.computedAt, now) >= IMPACT_RECOMPUTE_S
  );
}

/**
 * Whether any body of the launch burns: what the others do is then not what becomes of it. Asked
 * until a region stands; after that, a track among many that looks like thrust is no reason against it.
 */
function isBurning(event: PictureEvent, now: Instant): boolean {
  return event.objects.some((object) => burns(object, now));
}

function burns(object: PictureObject, now: Instant): boolean {
  return object.phase === 'boost' && secondsBetween(object.lastSeen, now) <= POWERED_STALE_S;
}

/**
 * The object most seen in unpowered flight, then the most recently seen. The one chosen before
 * stays until another leads clearly, so that two fragments do not take turns.
 */
function choosePrimary(event: PictureEvent, before: Primary | null): Located | null {
  let best: Located | null = null;
  let kept: Located | null = null;
  for (const object of leading(event.objects.filter(isLocated))) {
    if (object.id === before?.object) kept = object;
    if (best === null || isMoreSeen(object, best)) best = object;
  }
  if (kept === null || best === null) return best;
  return best.coastSeenS > kept.coastSeenS + PRIMARY_LEAD_S ? best : kept;
}

/**
 * The bodies that go as far as any: without those on a clearly lower arc. A spent lower stage is
 * seen coasting first, and comes down while the launch still flies; its fall is not the launch's.
 */
function leading(objects: readonly Located[]): readonly Located[] {
  const bodies = objects.map((object) => ({ object, energy: energyOf(object.estimate) }));
  // Last seen under power, it went on from there: it counts however little is known of it now.
  const known = bodies.filter(({ object }) => object.phase === 'boost' || isFirm(object.estimate));
  const first = known.reduce<Body | null>(
    (a, b) => (a === null || b.energy.jpkg > a.energy.jpkg ? b : a),
    null,
  );
  if (first === null) return objects;
  return bodies.filter((body) => !isClearlyBelow(body, first)).map(({ object }) => object);
}

/**
 * A region stands, of a body that another one of the launch clearly outflies: a lower stage, seen
 * before what it carried was. That stage falls where it was said to, and the launch does not.
 */
function isOvertaken(record: WarningRecord, event: PictureEvent): boolean {
  if (record.warning.impact.statement !== 'region') return false;
  const objects = event.objects.filter(isLocated);
  const primary = objects.find(({ id }) => id === record.primary?.object);
  // What comes down is slowed before what is still above the air, and is no lower stage for that.
  if (primary === undefined || primary.phase === 'reentry') return false;
  return !leading(objects).includes(primary);
}

function withdrawLower(record: WarningRecord, now: Instant): void {
  note(record, now, 'The impact region is withdrawn: it was of a stage that the launch outflies.');
  setImpact(record, { statement: 'none', because: 'too little of the coast seen by radar' });
  record.primary = null;
}

interface Body {
  readonly object: Located;
  readonly energy: { readonly jpkg: number; readonly speedMps: number; readonly sigmaMps: number };
}

/** As a speed where the faster one is: 300 m/s are a stage's work, ten times what parts bodies. */
function isClearlyBelow(body: Body, first: Body): boolean {
  const slowerMps = (first.energy.jpkg - body.energy.jpkg) / first.energy.speedMps;
  const sigmaMps =
    first.object.phase === 'boost' ? 0 : Math.hypot(first.energy.sigmaMps, body.energy.sigmaMps);
  return slowerMps > Math.max(LOWER_ARC_MPS, 3 * sigmaMps);
}

/** Specific energy in axes that do not turn, with the speed and one sigma of the velocity. */
function energyOf(estimate: Estimate): Body['energy'] {
  const [x, y, z, vx, vy, vz] = estimate.state as unknown as Six;
  const speedMps = Math.hypot(vx - EARTH_ROTATION_RADPS * y, vy + EARTH_ROTATION_RADPS * x, vz);
  const jpkg = speedMps ** 2 / 2 - EARTH_MU_M3PS2 / Math.hypot(x, y, z);
  return { jpkg, speedMps: Math.max(1000, speedMps), sigmaMps: sigmas(estimate).velocityMps };
}

type Six = readonly [number, number, number, number, number, number];

/** The object the standing region is about has no estimate any more: it came down where it said. */
function primaryIsDown(record: WarningRecord, event: PictureEvent): boolean {
  if (record.warning.impact.statement !== 'region') return false;
  return event.objects.some((o) => o.id === record.primary?.object && o.estimate === null);
}

function isLocated(object: PictureObject): object is Located {
  return object.estimate !== null;
}

function isMoreSeen(a: PictureObject, b: PictureObject): boolean {
  if (a.coastSeenS !== b.coastSeenS) return a.coastSeenS > b.coastSeenS;
  if (a.lastSeen !== b.lastSeen) return a.lastSeen > b.lastSeen;
  return a.id < b.id;
}

/** Why nothing can be said of the impact of `primary` now, or null when something can. */
function obstacleTo(
  primary: Located | null,
  record: WarningRecord,
  now: Instant,
): NoImpactStatement['because'] | null {
  if (primary === null) return record.coastSeen ? 'track lost' : 'launch not yet tracked';
  if (primary.phase === 'orbit') return 'space object';
  if (primary.phase === 'air') return 'not ballistic';
  if (primary.phase !== 'boost' && isOnlyFlame(record)) return 'flame out, not yet seen by radar';
  const unseenS = secondsBetween(primary.lastSeen, now);
  if (primary.phase === 'boost' && unseenS <= POWERED_STALE_S) return 'still powered';
  const wantedS = mayBeAscending(primary.estimate) ? ASCENT_COAST_SEEN_MIN_S : COAST_SEEN_MIN_S;
  const enough = primary.phase !== 'boost' && primary.coastSeenS >= wantedS;
  // Seen for a few seconds while it may have burnt, and then no more: nothing new follows from that.
  const glimpsed = primary.coastSeenS < ASCENT_COAST_SEEN_MIN_S && unseenS > STILL_SEEN_S;
  if (glimpsed && record.warning.impact.statement !== 'region') return 'track lost';
  if (enough && isFirm(primary.estimate)) return null;
  if (record.coastSeen && unseenS > 2 * STILL_SEEN_S) return 'track lost';
  return enough || primary.phase === 'boost' || record.warning.stage !== 'cue'
    ? 'too little of the coast seen by radar'
    : 'launch not yet tracked';
}

/**
 * Flat, low and more than half as fast as an orbit needs: so flies an upper stage on its way there,
 * with so little thrust that radar takes some seconds of it for coast. A missile is so flat only at
 * the top of its arc, and one that tops so low is slower.
 */
function mayBeAscending(estimate: Estimate): boolean {
  const [x, y, z, vx, vy, vz] = estimate.state as unknown as Six;
  const radiusM = Math.hypot(x, y, z);
  const { speedMps } = energyOf(estimate);
  const share = (speedMps ** 2 * radiusM) / EARTH_MU_M3PS2;
  const climb = Math.abs(x * vx + y * vy + z * vz) / (radiusM * speedMps);
  return (
    share > ASCENT_SPEED_SHARE_MIN &&
    climb < ASCENT_CLIMB_MAX &&
    radialHeightM(estimate.state) < ASCENT_HEIGHT_MAX_M
  );
}

/**
 * Another object, seen again, or some seconds old. In the air a region stands as it was stated
 * above it: the drag of one body is not in the estimate, and that of the launch is in the prior.
 */
function isDue(record: WarningRecord, primary: Located, now: Instant): boolean {
  const before = record.primary;
  if (before === null || before.object !== primary.id) return true;
  const isStated = record.warning.impact.statement === 'region';
  if (isStated && primary.phase === 'reentry') return false;
  const ageS = secondsBetween(before.computedAt, now);
  if (before.lastSeen !== primary.lastSeen) return ageS >= PRIMARY_RECOMPUTE_S;
  const isOld = ageS >= IMPACT_RECOMPUTE_S;
  return isOld && radialHeightM(primary.estimate.state) > UNSEEN_RECOMPUTE_ABOVE_M;
}

/** States a reason, unless a region stands that the reason does not contradict. */
function sayNothing(
  record: WarningRecord,
  because: NoImpactStatement['because'],
  now: Instant,
): void {
  const before = record.warning.impact;
  if (before.statement !== 'region') {
    // What left its path and is under force is the same as before, whatever the force is.
    const isSame = because === 'still powered' && record.leftPath === true;
    const said = isSame ? 'not ballistic' : because;
    if (before.because !== said) setImpact(record, { statement: 'none', because: said });
    return;
  }
  if (because === 'space object') {
    note(record, now, 'The impact region is withdrawn: the object is in orbit.');
    setImpact(record, { statement: 'none', because });
  } else if (because === 'still powered' || because === 'not ballistic') {
    note(record, now, 'The impact region is withdrawn: the object does not fly a ballistic path.');
    setImpact(record, { statement: 'none', because: 'not ballistic' });
    record.leftPath = true;
  }
}

/**
 * States what can be reached if the force ends soon, of the body under force that goes farthest.
 * While it is not seen again the region takes in what it held before: it only grows.
 */
function sayReachable(
  record: WarningRecord,
  event: PictureEvent,
  { now, budget }: { readonly now: Instant; readonly budget: Budget },
): void {
  const burning = event.objects.filter(isLocated).filter((o) => burns(o, now));
  const object = burning
    .filter(({ estimate }) => isFirm(estimate))
    .reduce<Located | null>((a, b) => (a === null || isFaster(b, a) ? b : a), null);
  if (object === null) {
    unsayReachable(record);
    return;
  }
  const before = record.reach;
  const isFresh =
    before?.object === object.id && secondsBetween(before.computedAt, now) < REACH_RECOMPUTE_S;
  if (isFresh || budget.reaches <= 0) return;
  budget.reaches -= 1;
  record.reach = { object: object.id, lastSeen: object.lastSeen, computedAt: now };
  const motion = record.leftPath === true ? 'manoeuvre' : 'thrust';
  const region = reachableRegion(object.estimate, motion);
  const { impact } = record.warning;
  if (region === null) {
    unsayReachable(record);
    return;
  }
  const isUnseen = impact.statement === 'reachable' && before?.lastSeen === object.lastSeen;
  setImpact(record, isUnseen ? joinReachable(impact, region) : region);
}

/** The reason stands alone where nothing can be said of what is reached. */
function unsayReachable(record: WarningRecord): void {
  const { impact } = record.warning;
  if (impact.statement !== 'reachable') return;
  setImpact(record, { statement: 'none', because: impact.because });
}

function isFaster(a: Located, b: Located): boolean {
  return energyOf(a.estimate).jpkg > energyOf(b.estimate).jpkg;
}
