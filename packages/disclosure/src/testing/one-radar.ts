// SPDX-License-Identifier: Apache-2.0
// A world with one radar and some flights, seeded: the truth, the radar's own filter, and what its
// owner's gate lets go under given terms. The filter is an information filter of its own, so that
// no attack is tuned to the product's tracker.

import {
  addSeconds,
  createRandom,
  type Ecef,
  ecefFromEnu,
  ecefFromGeodetic,
  type Geodetic,
  geodesicDestination,
  geodesicInverse,
  geodeticFromDegrees,
  geodeticFromEcef,
  type Instant,
  instantFromIso,
  invertPositive,
  lookAngles,
  multiply,
  packSymmetric,
  type Random,
  radiansFromDegrees,
  unpackSymmetric,
  type Vector3,
} from '@isthmus/earth';
import type { Estimate, Item, RadarSensor } from '@isthmus/picture';
import {
  type Agreement,
  createMemory,
  type Draft,
  decide,
  type GateMemory,
  parseAgreement,
  releaseDue,
  type Terms,
  trackletBase,
} from '@isthmus/release';
import { propagateCoast, trackletBetween } from '@isthmus/tracking';
import type { Received } from '../received.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly flights: number;
  /** Where a flight is no longer looked at; all of them by default. */
  readonly looksMax?: number;
  readonly rangeMaxM?: number;
  /** Seconds of each flight in which the radar does not look. */
  readonly blindS?: readonly [number, number];
}

/** One own state of one flight, at a look. */
interface OwnState {
  readonly track: string;
  readonly estimate: Estimate;
  readonly looks: number;
  readonly arrival: Instant;
}

export interface World {
  readonly radar: RadarSensor;
  /** Least seconds between a look and the turn in which the gate has it. */
  readonly latencyS: number;
  readonly states: readonly OwnState[];
}

const START = instantFromIso('2012-06-01T09:00:00Z');
const FLIGHT_S = 900;
/** Below this the flight is not free. */
const FREE_M = 100e3;
const DETECTION = 0.9;
const LATENCY_S = 0.8;
const SIX = 6;

/** Draws a radar and its flights; the same seed gives the same world. */
export function drawWorld(options: WorldOptions): World {
  const random = createRandom(`one-radar ${options.seed}`);
  const site = geodeticFromDegrees(30 + 30 * random.uniform(), 60 * random.uniform());
  const radar: RadarSensor = {
    kind: 'radar',
    id: 'radar',
    site,
    azimuthFromRad: 0,
    azimuthToRad: 0,
    elevationMinRad: radiansFromDegrees(3),
    elevationMaxRad: radiansFromDegrees(85),
    rangeMaxM: options.rangeMaxM ?? 2.5e6,
    revisitS: 2,
    noise: {
      rangeM: 30,
      azimuthRad: radiansFromDegrees(0.05),
      elevationRad: radiansFromDegrees(0.05),
    },
    bias: { rangeM: 0, azimuthRad: 0, elevationRad: 0 },
  };
  const states: OwnState[] = [];
  for (let i = 0; i < options.flights; i += 1) {
    const fork = random.fork(`flight ${i}`);
    const begin = addSeconds(START, i * (FLIGHT_S + 60));
    const flight = { track: `track-${i}`, truth: throwOf(site, begin, fork) };
    states.push(...watch(radar, flight, { random: fork, ...options }));
  }
  return { radar, latencyS: LATENCY_S, states };
}

/** A free body that passes the site at some distance, upwards at first. */
function throwOf(site: Geodetic, begin: Instant, random: Random): Estimate {
  const bearing = 2 * Math.PI * random.uniform();
  const from = geodesicDestination(site, bearing, 1.2e6 + 1.2e6 * random.uniform());
  const point = { ...from, heightM: 120e3 };
  const inward = geodesicInverse(point, site).azimuthRad + (random.uniform() - 0.5);
  const climb = radiansFromDegrees(30 + 15 * random.uniform());
  const speed = 4000 + 1500 * random.uniform();
  const flat = speed * Math.cos(climb);
  const velocity = ecefFromEnu(point, [
    flat * Math.sin(inward),
    flat * Math.cos(inward),
    speed * Math.sin(climb),
  ]);
  return {
    time: begin,
    state: [...ecefFromGeodetic(point), ...velocity],
    covariance: packSymmetric(diagonal(1, 1)),
  };
}

