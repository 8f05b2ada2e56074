// SPDX-License-Identifier: Apache-2.0
// What an attack yields: an estimate with its stated uncertainty, or nothing.

import type { Geodetic, PlaneCovariance } from '@isthmus/earth';

/** A place on the ground, with what the attack says of its error. */
export interface PlaceEstimate {
  readonly place: Geodetic;
  /** One sigma: east-east, east-north, north-north, m^2. */
  readonly covarianceM2: PlaneCovariance;
  /** What the estimate rests on: pointings that agree, or edges. */
  readonly support: number;
}

/** A number, with one sigma of what the attack says of its error. */
export interface ValueEstimate {
  readonly value: number;
  readonly sigma: number;
}
