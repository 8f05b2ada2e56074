// SPDX-License-Identifier: Apache-2.0
// What a radar of a scenario reports of a truth, unkindly: limits, fading, noise, constant bias,
// refraction left over, clock error, false plots, and returns it cannot tell apart.

import {
  addSeconds,
  createRandom,
  type Instant,
  type Random,
  radiansFromDegrees,
} from '@isthmus/earth';
import type { RadarErrors, RadarPlot, RadarSensor } from '@isthmus/picture';
import type { RadarDocument } from './schema.ts';
import { declaredRadar, radarErrors } from './sensors.ts';
import { radarView, refractionRad, sectorWidth, turn } from './sight.ts';
import { stampOf } from './stamp.ts';
import type { Truth } from './truth.ts';

/** A plot before its side has numbered it; `truth` names what it came from, empty for a false one. */
export type Unnumbered<P> = Omit<P, 'id'> & { readonly truth: readonly string[] };

/** Every report of one radar over a truth, in order of its looks. */
export function sampleRadar(
  document: RadarDocument,
  truth: Truth,
  seed: number | string,
): Unnumbered<RadarPlot>[] {
  const draws = createRandom(seed).fork(`radar/${document.id}`);
  const sampler: Sampler = {
    document,
    radar: declaredRadar(document),
    noise: radarErrors(document.noise),
    error: drawConstantErrors(document, draws.fork('bias')),
    detection: draws.fork('detection'),
    looks: draws.fork('looks'),
    falsePlots: draws.fork('false'),
  };
  const phaseS = draws.fork('phase').uniform() * document.revisitS;
  const plots: Unnumbered<RadarPlot>[] = [];
  for (let scan = 0; ; scan += 1) {
    const at = addSeconds(truth.start, phaseS + scan * document.revisitS);
    if (at > truth.end) return plots;
    for (const group of unresolved(returnsAt(sampler, truth, at), document)) {
      const seen = detect(sampler, group);
      if (seen !== null) plots.push(report(sampler, at, seen));
    }
    plots.push(...falsePlots(sampler, at));
  }
}

interface Sampler {
  readonly document: RadarDocument;
  readonly radar: RadarSensor;
  readonly noise: RadarErrors;
  readonly error: ConstantErrors;
  readonly detection: Random;
  readonly looks: Random;
  readonly falsePlots: Random;
}

/** Drawn once a run. */
interface ConstantErrors extends RadarErrors {
  readonly refractionFraction: number;
  readonly clockS: number;
}

function drawConstantErrors(document: RadarDocument, random: Random): ConstantErrors {
  const sigma = radarErrors(document.bias);
  return {
    rangeM: sigma.rangeM * random.normal(),
    azimuthRad: sigma.azimuthRad * random.normal(),
    elevationRad: sigma.elevationRad * random.normal(),
    refractionFraction: document.refractionResidueFraction * random.normal(),
    clockS: document.timing.offsetSigmaS * random.normal(),
  };
}

/** A return before noise: where, and how strong against the noise floor (mean). */
interface Return {
  readonly truth: readonly string[];
  readonly rangeM: number;
  readonly azimuthRad: number;
  readonly elevationRad: number;
  readonly signalToNoise: number;
}

function returnsAt(sampler: Sampler, truth: Truth, at: Instant): Return[] {
  const returns: Return[] = [];
  for (const object of truth.objects) {
    const state = object.stateAt(at);
    if (state === null) continue;
    const [x, y, z] = state as unknown as [number, number, number];
    const look = radarView(sampler.radar, [x, y, z]);
    if (look === null) continue;
    const signalToNoise = meanSignalToNoise(sampler.document, object.sizeAt(at), look.rangeM);
    returns.push({ truth: [object.id], ...look, signalToNoise });
  }
  return returns;
}

/**
 * Mean signal to noise of a size at a range by the radar equation, from the declared reference;
 * Infinity for a sensor that is declared to see everything.
 */
export function meanSignalToNoise(document: RadarDocument, sizeM2: number, rangeM: number): number {
  const d = document.detection;
  if (d.model === 'certain') return Number.POSITIVE_INFINITY;
  // Swerling 1: Pd = Pfa^(1/(1+S)), so S = ln Pfa / ln Pd - 1 at the reference.
  const reference = Math.log(d.falseAlarmProbability) / Math.log(d.referenceProbability) - 1;
  const share = (d.referenceRangeKm * 1000) / rangeM;
  return reference * (sizeM2 / d.referenceSizeM2) * share ** 4;
}

