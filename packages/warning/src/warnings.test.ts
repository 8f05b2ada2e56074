// SPDX-License-Identifier: Apache-2.0
import { addSeconds, type Instant } from '@isthmus/earth';
import type { Picture, PictureEvent, Warning } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import {
  burnOutState,
  estimateOf,
  eventOf,
  evidenceOf,
  LIFT_OFF,
  objectOf,
  only,
  pictureOf,
} from './testing.ts';
import { createWarnings, currentWarnings, stepWarnings } from './warnings.ts';

const at = (seconds: number): Instant => addSeconds(LIFT_OFF, seconds);
const firm = estimateOf(burnOutState(), { time: at(60), positionM: 500, velocityMps: 5 });
const infrared = evidenceOf({ source: 'infrared', sensors: ['satellite'] });
const radar = evidenceOf();

function run(...pictures: readonly Picture[]): readonly Warning[] {
  const state = createWarnings('own');
  for (const picture of pictures) stepWarnings(state, picture, picture.at);
  return currentWarnings(state);
}

describe('stages', () => {
  test('a launch seen by infrared is a cue, and its sentence names the sensor', () => {
    const warning = only(run(pictureOf(at(60), eventOf({ evidence: [infrared] }))));
    expect(warning.stage).toBe('cue');
    expect(warning.basis).toBe('infrared-only');
    expect(warning.history[0]?.because).toBe('Launch seen by own infrared (satellite).');
    expect(warning.impact).toEqual({ statement: 'none', because: 'launch not yet tracked' });
  });

  test('an object with a bounded estimate makes it tracked, two kinds of sensor confirmed', () => {
    const objects = [objectOf(firm)];
    const warning = only(
      run(
        pictureOf(at(59), eventOf({ evidence: [infrared] })),
        pictureOf(at(60), eventOf({ evidence: [infrared], objects })),
        pictureOf(at(61), eventOf({ evidence: [infrared, radar], objects })),
      ),
    );
    expect(warning.history.map((step) => [step.stage, step.at])).toEqual([
      ['cue', at(59)],
      ['tracked', at(60)],
      ['confirmed', at(61)],
    ]);
    expect(warning.basis).toBe('dual-phenomenology');
    expect(warning.assessment).toBe('undetermined');
    expect(warning.flight?.kind).toBe('suborbital so far');
    expect(warning.impact.statement).toBe('region');
  });
});

test('events of any other category get no warning', () => {
  for (const category of ['space-object', 'aircraft', 'undetermined'] as const) {
    const event: PictureEvent = eventOf({ category, objects: [objectOf(firm)] });
    expect(run(pictureOf(at(60), event))).toEqual([]);
  }
});

