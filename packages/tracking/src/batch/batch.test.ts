// SPDX-License-Identifier: Apache-2.0
import {
  createRandom,
  type Geodetic,
  geodeticFromDegrees,
  type LookAngles,
  lookAngles,
  type Random,
} from '@isthmus/earth';
import { expect, test } from 'vitest';
import {
  advanceTracks,
  batchRadar,
  createTrackBatch,
  predictTracks,
  readTrack,
  setTrack,
  type TrackBatch,
  updateTracks,
} from './batch.ts';
import {
  predictReference,
  type ReferenceTrack,
  updateReference,
} from './reference-filter.fixture.ts';

const SIGMA: LookAngles = { rangeM: 25, azimuthRad: 1e-3, elevationRad: 8e-4 };

/** A diagonal covariance of these one sigmas. */
function diagonal(positionM: number, velocityMps: number): Float64Array {
  const out = new Float64Array(36);
  for (let i = 0; i < 6; i += 1) out[i * 7] = (i < 3 ? positionM : velocityMps) ** 2;
  return out;
}

/** Bodies that rise some hundreds of kilometres from `site`, and a site they are seen from. */
const PLACES: readonly { name: string; site: Geodetic; state: readonly number[] }[] = [
  {
    name: 'mid-latitude',
    site: geodeticFromDegrees(-24.6, 86.1, 100),
    state: [2.45e6, 5.48e6, -3.29e6, -2479, 3157, -28],
  },
  {
    name: 'pole',
    site: geodeticFromDegrees(90, 0, 20),
    state: [3e5, -2e5, 6.9e6, -3000, 2000, 1500],
  },
  {
    name: 'date line, passing due south where azimuth is ±180°',
    site: geodeticFromDegrees(10, 180, 0),
    state: [-6.75e6, 3e5, 5e5, -900, -3000, 100],
  },
];

function noisy(look: LookAngles, random: Random): LookAngles {
  return {
    rangeM: look.rangeM + SIGMA.rangeM * random.normal(),
    azimuthRad: look.azimuthRad + SIGMA.azimuthRad * random.normal(),
    elevationRad: look.elevationRad + SIGMA.elevationRad * random.normal(),
  };
}

function placeLook(batch: TrackBatch, index: number, look: LookAngles): void {
  batch.looks.rangeM[index] = look.rangeM;
  batch.looks.azimuthRad[index] = look.azimuthRad;
  batch.looks.elevationRad[index] = look.elevationRad;
}

/** Largest difference of a track from the reference: in position and speed, and in sigmas products. */
function difference(batch: TrackBatch, index: number, reference: ReferenceTrack): number {
  const { state, covariance } = readTrack(batch, index);
  let worst = 0;
  for (let i = 0; i < 6; i += 1) {
    const size = i < 3 ? 6.4e6 : 3e3;
    const apart = Math.abs((state[i] as number) - (reference.state[i] as number)) / size;
    worst = Math.max(worst, apart);
    for (let j = 0; j < 6; j += 1) {
      const scale = Math.sqrt(
        (reference.covariance[i * 7] as number) * (reference.covariance[j * 7] as number),
      );
      const entry = (covariance[i * 6 + j] as number) - (reference.covariance[i * 6 + j] as number);
      worst = Math.max(worst, Math.abs(entry) / scale);
    }
  }
  return worst;
}

test.for(PLACES)('the batch is a textbook filter to 1e-9 over 400 seconds: $name', (place) => {
  const seed = `batch/${place.name}`;
  const random = createRandom(seed);
  const radar = batchRadar(place.site, SIGMA);
  const batch = createTrackBatch(3);
  const truth = { state: Float64Array.from(place.state), covariance: diagonal(1, 1) };
  const references = [0, 1, 2].map((i) => {
    const prior = place.state.map((v, c) => v + (c < 3 ? 1000 : 60) * random.normal());
    const reference = { state: Float64Array.from(prior), covariance: diagonal(1000, 60) };
    setTrack(batch, i, reference);
    return reference;
  });
  let worst = 0;
  for (let second = 0; second < 400; second += 1) {
    for (const [i, reference] of references.entries()) {
      const [x, y, z] = truth.state as unknown as [number, number, number];
      const look = noisy(lookAngles(place.site, [x, y, z]), random);
      placeLook(batch, i, look);
      if (second > 0) predictReference(reference, 1);
      updateReference(reference, look, { site: place.site, sigma: SIGMA });
    }
    if (second === 0) updateTracks(batch, radar);
    else advanceTracks(batch, 1, radar);
    predictReference(truth, 1);
    for (const [i, reference] of references.entries()) {
      worst = Math.max(worst, difference(batch, i, reference));
    }
  }
  expect(worst, seed).toBeLessThan(1e-9);
});

test.for(PLACES)(
  'going 500 seconds forth agrees with the textbook and back is identity: $name',
  (place) => {
    const batch = createTrackBatch(1);
    const track = { state: Float64Array.from(place.state), covariance: diagonal(500, 3) };
    setTrack(batch, 0, track);
    predictTracks(batch, 500);
    const reference = { ...track };
    predictReference(reference, 500);
    expect(difference(batch, 0, reference)).toBeLessThan(1e-9);
    predictTracks(batch, -500);
    expect(difference(batch, 0, track)).toBeLessThan(1e-8);
  },
);

