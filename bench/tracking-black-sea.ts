// SPDX-License-Identifier: Apache-2.0
// Measures own tracking on the default scenario over seeds: when a launch is cued and tracked, whether
// errors are as large as claimed (NEES per degree of freedom), false and duplicate events, step time.
//   node --conditions=isthmus-source bench/tracking-black-sea.ts [--seeds N] [--first N] [--verbose]
//     [--linked [--partner offset|overconfident|drift|stamped-late]]
// With --partner the east errs so from 300 s on, and it is told when its record has found it.

import { readFileSync } from 'node:fs';
import {
  addSeconds,
  ecefFromGeodetic,
  enuFromEcef,
  type Instant,
  invertPositive,
  secondsBetween,
  subtract,
  unpackSymmetric,
} from '@isthmus/earth';
import type { Estimate, Item, LaunchEstimate, Picture, Plot, Track } from '@isthmus/picture';
import {
  buildTruth,
  parseScenario,
  samplePlots,
  sideSensors,
  type Truth,
} from '@isthmus/sim/scenario';
import {
  contributed,
  createFusion,
  createTracking,
  ownPicture,
  ownTracks,
  receiveItem,
  standings,
  stepFusion,
  stepTracking,
  systemPicture,
  trackletBetween,
} from '@isthmus/tracking';
import { parse } from 'yaml';

interface RunResult {
  readonly tCue: number | null;
  readonly firm: Record<string, number>;
  readonly events: number;
  readonly launches: number;
  readonly objects: number;
  /** Mean NEES per degree of freedom over time, by what is measured. */
  readonly nees: Record<string, number[]>;
  readonly errorM: Record<string, number[]>;
  readonly launchTimeError: readonly [number, number] | null;
  readonly launchPoint: readonly [number, number] | null;
  readonly stepMs: number[];
}

function option(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
}

const verbose = process.argv.includes('--verbose');

/** NEES per degree of freedom of an estimate against the truth, and the position error. */
function nees(estimate: Estimate, truth: ArrayLike<number>): readonly [number, number] {
  const inverse = invertPositive(unpackSymmetric(estimate.covariance), 6);
  const d = estimate.state.map((v, i) => v - (truth[i] as number));
  let sum = 0;
  for (let i = 0; i < 6; i += 1) {
    for (let j = 0; j < 6; j += 1) {
      sum += (inverse?.[i * 6 + j] ?? Number.NaN) * (d[i] as number) * (d[j] as number);
    }
  }
  return [sum / 6, Math.hypot(d[0] as number, d[1] as number, d[2] as number)];
}

function launchErrors(launch: LaunchEstimate, truth: Truth) {
  const there = truth.launches[0];
  if (there === undefined) return null;
  const [e, n] = enuFromEcef(
    there.site,
    subtract(ecefFromGeodetic(launch.point), ecefFromGeodetic(there.site)),
  );
  const [ee, en, nn] = launch.pointCovarianceM2;
  const det = ee * nn - en * en;
  const pointNees = (nn * e * e - 2 * en * e * n + ee * n * n) / det / 2;
  const seconds = secondsBetween(there.liftoff, launch.time);
  return {
    seconds,
    timeNees: (seconds / launch.timeSigmaS) ** 2,
    pointM: Math.hypot(e, n),
    pointNees,
    azimuthDeg: ((launch.azimuthRad ?? Number.NaN) * 180) / Math.PI,
    azimuthSigmaDeg: ((launch.azimuthSigmaRad ?? Number.NaN) * 180) / Math.PI,
  };
}

function nearest(truth: Truth, at: Instant, estimate: Estimate) {
  let best: { id: string; state: Float64Array; distance: number } | null = null;
  for (const object of truth.objects) {
    const state = object.stateAt(at);
    if (state === null) continue;
    let d2 = 0;
    for (let i = 0; i < 3; i += 1) {
      d2 += ((state[i] as number) - (estimate.state[i] as number)) ** 2;
    }
    const distance = Math.sqrt(d2);
    if (best === null || distance < best.distance) best = { id: object.id, state, distance };
  }
  return best;
}

type Scenario = ReturnType<typeof parseScenario>;

