// SPDX-License-Identifier: Apache-2.0
// Flights against values made once with other code: Python, SciPy 1.17 `solve_ivp` DOP853 (rtol
// 1e-13, steps of at most 0.05 s), gravity as the complex-step gradient of the potential to J4 (not
// its formula), geodetic height by fixed-point iteration, the layers of the US Standard Atmosphere
// 1976 written anew. And laws that every model must keep.

import { createRandom, EARTH_ROTATION_RADPS, enuAxes, geodeticFromDegrees } from '@isthmus/earth';
import { expect, test } from 'vitest';
import { lowerRoot } from '../filters/triangular.ts';
import { boost } from './boost.ts';
import { coastModel } from './coast-model.ts';
import { reentry } from './reentry.ts';
import { constantAcceleration, constantVelocity } from './straight.ts';
import { coordinatedTurn } from './turn.ts';

const QUIET = { accelerationDensity: 0, thrustDensity: 0, massFlowDensity: 0 };

test.each([
  {
    name: 're-entry of 2,000 kg/m² from 80 to 13 km',
    model: reentry({ accelerationDensity: 0, logDragDensity: 0 }),
    seconds: 20,
    start: [
      -2383171.837899, -3683822.786364, 4723240.091426, 4406.89636, 1288.937145, -1554.961578,
      -7.600902,
    ],
    end: [
      -2299758.982436, -3658744.423829, 4692762.751144, 2488.211347, 773.969191, -948.005849,
      -7.600902,
    ],
  },
  {
    name: 'a light body of 150 kg/m² by the date line, from 60 to 32 km',
    model: reentry({ accelerationDensity: 0, logDragDensity: 0 }),
    seconds: 12,
    start: [
      -2102290.995834, 3669.193697, -6065012.881957, 625.688384, 498.908728, 2428.91007, -5.010635,
    ],
    end: [
      -2095128.049438, 9204.873554, -6037427.805476, 482.899437, 359.867847, 1842.966979, -5.010635,
    ],
  },
  {
    name: 'a gravity turn with drag from 2 to 11 km',
    model: boost({ ...QUIET, inverseBallisticM2pkg: 2e-4 }),
    seconds: 40,
    start: [
      2215957.466607, 1892606.472038, 5656689.66852, -16.912939, 64.460206, 232.29041, 18, 0.006,
    ],
    end: [
      2209252.904966, 1895160.252701, 5668336.515319, -385.524294, 50.686253, 331.878084, 23.684211,
      0.007895,
    ],
  },
  {
    name: 'a gravity turn above the air',
    model: boost({ ...QUIET, inverseBallisticM2pkg: 0 }),
    seconds: 60,
    start: [
      3954862.451095, -5061993.100754, 558284.86202, 2505.916182, 853.246666, 377.298578, 25, 0.004,
    ],
    end: [
      4139880.063474, -4979784.882528, 586191.684206, 3715.506659, 1953.743242, 560.945947,
      32.894737, 0.005263,
    ],
  },
])('$name ends where another integration does', ({ model, seconds, start, end }) => {
  const { state } = model.advance(start, seconds);
  end.forEach((value, i) => {
    const tolerance = i < 3 ? 0.02 : i < 6 ? 0.005 : 1e-6;
    expect(Math.abs((state[i] as number) - value), `component ${i}`).toBeLessThan(tolerance);
  });
  const back = model.advance(state, -seconds).state;
  start.forEach((value, i) => {
    expect(Math.abs((back[i] as number) - value), `back ${i}`).toBeLessThan(i < 3 ? 0.1 : 0.02);
  });
});