describe('impact statement', () => {
  const say = (
    object: Parameters<typeof objectOf>[1],
    estimate: Parameters<typeof objectOf>[0] = firm,
  ): Warning['impact'] =>
    only(run(pictureOf(at(60), eventOf({ objects: [objectOf(estimate, object)] })))).impact;

  test.each([
    ['under power', { phase: 'boost' }, 'still powered'],
    ['not followed through ten seconds of coast', { coastSeenS: 9 }, 'too little of the coast'],
    ['last seen under power a while ago', { phase: 'boost', lastSeen: at(30) }, 'too little of'],
    ['in orbit', { phase: 'orbit' }, 'space object'],
    ['in level flight', { phase: 'air' }, 'not ballistic'],
  ] as const)('none while %s', (_name, object, because) => {
    const impact = say(object);
    if (impact.statement === 'region') throw new RangeError('expected no region');
    expect(impact.because).toContain(because);
  });

  test('none before there is an estimate', () => {
    expect(say({}, null)).toEqual({ statement: 'none', because: 'launch not yet tracked' });
  });

  test('among bodies that radar cannot tell apart it is wider, until it has followed them for long', () => {
    const area = (coastSeenS: number, ids = ['a', 'b', 'c', 'd']): number => {
      const objects = ids.map((id) => objectOf(firm, { id, coastSeenS }));
      const { impact } = only(run(pictureOf(at(60), eventOf({ objects }))));
      return impact.statement === 'region' ? impact.areaKm2 : Number.NaN;
    };
    expect(area(30) / area(200)).toBeCloseTo(1.6, 9);
    expect(area(90) / area(200)).toBeCloseTo(1.3, 9);
    // Of three, each plot goes to the right one.
    expect(area(30, ['a', 'b', 'c'])).toBe(area(200, ['a', 'b', 'c']));
    expect(say({ coastSeenS: 30 })).toEqual(say({ coastSeenS: 200 }));
  });

  test('it is about the object most seen in coast, and fragments do not take turns', () => {
    const near = estimateOf(burnOutState(4900), { time: at(60), positionM: 500, velocityMps: 5 });
    const pair = (a: number, b: number, s: number): Picture => {
      const first = objectOf(firm, { id: 'a', coastSeenS: a, lastSeen: at(s) });
      const second = objectOf(near, { id: 'b', coastSeenS: b, lastSeen: at(s) });
      return pictureOf(at(s), eventOf({ objects: [second, first] }));
    };
    const state = createWarnings('own');
    const stated = (picture: Picture): number => {
      stepWarnings(state, picture, picture.at);
      const impact = only(currentWarnings(state)).impact;
      return impact.statement === 'region' ? impact.time : Number.NaN;
    };
    const far = stated(pair(20, 18, 60));
    expect(stated(pair(20, 22, 61))).toBe(far);
    expect(stated(pair(20, 26, 62))).toBeLessThan(far);
  });

  test('a spent stage seen coasting longest is not what becomes of the launch', () => {
    const stage = estimateOf(burnOutState(3000), { time: at(60), positionM: 500, velocityMps: 5 });
    const lower = objectOf(stage, { id: 'a', coastSeenS: 60, lastSeen: at(60) });
    const upper = objectOf(firm, { id: 'b', coastSeenS: 20, lastSeen: at(60) });
    const state = createWarnings('own');
    stepWarnings(state, pictureOf(at(60), eventOf({ objects: [lower, upper] })), at(60));
    expect(state.records[0]?.primary?.object).toBe('b');
  });

  // Half an hour before, a body of it was lost under power: it has the energy of then, and the air has
  // taken some of what comes down first.
  test('what the air slows is no lower stage: the region stands to the end', () => {
    const state = createWarnings('own');
    const step = (s: number, phase: 'coast' | 'reentry', speedMps: number): Warning => {
      const of = (mps: number): typeof firm =>
        estimateOf(burnOutState(mps), { time: at(s), positionM: 500, velocityMps: 5 });
      const first = { id: 'a', phase, coastSeenS: 60, lastSeen: at(s) };
      const lost = { id: 'b', phase: 'boost', coastSeenS: 0, lastSeen: at(s - 1000) } as const;
      const objects = [objectOf(of(speedMps), first), objectOf(of(5080), lost)];
      stepWarnings(state, pictureOf(at(s), eventOf({ objects })), at(s));
      return only(currentWarnings(state));
    };
    expect(step(2000, 'coast', 5080).impact.statement).toBe('region');
    expect(step(2001, 'reentry', 4000).impact.statement).toBe('region');
    expect(step(2002, 'coast', 4000).impact.statement).toBe('none');
  });

  test('the region of a spent stage is withdrawn when what it carried is seen', () => {
    const state = createWarnings('own');
    const step = (s: number, ...objects: Parameters<typeof objectOf>[1][]): Warning => {
      const slow = estimateOf(burnOutState(3000), { time: at(s), positionM: 500, velocityMps: 5 });
      const fast = estimateOf(burnOutState(), { time: at(s), positionM: 900, velocityMps: 60 });
      const seen = objects.map((o) =>
        objectOf(o?.id === 'spent' ? slow : fast, { ...o, lastSeen: at(s) }),
      );
      const picture = pictureOf(at(s), eventOf({ objects: seen }));
      stepWarnings(state, picture, at(s));
      return only(currentWarnings(state));
    };
    const before = step(60, { id: 'spent', coastSeenS: 30 });
    expect(before.impact.statement).toBe('region');
    const after = step(61, { id: 'spent', coastSeenS: 31 }, { id: 'carried', coastSeenS: 2 });
    expect(after.impact).toEqual({
      statement: 'none',
      because: 'too little of the coast seen by radar',
    });
    expect(after.history.at(-1)?.because).toMatch(/withdrawn/);
    const own = step(71, { id: 'spent', coastSeenS: 41 }, { id: 'carried', coastSeenS: 12 });
    expect(own.impact.statement).toBe('region');
    expect(state.records[0]?.primary?.object).toBe('carried');
    // A companion at nearly the same speed is no reason to take anything back.
    const steady = createWarnings('own');
    for (const s of [60, 61]) {
      const one = estimateOf(burnOutState(), { time: at(s), positionM: 500, velocityMps: 5 });
      const other = estimateOf(burnOutState(5100), {
        time: at(s),
        positionM: 900,
        velocityMps: 60,
      });
      const objects = [
        objectOf(one, { id: 'a', coastSeenS: s - 30, lastSeen: at(s) }),
        ...(s === 60 ? [] : [objectOf(other, { id: 'b', coastSeenS: 2, lastSeen: at(s) })]),
      ];
      stepWarnings(steady, pictureOf(at(s), eventOf({ objects })), at(s));
    }
    expect(only(currentWarnings(steady)).impact.statement).toBe('region');
  });

  test('nothing is stated of the others while one body of the launch burns', () => {
    const stage = estimateOf(burnOutState(3000), { time: at(60), positionM: 500, velocityMps: 5 });
    const spent = objectOf(stage, { id: 'a', coastSeenS: 60, lastSeen: at(60) });
    const burning = objectOf(stage, { id: 'b', phase: 'boost', coastSeenS: 0, lastSeen: at(60) });
    const state = createWarnings('own');
    stepWarnings(state, pictureOf(at(60), eventOf({ objects: [spent, burning] })), at(60));
    const impact = only(currentWarnings(state)).impact;
    expect(impact).toMatchObject({ statement: 'reachable', because: 'still powered' });
    expect(only(currentWarnings(state)).assessment).toBe('undetermined');
  });

  test('it is computed again only when the object was seen again, or some seconds later', () => {
    const state = createWarnings('own');
    const computed = (seconds: number, lastSeen: number): Instant | undefined => {
      const objects = [objectOf(firm, { lastSeen: at(lastSeen) })];
      stepWarnings(state, pictureOf(at(seconds), eventOf({ objects })), at(seconds));
      return state.records[0]?.primary?.computedAt;
    };
    expect(computed(60, 60)).toBe(at(60));
    expect(computed(61, 61)).toBe(at(60));
    expect(computed(62, 62)).toBe(at(62));
    expect(computed(69, 62)).toBe(at(62));
    expect(computed(70, 62)).toBe(at(70));
  });

  test('a restart of the engine withdraws the region and says why', () => {
    const objects = [objectOf(firm, { phase: 'boost', lastSeen: at(70) })];
    const warning = only(
      run(
        pictureOf(at(60), eventOf({ objects: [objectOf(firm)] })),
        pictureOf(at(70), eventOf({ objects })),
      ),
    );
    const condition = { motion: 'manoeuvre', from: at(60) };
    expect(warning.impact).toMatchObject({ because: 'not ballistic', condition });
    expect(warning.history.at(-1)?.because).toContain('withdrawn');
  });

  test('what a partner alone says is under power has no reachable region', () => {
    const objects = [objectOf(firm, { phase: 'boost' })];
    const evidence = [evidenceOf({ party: 'west' })];
    const warning = only(run(pictureOf(at(60), eventOf({ objects, evidence }))));
    expect(warning.impact).toEqual({ statement: 'none', because: 'still powered' });
  });

  test('many launches under power at once cost no more reachable regions a step than two', () => {
    const events = Array.from({ length: 9 }, (_, i) =>
      eventOf({ id: `event-${i}`, objects: [objectOf(firm, { id: `o${i}`, phase: 'boost' })] }),
    );
    const state = createWarnings('own');
    const reachable = (s: number): number => {
      stepWarnings(state, pictureOf(at(s), ...events), at(s));
      return currentWarnings(state).filter(({ impact }) => impact.statement === 'reachable').length;
    };
    expect([60, 61, 62, 63, 64].map(reachable)).toEqual([2, 4, 6, 8, 9]);
  });

  test('unseen, the reachable region only grows, until it is no longer known to be under power', () => {
    const state = createWarnings('own');
    const areas: number[] = [];
    for (let s = 60; s <= 85; s += 1) {
      const spread = { positionM: 500 * (s - 59), velocityMps: 20 };
      const estimate = estimateOf(firm.state, { time: at(s), ...spread });
      const objects = [objectOf(estimate, { phase: 'boost', lastSeen: at(60) })];
      stepWarnings(state, pictureOf(at(s), eventOf({ objects })), at(s));
      const { impact } = only(currentWarnings(state));
      if (impact.statement === 'reachable') areas.push(impact.areaKm2);
    }
    expect(areas.length).toBe(21);
    expect(areas).toEqual([...areas].sort((a, b) => a - b));
    expect(new Set(areas).size).toBe(5);
    expect(only(currentWarnings(state)).impact.statement).toBe('none');
  });

  test('a flame that is out before any radar saw it is told so, and is not lost', () => {
    const objects = [objectOf(firm, { coastSeenS: 0, lastSeen: at(60) })];
    const event = eventOf({ evidence: [infrared], lastSeen: at(60), objects });
    const state = createWarnings('own');
    for (let s = 60; s <= 200; s += 1) stepWarnings(state, pictureOf(at(s), event), at(s));
    const warning = only(currentWarnings(state));
    const because = 'flame out, not yet seen by radar';
    expect(warning.impact).toEqual({ statement: 'none', because });
    expect(warning.history.at(-1)?.because).toContain('no radar has seen it yet');
    expect(JSON.stringify(warning)).not.toMatch(/track lost/i);
  });
});