function run(scenario: Scenario, side: 'west' | 'east', seed: number): RunResult {
  const truth = buildTruth(scenario, seed);
  const plots: readonly Plot[] = samplePlots(scenario, truth, seed)[side];
  const state = createTracking(sideSensors(scenario, side));
  const result = {
    tCue: null as number | null,
    firm: {} as Record<string, number>,
    nees: {} as Record<string, number[]>,
    errorM: {} as Record<string, number[]>,
    stepMs: [] as number[],
  };
  const note = (name: string, value: readonly [number, number]): void => {
    result.nees[name] ??= [];
    result.errorM[name] ??= [];
    result.nees[name].push(value[0]);
    result.errorM[name].push(value[1]);
  };
  const events = new Set<string>();
  const launches = new Set<string>();
  let objects = 0;
  let next = 0;
  let lastLaunch: LaunchEstimate | null = null;
  const payloadId = truth.launches[0]?.payload;
  const payload = truth.objects.find((object) => object.id === payloadId);
  for (let s = 1; s <= scenario.durationS; s += 1) {
    const now = addSeconds(truth.start, s);
    const due: Plot[] = [];
    while (next < plots.length && (plots[next] as Plot).arrival <= now) {
      due.push(plots[next] as Plot);
      next += 1;
    }
    const started = performance.now();
    stepTracking(state, due, now);
    const picture = ownPicture(state, now);
    result.stepMs.push(performance.now() - started);
    const since = secondsBetween(truth.liftoff, now);
    for (const event of picture.events) {
      if (verbose && !events.has(event.id)) {
        console.log(
          `t=${since} new ${event.id} ${event.category} ${JSON.stringify(event.objects)}`,
        );
        const e = event.objects[0]?.estimate;
        if (e)
          console.log(
            '   ',
            nearest(truth, now, e)?.id,
            nearest(truth, now, e)?.distance,
            nees(e, nearest(truth, now, e)?.state ?? [])[0],
          );
      }
      events.add(event.id);
      if (event.category !== 'launch') continue;
      launches.add(event.id);
      result.tCue ??= since;
      objects = Math.max(objects, event.objects.length);
      if (event.launch !== null) {
        lastLaunch = event.launch;
        const e = launchErrors(event.launch, truth);
        if (e !== null) {
          note(`launch time ${event.launch.method}`, [e.timeNees, Math.abs(e.seconds)]);
          note(`launch point ${event.launch.method}`, [e.pointNees, e.pointM]);
        }
      }
      // In its last seconds the payload's own estimate is down already, and another would be scored.
      const there = since > 1075 ? null : (payload?.stateAt(now) ?? null);
      if (there === null) continue;
      let best: readonly [number, number] | null = null;
      let kind = '';
      for (const object of event.objects) {
        if (object.estimate === null) continue;
        // An object that is nearer to another true body is not the payload's.
        if (since > 200 && nearest(truth, now, object.estimate)?.id !== payloadId) continue;
        const value = nees(object.estimate, there);
        if (best === null || value[1] < best[1]) {
          best = value;
          kind = object.tracks.some((id) => id.startsWith('R')) ? 'radar' : object.phase;
        }
      }
      if (best !== null) note(`payload object, ${kind}`, best);
      if (verbose && s % 30 === 0 && best !== null) {
        console.log(
          `${side} ${seed} t=${s} ${event.id} ${kind} nees ${best[0].toFixed(2)} error ${best[1].toFixed(0)} m objects ${event.objects.length}`,
        );
      }
    }
    for (const track of ownTracks(state)) {
      if (track.source === 'radar') {
        for (const sensor of track.sensors) result.firm[sensor] ??= since;
      }
      if (track.lastSeen < addSeconds(now, -3) || track.phase === 'reentry') continue;
      const real = nearest(truth, track.estimate.time, track.estimate);
      if (real === null) continue;
      note(`track ${track.source} ${track.phase}`, nees(track.estimate, real.state));
    }
  }
  if (verbose) {
    for (const record of state.radar) {
      const at = record.lastSeen;
      const real = nearest(truth, at, { time: at, state: record.filter.state, covariance: [] });
      console.log(
        `${record.id} ${record.event} ${record.filter.motion} e${record.epoch} ${record.status} looks ${record.looks} ${record.sensors.join('+')} ${secondsBetween(truth.liftoff, record.firstSeen)}..${secondsBetween(truth.liftoff, at)} nis ${record.nis.toFixed(2)} near ${real?.id} ${real?.distance.toFixed(0)}`,
      );
    }
  }
  const end = lastLaunch === null ? null : launchErrors(lastLaunch, truth);
  if (verbose) console.log(side, seed, JSON.stringify(end), JSON.stringify(state.counts));
  return {
    ...result,
    events: events.size,
    launches: launches.size,
    objects,
    launchTimeError: end === null ? null : [end.seconds, end.timeNees],
    launchPoint: end === null ? null : [end.pointM, end.pointNees],
  };
}

