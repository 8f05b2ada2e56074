// SPDX-License-Identifier: Apache-2.0
import { addSeconds, type Instant, secondsBetween } from '@isthmus/earth';
import type {
  Estimate,
  Item,
  LaunchReport,
  Picture,
  Rebase,
  Track,
  Tracklet,
} from '@isthmus/picture';
import { expect, test } from 'vitest';
import { fuseIndependent, separation, trackletBetween } from '../fusion/information.ts';
import { propagateCoast } from '../models/coast.ts';
import {
  contributed,
  createFusion,
  partnerPicture,
  receivedReports,
  receiveItem,
  stepFusion,
  systemPicture,
} from './fusion.ts';
import type { FusionState } from './fusion-state.ts';
import { LIMITS } from './limits.ts';
import { MISSILE, radar, radarPlots, SATELLITE, START } from './synthetic-feed.fixture.ts';
import { createTracking, ownPicture, ownTracks, stepTracking } from './tracking.ts';

interface Second {
  readonly now: Instant;
  readonly picture: Picture;
  readonly tracks: readonly Track[];
}

/** What one side sees, second by second. */
function watch(
  sensor: ReturnType<typeof radar>,
  bodies: readonly (readonly number[])[],
  seed: string,
): Second[] {
  const state = createTracking([sensor]);
  const plots = radarPlots(sensor, bodies, { seconds: 120, falseRate: 0, seed });
  const seconds: Second[] = [];
  for (let s = 1; s <= 120; s += 1) {
    const [after, now] = [addSeconds(START, s - 1), addSeconds(START, s)];
    stepTracking(
      state,
      plots.filter((plot) => plot.arrival > after && plot.arrival <= now),
      now,
    );
    seconds.push({ now, picture: ownPicture(state, now), tracks: ownTracks(state) });
  }
  return seconds;
}

const own = watch(radar('north', 41, 47), [MISSILE, SATELLITE], 'own');
const theirs = watch(radar('south', 36, 52), [MISSILE], 'theirs');

/** A rebase at `first`, then a tracklet every 10 s, as a gate at level tracklet would send. */
function itemsOf(seconds: readonly Second[], event: string, first = 20): Item[] {
  const items: Item[] = [];
  let base: { readonly estimate: Estimate; readonly looks: number } | null = null;
  for (let s = first; s < seconds.length; s += 10) {
    const track = seconds[s]?.tracks[0];
    if (track === undefined) continue;
    const { looks, estimate, source, phase, epoch } = track;
    const name = { track: 'T1', event, source, phase, epoch };
    if (base === null) {
      items.push({ kind: 'rebase', ...name, looks, estimate } satisfies Rebase);
    } else {
      const tracklet = trackletBetween(base.estimate, estimate);
      if (tracklet === null) continue;
      items.push({
        kind: 'tracklet',
        ...name,
        base: base.estimate.time,
        looks: looks - base.looks,
        estimate: tracklet,
      } satisfies Tracklet);
    }
    base = { estimate, looks };
  }
  return items;
}

function step(state: FusionState, second: Second): Picture {
  stepFusion(state, second, second.now);
  return systemPicture(state, second.picture, second.now);
}

const last = own.at(-1) as Second;

test('without a partner every system event is the own event itself', () => {
  const system = step(createFusion(), last);
  expect(system.events).toHaveLength(2);
  system.events.forEach((event, i) => {
    expect(event).toBe(last.picture.events[i]);
  });
});

test('a partner on one event leaves the others the same object', () => {
  const state = createFusion();
  for (const item of itemsOf(theirs, 'X')) receiveItem(state, 'east', item);
  const system = step(state, last);
  const launch = last.picture.events.findIndex(({ category }) => category === 'launch');
  expect(contributed(state)).toHaveLength(1);
  expect(system.events).toHaveLength(2);
  const same = system.events.map((event, i) => event === last.picture.events[i]);
  expect(same).toEqual(last.picture.events.map((_, i) => i !== launch));
  expect(system.events[launch]?.evidence.map(({ party }) => party)).toEqual(['own', 'east']);
});

