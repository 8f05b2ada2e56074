// SPDX-License-Identifier: Apache-2.0
// Which labels the picture wants, before it is known where they go: the same for both maps.

import type { Geodetic } from '@isthmus/earth';
import type { ConsolePicture } from '@isthmus/picture';
import type { Layers, Mark } from '../../model/layers.ts';
import { lookRadiusPx } from './glyphs.ts';
import { COVERAGE_TEXT, pictureColour, regionStyle } from './style.ts';

/** A label and the place on Earth that it belongs to. */
export interface Label {
  readonly key: string;
  readonly text: string;
  /** Of the plate's edge; a `plain` label is written in it. */
  readonly colour: string;
  /** `plate` on a dark plate, `plain` as bare text: a coverage must not compete with a threat. */
  readonly kind: 'plate' | 'plain';
  readonly point: Geodetic;
  /** The edge of the area that it names, beside which it stands; empty for a mark. */
  readonly edge: readonly Geodetic[];
  readonly gapPx: number;
  readonly priority: number;
  readonly prefer: number;
  readonly must: boolean;
}

/** Own to the upper left, the partner's below, both together to the right: they rarely collide. */
const PREFERRED: Readonly<Record<ConsolePicture, number>> = { own: 5, partner: 1, system: 0 };

/** More would be a carpet; the list beside the map names every object. */
const MOST_MARK_LABELS = 60;

/** `written`: the height stands in the label, for a map that cannot show it otherwise. */
export type Heights = 'shown' | 'written';

/** The labels of everything that has one; quiet marks only when selected. */
export function labelsOf(layers: Layers, heights: Heights): readonly Label[] {
  const labels: Label[] = [];
  const threats = layers.marks.filter(wantsLabel);
  const chosen =
    threats.length <= MOST_MARK_LABELS
      ? threats
      : [...threats].sort((a, b) => markPriority(b) - markPriority(a)).slice(0, MOST_MARK_LABELS);
  for (const mark of chosen) labels.push(markLabel(mark, heights));
  for (const region of layers.regions) {
    labels.push({
      key: `region ${region.key}`,
      text: region.label,
      colour: regionStyle(region).outline.colour,
      kind: 'plate',
      point: region.centre,
      edge: everyFew(region.ring),
      gapPx: 7,
      priority: region.selected ? 90 : region.kind === 'impact' ? 45 : 40,
      prefer: 6,
      must: false,
    });
  }
  for (const coverage of layers.coverages) {
    labels.push({
      key: `coverage ${coverage.key}`,
      text: coverage.label,
      colour: COVERAGE_TEXT,
      kind: 'plain',
      point: coverage.site,
      edge: [],
      gapPx: 9,
      priority: 10,
      prefer: 6,
      must: false,
    });
  }
  return labels;
}

/** Enough of a ring to tell how far it reaches. */
function everyFew(ring: readonly Geodetic[]): readonly Geodetic[] {
  const step = Math.max(1, Math.floor(ring.length / 16));
  return ring.filter((_, index) => index % step === 0);
}

/** A place on the picture, in pixels. */
export interface Pixel {
  readonly x: number;
  readonly y: number;
}

/** How far the edge reaches from the middle; an area larger than the picture is named inside it. */
export function reachOf(middle: Pixel, edge: readonly Pixel[], mostPx: number): Pixel {
  let x = 0;
  let y = 0;
  for (const corner of edge) {
    x = Math.max(x, Math.abs(corner.x - middle.x));
    y = Math.max(y, Math.abs(corner.y - middle.y));
  }
  return { x: Math.min(x, mostPx), y: Math.min(y, mostPx) };
}

function wantsLabel(mark: Mark): boolean {
  return mark.label !== null && (mark.weight === 'threat' || mark.selected);
}

function markPriority(mark: Mark): number {
  const base = mark.picture === 'system' ? 60 : mark.picture === 'own' ? 55 : 50;
  return base + (mark.selected ? 50 : 0) - (mark.stale ? 8 : 0);
}

function textOf({ label, point }: Mark, heights: Heights): string {
  const text = label ?? '';
  // A label that tells a distance in kilometres tells the height already.
  if (heights === 'shown' || / km\b/.test(text)) return text;
  return `${text} · ${Math.round(point.heightM / 1_000)} km`;
}

function markLabel(mark: Mark, heights: Heights): Label {
  return {
    key: mark.key,
    text: textOf(mark, heights),
    colour: pictureColour(mark.picture),
    kind: 'plate',
    point: mark.point,
    edge: [],
    gapPx: lookRadiusPx(mark) + 4,
    priority: markPriority(mark),
    prefer: PREFERRED[mark.picture],
    must: mark.selected,
  };
}
