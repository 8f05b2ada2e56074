// SPDX-License-Identifier: Apache-2.0
// What coarsening did to an item, field by field, for the owner's private log. It holds values of the
// draft and never leaves the node.

import type { Area, Estimate, Item } from '@isthmus/picture';

/** A number, or a point: ECEF metres or metres a second; latitude and longitude in radians. */
export type FieldValue = number | readonly number[];

/** One field that went with another value than own sensors gave it. */
export interface FieldChange {
  /** Path in the item, its unit where it has one: `launchArea.radiusM`. */
  readonly field: string;
  readonly before: FieldValue;
  readonly after: FieldValue;
}

/** Every released number is rounded this far (metres, metres a second): that is not told. */
const WIRE_STEP = 1e-3;

const NUMBERS = [
  'launchTime',
  'launchTimeSigmaS',
  'azimuthRad',
  'azimuthSigmaRad',
  'impactTime',
  'impactTimeSigmaS',
  'leastHeightM',
  'detectionProbability',
] as const;

/**
 * The fields that changed between a draft and what went of it; those that were removed are not in it,
 * nor identifiers and numbers of updates.
 */
export function fieldChanges(draft: Item, released: Item): FieldChange[] {
  const [from, to]: readonly Readonly<Record<string, unknown>>[] = [{ ...draft }, { ...released }];
  const changes: FieldChange[] = [];
  for (const field of NUMBERS) {
    const [before, after] = [from?.[field], to?.[field]];
    if (typeof before !== 'number' || typeof after !== 'number' || before === after) continue;
    changes.push({ field, before, after });
  }
  if (draft.kind === 'launch-report' && released.kind === 'launch-report') {
    for (const field of ['launchArea', 'impactArea'] as const) {
      changes.push(...areaChanges(field, draft[field], released[field]));
    }
  }
  if ('estimate' in draft && 'estimate' in released) {
    changes.push(...estimateChanges(draft.estimate, released.estimate));
  }
  return changes;
}

function areaChanges(name: string, before: Area | null, after: Area | null): FieldChange[] {
  if (before === null || after === null) return [];
  const centre = ({ centre: { latitudeRad, longitudeRad } }: Area) => [latitudeRad, longitudeRad];
  return changed([
    { field: `${name}.centre`, before: centre(before), after: centre(after) },
    { field: `${name}.radiusM`, before: before.radiusM, after: after.radiusM },
  ]);
}

function estimateChanges(before: Estimate, after: Estimate): FieldChange[] {
  const part = ({ state }: Estimate, at: number) => state.slice(at, at + 3);
  const changes = changed([
    { field: 'estimate.time', before: before.time, after: after.time },
    { field: 'estimate.position', before: part(before, 0), after: part(after, 0) },
    { field: 'estimate.velocity', before: part(before, 3), after: part(after, 3) },
    { field: 'estimate.sigmaM', before: sigma(before, 0), after: sigma(after, 0) },
    { field: 'estimate.sigmaMps', before: sigma(before, 3), after: sigma(after, 3) },
  ]);
  return changes;
}

function changed(changes: readonly FieldChange[]): FieldChange[] {
  return changes.filter(({ before, after }) => distance(before, after) > WIRE_STEP * Math.sqrt(3));
}

function distance(before: FieldValue, after: FieldValue): number {
  if (typeof before === 'number' || typeof after === 'number') {
    return Math.abs(Number(before) - Number(after));
  }
  // An angle on the ground: a millimetre of it is far below what a number of this size can hold.
  const scale = before.length === 2 ? 6.4e6 : 1;
  return scale * Math.hypot(...before.map((value, i) => value - (after[i] as number)));
}

/** Root of the sum of three variances: positions from 0, velocities from 3. */
function sigma({ covariance }: Estimate, from: 0 | 3): number {
  const diagonal = from === 0 ? [0, 6, 11] : [15, 18, 20];
  return Math.sqrt(diagonal.reduce((sum, at) => sum + (covariance[at] as number), 0));
}