/** What a side's gate at level tracklet would release: rebases, then tracklets of four looks. */
function createSender() {
  const sent = new Map<string, { epoch: number; base: Estimate; looks: number }>();
  let update = 0;
  return (picture: Picture, tracks: readonly Track[]): Item[] => {
    const items: Item[] = [];
    for (const event of picture.events) {
      if (event.category !== 'launch' || event.launch === null) continue;
      update += 1;
      const [ee, , nn] = event.launch.pointCovarianceM2;
      items.push({
        kind: 'launch-report',
        event: event.id,
        update,
        final: false,
        launchTime: event.launch.time,
        launchTimeSigmaS: event.launch.timeSigmaS,
        launchArea: { centre: event.launch.point, radiusM: 2.45 * Math.sqrt(Math.max(ee, nn)) },
        azimuthRad: event.launch.azimuthRad,
        azimuthSigmaRad: event.launch.azimuthSigmaRad,
        objectCountAtLeast: event.objects.length,
        impactArea: null,
        impactTime: null,
        impactTimeSigmaS: null,
        sources: event.evidence.map(({ source }) => source),
        assessment: 'tracked',
      });
    }
    for (const track of tracks) {
      const event = picture.events.find(({ id }) => id === track.event);
      if (event?.category !== 'launch') continue;
      const { source, phase, epoch, looks, estimate } = track;
      const name = { track: track.id, event: event.id, source, phase };
      const held = sent.get(track.id);
      if (phase === 'boost') {
        if (held?.looks === looks) continue;
        items.push({ kind: 'track', ...name, looks, estimate });
      } else if (held === undefined || held.epoch !== epoch) {
        items.push({ kind: 'rebase', ...name, epoch, looks, estimate });
      } else {
        if (looks - held.looks < 4) continue;
        const tracklet = trackletBetween(held.base, estimate);
        if (tracklet === null) continue;
        items.push({
          kind: 'tracklet',
          ...name,
          epoch,
          base: held.base.time,
          looks: looks - held.looks,
          estimate: tracklet,
        });
      }
      sent.set(track.id, { epoch: phase === 'boost' ? -1 : epoch, base: estimate, looks });
    }
    return items;
  };
}

/** How a partner may err, by name: what it would have sent, changed. */
const FAULTS: Record<string, (estimate: Estimate, sinceS: number) => Estimate> = {
  none: (estimate) => estimate,
  // Ten kilometres along x, some ten sigmas of what both say.
  offset: (estimate) => moved(estimate, 10_000),
  overconfident: (estimate) => ({
    ...estimate,
    covariance: estimate.covariance.map((v) => v / 100),
  }),
  drift: (estimate, sinceS) => moved(estimate, 100 * sinceS),
  'stamped-late': (estimate) => ({ ...estimate, time: addSeconds(estimate.time, 3) }),
};
const FAULT_FROM_S = 300;

function moved(estimate: Estimate, metres: number): Estimate {
  return { ...estimate, state: estimate.state.map((v, i) => (i === 0 ? v + metres : v)) };
}

function spoilt(item: Item, fault: string, sinceS: number): Item {
  if (!('estimate' in item) || sinceS < FAULT_FROM_S) return item;
  const spoil = FAULTS[fault] ?? ((estimate: Estimate) => estimate);
  return { ...item, estimate: spoil(item.estimate, sinceS - FAULT_FROM_S) };
}

