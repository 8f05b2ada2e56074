// SPDX-License-Identifier: Apache-2.0
// The rules of the border, each with a test that fails when it is broken. Rules 3, 5, 6 and 8 also
// have theirs nearer to the code they bind: wire, release and link.

import {
  addSeconds,
  createRandom,
  type Instant,
  instantFromIso,
  type Random,
} from '@isthmus/earth';
import { type Effect, type NodeState, ownStateHash, step, stepOwn } from '@isthmus/node';
import type { FeedTick, Item, Outlook } from '@isthmus/picture';
import { createMemory, type Draft, decide, type Terms } from '@isthmus/release';
import { encode } from '@isthmus/wire';
import { expect, test } from 'vitest';
import type { PreparedRun } from '../../apps/cli/src/demo/prepare.ts';
import { coreOf, entryOf, preparedRun, termsOf, turnOf } from './fixture.ts';

const SECONDS = 420;

/** What a hostile partner sends at a second; the encoded items are what the schema allows. */
type Partner = (second: number) => readonly Item[];

const silent: Partner = () => [];

/** Coherent nonsense over our own picture: launches, tracks on top of real ones, and take-backs. */
function hostile(random: Random, run: PreparedRun): Partner {
  const id = (n: number): string => n.toString(16).padStart(32, '0');
  return (second) => {
    const at = addSeconds(run.firstTick, second);
    const payload = run.truth.objects[0]?.stateAt(at) ?? null;
    const state = payload === null ? [7e6, 0, 0, 0, 7000, 0] : [...payload];
    const jitter = state.map(
      (v, i) => Math.round((v + (i < 3 ? 5e4 : 50) * random.normal()) * 1e3) / 1e3,
    );
    const covariance = Array.from({ length: 21 }, () => 0);
    for (const [k, i] of [0, 6, 11, 15, 18, 20].entries()) covariance[i] = k < 3 ? 1 : 1e-4;
    const event = id(1 + random.integer(5));
    const common = {
      track: id(100 + random.integer(9)),
      event,
      source: 'radar',
      phase: 'coast',
    } as const;
    const estimate = { time: at, state: jitter, covariance };
    const area = {
      centre: { latitudeRad: 0.7, longitudeRad: 0.6, heightM: 0 },
      radiusM: 1000,
    };
    const items: Item[] = [
      {
        kind: 'launch-report',
        event,
        update: second + 1,
        final: false,
        launchTime: at,
        launchTimeSigmaS: 1,
        launchArea: area,
        azimuthRad: 1,
        azimuthSigmaRad: 0.1,
        objectCountAtLeast: 50,
        impactArea: area,
        impactTime: addSeconds(at, 100),
        impactTimeSigmaS: 1,
        sources: ['infrared', 'radar'],
        assessment: 'confirmed',
      },
      { kind: 'rebase', ...common, epoch: 1 + random.integer(3), looks: 4, estimate },
    ];
    if (random.chance(1, 10)) items.push({ kind: 'withdrawal', event, reason: 'false' });
    return items;
  };
}

interface Said {
  readonly state: NodeState;
  readonly released: readonly string[];
  readonly ticks: readonly FeedTick[];
}

/** Steps one side through the flight; `partner` null leaves it without a link. */
function fly(run: PreparedRun, index: 0 | 1, partner: Partner | null): Said {
  const state = coreOf(run, index);
  const terms = termsOf(run, index);
  const theirs = termsOf(run, index === 0 ? 1 : 0);
  const released: string[] = [];
  const ticks: FeedTick[] = [];
  for (let second = 0; second <= SECONDS; second += 1) {
    const items = partner?.(second) ?? [];
    const entries = items.map((item, i) => entryOf(state.applied + i, forge(item, theirs.terms)));
    const effects = step(
      state,
      terms,
      turnOf(run, index, { second, from: state.plotsTaken, entries, up: partner !== null }),
    );
    collect(effects, released, ticks);
  }
  return { state, released, ticks };
}

function collect(effects: readonly Effect[], released: string[], ticks: FeedTick[]): void {
  for (const effect of effects) {
    if (effect.kind === 'append') released.push(Buffer.from(effect.encoded.bytes).toString('hex'));
    if (effect.kind === 'feed' && effect.record.kind === 'tick') ticks.push(effect.record);
  }
}

