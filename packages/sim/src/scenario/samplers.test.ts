// SPDX-License-Identifier: Apache-2.0
// The samplers against what their settings promise: statistics of what they report against the
// truth it came from, one imperfection at a time, and no imperfection at all at zero.

import {
  addSeconds,
  ecefFromLookAngles,
  type Instant,
  lookAngles,
  radiansFromDegrees,
  secondsBetween,
} from '@isthmus/earth';
import type { InfraredPlot, RadarPlot } from '@isthmus/picture';
import { describe, expect, test } from 'vitest';
import { blackSea, readyMade } from './fixture.ts';
import { sampleInfrared } from './infrared.ts';
import { parseScenario } from './parse.ts';
import { sampleFeeds, sampleLabelledPlots, samplePlots } from './plots.ts';
import { detectionProbability, meanSignalToNoise, sampleRadar, type Unnumbered } from './radar.ts';
import type { InfraredDocument, RadarDocument, Scenario } from './schema.ts';
import { declaredRadar } from './sensors.ts';
import { infraredAngles, inSector, radarView, refractionRad, turn } from './sight.ts';
import { buildTruth, type Truth, type TruthObject } from './truth.ts';

const scenario = blackSea();
const truth = buildTruth(scenario, 1);
const payload = truth.objects.find((o) => o.kind === 'payload') as TruthObject;
/** The payload with nothing beside it. */
const lone: Truth = { ...truth, objects: [payload] };

const kind: RadarDocument = {
  ...(scenario.sides.east.sensors.find((s) => s.id === 'armavir') as RadarDocument),
  timing: { offsetSigmaS: 0, jitterSigmaS: 0, latencyS: 0, latencySpreadS: 0 },
  noise: { rangeM: 0, azimuthDeg: 0, elevationDeg: 0 },
  bias: { rangeM: 0, azimuthDeg: 0, elevationDeg: 0 },
  refractionResidueFraction: 0,
  detection: { model: 'certain' },
  resolution: { rangeM: 0, angleDeg: 0 },
  falsePlotsPerScan: 0,
};
const kindInfrared: InfraredDocument = {
  ...(scenario.sides.west.sensors[0] as InfraredDocument),
  timing: { offsetSigmaS: 0, jitterSigmaS: 0, latencyS: 0, latencySpreadS: 0 },
  noiseMicroRad: 0,
  boresightBiasMicroRad: 0,
  missProbability: 0,
  falsePlotsPerScan: 0,
};

type Look = Unnumbered<RadarPlot>;

function position(object: TruthObject, at: Instant): [number, number, number] {
  const state = object.stateAt(at) as Float64Array;
  return [state[0] as number, state[1] as number, state[2] as number];
}

