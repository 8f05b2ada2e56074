// SPDX-License-Identifier: Apache-2.0
// A partner that wants a false alarm confirmed. It knows our sensors, sees our picture and our plots
// as they come, and sends whatever the closed set of messages lets it say.

import {
  addSeconds,
  ecefFromEnu,
  ecefFromGeodetic,
  ecefFromLookAngles,
  type Geodetic,
  geodeticFromDegrees,
  geodeticFromEcef,
  type Instant,
  type Random,
} from '@isthmus/earth';
import type {
  Estimate,
  Item,
  LaunchReport,
  Picture,
  Plot,
  Rebase,
  Sensor,
  SourceKind,
  Tracklet,
} from '@isthmus/picture';

/** What it sees of us at a tick. */
export interface HostileView {
  readonly own: Picture;
  readonly plots: readonly Plot[];
  readonly sensors: readonly Sensor[];
  readonly now: Instant;
}

type Ruse = (view: HostileView, memory: Memory, random: Random) => Item[];

interface Memory {
  readonly sent: Item[];
  update: number;
  names: number;
  /** One body of its own making, so that what it tells goes on. */
  invented: Estimate | null;
}

/** What it sends at each tick: one to three ruses, the same for the whole episode. */
export function createHostile(random: Random): (view: HostileView) => Item[] {
  const ruses = Array.from(
    { length: 1 + random.integer(3) },
    () => RUSES[random.integer(RUSES.length)] as Ruse,
  );
  const memory: Memory = { sent: [], update: 0, names: 0, invented: null };
  return (view) => {
    const items = ruses.flatMap((ruse) => ruse(view, memory, random));
    memory.sent.push(...items.slice(0, 8));
    return items;
  };
}

const RUSES: readonly Ruse[] = [
  reportsOurNoise,
  echoesOurObjects,
  sharpensOurObjects,
  addsTracklets,
  tracksOurPlots,
  invents,
  replays,
  isMany,
  takesBack,
];

/** A launch report exactly where and when an own event says, claiming both kinds of sensor. */
function reportsOurNoise({ own, now }: HostileView, memory: Memory, random: Random): Item[] {
  return own.events.flatMap((event) => {
    const { launch } = event;
    const [object] = event.objects;
    const point = launch?.point ?? (object?.estimate ? pointOf(object.estimate) : null);
    if (point === null) return [];
    const time = launch?.time ?? addSeconds(now, -30);
    return [report(memory, { event: `at ${event.id}`, point, time }, random)];
  });
}

/** Our own objects as they are, told as its radar's or its satellite's. */
function echoesOurObjects(view: HostileView, memory: Memory, random: Random): Item[] {
  return view.own.events.flatMap((event) =>
    event.objects.flatMap(({ id, estimate }) =>
      estimate === null ? [] : [full(memory, { event: event.id, track: id, estimate }, random)],
    ),
  );
}

/** Our objects a little aside, with covariances that claim to be exact. */
function sharpensOurObjects(view: HostileView, memory: Memory, random: Random): Item[] {
  const share = 10 ** (-6 * random.uniform());
  return view.own.events.flatMap((event) =>
    event.objects.flatMap(({ id, estimate }) => {
      if (estimate === null) return [];
      const variances = [0, 6, 11, 15, 18, 20].map((k) => estimate.covariance[k] as number);
      const state = estimate.state.map(
        (v, i) => v + random.normal() * Math.sqrt(share * (variances[i] as number)),
      );
      const covariance = estimate.covariance.map((v) => v * share);
      const told = { ...estimate, state, covariance };
      return [
        full(memory, { event: `near ${event.id}`, track: `near ${id}`, estimate: told }, random),
      ];
    }),
  );
}

/** A full state of one of our objects, then tracklets that add to it, of many looks each. */
function addsTracklets(view: HostileView, memory: Memory, random: Random): Item[] {
  const held = memory.sent.find((item): item is Rebase => item.kind === 'rebase');
  if (held === undefined) return echoesOurObjects(view, memory, random);
  const objects = view.own.events.flatMap((event) => event.objects);
  const estimate = objects[0]?.estimate ?? held.estimate;
  const { track, event, source, phase, epoch } = held;
  const told: Tracklet = {
    kind: 'tracklet',
    track,
    event,
    source,
    phase,
    epoch,
    base: held.estimate.time,
    looks: 1 + random.integer(1000),
    estimate: { ...estimate, time: view.now },
  };
  return [told];
}

/** A track through each plot of ours that has just come, at the speed of a missile. */
function tracksOurPlots(view: HostileView, memory: Memory, random: Random): Item[] {
  return view.plots.slice(0, 3).flatMap((plot) => {
    const sensor = view.sensors.find(({ id }) => id === plot.sensor);
    if (plot.kind !== 'radar' || sensor?.kind !== 'radar') return [];
    const place = ecefFromLookAngles(sensor.site, plot);
    const estimate = bodyAt(geodeticFromEcef(place), view.now, random);
    const name = `plot ${plot.id}`;
    const point = pointOf(estimate);
    return [
      full(memory, { event: name, track: name, estimate }, random),
      report(memory, { event: name, point, time: addSeconds(view.now, -60) }, random),
    ];
  });
}

