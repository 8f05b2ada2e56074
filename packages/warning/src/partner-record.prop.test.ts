// SPDX-License-Identifier: Apache-2.0
// Hostile streams through fusion and warnings: beside own noise they confirm nothing, and the record
// of the partner's word only ever makes the joined picture wider and its warnings less advanced.

import { addSeconds, isPositiveDefinite, type Random } from '@isthmus/earth';
import type { Estimate, Item, Picture, PictureEvent, PictureObject } from '@isthmus/picture';
import {
  createFusion,
  type FusionState,
  receiveItem,
  stepFusion,
  systemPicture,
} from '@isthmus/tracking';
import { expect, test } from 'vitest';
import {
  burnOutState,
  estimateOf,
  eventOf,
  evidenceOf,
  LIFT_OFF,
  objectOf,
  pictureOf,
  randomOf,
} from './testing.ts';
import { createWarnings, currentWarnings, stepWarnings } from './warnings.ts';

const STREAMS = 60;
const TICKS = 4;

/** Own events of one tick: one or two bodies each, which stand by themselves or are noise. */
function ownPicture(tick: number, random: Random, stands: boolean): Picture {
  const at = addSeconds(LIFT_OFF, 60 + tick);
  const events = [5080, 4200].slice(0, 1 + random.integer(2)).map((speedMps, i) => {
    const { stands: mark, ...noise } = evidenceOf({
      source: random.chance(1, 3) ? 'infrared' : 'radar',
      lastSeen: at,
      looks: 20,
    });
    const objects = ['a', 'b'].slice(0, 1 + random.integer(2)).map((body) =>
      objectOf(wide(burnOutState(speedMps), at, random), {
        id: `${i}${body}`,
        // Below what a region needs: none is computed.
        coastSeenS: random.chance(1, 5) ? 0 : 8,
      }),
    );
    const evidence = [stands && mark ? { ...noise, stands: mark } : noise];
    return eventOf({ id: `event-${i}`, evidence, objects });
  });
  return pictureOf(at, ...events);
}

function wide(state: readonly number[], time: Picture['at'], random: Random): Estimate {
  const positionM = 10 ** (2 + 2 * random.uniform());
  return estimateOf(state, { time, positionM, velocityMps: positionM / 50, random });
}

/** What a partner says of what it knows we see: near it, exact, twice, or taken back. */
function itemsOf(own: Picture, random: Random): Item[] {
  return own.events.flatMap((event) => {
    if (random.chance(1, 12)) return [{ kind: 'withdrawal', event: event.id, reason: 'false' }];
    return event.objects.flatMap((object): Item[] => {
      if (object.estimate === null) return [];
      const told = wide(object.estimate.state, own.at, random);
      const size = random.chance(1, 3) ? 0 : random.chance(1, 2) ? 1 : 8;
      const state = told.state.map((v, i) => v + size * (i < 3 ? 300 : 5) * random.normal());
      return [
        {
          kind: random.chance(1, 2) ? 'track' : 'rebase',
          epoch: random.integer(1e6),
          track: `${object.id} ${random.integer(2)}`,
          event: event.id,
          source: random.chance(1, 2) ? 'radar' : 'infrared',
          phase: random.chance(1, 6) ? 'boost' : 'coast',
          looks: random.integer(1000),
          estimate: { ...told, state },
        },
      ];
    });
  });
}

type TrustRecord = NonNullable<FusionState['partners'][number]['trust']>;

/** The record of a partner at a level, however it came there. */
function recordAt(level: number): TrustRecord {
  return {
    level,
    raisedAt: LIFT_OFF,
    clean: 0,
    tests: [],
    scored: 0,
    distance: 0,
    alongM: 0,
    acrossM: 0,
    upM: 0,
    timeS: 0,
    delayS: null,
    leadS: null,
    confirmed: 0,
    unconfirmed: 0,
    withdrawn: 0,
  };
}