test('a turn is a circle: after one round the target is where it was, as fast', () => {
  const place = geodeticFromDegrees(50, 179.999);
  for (const vertical of [null, enuAxes(place)[2]] as const) {
    const model = coordinatedTurn({ vertical, accelerationDensity: 0, turnRateDensity: 0 });
    const level = vertical === null ? [200, 100] : enuAxes(place)[0].map((v) => 220 * v);
    const rate = 0.05;
    const start = [...level.map((_, i) => 1e4 * i), ...level, rate];
    const round = model.advance(start, (2 * Math.PI) / rate).state;
    const half = model.advance(start, Math.PI / rate).state;
    const speed = Math.hypot(...level);
    start.forEach((value, i) => {
      expect(round[i]).toBeCloseTo(value, 6);
    });
    const across = level.map((_, i) => (half[i] as number) - (start[i] as number));
    expect(Math.hypot(...across)).toBeCloseTo((2 * speed) / rate, 6);
    // Two short turns are one long one.
    const twice = model.advance(model.advance(start, 7).state, 13).state;
    model.advance(start, 20).state.forEach((value, i) => {
      expect(twice[i]).toBeCloseTo(value, 6);
    });
  }
});

test('a body at rest far out is carried round by the turning Earth: free fall is not inertial', () => {
  const radius = 42_164_172;
  const model = coastModel(0);
  const still = model.advance([radius, 0, 0, 0, 0, 0], 600).state;
  // Geostationary: J2 adds a hundred-millionth of g.
  expect(Math.hypot((still[0] as number) - radius, still[1] as number)).toBeLessThan(5);
  const spin = EARTH_ROTATION_RADPS * 600;
  const inertial = model.advance([1e9, 0, 0, 0, -1e9 * EARTH_ROTATION_RADPS, 0], 600).state;
  expect((inertial[1] as number) / (-1e9 * Math.sin(spin))).toBeCloseTo(1, 5);
});

test('noise of two steps is that of one: Q(a + b) = F(b) Q(a) F(b)ᵀ + Q(b) for linear laws', () => {
  for (const model of [
    constantVelocity({ dimensions: 2, accelerationDensity: 3 }),
    constantAcceleration({ dimensions: 1, jerkDensity: 0.7 }),
  ]) {
    const n = model.size;
    const at = new Float64Array(n);
    for (const [a, b] of [
      [2, 3],
      [-1, -4],
    ] as const) {
      const { transition } = model.advance(at, b);
      const first = model.noise(at, a);
      const second = model.noise(at, b);
      const whole = model.noise(at, a + b);
      for (let i = 0; i < n; i += 1) {
        for (let j = 0; j < n; j += 1) {
          let sum = second[i * n + j] as number;
          for (let k = 0; k < n; k += 1) {
            for (let l = 0; l < n; l += 1) {
              sum +=
                (transition[i * n + k] as number) *
                (first[k * n + l] as number) *
                (transition[j * n + l] as number);
            }
          }
          expect(sum).toBeCloseTo(whole[i * n + j] as number, 9);
        }
      }
    }
  }
});

test('noise is a covariance for every law, forward and backward, and none in no time', () => {
  const random = createRandom('flight/noise');
  const place = geodeticFromDegrees(50, 10);
  const aloft = [3.9e6, 6.9e5, 5e6, -900, 400, 800];
  const laws = [
    [coastModel(2), aloft],
    [reentry({ accelerationDensity: 2, logDragDensity: 0.01 }), [...aloft, -7]],
    [
      boost({
        accelerationDensity: 1,
        thrustDensity: 0.5,
        massFlowDensity: 1e-9,
        inverseBallisticM2pkg: 1e-4,
      }),
      [...aloft, 30, 0.005],
    ],
    [
      coordinatedTurn({
        vertical: enuAxes(place)[2],
        accelerationDensity: 1,
        turnRateDensity: 1e-6,
      }),
      [...aloft, 0.01],
    ],
  ] as const;
  for (const [model, state] of laws) {
    const n = model.size;
    expect(model.components.length).toBe(n);
    expect(new Set(model.components).size).toBe(n);
    expect(model.noise(state, 0)).toEqual(new Float64Array(n * n));
    for (let run = 0; run < 20; run += 1) {
      const noise = model.noise(state, 10 ** (3 * random.uniform() - 2) * (run % 2 === 0 ? 1 : -1));
      expect(lowerRoot(noise, n)).not.toBeNull();
      for (let i = 0; i < n; i += 1) {
        expect(noise[i * (n + 1)]).toBeGreaterThan(0);
        for (let j = 0; j < i; j += 1) expect(noise[i * n + j]).toBe(noise[j * n + i]);
      }
    }
  }
});