/** What the radar makes of one flight: its state after each look. */
function watch(
  radar: RadarSensor,
  flight: { readonly track: string; readonly truth: Estimate },
  options: WorldOptions & { readonly random: Random },
): OwnState[] {
  const { random, blindS = [0, 0] } = options;
  const states: OwnState[] = [];
  let truth = flight.truth;
  let own: Estimate | null = null;
  let looks = 0;
  for (let s = 0; s < FLIGHT_S && looks < (options.looksMax ?? FLIGHT_S); s += radar.revisitS) {
    const time = addSeconds(flight.truth.time, s);
    truth = propagateCoast(truth, time);
    const at = truth.state.slice(0, 3) as unknown as Vector3<Ecef>;
    if (geodeticFromEcef(at).heightM < FREE_M) break;
    const look = lookAngles(radar.site, at);
    const inView = look.elevationRad >= radar.elevationMinRad && look.rangeM <= radar.rangeMaxM;
    const blind = s >= blindS[0] && s < blindS[1];
    if (!inView || blind || !random.chance(DETECTION * 1000, 1000)) continue;
    own = update(own === null ? priorOf(truth, random) : propagateCoast(own, time), radar, {
      rangeM: look.rangeM + radar.noise.rangeM * random.normal(),
      azimuthRad: look.azimuthRad + radar.noise.azimuthRad * random.normal(),
      elevationRad: look.elevationRad + radar.noise.elevationRad * random.normal(),
    });
    looks += 1;
    const arrival = addSeconds(time, LATENCY_S);
    states.push({ track: flight.track, estimate: own, looks, arrival });
  }
  return states;
}

const PRIOR_M = 20e3;
const PRIOR_MPS = 500;

/** A wide start that is statistically what it says. */
function priorOf(truth: Estimate, random: Random): Estimate {
  const state = truth.state.map((v, i) => v + (i < 3 ? PRIOR_M : PRIOR_MPS) * random.normal());
  return { time: truth.time, state, covariance: packSymmetric(diagonal(PRIOR_M, PRIOR_MPS)) };
}

function diagonal(positionM: number, velocityMps: number): Float64Array {
  const full = new Float64Array(SIX * SIX);
  for (let i = 0; i < SIX; i += 1) full[i * 7] = (i < 3 ? positionM : velocityMps) ** 2;
  return full;
}

/** One look, in the form of information; the derivative by differences of a metre. */
function update(
  prior: Estimate,
  radar: RadarSensor,
  seen: { readonly rangeM: number; readonly azimuthRad: number; readonly elevationRad: number },
): Estimate {
  const { rangeM, azimuthRad, elevationRad } = radar.noise;
  const sigmas = [rangeM, azimuthRad, elevationRad];
  const at = (state: readonly number[]): number[] => {
    const look = lookAngles(radar.site, state.slice(0, 3) as unknown as Vector3<Ecef>);
    return [look.rangeM, look.azimuthRad, look.elevationRad];
  };
  const expected = at(prior.state);
  const residual = [seen.rangeM, seen.azimuthRad, seen.elevationRad].map((v, i) =>
    i === 1 ? wrapped(v - (expected[i] as number)) : v - (expected[i] as number),
  );
  const information = invertPositive(unpackSymmetric(prior.covariance), SIX) as Float64Array;
  const pull = new Float64Array(SIX);
  const columns = [0, 1, 2].map((j) => {
    const moved = at(prior.state.map((v, k) => (k === j ? v + 1 : v)));
    return moved.map((v, i) =>
      i === 1 ? wrapped(v - (expected[i] as number)) : v - (expected[i] as number),
    );
  });
  for (let m = 0; m < 3; m += 1) {
    const w = 1 / (sigmas[m] as number) ** 2;
    for (let i = 0; i < 3; i += 1) {
      const hi = (columns[i] as number[])[m] as number;
      pull[i] = (pull[i] as number) + w * hi * (residual[m] as number);
      for (let j = 0; j < 3; j += 1) {
        const k = i * SIX + j;
        information[k] =
          (information[k] as number) + w * hi * ((columns[j] as number[])[m] as number);
      }
    }
  }
  const covariance = invertPositive(information, SIX) as Float64Array;
  const gain = multiply(covariance, pull, { n: 6, m: 6, p: 1 });
  const state = prior.state.map((v, i) => v + (gain[i] as number));
  return { time: prior.time, state, covariance: packSymmetric(covariance) };
}

