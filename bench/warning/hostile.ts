// SPDX-License-Identifier: Apache-2.0
// How often a false warning is confirmed where nothing was launched: hostile partners together with
// own clutter. Some episodes go through the real tracker, from plots on. More begin with own pictures
// that hold what a tracker leaves of clutter, and go through fusion from there. Most begin with a
// joined picture in which the partner's evidence says whatever it likes.

import {
  addSeconds,
  createRandom,
  geodeticFromEcef,
  type Instant,
  type Random,
} from '@isthmus/earth';
import type {
  EventCategory,
  Evidence,
  Item,
  Picture,
  PictureEvent,
  Plot,
  Track,
  Warning,
} from '@isthmus/picture';
import {
  createFusion,
  createTracking,
  ownPicture,
  ownTracks,
  receiveItem,
  stepFusion,
  stepTracking,
  systemPicture,
} from '@isthmus/tracking';
import { createWarnings, currentWarnings, stepWarnings } from '@isthmus/warning';
import { clutterPlots, SENSORS, START } from './clutter.ts';
import { bodyAt, createHostile, somewhere } from './hostile-partner.ts';

const EPISODES = 100_000;
/** Of these, so many from plots on, for so many seconds each, and so many from own pictures on. */
const FROM_PLOTS = 1_250;
const PLOTS_FOR_S = 40;
const FROM_PICTURES = 12_750;
/** Ticks of an episode that begins with a picture. */
const TICKS = 4;

/** What came of a kind of episodes. */
export interface Tally {
  episodes: number;
  /** With a warning of the system or the own picture that reached `confirmed`. */
  confirmed: number;
  /** With a warning that rested on the partner alone at some time. */
  partnerOnlyCue: number;
  /** With an own false event that the partner's word was joined to: where a weak rule would confirm. */
  joinedNoise: number;
}

/** One tick of an episode as the partner and the fusion are given it. */
interface Tick {
  readonly own: Picture;
  readonly tracks: readonly Track[];
  readonly plots: readonly Plot[];
}

/** Breaks a rule on purpose, to see that the benchmark finds it: what warnings are given to read. */
export type Weakening = (system: Picture) => Picture;

/**
 * `falseConfirmed` over 100,000 episodes at scale 1, with the exact upper 95 % bound of its rate.
 *
 * @param weaken for the test that a broken rule is found
 */
export async function hostile(
  given: { readonly seed: number; readonly scale: number },
  weaken: Weakening = (system) => system,
): Promise<Record<string, unknown>> {
  const tally = (kind: string, share: number, episode: Episode): Tally =>
    tallyOf(Math.max(1, Math.round(share * given.scale)), (i) =>
      episode(randomOf(given.seed, kind, i), weaken),
    );
  const through = {
    'tracker, from plots': tally('plots', FROM_PLOTS, fromPlots),
    'fusion, from own pictures': tally('pictures', FROM_PICTURES, fromPictures),
    'warnings, from joined pictures': tally(
      'joined',
      EPISODES - FROM_PLOTS - FROM_PICTURES,
      joined,
    ),
  };
  const all = Object.values(through);
  const episodes = all.reduce((sum, one) => sum + one.episodes, 0);
  const confirmed = all.reduce((sum, one) => sum + one.confirmed, 0);
  return {
    falseConfirmed: confirmed,
    falseConfirmedOver: {
      episodes,
      // None in n: the rate under which that would still happen once in twenty, about 3 / n.
      rateUpper95: confirmed === 0 ? 1 - 0.05 ** (1 / episodes) : null,
      through,
    },
  };
}

function randomOf(seed: number, kind: string, i: number): Random {
  return createRandom(`hostile/${seed}/${kind}/${i}`);
}

/** One of the episodes from plots on, as the benchmark runs it. */
export function episodeFromPlots(seed: number, i: number): Seen {
  return fromPlots(randomOf(seed, 'plots', i), (system) => system);
}

/** What happened in one episode. */
type Seen = { [K in Exclude<keyof Tally, 'episodes'>]: boolean };
type Episode = (random: Random, weaken: Weakening) => Seen;

function tallyOf(episodes: number, episode: (i: number) => Seen): Tally {
  const tally = { episodes, confirmed: 0, partnerOnlyCue: 0, joinedNoise: 0 };
  for (let i = 0; i < episodes; i += 1) {
    const seen = episode(i);
    for (const key of ['confirmed', 'partnerOnlyCue', 'joinedNoise'] as const) {
      if (seen[key]) tally[key] += 1;
    }
  }
  return tally;
}

/** Own clutter through the real tracker. */
function fromPlots(random: Random, weaken: Weakening): Seen {
  const plots = clutterPlots(random, PLOTS_FOR_S);
  const tracking = createTracking(SENSORS);
  let next = 0;
  const ticks = function* (): Iterable<Tick> {
    for (let s = 1; s <= PLOTS_FOR_S; s += 1) {
      const now = addSeconds(START, s);
      const from = next;
      while (next < plots.length && (plots[next] as Plot).arrival <= now) next += 1;
      const due = plots.slice(from, next);
      stepTracking(tracking, due, now);
      yield { own: ownPicture(tracking, now), tracks: ownTracks(tracking), plots: due };
    }
  };
  return play(ticks(), weaken, random);
}

/** Own pictures with up to three events of clutter, none of which stands by itself. */
function fromPictures(random: Random, weaken: Weakening): Seen {
  const events = Array.from({ length: random.integer(4) }, (_, i) => leftover(i, random));
  const ticks = function* (): Iterable<Tick> {
    for (let s = 1; s <= TICKS; s += 1) {
      const there = events.flatMap((event, i) => (s > i ? [event(s)] : []));
      yield { own: { at: addSeconds(START, s), events: there }, tracks: [], plots: [] };
    }
  };
  return play(ticks(), weaken, random);
}

