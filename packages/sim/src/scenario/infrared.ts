// SPDX-License-Identifier: Apache-2.0
// What an infrared satellite of a scenario reports: flames above the cloud, scan by scan, some
// missed, with noise and a boresight that is off by a constant.

import {
  addSeconds,
  createRandom,
  type Ecef,
  ecefFromGeodetic,
  geodeticFromEcef,
  type Instant,
  type Random,
  type Vector3,
} from '@isthmus/earth';
import type { InfraredPlot, InfraredSensor } from '@isthmus/picture';
import type { Unnumbered } from './radar.ts';
import type { InfraredDocument } from './schema.ts';
import { declaredInfrared } from './sensors.ts';
import { behindEarth, infraredAngles } from './sight.ts';
import { stampOf } from './stamp.ts';
import type { Truth, TruthObject } from './truth.ts';

/** Every report of one infrared sensor over a truth, in order of its scans. */
export function sampleInfrared(
  document: InfraredDocument,
  truth: Truth,
  seed: number | string,
): Unnumbered<InfraredPlot>[] {
  const draws = createRandom(seed).fork(`infrared/${document.id}`);
  const bias = draws.fork('bias');
  const sampler: Sampler = {
    document,
    infrared: declaredInfrared(document),
    eastBiasRad: document.boresightBiasMicroRad * 1e-6 * bias.normal(),
    northBiasRad: document.boresightBiasMicroRad * 1e-6 * bias.normal(),
    clockS: document.timing.offsetSigmaS * bias.normal(),
    looks: draws.fork('looks'),
    misses: draws.fork('misses'),
    falsePlots: draws.fork('false'),
  };
  const phaseS = draws.fork('phase').uniform() * document.revisitS;
  const plots: Unnumbered<InfraredPlot>[] = [];
  for (let scan = 0; ; scan += 1) {
    const at = addSeconds(truth.start, phaseS + scan * document.revisitS);
    if (at > truth.end) return plots;
    for (const object of truth.objects) {
      const position = flameAt(sampler, object, at);
      if (position === null || sampler.misses.uniform() < document.missProbability) continue;
      plots.push(report(sampler, at, { position, truth: [object.id] }));
    }
    plots.push(...falsePlots(sampler, at));
  }
}

interface Sampler {
  readonly document: InfraredDocument;
  readonly infrared: InfraredSensor;
  readonly eastBiasRad: number;
  readonly northBiasRad: number;
  readonly clockS: number;
  readonly looks: Random;
  readonly misses: Random;
  readonly falsePlots: Random;
}

/** Where a flame can be seen at an instant, or null: not burning, under cloud, behind the Earth. */
function flameAt(sampler: Sampler, object: TruthObject, at: Instant): Vector3<Ecef> | null {
  if (!object.burns.some(({ from, to }) => at >= from && at < to)) return null;
  const state = object.stateAt(at);
  if (state === null) return null;
  const position: Vector3<Ecef> = [state[0] as number, state[1] as number, state[2] as number];
  if (geodeticFromEcef(position).heightM < sampler.document.cloudBreakKm * 1000) return null;
  return behindEarth(ecefFromGeodetic(sampler.infrared.site), position) ? null : position;
}

function report(
  sampler: Sampler,
  at: Instant,
  seen: { readonly position: Vector3<Ecef>; readonly truth: readonly string[] },
): Unnumbered<InfraredPlot> {
  const { infrared, looks } = sampler;
  const angles = infraredAngles(infrared.site, seen.position);
  return {
    kind: 'infrared',
    sensor: infrared.id,
    ...stampOf(sampler.document.timing, { at, clockS: sampler.clockS }, looks),
    eastRad: angles.eastRad + sampler.eastBiasRad + infrared.noiseRad * looks.normal(),
    northRad: angles.northRad + sampler.northBiasRad + infrared.noiseRad * looks.normal(),
    truth: seen.truth,
  };
}

/** Even over the disc of the Earth as the satellite sees it: glints, fires, noise. */
function falsePlots(sampler: Sampler, at: Instant): Unnumbered<InfraredPlot>[] {
  const { infrared, falsePlots: draws } = sampler;
  const discRad = Math.asin(6371e3 / (6371e3 + infrared.site.heightM));
  const count = draws.poisson(sampler.document.falsePlotsPerScan);
  return Array.from({ length: count }, () => {
    const radius = discRad * Math.sqrt(draws.uniform());
    const angle = 2 * Math.PI * draws.uniform();
    return {
      kind: 'infrared' as const,
      sensor: infrared.id,
      ...stampOf(sampler.document.timing, { at, clockS: sampler.clockS }, draws),
      eastRad: radius * Math.cos(angle),
      northRad: radius * Math.sin(angle),
      truth: [],
    };
  });
}