describe('state', () => {
  const flight = [60, 61, 62, 200, 900, 1300].map((s) => {
    const evidence = s > 61 ? [infrared, radar] : [infrared];
    const objects = [objectOf(s < 900 ? firm : null, { lastSeen: at(Math.min(s, 200)) })];
    return pictureOf(at(s), eventOf({ evidence, objects }));
  });

  test('is plain JSON: written out and read back between any two ticks, nothing changes', () => {
    const straight = createWarnings('own');
    let broken = createWarnings('own');
    for (const picture of flight) {
      stepWarnings(straight, picture, picture.at);
      broken = JSON.parse(JSON.stringify(broken)) as typeof broken;
      stepWarnings(broken, JSON.parse(JSON.stringify(picture)) as Picture, picture.at);
      expect(JSON.stringify(broken)).toBe(JSON.stringify(straight));
    }
    expect(only(currentWarnings(straight)).stage).toBe('concluded');
  });

  test('history only grows and stages only rise', () => {
    const rank = ['cue', 'tracked', 'confirmed', 'concluded', 'cancelled'];
    const state = createWarnings('own');
    let before: readonly unknown[] = [];
    for (const picture of flight) {
      stepWarnings(state, picture, picture.at);
      const { history } = only(currentWarnings(state));
      expect(history.slice(0, before.length)).toEqual(before);
      const ranks = history.map((step) => rank.indexOf(step.stage));
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      before = history;
    }
  });

  test('two pictures number their warnings apart', () => {
    const states = [createWarnings('own'), createWarnings('system')];
    for (const state of states) stepWarnings(state, pictureOf(at(60), eventOf()), at(60));
    expect(states.map((state) => currentWarnings(state)[0]?.id)).toEqual(['own-1', 'system-1']);
  });

  test('one launch is one warning: an event that takes over the tracks takes over the warning', () => {
    const objects = [objectOf(firm)];
    const renamed = eventOf({ id: 'event-9', objects });
    const warning = only(run(pictureOf(at(60), eventOf({ objects })), pictureOf(at(61), renamed)));
    expect([warning.id, warning.event, warning.stage]).toEqual(['own-1', 'event-9', 'tracked']);
  });

  test('of two warnings that turn out one launch, the older goes on', () => {
    const objects = [objectOf(firm)];
    const [first, second] = run(
      pictureOf(at(60), eventOf({ objects }), eventOf({ id: 'event-9' })),
      pictureOf(at(61), eventOf({ id: 'event-9', objects })),
    );
    expect([first?.event, first?.stage]).toEqual(['event-9', 'tracked']);
    expect(second?.history.at(-1)?.because).toBe('The same launch as warning own-1.');
    expect(second?.stage).toBe('cancelled');
  });

  test("a partner's report that own radar confirms is the same warning from its first cue", () => {
    const west = evidenceOf({ party: 'west', source: 'infrared', looks: 0, firstSeen: at(58) });
    const theirs = eventOf({ id: 'west:1', evidence: [west] });
    const other = eventOf({ id: 'west:2', evidence: [west] });
    const objects = [objectOf(firm)];
    const both = eventOf({ id: 'E1', evidence: [radar, west], objects });
    const [first, second, ...more] = run(
      pictureOf(at(58), theirs, other),
      pictureOf(at(59), eventOf({ id: 'E1', evidence: [radar] }), theirs, other),
      pictureOf(at(61), both, other),
    );
    expect(first?.history.map((step) => [step.stage, step.at])).toEqual([
      ['cue', at(58)],
      ['tracked', at(61)],
      ['confirmed', at(61)],
    ]);
    expect([second?.event, second?.stage]).toEqual(['west:2', 'cue']);
    expect(more.map((w) => w.stage)).toEqual(['cancelled']);
  });

  test('a withdrawn report is not taken for another of the same partner and time', () => {
    const west = evidenceOf({ party: 'west', source: 'infrared', looks: 0, firstSeen: at(58) });
    const own = eventOf({ id: 'E1', evidence: [radar, west] });
    const theirs = eventOf({ id: 'west:1', evidence: [west] });
    const [first, second] = run(pictureOf(at(58), own, theirs), pictureOf(at(59), own));
    expect([first?.stage, second?.stage]).toEqual(['cue', 'cancelled']);
  });

  test('a concluded event opens no second warning while it stays in the picture', () => {
    const last = flight.at(-1) as Picture;
    const later = Array.from({ length: 5 }, (_, i) => ({ ...last, at: at(1400 + 1800 * i) }));
    expect(only(run(...flight, ...later)).stage).toBe('concluded');
  });

  test('a flood of partner reports opens a bounded number, and never keeps an own one out', () => {
    const state = createWarnings('system');
    const west = [evidenceOf({ party: 'west', source: 'infrared' })];
    for (let s = 0; s < 10; s += 1) {
      const flood = Array.from({ length: 400 }, (_, i) =>
        eventOf({ id: `west-${s}-${i}`, evidence: west, lastSeen: at(s) }),
      );
      stepWarnings(state, pictureOf(at(s), ...flood, eventOf({ id: 'mine' })), at(s));
    }
    expect(state.records.length).toBeLessThanOrEqual(501);
    expect(currentWarnings(state).filter((w) => w.event === 'mine')).toHaveLength(1);
    expect(currentWarnings(state).find((w) => w.event === 'mine')?.stage).toBe('cue');
  });
});