/** One episode: the partner speaks, fusion joins, warnings step, as in a node. */
function play(ticks: Iterable<Tick>, weaken: Weakening, random: Random): Seen {
  const speak = createHostile(random);
  const fusion = createFusion();
  const own = createWarnings('own');
  const system = createWarnings('system');
  const seen = { ...NOTHING };
  let inbox: Item[] = [];
  for (const { own: picture, tracks, plots } of ticks) {
    const now = picture.at;
    stepWarnings(own, picture, now);
    for (const item of inbox) receiveItem(fusion, 'east', item);
    stepFusion(fusion, { picture, tracks }, now);
    const both = weaken(systemPicture(fusion, picture, now));
    stepWarnings(system, both, now);
    note(seen, both, [...currentWarnings(system), ...currentWarnings(own)]);
    inbox = speak({ own: picture, plots, sensors: SENSORS, now });
  }
  return seen;
}

/** Events of clutter with whatever a partner may claim beside them, and a body as sharp as it says. */
function joined(random: Random, weaken: Weakening): Seen {
  const system = createWarnings('system');
  const seen = { ...NOTHING };
  const own = random.chance(4, 5) ? leftover(0, random) : null;
  const made = bodyAt(somewhere(random), START, random);
  for (let s = 1; s <= TICKS; s += 1) {
    const now = addSeconds(START, s);
    const base = own?.(s) ?? null;
    const evidence = [...(base?.evidence ?? []), ...claims(random, now)];
    const object = {
      id: 'east:T',
      tracks: ['east:T'],
      phase: 'coast' as const,
      estimate: { ...made, time: now },
      lastSeen: now,
      coastSeenS: s,
    };
    const event: PictureEvent = {
      id: base?.id ?? 'east:X',
      category: base === null || base.category === 'undetermined' ? 'launch' : base.category,
      launch: base?.launch ?? null,
      objects: [...(base?.objects ?? []), object],
      evidence,
      firstSeen: START,
      lastSeen: now,
    };
    const picture = weaken({ at: now, events: [event] });
    stepWarnings(system, picture, now);
    note(seen, picture, currentWarnings(system));
  }
  return seen;
}

/** One to three pieces of a partner's evidence, that claim looks, and to stand by themselves. */
function claims(random: Random, now: Instant): Evidence[] {
  return Array.from({ length: 1 + random.integer(3) }, () => ({
    party: random.chance(9, 10) ? 'east' : 'own ',
    source: random.chance(1, 2) ? 'radar' : 'infrared',
    sensors: random.chance(1, 2) ? [] : ['north', 'eye'],
    firstSeen: START,
    lastSeen: now,
    looks: random.integer(1000),
    stands: true,
  }));
}

const NOTHING: Seen = {
  confirmed: false,
  partnerOnlyCue: false,
  joinedNoise: false,
};

function note(seen: Seen, picture: Picture, warnings: readonly Warning[]): void {
  seen.partnerOnlyCue ||= warnings.some(({ basis }) => basis === 'partner-only');
  seen.joinedNoise ||= picture.events.some(({ category, evidence }) => {
    const parties = new Set(evidence.map(({ party }) => party));
    return category === 'launch' && parties.has('own') && parties.size > 1;
  });
  seen.confirmed ||= warnings.some(({ history }) =>
    history.some(({ stage }) => stage === 'confirmed'),
  );
}

/** What clutter and passers-by leave in an own picture: what it is called, and how often it was seen. */
const LEFTOVERS: readonly (readonly [EventCategory, number])[] = [
  ['launch', 9],
  ['launch', 60],
  ['undetermined', 500],
  ['space-object', 500],
  ['aircraft', 500],
];

/** One false event of one own sensor, with a look more each tick. */
function leftover(index: number, random: Random): (tick: number) => PictureEvent {
  const [category, looksMax] = LEFTOVERS[random.integer(LEFTOVERS.length)] ?? ['launch', 9];
  const source = random.chance(1, 3) ? 'infrared' : 'radar';
  const start = bodyAt(somewhere(random), START, random);
  const wide = start.covariance.map((v) => v * 10 ** (3 * random.uniform()));
  const before = random.integer(looksMax);
  const coastSeenS = source === 'radar' && random.chance(1, 20) ? 30 : 0;
  const [x = 0, y = 0, z = 0] = start.state;
  return (tick) => {
    const now = addSeconds(START, tick);
    const state = start.state.map((v, i) =>
      i < 3 ? v + tick * (start.state[i + 3] as number) : v,
    );
    const estimate = { time: now, state, covariance: wide };
    const seen = { firstSeen: START, lastSeen: now };
    const evidence: Evidence = {
      party: 'own',
      source,
      sensors: [source === 'radar' ? 'north' : 'eye'],
      looks: before + tick,
      ...seen,
    };
    return {
      id: `E${index}`,
      category,
      launch: {
        time: START,
        timeSigmaS: 20,
        point: { ...geodeticFromEcef([x, y, z]), heightM: 0 },
        pointCovarianceM2: [1e9, 0, 1e9],
        azimuthRad: null,
        azimuthSigmaRad: null,
        method: source === 'radar' ? 'back-propagated' : 'infrared',
      },
      objects: [
        {
          id: `O${index}`,
          tracks: [`R${index}`],
          phase: 'coast',
          estimate,
          lastSeen: now,
          coastSeenS,
        },
      ],
      evidence: [evidence],
      ...seen,
    };
  };
}