function wrapped(rad: number): number {
  return rad - 2 * Math.PI * Math.round(rad / (2 * Math.PI));
}

export type ClauseOptions = Partial<Agreement['clauses'][number]>;

/** Terms under which a test releases: as fine as an agreement can be, but for what is given. */
export function agreementOf(clause: ClauseOptions): Agreement {
  return parseAgreement({
    name: 'test',
    version: 1,
    parties: ['a', 'b'],
    mode: 'exercise',
    validity: { from: '2012-01-01T00:00:00Z', until: '2013-01-01T00:00:00Z' },
    onwardRelease: 'never',
    clauses: [
      {
        id: 'all',
        from: 'a',
        to: 'b',
        category: 'launch',
        level: 'tracklet',
        tickS: 1,
        gridKm: { report: 1, track: 0 },
        delayS: 0,
        looksATracklet: 4,
        ...clause,
      },
    ],
  });
}

/** What the partner gets of a world under an agreement, through the real gate. */
export function streamOf(world: World, agreement: Agreement): readonly Received[] {
  const terms: Terms = {
    agreement,
    from: 'a',
    to: 'b',
    agreementHash: '0'.repeat(64),
    identify: (id) => Buffer.from(id).toString('hex').padEnd(32, '0').slice(0, 32),
  };
  let memory = createMemory();
  const stream: Received[] = [];
  for (const own of [...world.states].sort((a, b) => a.arrival - b.arrival)) {
    const at = addSeconds(START, Math.ceil((own.arrival - START) / 1e6));
    const due = releaseDue(memory, terms, at);
    memory = due.memory;
    stream.push(...due.released.map(({ item }) => ({ at, item })));
    const item = itemOf(own, memory, agreement);
    if (item === null) continue;
    const draft: Draft = {
      item,
      category: 'launch',
      region: null,
      current: own.estimate,
      mode: 'exercise',
    };
    const decision = decide(memory, draft, terms, at);
    memory = decision.memory;
    if (decision.outcome === 'release') stream.push({ at, item: decision.released.item });
  }
  return stream;
}

/** Looks before a track is told at all. */
const FIRM_LOOKS = 4;

function itemOf(own: OwnState, memory: GateMemory, agreement: Agreement): Item | null {
  if (own.looks < FIRM_LOOKS) return null;
  const { level, looksATracklet = FIRM_LOOKS } = agreement
    .clauses[0] as Agreement['clauses'][number];
  const { track, estimate, looks } = own;
  const common = { track, event: 'event', source: 'radar', phase: 'coast', estimate } as const;
  if (level === 'track') return { kind: 'track', ...common, looks };
  const base = trackletBase(memory, track);
  if (base === null) return { kind: 'rebase', ...common, epoch: 0, looks };
  if (looks - base.looks < looksATracklet) return null;
  const added = trackletBetween(base.estimate, estimate);
  if (added === null) return null;
  return {
    kind: 'tracklet',
    ...common,
    epoch: 0,
    base: base.estimate.time,
    looks: looks - base.looks,
    estimate: added,
  };
}
