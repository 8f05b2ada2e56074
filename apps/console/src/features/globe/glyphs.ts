// SPDX-License-Identifier: Apache-2.0
// The marks' shapes as SVG path strings, drawn on a canvas by the globe and in place by the flat
// map, so that a shape means the same on both. Own is a disc in a ring, the partner's a hollow
// diamond, both sides' together a bracket wide enough to leave the other two visible inside it.

import type { ConsolePicture } from '@isthmus/picture';
import type { Mark } from '../../model/layers.ts';
import { PALETTE } from '../../model/palette.ts';
import { COVERAGE_TEXT, pictureColour } from './style.ts';

/** One stroke or fill of a glyph, in pixels about the mark's place. */
export interface GlyphLayer {
  readonly d: string;
  readonly fill: string | null;
  readonly stroke: string | null;
  readonly widthPx: number;
  readonly dash: readonly number[];
  readonly opacity: number;
}

export type MarkLook = Pick<Mark, 'picture' | 'weight' | 'stale' | 'selected'>;

/** Half the side of the square that holds every glyph, in pixels. */
export const GLYPH_HALF_PX = 24;

/** Tells two looks apart; there are 24. */
export function lookKey(look: MarkLook): string {
  return `${look.picture}-${look.weight}${look.stale ? '-stale' : ''}${look.selected ? '-selected' : ''}`;
}

/** How far labels and other glyphs stay away from a mark, in pixels. */
export function lookRadiusPx(look: MarkLook): number {
  if (look.selected) return look.weight === 'threat' ? 21 : 14;
  if (look.weight === 'quiet') return look.picture === 'system' ? 6 : 5;
  return look.picture === 'system' ? 15 : 10;
}

/** The layers of a mark, from the lowest up. */
export function markGlyph(look: MarkLook): readonly GlyphLayer[] {
  const body =
    look.weight === 'threat' ? THREATS[look.picture](look.stale) : quiet(look.picture, look.stale);
  const colour = pictureColour(look.picture);
  const opacity = look.weight === 'quiet' ? 0.55 : look.stale ? 0.68 : 1;
  const layers: GlyphLayer[] = [];
  for (const part of body) {
    // A dark casing keeps a mark readable over a line or an area of its own colour.
    layers.push({
      d: part.d,
      fill: null,
      stroke: PALETTE.ground,
      widthPx: part.widthPx + (part.filled ? 2 : 2.4),
      dash: [],
      opacity: 0.75 * opacity,
    });
  }
  for (const part of body) {
    layers.push({
      d: part.d,
      fill: part.filled ? colour : null,
      stroke: part.filled ? null : colour,
      widthPx: part.widthPx,
      dash: part.dash,
      opacity,
    });
  }
  if (look.selected) layers.push(...halo(lookRadiusPx(look) - 1));
  return layers;
}

/** A radar's site (a mast on its base) or a satellite's ground point (a small cross). */
export function siteGlyph(kind: 'radar' | 'infrared'): readonly GlyphLayer[] {
  const d = kind === 'radar' ? 'M 0 -5 L 5 4.5 L -5 4.5 Z' : 'M -4 0 H 4 M 0 -4 V 4';
  const shared = { d, dash: [], fill: null } as const;
  return [
    { ...shared, stroke: PALETTE.ground, widthPx: 4, opacity: 0.7 },
    {
      ...shared,
      fill: kind === 'radar' ? PALETTE.panel : null,
      stroke: COVERAGE_TEXT,
      widthPx: 1.4,
      opacity: 0.95,
    },
  ];
}

interface Part {
  readonly d: string;
  readonly filled: boolean;
  readonly widthPx: number;
  readonly dash: readonly number[];
}

const STALE_DASH = [2.6, 2.2] as const;

const THREATS: Readonly<Record<ConsolePicture, (stale: boolean) => readonly Part[]>> = {
  own: (stale) => [
    outline(circle(7.5), 1.5, stale),
    stale ? outline(circle(2.6), 1.2, false) : solid(circle(3.6)),
  ],
  partner: (stale) => [outline(diamond(9.5), 1.7, stale)],
  system: (stale) =>
    stale
      ? [outline(brackets(13.5, 7), 1.8, true)]
      : [outline(brackets(13.5, 6), 2, false), solid(circle(1.3))],
};

function quiet(picture: ConsolePicture, stale: boolean): readonly Part[] {
  if (picture === 'partner') return [outline(diamond(4.2), 1.2, stale)];
  if (picture === 'system') return [outline(brackets(5, 2.6), 1.1, stale)];
  return [stale ? outline(circle(2.4), 1.1, false) : solid(circle(2.4))];
}

function halo(radiusPx: number): readonly GlyphLayer[] {
  const shared = { d: circle(radiusPx), fill: null, dash: [] } as const;
  return [
    { ...shared, stroke: PALETTE.ground, widthPx: 4, opacity: 0.7 },
    { ...shared, stroke: PALETTE.text, widthPx: 1.6, opacity: 1 },
  ];
}

function outline(d: string, widthPx: number, stale: boolean): Part {
  return { d, filled: false, widthPx, dash: stale ? STALE_DASH : [] };
}

function solid(d: string): Part {
  return { d, filled: true, widthPx: 0, dash: [] };
}

function circle(r: number): string {
  return `M ${-r} 0 a ${r} ${r} 0 1 0 ${2 * r} 0 a ${r} ${r} 0 1 0 ${-2 * r} 0 Z`;
}

function diamond(half: number): string {
  return `M 0 ${-half} L ${half} 0 L 0 ${half} L ${-half} 0 Z`;
}

function brackets(half: number, leg: number): string {
  const corner = (sx: number, sy: number): string =>
    `M ${sx * (half - leg)} ${sy * half} H ${sx * half} V ${sy * (half - leg)}`;
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)].join(' ');
}
