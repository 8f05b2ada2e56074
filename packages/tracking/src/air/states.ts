// SPDX-License-Identifier: Apache-2.0
// Many nearly-constant-velocity tracks in structure of arrays. Plot noise, process noise and priors
// are alike in x and y and never mix them, so the covariance of every track is [[a, b], [b, c]] for
// x and the same for y: three numbers instead of ten, and exact (Bar-Shalom, Li & Kirubarajan 2001,
// section 6.2.2).

import { grownFloat64 } from '../association/growth.ts';

/** Tracks 0 to count - 1; arrays may be longer. Metres, seconds. */
export interface AirStates {
  count: number;
  xM: Float64Array;
  yM: Float64Array;
  vxMps: Float64Array;
  vyMps: Float64Array;
  /** Variance of position, covariance with velocity, variance of velocity: of each axis. */
  positionVariance: Float64Array;
  crossCovariance: Float64Array;
  velocityVariance: Float64Array;
}

/** No tracks, with room for some. */
export function createStates(): AirStates {
  const room = (): Float64Array => new Float64Array(64);
  return {
    count: 0,
    xM: room(),
    yM: room(),
    vxMps: room(),
    vyMps: room(),
    positionVariance: room(),
    crossCovariance: room(),
    velocityVariance: room(),
  };
}

/** Makes room for `count` tracks and keeps what is there. */
export function reserveStates(states: AirStates, count: number): void {
  states.xM = grownFloat64(states.xM, count);
  states.yM = grownFloat64(states.yM, count);
  states.vxMps = grownFloat64(states.vxMps, count);
  states.vyMps = grownFloat64(states.vyMps, count);
  states.positionVariance = grownFloat64(states.positionVariance, count);
  states.crossCovariance = grownFloat64(states.crossCovariance, count);
  states.velocityVariance = grownFloat64(states.velocityVariance, count);
}

/** Copies track `source` of `from` over track `target` of `to`, which may be the same states. */
export function copyState(from: AirStates, source: number, to: AirStates, target: number): void {
  to.xM[target] = from.xM[source] as number;
  to.yM[target] = from.yM[source] as number;
  to.vxMps[target] = from.vxMps[source] as number;
  to.vyMps[target] = from.vyMps[source] as number;
  to.positionVariance[target] = from.positionVariance[source] as number;
  to.crossCovariance[target] = from.crossCovariance[source] as number;
  to.velocityVariance[target] = from.velocityVariance[source] as number;
}

/** Moves all tracks on by `dtS`: white acceleration of intensity `density` (m^2/s^3) on each axis. */
export function predictStates(states: AirStates, dtS: number, density: number): void {
  const { count, xM, yM, vxMps, vyMps } = states;
  const { positionVariance, crossCovariance, velocityVariance } = states;
  const noisePosition = (density * dtS ** 3) / 3;
  const noiseCross = (density * dtS ** 2) / 2;
  const noiseVelocity = density * dtS;
  for (let i = 0; i < count; i += 1) {
    xM[i] = (xM[i] as number) + dtS * (vxMps[i] as number);
    yM[i] = (yM[i] as number) + dtS * (vyMps[i] as number);
    const b = crossCovariance[i] as number;
    const c = velocityVariance[i] as number;
    positionVariance[i] = (positionVariance[i] as number) + dtS * (2 * b + dtS * c) + noisePosition;
    crossCovariance[i] = b + dtS * c + noiseCross;
    velocityVariance[i] = c + noiseVelocity;
  }
}

/** How the plots of a scan bear on one track, each with its association probability. */
export interface Innovation {
  /** Sum of the probabilities: 1 where one plot is certainly the track's. */
  weight: number;
  /** Weighted sum of (plot - predicted position), and of its squared length. */
  dxM: number;
  dyM: number;
  squareM2: number;
}

/**
 * Probabilistic data association update (Bar-Shalom & Tse, Automatica 11, 1975). With one plot of
 * weight 1 it is the Kalman filter. The spread of the innovations is taken as alike in all
 * directions, with its true trace, so that covariances stay three numbers.
 */
export function updateState(
  states: AirStates,
  i: number,
  plotVariance: number,
  innovation: Innovation,
): void {
  const a = states.positionVariance[i] as number;
  const b = states.crossCovariance[i] as number;
  const c = states.velocityVariance[i] as number;
  const s = a + plotVariance;
  const gainPosition = a / s;
  const gainVelocity = b / s;
  const { weight, dxM, dyM, squareM2 } = innovation;
  states.xM[i] = (states.xM[i] as number) + gainPosition * dxM;
  states.yM[i] = (states.yM[i] as number) + gainPosition * dyM;
  states.vxMps[i] = (states.vxMps[i] as number) + gainVelocity * dxM;
  states.vyMps[i] = (states.vyMps[i] as number) + gainVelocity * dyM;
  const spread = Math.max(0, squareM2 - dxM * dxM - dyM * dyM) / 2;
  const known = weight * s - spread;
  states.positionVariance[i] = a - gainPosition * gainPosition * known;
  states.crossCovariance[i] = b - gainPosition * gainVelocity * known;
  states.velocityVariance[i] = c - gainVelocity * gainVelocity * known;
}
