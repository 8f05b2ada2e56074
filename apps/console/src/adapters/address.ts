// SPDX-License-Identifier: Apache-2.0
// Where the officer was, kept in the address of the page: a reload, a bookmark and a second screen
// come back to the same warning, map and view.

import { degreesFromRadians, geodeticFromDegrees } from '@isthmus/earth';
import type { View } from '../model/layers.ts';

export interface Place {
  /** Key of a case. */
  readonly selected: string | null;
  readonly map: 'globe' | 'flat';
  readonly view: View | null;
}

/** Reads what the address says; what it does not say or says wrongly is left at its default. */
export function readAddress(hash: string): Place {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  return {
    selected: fields.get('warning'),
    map: fields.get('map') === 'flat' ? 'flat' : 'globe',
    view: parseView(fields.get('view')),
  };
}

export function writeAddress(place: Place): string {
  const fields = new URLSearchParams();
  if (place.selected !== null) fields.set('warning', place.selected);
  if (place.map === 'flat') fields.set('map', 'flat');
  if (place.view !== null) {
    const { latitudeRad, longitudeRad } = place.view.centre;
    const numbers = [degreesFromRadians(latitudeRad), degreesFromRadians(longitudeRad)];
    fields.set('view', [...numbers, place.view.spanM / 1000].map((n) => n.toFixed(2)).join(','));
  }
  return `#${fields.toString()}`;
}

function parseView(text: string | null): View | null {
  const numbers = (text ?? '').split(',').map(Number);
  const [latitude, longitude, spanKm] = numbers;
  if (latitude === undefined || longitude === undefined || spanKm === undefined) return null;
  if (!numbers.every(Number.isFinite) || Math.abs(latitude) > 90 || spanKm <= 0) return null;
  return { centre: geodeticFromDegrees(latitude, longitude), spanM: spanKm * 1000 };
}
