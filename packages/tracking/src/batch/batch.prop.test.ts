// SPDX-License-Identifier: Apache-2.0
// A million steps of predict and update over places, radars and covariances that no one would choose:
// covariances stay positive definite. What of a matrix is stored is one triangle, so it is symmetric.

import {
  createRandom,
  EARTH_ROTATION_RADPS,
  ecefFromGeodetic,
  isPositiveDefinite,
  lookAngles,
  packSymmetric,
  type Random,
} from '@isthmus/earth';
import { expect, test } from 'vitest';
import {
  advanceTracks,
  batchRadar,
  createTrackBatch,
  readTrack,
  setTrack,
  type TrackBatch,
} from './batch.ts';

const TRACKS = 1000;
const ROUNDS = 50;
const STEPS = 20;
const SEED = Number(process.env['SEED'] ?? 1);

const logUniform = (random: Random, from: number, to: number): number =>
  10 ** (from + (to - from) * random.uniform());

/** A site anywhere, often at a pole or on the date line. */
function anySite(random: Random): Parameters<typeof batchRadar>[0] {
  const half = Math.PI / 2;
  const latitudes = [half, -half, half - 1e-9, Math.asin(2 * random.uniform() - 1)];
  const longitudes = [Math.PI, -Math.PI, Math.PI * (2 * random.uniform() - 1)];
  return {
    latitudeRad: latitudes[random.integer(latitudes.length)] as number,
    longitudeRad: longitudes[random.integer(longitudes.length)] as number,
    heightM: 8000 * random.uniform() - 400,
  };
}

/** A place over some site, at times straight over it, and any velocity. */
function anyState(random: Random): number[] {
  const [x, y, z] = ecefFromGeodetic({
    ...anySite(random),
    heightM: logUniform(random, 4, 7.6),
  });
  const aside = random.chance(1, 4) ? 0 : logUniform(random, 0, 6);
  const speed = logUniform(random, 0, 4);
  return [
    ...[x, y, z].map((v) => v + aside * random.normal()),
    ...[0, 0, 0].map(() => speed * random.normal()),
  ];
}

/** A covariance whose axes lie anywhere; one sigma from a millimetre to 10,000 km, and alike in speed. */
function anyCovariance(random: Random): Float64Array {
  const out = new Float64Array(36);
  for (let axis = 0; axis < 9; axis += 1) {
    const sigma = logUniform(random, -3, 7);
    const perM = logUniform(random, -4, 0);
    const spread = Array.from(
      { length: 6 },
      (_, i) => (i < 3 ? sigma : sigma * perM) * (random.chance(1, 3) ? 0 : random.normal()),
    );
    for (let i = 0; i < 36; i += 1) {
      const [a, b] = [spread[Math.floor(i / 6)] as number, spread[i % 6] as number];
      out[i] = (out[i] as number) + a * b;
    }
  }
  for (let i = 0; i < 6; i += 1) out[i * 7] = (out[i * 7] as number) * (1 + 1e-9) + 1e-9;
  return out;
}

/** The stored triangle of track i. */
function triangle(batch: TrackBatch, i: number): number[] {
  const { rows, stride } = batch.store;
  return Array.from({ length: 21 }, (_, k) => rows[(6 + k) * stride + i] as number);
}

test('covariances stay positive over a million steps', { timeout: 180_000 }, () => {
  const random = createRandom(SEED);
  const batch = createTrackBatch(TRACKS);
  const { rows, stride } = batch.store;
  let steps = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let i = 0; i < TRACKS; i += 1) {
      setTrack(batch, i, { state: anyState(random), covariance: anyCovariance(random) });
    }
    for (let step = 0; step < STEPS; step += 1) {
      const site = anySite(random);
      const longitudeRad = site.longitudeRad + EARTH_ROTATION_RADPS * batch.clockS;
      const turned = { ...site, longitudeRad };
      const radar = batchRadar(site, {
        rangeM: logUniform(random, -3, 5),
        azimuthRad: logUniform(random, -9, 0.5),
        elevationRad: logUniform(random, -9, 0.5),
      });
      for (let i = 0; i < TRACKS; i += 1) {
        // A covariance does not depend on what is measured, only on where: looks that agree with the
        // track keep it where it is. In the batch's frame it is the site that has turned.
        const [x, y, z] = [0, 1, 2].map((row) => rows[row * stride + i]) as [
          number,
          number,
          number,
        ];
        const look = lookAngles(turned, [x, y, z]);
        batch.looks.rangeM[i] = look.rangeM;
        batch.looks.azimuthRad[i] = look.azimuthRad + 2 * Math.PI * (random.integer(3) - 1);
        batch.looks.elevationRad[i] = look.elevationRad;
      }
      advanceTracks(batch, random.chance(1, 2) ? 0 : 0.001 + 0.5 * random.uniform(), radar);
      for (let i = 0; i < TRACKS; i += 1) {
        steps += 1;
        if (isPositiveDefinite(triangle(batch, i))) continue;
        expect.fail(
          `seed ${SEED}, round ${round}, step ${step}, track ${i}: ${triangle(batch, i).join()}`,
        );
      }
    }
    for (let i = 0; i < TRACKS; i += 1) {
      const { covariance } = readTrack(batch, i);
      expect(isPositiveDefinite(packSymmetric(covariance)), `seed ${SEED}, track ${i}`).toBe(true);
    }
  }
  expect(steps).toBe(1_000_000);
});