/** The system pictures of one stream, tick by tick, and the stages its warnings reached. */
function play(
  seed: string,
  given: { readonly level: number; readonly stands: boolean },
): {
  readonly own: readonly Picture[];
  readonly pictures: readonly Picture[];
  readonly reached: ReadonlyMap<string, number>;
} {
  const random = randomOf(seed);
  const fusion = createFusion();
  const warnings = createWarnings('system');
  const pictures: Picture[] = [];
  const ownPictures: Picture[] = [];
  for (let tick = 0; tick < TICKS; tick += 1) {
    const own = ownPicture(tick, random, given.stands);
    for (const item of itemsOf(own, random)) receiveItem(fusion, 'east', item);
    stepFusion(fusion, { picture: own, tracks: [] }, own.at);
    for (const partner of fusion.partners) partner.trust = recordAt(given.level);
    const system = systemPicture(fusion, own, own.at);
    pictures.push(system);
    ownPictures.push(own);
    stepWarnings(warnings, system, own.at);
  }
  const order = ['cue', 'tracked', 'confirmed'];
  const reached = new Map<string, number>();
  for (const { event, history } of currentWarnings(warnings)) {
    const best = Math.max(...history.map(({ stage }) => order.indexOf(stage)));
    reached.set(event, Math.max(best, reached.get(event) ?? -1));
  }
  return { own: ownPictures, pictures, reached };
}

test('beside own noise nothing a partner says is confirmed, and beside a launch of ours some is', () => {
  let confirmed = 0;
  let joined = 0;
  for (let i = 0; i < STREAMS; i += 1) {
    const noise = play(`noise ${i}`, { level: 0, stands: false });
    expect([...noise.reached.values()], `stream ${i}`).not.toContain(2);
    joined += noise.pictures.at(-1)?.events.some(({ evidence }) => evidence.length > 1) ? 1 : 0;
    const launch = play(`noise ${i}`, { level: 0, stands: true });
    confirmed += [...launch.reached.values()].includes(2) ? 1 : 0;
  }
  expect(joined).toBeGreaterThan(STREAMS / 2);
  expect(confirmed).toBeGreaterThan(STREAMS / 2);
});

test('a record never makes a fused covariance smaller, adds evidence, or raises a stage', () => {
  let widened = 0;
  for (let i = 0; i < STREAMS; i += 1) {
    const told = play(`record ${i}`, { level: 0, stands: true });
    for (const level of [1, 3, 4]) {
      const doubted = play(`record ${i}`, { level, stands: true });
      const raised = [...doubted.reached].filter(
        ([event, stage]) => stage > (told.reached.get(event) ?? stage),
      );
      expect(raised, `stream ${i}`).toEqual([]);
      doubted.pictures.forEach((picture, tick) => {
        for (const event of picture.events) {
          const other = told.pictures[tick]?.events.find(({ id }) => id === event.id);
          if (other === undefined) throw new RangeError(`stream ${i}: ${event.id} is new`);
          const own = told.own[tick]?.events.flatMap(({ objects }) => objects) ?? [];
          widened += compare(event, { told: other, own }, `stream ${i}, level ${level}`);
        }
      });
    }
  }
  expect(widened).toBeGreaterThan(STREAMS);
});

/**
 * Objects that became wider; fails where one became narrower in any direction without being our own
 * estimate, which depends on nobody, or where evidence came.
 */
function compare(
  doubted: PictureEvent,
  before: { readonly told: PictureEvent; readonly own: readonly PictureObject[] },
  label: string,
): number {
  const { told, own } = before;
  expect(told.evidence, label).toEqual(expect.arrayContaining([...doubted.evidence]));
  let count = 0;
  for (const object of doubted.objects) {
    const other = told.objects.find(({ id }) => id === object.id);
    if (object.estimate === null) continue;
    const isSame = (one: PictureObject | undefined): boolean =>
      JSON.stringify(one?.estimate) === JSON.stringify(object.estimate);
    if (isSame(other) || isSame(own.find(({ id }) => id === object.id))) continue;
    if (other === undefined) throw new RangeError(`${label}: ${object.id} is new`);
    expect(isNowhereNarrower(object, other), `${label}: ${object.id}`).toBe(true);
    count += 1;
  }
  return count;
}

/** To rounding: ten parts in a billion of the variances. */
function isNowhereNarrower(one: PictureObject, other: PictureObject): boolean {
  const [a, b] = [one, other].map(({ estimate }) => estimate?.covariance ?? []);
  const diagonal = [0, 6, 11, 15, 18, 20];
  const gained = a?.map((v, i) => v * (diagonal.includes(i) ? 1 + 1e-8 : 1) - (b?.[i] ?? 0));
  return gained !== undefined && isPositiveDefinite(gained);
}