/** Probability that a return of a mean signal to noise is detected (Swerling 1, one look). */
export function detectionProbability(document: RadarDocument, signalToNoise: number): number {
  const d = document.detection;
  if (d.model === 'certain') return 1;
  return d.falseAlarmProbability ** (1 / (1 + signalToNoise));
}

/** Groups of returns nearer to one another, link by link, than the radar can tell apart. */
function unresolved(returns: readonly Return[], document: RadarDocument): Return[][] {
  const { rangeM } = document.resolution;
  const angleRad = radiansFromDegrees(document.resolution.angleDeg);
  const merged = (a: Return, b: Return): boolean => {
    if (Math.abs(a.rangeM - b.rangeM) >= rangeM) return false;
    const across = signed(a.azimuthRad - b.azimuthRad) * Math.cos(a.elevationRad);
    const up = a.elevationRad - b.elevationRad;
    return across * across + up * up < angleRad * angleRad;
  };
  const groups: Return[][] = [];
  for (const one of returns) {
    const touching = groups.filter((group) => group.some((other) => merged(one, other)));
    const group = [...touching.flat(), one];
    for (const old of touching) groups.splice(groups.indexOf(old), 1);
    groups.push(group);
  }
  return groups;
}

/** One fading draw each; detected on the sum, placed at the power-weighted mean. */
function detect(sampler: Sampler, group: readonly Return[]): Return | null {
  const total = group.reduce((sum, one) => sum + one.signalToNoise, 0);
  const hit = sampler.detection.uniform() < detectionProbability(sampler.document, total);
  const first = group[0] as Return;
  if (group.length === 1) return hit ? first : null;
  const powers = group.map((one) => {
    const mean = Number.isFinite(one.signalToNoise) ? one.signalToNoise : 1;
    return -mean * Math.log(1 - sampler.detection.uniform());
  });
  if (!hit) return null;
  const sum = powers.reduce((a, b) => a + b, 0);
  const mean = (value: (one: Return) => number): number =>
    group.reduce((acc, one, i) => acc + ((powers[i] as number) / sum) * value(one), 0);
  return {
    truth: group.flatMap((one) => one.truth),
    rangeM: mean((one) => one.rangeM),
    azimuthRad: first.azimuthRad + mean((one) => signed(one.azimuthRad - first.azimuthRad)),
    elevationRad: mean((one) => one.elevationRad),
    signalToNoise: total,
  };
}

function report(sampler: Sampler, at: Instant, seen: Return): Unnumbered<RadarPlot> {
  const { noise, error, looks } = sampler;
  const refraction = error.refractionFraction * refractionRad(seen.elevationRad);
  const rangeM = seen.rangeM + error.rangeM + noise.rangeM * looks.normal();
  const azimuth = seen.azimuthRad + error.azimuthRad + noise.azimuthRad * looks.normal();
  const elevation = seen.elevationRad + error.elevationRad + noise.elevationRad * looks.normal();
  return {
    kind: 'radar',
    sensor: sampler.document.id,
    ...stampOf(sampler.document.timing, { at, clockS: sampler.error.clockS }, looks),
    rangeM: Math.max(0, rangeM),
    azimuthRad: turn(azimuth),
    elevationRad: Math.min(Math.PI / 2, elevation + refraction),
    truth: seen.truth,
  };
}

function falsePlots(sampler: Sampler, at: Instant): Unnumbered<RadarPlot>[] {
  const { radar, falsePlots: draws } = sampler;
  const between = (low: number, high: number): number => low + (high - low) * draws.uniform();
  const count = draws.poisson(sampler.document.falsePlotsPerScan);
  return Array.from({ length: count }, () => ({
    kind: 'radar' as const,
    sensor: radar.id,
    ...stampOf(sampler.document.timing, { at, clockS: sampler.error.clockS }, draws),
    // Even in what is measured, which is also what trackers assume of clutter.
    rangeM: between(0, radar.rangeMaxM),
    azimuthRad: turn(radar.azimuthFromRad + draws.uniform() * sectorWidth(radar)),
    elevationRad: between(radar.elevationMinRad, radar.elevationMaxRad),
    truth: [],
  }));
}

function signed(angleRad: number): number {
  return Math.atan2(Math.sin(angleRad), Math.cos(angleRad));
}