test('fused tracklets say what the two sides know together, no more', () => {
  const state = createFusion();
  for (const item of itemsOf(theirs, 'X')) receiveItem(state, 'east', item);
  const system = step(state, last);
  const event = system.events.find(({ evidence }) => evidence.length > 1);
  const mine = last.picture.events.find(({ id }) => id === event?.id)?.objects[0]?.estimate;
  const sent = itemsOf(theirs, 'X').at(-1) as Tracklet;
  const whole = theirs.find(({ tracks }) => tracks[0]?.estimate.time === sent.estimate.time)
    ?.tracks[0]?.estimate;
  const pooled = fuseIndependent([mine as Estimate, whole as Estimate], last.now);
  const fused = event?.objects[0]?.estimate as Estimate;
  [0, 6, 11, 15, 18, 20].forEach((k, i) => {
    const sigma = Math.sqrt(pooled.covariance[k] as number);
    expect(Math.abs(Math.sqrt(fused.covariance[k] as number) / sigma - 1)).toBeLessThan(1e-6);
    const error = (fused.state[i] as number) - (pooled.state[i] as number);
    expect(Math.abs(error) / sigma).toBeLessThan(1e-5);
  });
  const truth = propagateCoast(
    { time: START, state: MISSILE, covariance: fused.covariance },
    last.now,
  );
  expect(separation({ ...truth, covariance: fused.covariance }, fused)).toBeLessThan(20);
});

test('own data that comes back in a partner’s items does not make the system track surer', () => {
  const launch = last.picture.events.find(({ category }) => category === 'launch');
  const before = launch?.objects[0];
  for (const behind of [0, 3, 6, 10, 20]) {
    const seen = own.at(-1 - behind)?.tracks;
    const told = seen?.find(({ id }) => before?.tracks.includes(id) === true) as Track;
    const state = createFusion();
    const { source, phase, epoch, looks, estimate } = told;
    const echo = { track: 'echo', event: 'X', source, phase, epoch, looks } as const;
    const rounded = estimate.state.map((v) => Math.round(v * 1e3) / 1e3);
    receiveItem(state, 'east', {
      kind: 'rebase',
      ...echo,
      estimate: { ...estimate, state: rounded },
    });
    const after = step(state, last).events.flatMap(({ objects }) => objects);
    const fused = after.find(({ tracks }) => tracks.includes('east:echo'));
    expect(fused?.tracks, `${behind} s behind`).toContain(told.id);
    expect(fused?.estimate).toEqual(before?.estimate);
  }
});

test('a late tracklet gives bit for bit what it would have given in order', () => {
  const items = itemsOf(theirs, 'X');
  const late = [...items];
  const [moved] = late.splice(3, 1);
  late.push(moved as Item);
  const [inOrder, outOfOrder] = [items, late].map((list) => {
    const state = createFusion();
    for (const item of list) {
      receiveItem(state, 'east', item);
      step(state, last);
    }
    return JSON.stringify(step(state, last));
  });
  expect(outOfOrder).toBe(inOrder);
});

test('a withdrawn event leaves nothing: the picture is that of never having had it', () => {
  const never = createFusion();
  const withdrawn = createFusion();
  for (const item of itemsOf(theirs, 'X')) receiveItem(withdrawn, 'east', item);
  receiveItem(withdrawn, 'east', reportOf('X', 1));
  step(withdrawn, own[100] as Second);
  receiveItem(withdrawn, 'east', { kind: 'withdrawal', event: 'X', reason: 'false' });
  expect(JSON.stringify(step(withdrawn, last))).toBe(JSON.stringify(step(never, last)));
  expect(contributed(withdrawn)).toEqual([]);
});

test('an event only the partner knows says so, and keeps its name when own radar sees it', () => {
  const state = createFusion();
  receiveItem(state, 'east', reportOf('X', 1));
  const before = step(state, {
    now: addSeconds(START, 1),
    picture: { at: START, events: [] },
    tracks: [],
  });
  expect(before.events.map(({ id }) => id)).toEqual(['east:X']);
  expect(before.events[0]?.launch?.method).toBe('partner');
  expect(before.events[0]?.evidence.every(({ party }) => party === 'east')).toBe(true);
  for (const item of itemsOf(theirs, 'X')) receiveItem(state, 'east', item);
  const after = step(state, last);
  expect(after.events.filter(({ id }) => id === 'east:X')).toHaveLength(1);
  expect(contributed(state)).toEqual(['east:X']);
  expect(after.events).toHaveLength(2);
});

