// SPDX-License-Identifier: Apache-2.0
// What each layer looks like, decided once for both maps: colour, width, dash. Every colour is one
// of the palette or a mix of two of them.

import type { ConsolePicture } from '@isthmus/picture';
import type { Coverage, Region, Track } from '../../model/layers.ts';
import { PALETTE } from '../../model/palette.ts';

/** How a line is drawn. `dashPx` is the length of one dash and of the gap after it; null is solid. */
export interface LineStyle {
  readonly colour: string;
  readonly alpha: number;
  readonly widthPx: number;
  readonly dashPx: number | null;
}

/** A mix of two colours `#rrggbb`: `share` of the second, in [0, 1]. */
export function mix(first: string, second: string, share: number): string {
  const a = channels(first);
  const b = channels(second);
  const mixed = a.map((value, index) => Math.round(value + ((b[index] ?? 0) - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** A colour `#rrggbb` for a style sheet or a canvas, with its opacity in [0, 1]. */
export function withAlpha(colour: string, alpha: number): string {
  return `rgb(${channels(colour).join(' ')} / ${alpha})`;
}

/** Tones of the ground, kept well below every mark in brightness. */
export const GROUND = {
  ocean: mix(PALETTE.ground, PALETTE.coverage, 0.1),
  land: mix(PALETTE.raised, PALETTE.coverage, 0.13),
  coast: mix(PALETTE.coverage, PALETTE.muted, 0.35),
  border: mix(PALETTE.line, PALETTE.muted, 0.7),
  graticule: mix(PALETTE.line, PALETTE.coverage, 0.6),
  limb: mix(PALETTE.coverage, PALETTE.own, 0.45),
} as const;

/** A radar's site and an infrared ring are told in a lighter tone of the coverage's own colour. */
export const COVERAGE_TEXT = mix(PALETTE.coverage, PALETTE.text, 0.5);

const PICTURE_COLOURS: Readonly<Record<ConsolePicture, string>> = {
  own: PALETTE.own,
  partner: PALETTE.partner,
  system: PALETTE.system,
};

export function pictureColour(picture: ConsolePicture): string {
  return PICTURE_COLOURS[picture];
}

/** Drawn from first to last: what both sides know together lies on top. */
export const PICTURE_ORDER: Readonly<Record<ConsolePicture, number>> = {
  partner: 0,
  own: 1,
  system: 2,
};

export function trackStyle(track: Pick<Track, 'picture' | 'kind' | 'selected'>): LineStyle {
  const ahead = track.kind === 'ahead';
  return {
    colour: pictureColour(track.picture),
    alpha: track.selected ? 1 : ahead ? 0.75 : 0.85,
    widthPx: track.selected ? 3 : ahead ? 1.5 : 2,
    dashPx: ahead ? 8 : null,
  };
}

/** The thread from a mark down to the ground below it, by which its height is seen. */
export function dropStyle(picture: ConsolePicture, selected: boolean): LineStyle {
  return {
    colour: pictureColour(picture),
    alpha: selected ? 0.8 : 0.42,
    widthPx: 1,
    dashPx: null,
  };
}

export interface RegionStyle {
  readonly outline: LineStyle;
  readonly fillAlpha: number;
}

/**
 * What only the partner states is outlined in the partner's colour, dashed, whatever its kind; what is
 * reached on a condition only, in short dashes and hardly filled.
 */
export function regionStyle(region: Pick<Region, 'kind' | 'picture' | 'selected'>): RegionStyle {
  const partner = region.picture === 'partner';
  const own = region.kind === 'launch' ? PALETTE.launch : PALETTE.impact;
  const isConditional = region.kind === 'reachable';
  return {
    outline: {
      colour: partner ? PALETTE.partner : own,
      alpha: region.selected ? 1 : 0.9,
      widthPx: region.selected ? 2.6 : 1.6,
      dashPx: isConditional ? 3 : partner ? 6 : null,
    },
    fillAlpha: (region.selected ? 0.3 : 0.18) * (isConditional ? 0.3 : partner ? 0.6 : 1),
  };
}

export interface CoverageStyle {
  readonly outline: LineStyle;
  /** 0: no area is filled, only its edge is drawn. */
  readonly fillAlpha: number;
}

export function coverageStyle(kind: Coverage['kind']): CoverageStyle {
  const radar = kind === 'radar';
  return {
    outline: {
      colour: PALETTE.coverage,
      alpha: radar ? 0.75 : 0.5,
      widthPx: 1,
      dashPx: radar ? null : 4,
    },
    fillAlpha: radar ? 0.1 : 0,
  };
}

function channels(colour: string): readonly number[] {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
}