/** Both sides with the link of one tick's delay: the system picture against the own one. */
function runLinked(scenario: Scenario, seed: number, fault: string) {
  const truth = buildTruth(scenario, seed);
  const plots = samplePlots(scenario, truth, seed);
  const payload = truth.objects.find(({ id }) => id === truth.launches[0]?.payload);
  const sides = (['west', 'east'] as const).map((name) => ({
    name,
    other: name === 'west' ? 'east' : 'west',
    plots: plots[name],
    next: 0,
    tracking: createTracking(sideSensors(scenario, name)),
    fusion: createFusion(),
    send: createSender(),
    inbox: [] as Item[],
    firstPartner: null as number | null,
    systemEvents: new Set<string>(),
    objects: 0,
    values: { own: [] as number[][], system: [] as number[][] },
    ms: [] as number[],
    repairs: 0,
    lastPairs: '',
    foundAt: null as number | null,
    scoredThen: 0,
  }));
  for (let s = 1; s <= scenario.durationS; s += 1) {
    const now = addSeconds(truth.start, s);
    const out: Item[][] = [];
    for (const side of sides) {
      const due: Plot[] = [];
      while ((side.plots[side.next]?.arrival ?? Number.POSITIVE_INFINITY) <= now) {
        due.push(side.plots[side.next] as Plot);
        side.next += 1;
      }
      stepTracking(side.tracking, due, now);
      const own = ownPicture(side.tracking, now);
      const tracks = ownTracks(side.tracking);
      const started = performance.now();
      for (const item of side.inbox) receiveItem(side.fusion, side.other, item);
      stepFusion(side.fusion, { picture: own, tracks }, now);
      const system = systemPicture(side.fusion, own, now);
      side.ms.push(performance.now() - started);
      const since = secondsBetween(truth.liftoff, now);
      const sent = side.send(own, tracks);
      out.push(side.name === 'east' ? sent.map((item) => spoilt(item, fault, since)) : sent);
      const [word] = standings(side.fusion);
      if (since < FAULT_FROM_S) side.scoredThen = word?.scored ?? 0;
      else if (word?.since !== undefined && word.since !== null && side.foundAt === null) {
        side.foundAt = since;
        side.scoredThen = word.scored - side.scoredThen;
      }
      const ids = contributed(side.fusion);
      if (ids.length > 0) side.firstPartner ??= since;
      for (const event of system.events) {
        if (event.category !== 'launch') continue;
        if (!side.systemEvents.has(event.id) && verbose) {
          console.log(side.name, 'system event', event.id, 'at', since);
        }
        side.systemEvents.add(event.id);
        if (s === 700) side.objects = event.objects.length;
      }
      const pairs = JSON.stringify(side.fusion.objects);
      if (pairs !== side.lastPairs) side.repairs += 1;
      side.lastPairs = pairs;
      const there = payload?.stateAt(now) ?? null;
      if (there === null) continue;
      for (const [key, picture] of [
        ['own', own],
        ['system', system],
      ] as const) {
        let best: readonly [number, number] | null = null;
        for (const event of picture.events) {
          for (const object of event.objects) {
            if (event.category !== 'launch' || object.estimate === null || object.phase === 'boost')
              continue;
            if (nearest(truth, now, object.estimate)?.id !== payload?.id) continue;
            const value = nees(object.estimate, there);
            if (best === null || value[1] < best[1]) best = value;
          }
        }
        if (best !== null) side.values[key].push([since, ...best]);
      }
    }
    sides.forEach((side, i) => {
      side.inbox = out[1 - i] ?? [];
    });
  }
  return sides;
}

const scenario = parseScenario(
  parse(readFileSync(new URL('../scenarios/black-sea.yaml', import.meta.url), 'utf8')),
);
const mean = (list: readonly number[]): number =>
  list.reduce((sum, v) => sum + v, 0) / Math.max(1, list.length);
const quantile = (list: readonly number[], q: number): number =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(q * list.length))] ??
  Number.NaN;