/** Reported minus true, [range m, azimuth rad, elevation rad]. */
function errorOf(plot: Look, document: RadarDocument): [number, number, number] {
  const look = lookAngles(declaredRadar(document).site, position(payload, plot.time));
  const across = plot.azimuthRad - look.azimuthRad;
  return [
    plot.rangeM - look.rangeM,
    Math.atan2(Math.sin(across), Math.cos(across)),
    plot.elevationRad - look.elevationRad,
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

function deviation(values: readonly number[]): number {
  const m = mean(values);
  return Math.sqrt(mean(values.map((v) => (v - m) ** 2)));
}

describe('with every imperfection at zero', () => {
  test('a radar reports the truth at every look inside its limits, and nothing else', () => {
    const plots = sampleRadar(kind, lone, 7);
    for (const plot of plots) {
      const [range, azimuth, elevation] = errorOf(plot, kind);
      expect(Math.abs(range)).toBeLessThan(1e-6);
      expect(Math.max(Math.abs(azimuth), Math.abs(elevation))).toBeLessThan(1e-12);
      expect(plot.arrival).toBe(plot.time);
    }
    let visible = 0;
    for (let at = plots[0]?.time as Instant; at <= truth.end; at = addSeconds(at, kind.revisitS)) {
      const state = payload.stateAt(at);
      if (state !== null && radarView(declaredRadar(kind), position(payload, at))) visible += 1;
    }
    expect(plots).toHaveLength(visible);
  });

  test('infrared reports exact angles at every scan with a flame above the cloud', () => {
    const plots = sampleInfrared(kindInfrared, lone, 7);
    for (const plot of plots) {
      const site = { latitudeRad: 0, longitudeRad: radiansFromDegrees(20), heightM: 35_786_000 };
      const angles = infraredAngles(site, position(payload, plot.time));
      expect([plot.eastRad, plot.northRad]).toEqual([angles.eastRad, angles.northRad]);
    }
    const times = plots.map((p) => secondsBetween(truth.liftoff, p.time));
    // The flame breaks a cloud top of 9 km at about 52 s and goes out at 175 s.
    expect(times[0]).toBeGreaterThan(45);
    expect(times[0]).toBeLessThan(60);
    expect(times.at(-1)).toBeGreaterThan(169.9);
    expect(times.at(-1)).toBeLessThan(175);
    expect(times.filter((t) => t >= 110 && t < 114)).toEqual([]);
    // Every 5 s, but for a scan that falls into the staging gap of 4 s.
    const gaps = times.slice(1).map((t, i) => Math.round(t - (times[i] as number)));
    expect(gaps.every((g) => g === 5 || g === 10)).toBe(true);
    expect(gaps.filter((g) => g === 10).length).toBeLessThanOrEqual(1);
  });
});

describe('each imperfection alone is what its setting says', () => {
  /** Errors of many runs with one thing changed. */
  function errors(change: Partial<RadarDocument>, runs: number): [number, number, number][][] {
    const document = { ...kind, ...change };
    return Array.from({ length: runs }, (_, seed) =>
      sampleRadar(document, lone, seed).map((plot) => errorOf(plot, document)),
    );
  }

  test('noise has the declared deviation, no mean, and no memory', () => {
    const noise = { rangeM: 40, azimuthDeg: 0.05, elevationDeg: 0.04 };
    const all = errors({ noise }, 12).flat();
    const sigmas = [40, radiansFromDegrees(0.05), radiansFromDegrees(0.04)];
    sigmas.forEach((sigma, axis) => {
      const e = all.map((one) => (one[axis] as number) / sigma);
      // 8,000 draws: the deviation is good to 0.8 % and the mean to 0.011.
      expect(Math.abs(deviation(e) - 1), `deviation, axis ${axis}`).toBeLessThan(0.03);
      expect(Math.abs(mean(e)), `mean, axis ${axis}`).toBeLessThan(0.045);
      const lagged = mean(e.slice(1).map((v, i) => v * (e[i] as number)));
      expect(Math.abs(lagged), `memory, axis ${axis}`).toBeLessThan(0.045);
    });
  });

  test('bias is one number a run, of the declared deviation over runs', () => {
    const bias = { rangeM: 20, azimuthDeg: 0.015, elevationDeg: 0.015 };
    const runs = errors({ bias }, 200);
    const ranges = runs.map((run) => {
      const first = run[0] as [number, number, number];
      for (const one of run) expect(Math.abs(one[0] - first[0])).toBeLessThan(1e-6);
      return first[0];
    });
    expect(Math.abs(deviation(ranges) / 20 - 1)).toBeLessThan(0.2);
    expect(Math.abs(mean(ranges))).toBeLessThan(5);
  });

  test('what refraction leaves grows towards the horizon and is a share of the whole', () => {
    const document = { ...kind, refractionResidueFraction: 0.1 };
    const plots = sampleRadar(document, lone, 3);
    const shares = plots.map((plot) => {
      const look = lookAngles(declaredRadar(kind).site, position(payload, plot.time));
      return errorOf(plot, document)[2] / refractionRad(look.elevationRad);
    });
    expect(deviation(shares)).toBeLessThan(1e-6);
    expect(Math.abs(shares[0] as number)).toBeGreaterThan(0.001);
    // Astronomical refraction: 34 to 29 arcminutes at the horizon, 5.3 at 10 degrees, 1 at 45.
    const arcminutes = (degrees: number) =>
      refractionRad(radiansFromDegrees(degrees)) * (180 / Math.PI) * 60;
    expect(Math.abs(arcminutes(0) - 29)).toBeLessThan(1);
    expect(arcminutes(10)).toBeCloseTo(5.4, 1);
    expect(arcminutes(45)).toBeCloseTo(1, 1);
  });

  test('a clock that is wrong stamps the right place with the wrong time', () => {
    const timing = { offsetSigmaS: 0.1, jitterSigmaS: 0, latencyS: 0.3, latencySpreadS: 0.2 };
    const exact = sampleRadar(kind, lone, 5);
    const off = sampleRadar({ ...kind, timing }, lone, 5);
    const offsets = off.map((plot, i) => secondsBetween((exact[i] as Look).time, plot.time));
    expect(Math.abs(offsets[0] as number)).toBeGreaterThan(0.001);
    expect(Math.max(...offsets) - Math.min(...offsets)).toBeLessThan(2e-6);
    off.forEach((plot, i) => {
      expect(plot.rangeM).toBe((exact[i] as Look).rangeM);
      const delay = secondsBetween((exact[i] as Look).time, plot.arrival);
      expect(delay).toBeGreaterThanOrEqual(0.3 - 1e-6);
      expect(delay).toBeLessThan(0.5 + 1e-6);
    });
  });

  test('false plots are Poisson in number and even over the coverage', () => {
    const document = { ...kind, falsePlotsPerScan: 3 };
    const plots = sampleRadar(document, { ...lone, objects: [] }, 11);
    const scans = 1200;
    expect(plots.every((plot) => plot.truth.length === 0)).toBe(true);
    expect(Math.abs(plots.length / scans - 3)).toBeLessThan(4 * Math.sqrt(3 / scans));
    const perScan = new Map<number, number>();
    for (const plot of plots) perScan.set(plot.time, (perScan.get(plot.time) ?? 0) + 1);
    const counts = Array.from({ length: scans }, (_, i) => [...perScan.values()][i] ?? 0);
    expect(Math.abs(deviation(counts) ** 2 - 3)).toBeLessThan(0.5);
    expect(mean(plots.map((p) => p.rangeM)) / 2e6).toBeCloseTo(1, 1);
    const radar = declaredRadar(document);
    for (const plot of plots) {
      expect(plot.azimuthRad).toBeGreaterThanOrEqual(radar.azimuthFromRad - 1e-9);
      expect(plot.azimuthRad).toBeLessThanOrEqual(radar.azimuthToRad + 1e-9);
      expect(plot.elevationRad).toBeGreaterThanOrEqual(radar.elevationMinRad);
    }
  });

  test('detection fades with size and range as the radar equation says', () => {
    const detection = {
      model: 'swerling-1',
      referenceProbability: 0.9,
      referenceRangeKm: 1000,
      referenceSizeM2: 1,
      falseAlarmProbability: 1e-6,
    } as const;
    const document = { ...kind, detection };
    const probability = (sizeM2: number, rangeM: number): number =>
      detectionProbability(document, meanSignalToNoise(document, sizeM2, rangeM));
    expect(probability(1, 1e6)).toBeCloseTo(0.9, 12);
    // Twice the range needs sixteen times the size.
    expect(probability(16, 2e6)).toBeCloseTo(0.9, 12);
    expect(probability(1, 2e6)).toBeLessThan(probability(1, 1e6));
    expect(probability(1e-9, 1e6)).toBeCloseTo(1e-6, 8);
    // Positive control on the sampler: a target held at the reference is hit nine times in ten.
    const still: TruthObject = {
      ...payload,
      stateAt: () => payload.stateAt(addSeconds(truth.liftoff, 600)),
      sizeAt: () => 1,
    };
    const look = lookAngles(declaredRadar(kind).site, position(still, truth.liftoff));
    const atRange = {
      ...kind,
      detection: { ...detection, referenceRangeKm: look.rangeM / 1000 },
    };
    const hits = sampleRadar(atRange, { ...lone, objects: [still] }, 2).length;
    expect(Math.abs(hits / 1200 - 0.9)).toBeLessThan(4 * Math.sqrt(0.09 / 1200));
  });

  test('two objects nearer than range and angle cell give one plot between them', () => {
    const beside = (metres: number): TruthObject => ({
      ...payload,
      id: 'beside',
      stateAt: (at) => payload.stateAt(at)?.map((v, i) => (i === 2 ? v + metres : v)) ?? null,
    });
    const document = { ...kind, resolution: { rangeM: 200, angleDeg: 1 } };
    const near = sampleRadar(document, { ...lone, objects: [payload, beside(60)] }, 4);
    expect(near.every((plot) => plot.truth.length === 2)).toBe(true);
    const site = declaredRadar(document).site;
    for (const plot of near) {
      const a = lookAngles(site, position(payload, plot.time));
      const b = lookAngles(site, position(beside(60), plot.time));
      expect(plot.rangeM).toBeGreaterThanOrEqual(Math.min(a.rangeM, b.rangeM) - 1e-6);
      expect(plot.rangeM).toBeLessThanOrEqual(Math.max(a.rangeM, b.rangeM) + 1e-6);
    }
    const apart = sampleRadar(document, { ...lone, objects: [payload, beside(60e3)] }, 4);
    expect(apart.every((plot) => plot.truth.length === 1)).toBe(true);
  });

  test('infrared scans are missed at the declared rate', () => {
    const document = { ...kindInfrared, missProbability: 0.3 };
    let seen = 0;
    let all = 0;
    for (let seed = 0; seed < 60; seed += 1) {
      seen += sampleInfrared(document, lone, seed).length;
      all += sampleInfrared(kindInfrared, lone, seed).length;
    }
    expect(Math.abs(seen / all - 0.7)).toBeLessThan(4 * Math.sqrt(0.21 / all));
  });

  test('infrared noise and boresight bias have the declared deviations', () => {
    const document = { ...kindInfrared, noiseMicroRad: 40, boresightBiasMicroRad: 200 };
    const site = { latitudeRad: 0, longitudeRad: radiansFromDegrees(20), heightM: 35_786_000 };
    const runs = Array.from({ length: 150 }, (_, seed) =>
      sampleInfrared(document, lone, seed).map(
        (plot: Unnumbered<InfraredPlot>) =>
          plot.northRad - infraredAngles(site, position(payload, plot.time)).northRad,
      ),
    );
    const within = Math.sqrt(
      mean(runs.map((run) => deviation(run) ** 2 * (run.length / (run.length - 1)))),
    );
    expect(Math.abs(within / 40e-6 - 1)).toBeLessThan(0.06);
    expect(Math.abs(deviation(runs.map(mean)) / 200e-6 - 1)).toBeLessThan(0.2);
  });
});

test('a radar allowed to look below its horizon still does not see through the Earth', () => {
  const low = { ...kind, limits: { ...kind.limits, azimuthFromDeg: 0, azimuthToDeg: 0 } };
  const radar = declaredRadar({ ...low, limits: { ...low.limits, elevationMinDeg: -5 } });
  // From 15 km up, 2.5 degrees down, a point 200 km away is still above the ground…
  const peak = { ...radar, site: { ...radar.site, heightM: 15_000 } };
  const target = (rangeM: number, elevationDeg: number) =>
    ecefFromLookAngles(peak.site, {
      rangeM,
      azimuthRad: 1,
      elevationRad: radiansFromDegrees(elevationDeg),
    });
  expect(radarView(peak, target(200e3, -2.5))).not.toBeNull();
  // …and 4.9 degrees down the line goes underground long before 1,500 km.
  expect(radarView(peak, target(1500e3, -4.9))).toBeNull();
});

test('azimuths are brought into one turn, whichever side of north they come from', () => {
  expect(turn(-1e-20)).toBe(0);
  expect(turn(2 * Math.PI)).toBe(0);
  expect(turn(-0.1)).toBeCloseTo(2 * Math.PI - 0.1, 12);
  const north = { azimuthFromRad: radiansFromDegrees(350), azimuthToRad: radiansFromDegrees(10) };
  expect([355, 5, 15, 345].map((d) => inSector(north, radiansFromDegrees(d)))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('an infrared satellite does not see through the Earth', () => {
  const behind = {
    ...kindInfrared,
    site: { latitudeDeg: 0, longitudeDeg: -118, heightM: 35_786_000 },
  };
  expect(sampleInfrared(behind, lone, 1)).toEqual([]);
});

test('the feed of a side is in order of arrival, numbered from 0, the same for the same seed', () => {
  const plots = samplePlots(scenario, truth, 42);
  for (const side of ['west', 'east'] as const) {
    const feed = plots[side];
    feed.forEach((plot, i) => {
      expect(plot.id).toBe(i);
      expect(plot.arrival).toBeGreaterThanOrEqual(feed[i - 1]?.arrival ?? 0);
      expect(Object.keys(plot)).not.toContain('truth');
    });
  }
  expect(samplePlots(scenario, truth, 42)).toEqual(plots);
  expect(samplePlots(scenario, truth, 43)).not.toEqual(plots);
});

test('a change of one sensor leaves the draws of every other as they were', () => {
  const changed = structuredClone(readyMade('black-sea')) as Scenario;
  const gabala = changed.sides.east.sensors[0] as { falsePlotsPerScan: number };
  gabala.falsePlotsPerScan = 2;
  const strip = (s: Scenario) =>
    samplePlots(s, truth, 9)
      .east.filter((p) => p.sensor === 'armavir')
      .map((p) => ({ ...p, id: 0 }));
  expect(strip(parseScenario(changed))).toEqual(strip(scenario));
});

test('the default run has everything that makes it hard', () => {
  const { west, east } = sampleLabelledPlots(scenario, truth, 1);
  const all = [...west, ...east];
  const from = (id: string) => all.filter((p) => p.truth.includes(id)).length;
  for (const object of truth.objects.filter((o) => o.kind !== 'stage')) {
    expect(from(object.id), object.id).toBeGreaterThan(50);
  }
  expect(all.some((p) => p.truth.length === 0 && p.plot.kind === 'radar')).toBe(true);
  expect(all.some((p) => p.truth.length > 1)).toBe(true);
  expect(west.some((p) => p.plot.sensor === 'fylingdales' && p.truth.length > 0)).toBe(false);
  // East has no infrared: its first report of the launch is Gabala's, near 293 s.
  const first = east.find((p) => p.truth.includes('launch-1-payload'));
  expect(first?.plot.sensor).toBe('gabala');
});

test('a sensor that is down sees nothing and says so; what others see, and it before and after, stays', () => {
  const changed = structuredClone(scenario);
  const gabala = changed.sides.east.sensors.find(({ id }) => id === 'gabala');
  if (gabala === undefined) throw new RangeError('expected Gabala');
  gabala.outages = [{ fromS: 400, untilS: 500 }];
  const { east } = sampleFeeds(changed, truth, 1);
  expect(east.map(({ id }) => id)).toEqual(east.map((_, i) => i));
  const isOut = ({ time }: { readonly time: Instant }): boolean => {
    const s = secondsBetween(truth.start, time);
    return s >= 400 && s < 500;
  };
  const ofGabala = east.filter(({ sensor }) => sensor === 'gabala');
  const said = ofGabala.filter((one) => one.kind === 'state');
  expect(said.filter(isOut).map(({ state }) => state)).toEqual(Array(5).fill('down'));
  expect(new Set(said.filter((one) => !isOut(one)).map(({ state }) => state))).toEqual(
    new Set(['working']),
  );
  const unnumbered = (plots: readonly { readonly id: number }[]) =>
    plots.map((plot) => ({ ...plot, id: 0 }));
  const kept = samplePlots(scenario, truth, 1).east.filter(
    (plot) => plot.sensor !== 'gabala' || !isOut(plot),
  );
  expect(unnumbered(east.filter((one) => one.kind !== 'state'))).toEqual(unnumbered(kept));
  expect(kept.length).toBeLessThan(samplePlots(scenario, truth, 1).east.length);
});

test('what scatters depends on the seed; the flight itself does not', () => {
  const other = buildTruth(scenario, 2);
  const at = addSeconds(truth.liftoff, 500);
  const find = (t: Truth, id: string) => t.objects.find((o) => o.id === id)?.stateAt(at);
  expect(find(other, 'launch-1-payload')).toEqual(find(truth, 'launch-1-payload'));
  expect(find(other, 'launch-1-debris-1')).not.toEqual(find(truth, 'launch-1-debris-1'));
  expect(find(buildTruth(scenario, 1), 'launch-1-debris-1')).toEqual(
    find(truth, 'launch-1-debris-1'),
  );
});