/** What a partner whose gate lets anything through would send: the item through a gate of its own. */
function forge(item: Item, terms: Terms): ReturnType<typeof encode> {
  const names: Draft = {
    item,
    category: 'launch',
    region: null,
    current: null,
    mode: terms.agreement.mode,
  };
  let memory = createMemory();
  if (item.kind === 'withdrawal') {
    // A gate takes back only what it let go: something of the event goes first.
    const track: Item = {
      kind: 'track',
      track: item.event,
      event: item.event,
      source: 'radar',
      phase: 'boost',
      looks: 1,
      estimate: {
        time: validAt(terms),
        state: [7e6, 0, 0, 0, 1, 0],
        covariance: diagonal(),
      },
    };
    memory = decide(
      memory,
      { ...names, item: track },
      { ...terms, identify: (id) => id },
      validAt(terms),
    ).memory;
  }
  const decision = decide(memory, names, { ...terms, identify: (id) => id }, validAt(terms));
  if (decision.outcome !== 'release')
    throw new Error(`forged ${item.kind}: ${JSON.stringify(decision)}`);
  return encode(decision.released);
}

/** An hour into the agreement. */
function validAt(terms: Terms): Instant {
  return addSeconds(instantFromIso(terms.agreement.validity.from), 3600);
}

function diagonal(): number[] {
  const covariance = Array.from({ length: 21 }, () => 0);
  for (const i of [0, 6, 11, 15, 18, 20]) covariance[i] = 1;
  return covariance;
}

test('rule 1: with the link off, on or hostile, own tracks and own warnings are the same to the hash', async () => {
  const run = await preparedRun();
  for (const index of [0, 1] as const) {
    const off = fly(run, index, null);
    const on = fly(run, index, silent);
    const attacked = fly(run, index, hostile(createRandom(`hostile ${index}`), run));
    expect(ownStateHash(on.state)).toBe(ownStateHash(off.state));
    expect(ownStateHash(attacked.state)).toBe(ownStateHash(off.state));
    // The attack did arrive, and the system picture shows it: else this test would show nothing.
    expect(attacked.state.counts.received).toBeGreaterThan(SECONDS);
    expect(attacked.ticks.at(-1)?.system).not.toEqual(off.ticks.at(-1)?.system);
    expect(attacked.ticks.map((tick) => tick.ownWarnings)).toEqual(
      off.ticks.map((tick) => tick.ownWarnings),
    );
    expect(attacked.ticks.map(ownOutlooks)).toEqual(off.ticks.map(ownOutlooks));
  }
}, 120_000);

function ownOutlooks(tick: FeedTick): readonly Outlook[] {
  return tick.outlooks.filter((outlook) => outlook.picture === 'own');
}

test('rule 1: own warnings are made and told before anything of the partner is looked at', async () => {
  const run = await preparedRun();
  const state = coreOf(run, 0);
  let warned = 0;
  for (let second = 0; second <= 120; second += 1) {
    const turn = turnOf(run, 0, { second, from: state.plotsTaken });
    Object.defineProperty(turn, 'entries', {
      get: () => expect.fail('the partner was looked at first'),
    });
    for (const effect of stepOwn(state, turn).effects) {
      if (effect.kind === 'feed' && effect.record.kind === 'note') warned += 1;
    }
  }
  expect(warned).toBeGreaterThan(0);
});

test('rule 2: what a partner says changes not a byte of what is released to it', async () => {
  const run = await preparedRun();
  for (const index of [0, 1] as const) {
    const quiet = fly(run, index, silent);
    const attacked = fly(run, index, hostile(createRandom(`echo ${index}`), run));
    expect(quiet.released.length).toBeGreaterThan(20);
    expect(attacked.released).toEqual(quiet.released);
  }
}, 120_000);

test('rule 7: a warning known from a partner alone is shown, says so, and is never confirmed', async () => {
  const run = await preparedRun();
  // East, which has seen nothing yet, while the partner reports launch upon launch as confirmed.
  const state = coreOf(run, 1);
  const partner = hostile(createRandom('alone'), run);
  const theirs = termsOf(run, 0).terms;
  let shown = 0;
  for (let second = 0; second < 200; second += 1) {
    const entries = partner(second).map((item, i) =>
      entryOf(state.applied + i, forge(item, theirs)),
    );
    const effects = step(
      state,
      termsOf(run, 1),
      turnOf(run, 1, { second, from: state.plotsTaken, entries }),
    );
    const ticks: FeedTick[] = [];
    collect(effects, [], ticks);
    for (const warning of ticks[0]?.systemWarnings ?? []) {
      if (warning.evidence.some((piece) => piece.party === 'own')) continue;
      shown += 1;
      expect(warning.basis).toBe('partner-only');
      expect(warning.history.map((stepOf) => stepOf.stage)).not.toContain('confirmed');
    }
  }
  expect(shown).toBeGreaterThan(100);
}, 60_000);