if (process.argv.includes('--linked')) {
  const all: ReturnType<typeof runLinked>[] = [];
  const at = process.argv.indexOf('--partner');
  const partnerFault = at < 0 ? 'none' : (process.argv[at + 1] ?? 'none');
  const first = option('first', 1);
  for (let seed = first; seed < first + option('seeds', 10); seed += 1) {
    all.push(runLinked(scenario, seed, partnerFault));
  }
  for (const i of [0, 1]) {
    const sides = all.flatMap((both) => both[i] ?? []);
    console.log(
      `\n== ${sides[0]?.name} linked, ${sides.length} seeds: first partner s ${sides.map((x) => x.firstPartner).join(' ')}; system launches ${sides.map((x) => x.systemEvents.size).join(' ')}; objects ${sides.map((x) => x.objects).join(' ')}; changes of pairs ${sides.map((x) => x.repairs).join(' ')}`,
    );
    for (const key of ['own', 'system'] as const) {
      for (const [from, to] of [
        [205, 320],
        [320, 420],
        [420, 620],
        [620, 1000],
      ] as const) {
        const rows = sides.flatMap((x) =>
          x.values[key].filter(([t]) => (t ?? 0) >= from && (t ?? 0) < to),
        );
        const seconds = rows.length / sides.length;
        const ratios = rows.map((row) => row[1] ?? Number.NaN);
        const error = rows.map((row) => row[2] ?? Number.NaN);
        console.log(
          `${key} ${from}..${to} s: held ${seconds.toFixed(0)} s, payload NEES/dof mean ${mean(ratios).toFixed(2)} median ${quantile(ratios, 0.5).toFixed(2)}, error median ${quantile(error, 0.5).toFixed(0)} p95 ${quantile(error, 0.95).toFixed(0)} m`,
        );
      }
    }
    const ms = sides.flatMap((x) => x.ms);
    const words = sides.flatMap(({ fusion }) => standings(fusion));
    const widest = Math.max(...words.map(({ widening }) => widening));
    console.log(
      `partner's record: found at s ${sides.map(({ foundAt }) => foundAt).join(' ')} after reports ${sides.map(({ foundAt, scoredThen }) => (foundAt === null ? '-' : scoredThen)).join(' ')}`,
    );
    console.log(
      `partner's record: widest ${widest}, left out ${words.filter(({ leftOut }) => leftOut).length}; scored ${mean(words.map(({ scored }) => scored)).toFixed(0)} a run, distance ${words.map(({ distance }) => distance?.toFixed(2)).join(' ')}`,
    );
    console.log(`fusion ms: mean ${mean(ms).toFixed(3)} p99 ${quantile(ms, 0.99).toFixed(2)}`);
  }
  process.exit(0);
}

for (const side of ['west', 'east'] as const) {
  const results: RunResult[] = [];
  const first = option('first', 1);
  for (let seed = first; seed < first + option('seeds', 20); seed += 1) {
    results.push(run(scenario, side, seed));
  }
  console.log(`\n== ${side}, ${results.length} seeds`);
  const cues = results.map((r) => r.tCue ?? Number.NaN);
  console.log(
    `cue s: median ${quantile(cues, 0.5)} min ${Math.min(...cues)} max ${Math.max(...cues)}`,
  );
  for (const sensor of new Set(results.flatMap((r) => Object.keys(r.firm)))) {
    const times = results.flatMap((r) => r.firm[sensor] ?? []);
    console.log(
      `firm ${sensor}: ${times.length} runs, median ${quantile(times, 0.5)} min ${Math.min(...times)} max ${Math.max(...times)}`,
    );
  }
  console.log(
    `events a run: ${results.map((r) => r.events).join(' ')}\nlaunches a run: ${results.map((r) => r.launches).join(' ')}\nobjects: ${results.map((r) => r.objects).join(' ')}`,
  );
  for (const name of [...new Set(results.flatMap((r) => Object.keys(r.nees)))].sort()) {
    const per = results.flatMap((r) => (r.nees[name] === undefined ? [] : [mean(r.nees[name])]));
    const errors = results.flatMap((r) => r.errorM[name] ?? []);
    const last = results.flatMap((r) => r.nees[name]?.at(-1) ?? []);
    console.log(
      `${name}: NEES/dof mean ${mean(per).toFixed(2)} median ${quantile(per, 0.5).toFixed(2)} worst run ${Math.max(...per).toFixed(2)}; at the end ${mean(last).toFixed(2)} (p90 ${quantile(last, 0.9).toFixed(2)}); error median ${quantile(errors, 0.5).toFixed(0)} p95 ${quantile(errors, 0.95).toFixed(0)} (${per.length} runs)`,
    );
  }
  const steps = results.flatMap((r) => r.stepMs);
  console.log(
    `step ms: mean ${mean(steps).toFixed(3)} p99 ${quantile(steps, 0.99).toFixed(2)} max ${Math.max(...steps).toFixed(1)}`,
  );
}
