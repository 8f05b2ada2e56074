// SPDX-License-Identifier: Apache-2.0
// The Gaussian of the wire: millimetres and 21 doubles (spec/wire.md, W-8 to W-10).

import { isPositiveDefinite } from '@isthmus/earth';
import type { Estimate } from '@isthmus/picture';
import { WireError } from './errors.ts';
import {
  bigintFromInstant,
  instantFromBigint,
  integerFromQuantity,
  quantityFromInteger,
} from './fields.ts';
import type { Estimate as EstimateMessage } from './gen/isthmus/v1/release_pb.js';
import { LIMITS } from './limits.ts';

/** The fields of the message, without protobuf's own. */
export type EstimateFields = Omit<EstimateMessage, '$typeName' | '$unknown'>;

const MILLI = 1000;
const POSITION = {
  unitsPer: MILLI,
  min: -LIMITS.positionM * MILLI,
  max: LIMITS.positionM * MILLI,
};
const VELOCITY = {
  unitsPer: MILLI,
  min: -LIMITS.velocityMps * MILLI,
  max: LIMITS.velocityMps * MILLI,
};
const SIX = 6;

/** @throws WireError when the estimate is not exactly representable or not positive definite. */
export function fieldsFromEstimate(estimate: Estimate): EstimateFields {
  if (estimate.state.length !== SIX) throw new WireError('bad-length', 'a state has 6 numbers');
  const position = (i: number): bigint =>
    BigInt(integerFromQuantity(estimate.state[i] as number, 'position', POSITION));
  const velocity = (i: number): number =>
    integerFromQuantity(estimate.state[i] as number, 'velocity', VELOCITY);
  checkCovariance(estimate.covariance);
  return {
    timeUs: bigintFromInstant(estimate.time, 'time'),
    xMm: position(0),
    yMm: position(1),
    zMm: position(2),
    vxMmps: velocity(3),
    vyMmps: velocity(4),
    vzMmps: velocity(5),
    covariance: [...estimate.covariance],
  };
}

/** Inverse of `fieldsFromEstimate`; a missing message is refused. */
export function estimateFromFields(fields: EstimateFields | undefined): Estimate {
  if (fields === undefined) throw new WireError('bad-length', 'an estimate is present');
  const position = (mm: bigint): number => {
    // Compared as integers first: a double would round what lies outside.
    if (mm < BigInt(POSITION.min) || mm > BigInt(POSITION.max)) {
      throw new WireError('out-of-range', 'position is outside its range');
    }
    return quantityFromInteger(Number(mm), 'position', POSITION);
  };
  const velocity = (mmps: number): number => quantityFromInteger(mmps, 'velocity', VELOCITY);
  checkCovariance(fields.covariance);
  return {
    time: instantFromBigint(fields.timeUs, 'time'),
    state: [
      position(fields.xMm),
      position(fields.yMm),
      position(fields.zMm),
      velocity(fields.vxMmps),
      velocity(fields.vyMmps),
      velocity(fields.vzMmps),
    ],
    covariance: [...fields.covariance],
  };
}

/** 21 finite numbers without a negative zero, the upper triangle of a positive definite matrix. */
function checkCovariance(covariance: readonly number[]): void {
  if (covariance.length !== LIMITS.covarianceElements) {
    throw new WireError('bad-length', `a covariance has ${LIMITS.covarianceElements} numbers`);
  }
  for (const value of covariance) {
    if (!(Math.abs(value) <= LIMITS.covarianceMax) || Object.is(value, -0)) {
      throw new WireError('out-of-range', 'a covariance is finite, bounded, without negative zero');
    }
  }
  if (!isPositiveDefinite(covariance)) {
    throw new WireError('not-positive-definite', 'a covariance is positive definite');
  }
}