/** A launch of its own making: a report, and a body that flies as it should. */
function invents({ now }: HostileView, memory: Memory, random: Random): Item[] {
  memory.invented ??= bodyAt(somewhere(random), now, random);
  const { state, covariance } = memory.invented;
  const afterS = (now - memory.invented.time) / 1e6;
  const moved = state.map((v, i) => (i < 3 ? v + afterS * (state[i + 3] as number) : v));
  const estimate = { time: now, state: moved, covariance };
  const point = pointOf(estimate);
  return [
    report(memory, { event: 'made up', point, time: addSeconds(now, -120) }, random),
    full(memory, { event: 'made up', track: 'made up', estimate }, random),
  ];
}

/** What it said before, again. */
function replays(view: HostileView, memory: Memory, random: Random): Item[] {
  const before = memory.sent[random.integer(Math.max(1, memory.sent.length))];
  return before === undefined ? invents(view, memory, random) : [before];
}

/** Events and tracks under new names each tick. */
function isMany(view: HostileView, memory: Memory, random: Random): Item[] {
  return Array.from({ length: 4 }, () => {
    memory.names += 1;
    const name = `many ${memory.names}`;
    const own = view.own.events[memory.names % Math.max(1, view.own.events.length)];
    const estimate = own?.objects[0]?.estimate ?? bodyAt(somewhere(random), view.now, random);
    return random.chance(1, 2)
      ? full(memory, { event: name, track: name, estimate }, random)
      : report(memory, { event: name, point: pointOf(estimate), time: view.now }, random);
  });
}

/** Takes back what it told, ends its tracks, and tells it again. */
function takesBack(view: HostileView, memory: Memory, random: Random): Item[] {
  const last = memory.sent.at(-1);
  const event = last !== undefined && 'event' in last ? last.event : 'made up';
  if (random.chance(1, 3)) return [{ kind: 'withdrawal', event, reason: 'false' }];
  if (random.chance(1, 3)) return [{ kind: 'drop', track: event, event, reason: 'false' }];
  return echoesOurObjects(view, memory, random);
}

function report(
  memory: Memory,
  of: { readonly event: string; readonly point: Geodetic; readonly time: Instant },
  random: Random,
): LaunchReport {
  memory.update += 1;
  return {
    kind: 'launch-report',
    event: of.event,
    update: memory.update,
    final: random.chance(1, 20),
    launchTime: of.time,
    launchTimeSigmaS: random.chance(1, 4) ? null : 10 ** (2 * random.uniform() - 1),
    launchArea: { centre: of.point, radiusM: 10 ** (2 + 4 * random.uniform()) },
    azimuthRad: 2 * Math.PI * random.uniform(),
    azimuthSigmaRad: 0.1,
    objectCountAtLeast: 1 + random.integer(5),
    impactArea: null,
    impactTime: null,
    impactTimeSigmaS: null,
    sources: random.chance(3, 4) ? ['infrared', 'radar'] : [kindOf(random)],
    assessment: 'confirmed',
  };
}

function full(
  memory: Memory,
  of: { readonly event: string; readonly track: string; readonly estimate: Estimate },
  random: Random,
): Item {
  memory.update += 1;
  const { event, track, estimate } = of;
  const common = {
    event,
    track,
    estimate,
    source: kindOf(random),
    phase: random.chance(1, 5) ? 'boost' : 'coast',
    looks: 1 + random.integer(500),
  } as const;
  return random.chance(1, 3)
    ? { kind: 'track', ...common }
    : { kind: 'rebase', ...common, epoch: memory.update };
}

function kindOf(random: Random): SourceKind {
  return random.chance(1, 2) ? 'radar' : 'infrared';
}

/** A body above a place, as a missile flies, known to a hundred metres. */
export function bodyAt(over: Geodetic, time: Instant, random: Random): Estimate {
  const heightM = Math.max(over.heightM, 1e5 + 3e5 * random.uniform());
  const point = { ...over, heightM };
  const speedMps = 2_000 + 4_000 * random.uniform();
  const climb = Math.PI * (random.uniform() - 0.5);
  const heading = 2 * Math.PI * random.uniform();
  const velocity = ecefFromEnu(point, [
    speedMps * Math.cos(climb) * Math.sin(heading),
    speedMps * Math.cos(climb) * Math.cos(heading),
    speedMps * Math.sin(climb),
  ]);
  const covariance = Array.from({ length: 21 }, () => 0);
  [0, 6, 11].forEach((k) => {
    covariance[k] = 1e4;
  });
  [15, 18, 20].forEach((k) => {
    covariance[k] = 1;
  });
  return { time, state: [...ecefFromGeodetic(point), ...velocity], covariance };
}

export function somewhere(random: Random): Geodetic {
  return geodeticFromDegrees(10 + 40 * random.uniform(), 20 + 50 * random.uniform());
}

function pointOf({ state: [x = 0, y = 0, z = 0] }: Estimate): Geodetic {
  return { ...geodeticFromEcef([x, y, z]), heightM: 0 };
}
