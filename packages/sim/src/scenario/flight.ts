// SPDX-License-Identifier: Apache-2.0
// placeholder
import type { Geodetic } from '@isthmus/earth';
import type { Path } from './ephemeris.ts';
import { SimError } from './errors.ts';
import type { Flight } from './schema.ts';

export function recordedPath(
  _flight: Flight,
  _plane: { readonly pad: Geodetic; readonly azimuthRad: number },
): { readonly path: Path; readonly burns: readonly (readonly [number, number])[] } {
  throw new SimError('bad-flight', '', 'recorded flights are not read yet');
}