test('a dropped false track is gone; a lost one coasts on', () => {
  const [lost, gone] = (['lost', 'false'] as const).map((reason) => {
    const state = createFusion();
    for (const item of itemsOf(theirs, 'X')) receiveItem(state, 'east', item);
    receiveItem(state, 'east', { kind: 'drop', track: 'T1', event: 'X', reason });
    return step(state, { ...last, picture: { at: last.now, events: [] } });
  });
  expect(lost?.events[0]?.objects).toHaveLength(1);
  expect(gone?.events[0]?.objects).toHaveLength(0);
});

test('fusing changes nothing of the own picture, and the state is plain data', () => {
  const state = createFusion();
  const before = JSON.stringify(last);
  for (const item of itemsOf(theirs, 'X')) receiveItem(state, 'east', item);
  const system = JSON.stringify(step(state, last));
  expect(JSON.stringify(last)).toBe(before);
  const copy = JSON.parse(JSON.stringify(state)) as FusionState;
  expect(JSON.stringify(step(copy, last))).toBe(system);
  expect(JSON.stringify(copy)).toBe(JSON.stringify(state));
});

test('what a partner alone told stands beside the joined picture as if there were no own eyes', () => {
  const joined = createFusion();
  const alone = createFusion();
  for (const state of [joined, alone]) {
    for (const item of itemsOf(theirs, 'X')) receiveItem(state, 'east', item);
  }
  const system = step(joined, last);
  const unseen = { now: last.now, picture: { at: last.now, events: [] }, tracks: [] };
  const only = step(alone, unseen);
  expect(contributed(joined)).toHaveLength(1);
  expect(partnerPicture(joined, last.now, system)).toEqual(only);
  expect(partnerPicture(joined, last.now)).toEqual(only);
  const told = partnerPicture(alone, last.now, only);
  expect(told.events.map((event, i) => event === only.events[i])).toEqual([true]);
});

test('the newest report of an event is told with when it first and last came', () => {
  const state = createFusion();
  receiveItem(state, 'east', reportOf('X', 1));
  expect(receivedReports(state)).toEqual([]);
  step(state, own[50] as Second);
  receiveItem(state, 'east', reportOf('X', 2));
  receiveItem(state, 'east', reportOf('Y', 1));
  step(state, own[60] as Second);
  const [first, second] = [own[50] as Second, own[60] as Second];
  expect(receivedReports(state)).toEqual([
    { party: 'east', report: reportOf('X', 2), firstSeen: first.now, lastSeen: second.now },
    { party: 'east', report: reportOf('Y', 1), firstSeen: second.now, lastSeen: second.now },
  ]);
});

test('tracklets of another epoch than the rebase add nothing', () => {
  const state = createFusion();
  const [rebase, ...rest] = itemsOf(theirs, 'X');
  receiveItem(state, 'east', rebase as Item);
  const alone = { ...last, picture: { at: last.now, events: [] } };
  const before = step(state, alone).events[0]?.objects[0]?.estimate;
  receiveItem(state, 'east', { ...(rest[0] as Tracklet), epoch: 7 });
  const after = step(state, alone).events[0]?.objects[0]?.estimate;
  expect(after).toEqual(before);
  expect(secondsBetween(last.now, after?.time as Instant)).toBe(0);
});

test('numbers that can be of no body neither stop the step nor touch the own picture', () => {
  const [good, ...rest] = itemsOf(theirs, 'X') as [Rebase, ...Tracklet[]];
  const { estimate } = good;
  const spoilt: Estimate[] = [
    { ...estimate, time: 0 as Instant },
    { ...estimate, time: (estimate.time * 2) as Instant },
    { ...estimate, state: [0, 0, 0, 0, 0, 0] },
    { ...estimate, state: estimate.state.map(() => 1e300) },
    { ...estimate, covariance: estimate.covariance.map(() => 0) },
    { ...estimate, covariance: estimate.covariance.map((v) => -v) },
    { ...estimate, covariance: estimate.covariance.map((v) => v * 1e-300) },
  ];
  const before = JSON.stringify(last);
  for (const bad of spoilt) {
    const state = createFusion();
    receiveItem(state, 'east', { ...good, estimate: bad });
    receiveItem(state, 'east', { ...good, track: 'T2' });
    receiveItem(state, 'east', { ...(rest[0] as Tracklet), track: 'T2', estimate: bad });
    const system = step(state, last);
    for (const event of system.events) {
      for (const { estimate: told } of event.objects) {
        expect(told === null || told.state.every(Number.isFinite)).toBe(true);
      }
    }
  }
  expect(JSON.stringify(last)).toBe(before);
});