/** A batch of tracks about the places, each set with its own covariance. */
function crowd(size: number, kernel: 'vector' | 'plain'): TrackBatch {
  const random = createRandom('crowd');
  const batch = createTrackBatch(size, kernel);
  for (let i = 0; i < size; i += 1) {
    const place = PLACES[i % PLACES.length] as (typeof PLACES)[number];
    const state = place.state.map((v, c) => v + (c < 3 ? 3e4 : 300) * random.normal());
    const spread = 10 ** (4 * random.uniform());
    setTrack(batch, i, { state, covariance: diagonal(spread, spread / 30) });
  }
  return batch;
}

test('two tracks at a time give what one at a time gives, bit for bit, also for an odd number', () => {
  const batches = [crowd(37, 'vector'), crowd(37, 'plain')] as const;
  const random = createRandom('looks');
  for (let step = 0; step < 300; step += 1) {
    const site = geodeticFromDegrees(180 * random.uniform() - 90, 360 * random.uniform(), 0);
    const radar = batchRadar(site, SIGMA);
    const seconds = 3 * random.uniform() - 1;
    for (const batch of batches) {
      const chance = createRandom(`step/${step}`);
      for (let i = 0; i < batch.size; i += 1) {
        const [x, y, z] = readTrack(batch, i).state as unknown as [number, number, number];
        const look = noisy(lookAngles(site, [x, y, z]), chance);
        placeLook(batch, i, chance.chance(1, 5) ? { ...look, rangeM: Number.NaN } : look);
      }
      if (step % 3 === 0) advanceTracks(batch, seconds, radar);
      else if (step % 3 === 1) predictTracks(batch, seconds);
      else updateTracks(batch, radar);
    }
    const [vector, plain] = batches;
    expect(vector.store.rows, `step ${step}`).toEqual(plain.store.rows);
  }
});

test('one pass is a prediction and an update', () => {
  const [one, two] = [crowd(5, 'vector'), crowd(5, 'vector')];
  const radar = batchRadar(PLACES[0]?.site as Geodetic, SIGMA);
  for (const batch of [one, two]) {
    for (let i = 0; i < 5; i += 1) {
      placeLook(batch, i, { rangeM: 2e6, azimuthRad: 4 + i, elevationRad: 0.1 });
    }
  }
  advanceTracks(one, 2.5, radar);
  predictTracks(two, 2.5);
  updateTracks(two, radar);
  expect(one.store.rows).toEqual(two.store.rows);
  expect(one.clockS).toBe(two.clockS);
});

test('a track without a look is only predicted, whatever its angles say', () => {
  const [seen, unseen] = [crowd(4, 'vector'), crowd(4, 'vector')];
  const radar = batchRadar(PLACES[0]?.site as Geodetic, SIGMA);
  placeLook(seen, 1, { rangeM: 2e6, azimuthRad: 4, elevationRad: 0.1 });
  placeLook(seen, 2, { rangeM: Number.NaN, azimuthRad: 4, elevationRad: Number.NaN });
  advanceTracks(seen, 1, radar);
  predictTracks(unseen, 1);
  for (const i of [0, 2, 3]) expect(readTrack(seen, i)).toEqual(readTrack(unseen, i));
  expect(readTrack(seen, 1)).not.toEqual(readTrack(unseen, 1));
});

test('a track set when the Earth has turned reads as it was set', () => {
  const batch = createTrackBatch(1);
  predictTracks(batch, 5000);
  const place = PLACES[1] as (typeof PLACES)[number];
  const track = { state: Float64Array.from(place.state), covariance: diagonal(700, 4) };
  setTrack(batch, 0, track);
  expect(difference(batch, 0, track)).toBeLessThan(1e-11);
});

test('a target straight overhead has no azimuth and is used all the same', () => {
  const site = geodeticFromDegrees(90, 0, 0);
  for (const kernel of ['vector', 'plain'] as const) {
    const batch = createTrackBatch(1, kernel);
    const state = [0, 0, 7e6, 0, 0, 1000];
    setTrack(batch, 0, { state, covariance: diagonal(1000, 10) });
    placeLook(batch, 0, { rangeM: 7e6 - 6_356_752.3142 + 300, azimuthRad: 1, elevationRad: 1.57 });
    const radar = batchRadar(site, SIGMA);
    updateTracks(batch, { ...radar, position: [0, 0, radar.position[2]] });
    const after = readTrack(batch, 0);
    expect((after.state[2] as number) - 7e6).toBeCloseTo(300, 0);
    expect(after.covariance[14]).toBeLessThan(SIGMA.rangeM ** 2);
  }
});

test('a batch of no tracks, or of half a track, is refused', () => {
  for (const size of [0, -1, 1.5, Number.NaN, 1e8]) {
    expect(() => createTrackBatch(size)).toThrow(/a batch of/);
  }
});