test('of a partner no more is kept than its bounds, however much it sends', () => {
  const state = createFusion();
  const [rebase, tracklet] = itemsOf(theirs, 'X') as [Rebase, Tracklet];
  const full = (n: number): Item => ({
    ...rebase,
    epoch: rebase.epoch + n,
    estimate: { ...rebase.estimate, time: addSeconds(rebase.estimate.time, n / 10) },
  });
  for (let n = 1; n <= 500; n += 1) expect(receiveItem(state, 'east', full(n))).toBe(true);
  const [held] = state.partners[0]?.tracks ?? [];
  // Each full state replaces what came before it; of that only the times are kept.
  expect(held?.inputs).toHaveLength(1);
  expect(held?.past).toHaveLength(1);

  const taken = Array.from({ length: LIMITS.partnerInputsMax }, () =>
    receiveItem(state, 'east', { ...tracklet, epoch: rebase.epoch + 500 }),
  );
  expect(taken.filter((one) => !one)).toHaveLength(1);
  expect(receiveItem(state, 'east', full(501))).toBe(true);
  expect(held?.inputs).toHaveLength(1);

  const tracks = Array.from({ length: LIMITS.partnerTracksMax + 10 }, (_, i) =>
    receiveItem(state, 'east', { ...rebase, track: `more ${i}` }),
  );
  expect(tracks.filter((one) => !one)).toHaveLength(11);
  const reports = Array.from({ length: LIMITS.partnerReportsMax + 10 }, (_, i) =>
    receiveItem(state, 'east', reportOf(`event ${i}`, 1)),
  );
  expect(reports.filter((one) => !one)).toHaveLength(10);
  // What is there can still be taken back, and makes room.
  receiveItem(state, 'east', { kind: 'withdrawal', event: 'X', reason: 'false' });
  expect(state.partners[0]?.tracks).toHaveLength(0);
  expect(receiveItem(state, 'east', rebase)).toBe(true);
});

test('a full state replaces those before it, and leaves since when the track was seen', () => {
  const [early, late] = [22, 60].map((s) => itemsOf(theirs, 'X', s)[0] as Rebase);
  if (early === undefined || late === undefined) throw new TypeError('the fixture saw too little');
  const [both, one] = [createFusion(), createFusion()];
  receiveItem(both, 'east', early);
  for (const state of [both, one]) receiveItem(state, 'east', { ...late, epoch: early.epoch + 1 });
  const [a, b] = [both, one].map((state) =>
    step(state, { ...last, picture: { at: last.now, events: [] } }),
  );
  expect(a?.events[0]?.objects[0]?.estimate).toEqual(b?.events[0]?.objects[0]?.estimate);
  expect(a?.events[0]?.evidence[0]?.firstSeen).toBe(early.estimate.time);
  expect(b?.events[0]?.evidence[0]?.firstSeen).toBe(late.estimate.time);
  // A restart has the state and none of what was computed beside it.
  const restarted = JSON.parse(JSON.stringify(both)) as FusionState;
  expect(step(restarted, last)).toEqual(step(both, last));
});

function reportOf(event: string, update: number): LaunchReport {
  const launch = theirs.at(-1)?.picture.events[0]?.launch;
  return {
    kind: 'launch-report',
    event,
    update,
    final: false,
    launchTime: launch?.time ?? null,
    launchTimeSigmaS: launch?.timeSigmaS ?? null,
    launchArea:
      launch === null || launch === undefined ? null : { centre: launch.point, radiusM: 3e5 },
    azimuthRad: launch?.azimuthRad ?? null,
    azimuthSigmaRad: launch?.azimuthSigmaRad ?? null,
    objectCountAtLeast: 1,
    impactArea: null,
    impactTime: null,
    impactTimeSigmaS: null,
    sources: ['radar'],
    assessment: 'tracked',
  };
}
