// SPDX-License-Identifier: Apache-2.0
// Labels as text of the page, laid over the map: the browser writes them sharper than a texture
// would, and a label that changes every second leaves no texture behind. Hidden from assistive
// technology, which reads the same from the list beside the map.

import { PALETTE } from '../../model/palette.ts';
import {
  type KeepOut,
  type LabelWish,
  type Placement,
  placeLabels,
  type Reach,
} from './declutter.ts';
import type { Label } from './labels.ts';
import { withAlpha } from './style.ts';

/** A label and where its place on Earth stands on the picture. */
export interface Anchor {
  readonly label: Label;
  readonly x: number;
  readonly y: number;
  /** How far what it names reaches from there. */
  readonly reach: Reach;
}

const FONT_FAMILY = 'system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif';
/** The page's text of this size is what labels were measured beside. */
const PAGE_TEXT_PX = 15;

interface Size {
  readonly font: string;
  readonly padX: number;
  readonly heightPx: number;
}

/** Labels grow with the text of the page, so that a wall screen is read from two metres. */
function sizesFor(textPx: number): Readonly<Record<Label['kind'], Size>> {
  const scale = textPx / PAGE_TEXT_PX;
  const size = (weight: number, px: number, padX: number, heightPx: number): Size => ({
    font: `${weight} ${(px * scale).toFixed(1)}px ${FONT_FAMILY}`,
    padX: Math.round(padX * scale),
    heightPx: Math.round(heightPx * scale),
  });
  return { plate: size(500, 12, 7, 20), plain: size(400, 11, 2, 15) };
}

function pageTextPx(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}

const SVG = 'http://www.w3.org/2000/svg';

interface Plate {
  readonly element: HTMLDivElement;
  text: string;
  look: string;
  left: number;
  top: number;
}

export class LabelOverlay {
  readonly #root: HTMLDivElement;
  readonly #leaders: SVGPathElement;
  readonly #plates = new Map<string, Plate>();
  readonly #places = new Map<string, number>();
  readonly #widths = new Map<string, number>();
  readonly #measure: CanvasRenderingContext2D | null;
  readonly #resized = new AbortController();
  #sizes = sizesFor(pageTextPx());
  #drawnLeaders = '';

  constructor(container: HTMLElement) {
    this.#root = document.createElement('div');
    this.#root.setAttribute('aria-hidden', 'true');
    this.#root.style.cssText = 'position:absolute;inset:0;overflow:hidden;pointer-events:none';
    const svg = document.createElementNS(SVG, 'svg');
    svg.style.cssText = 'position:absolute;inset:0;width:100%;height:100%';
    this.#leaders = document.createElementNS(SVG, 'path');
    this.#leaders.setAttribute('fill', 'none');
    this.#leaders.setAttribute('stroke', withAlpha(PALETTE.text, 0.45));
    svg.append(this.#leaders);
    this.#root.append(svg);
    container.append(this.#root);
    this.#measure = document.createElement('canvas').getContext('2d');
    const { signal } = this.#resized;
    window.addEventListener('resize', () => this.#resize(), { signal });
  }

  #resize(): void {
    this.#sizes = sizesFor(pageTextPx());
    this.#widths.clear();
    for (const plate of this.#plates.values()) plate.look = '';
  }

  /** Places the labels anew; those that find no room, and those no longer given, go. */
  show(anchors: readonly Anchor[], keepOuts: readonly KeepOut[]): void {
    const byKey = new Map(anchors.map((anchor) => [anchor.label.key, anchor]));
    const placements = placeLabels(
      anchors.map((anchor) => this.#wish(anchor)),
      {
        bounds: { widthPx: this.#root.clientWidth, heightPx: this.#root.clientHeight },
        keepOuts,
        before: this.#places,
      },
    );
    this.#places.clear();
    let leaders = '';
    for (const placement of placements) {
      const anchor = byKey.get(placement.key);
      if (anchor === undefined) continue;
      this.#places.set(placement.key, placement.place);
      this.#put(anchor.label, placement);
      if (!placement.led) continue;
      const widthPx = this.#width(anchor.label);
      const { heightPx } = this.#sizes[anchor.label.kind];
      leaders += leader(anchor, placement, { widthPx, heightPx });
    }
    for (const [key, plate] of this.#plates) {
      if (this.#places.has(key)) continue;
      plate.element.remove();
      this.#plates.delete(key);
    }
    if (leaders !== this.#drawnLeaders) this.#leaders.setAttribute('d', leaders);
    this.#drawnLeaders = leaders;
  }

  destroy(): void {
    this.#resized.abort();
    this.#root.remove();
  }

  #wish({ label, x, y, reach }: Anchor): LabelWish {
    return {
      key: label.key,
      x,
      y,
      widthPx: this.#width(label),
      heightPx: this.#sizes[label.kind].heightPx,
      gapPx: label.gapPx,
      reach,
      priority: label.priority,
      prefer: label.prefer,
      must: label.must,
    };
  }

  #width(label: Label): number {
    const key = `${label.kind} ${label.text}`;
    const known = this.#widths.get(key);
    if (known !== undefined) return known;
    // Texts with a height in them never repeat for long: the store is emptied, not grown.
    if (this.#widths.size > 2_000) this.#widths.clear();
    const size = this.#sizes[label.kind];
    const context = this.#measure;
    if (context !== null) context.font = size.font;
    const text = context === null ? label.text.length * 7 : context.measureText(label.text).width;
    const width = Math.ceil(text) + 2 * size.padX + (label.kind === 'plate' ? 2 : 0);
    this.#widths.set(key, width);
    return width;
  }

  #put(label: Label, { left, top }: Placement): void {
    let plate = this.#plates.get(label.key);
    if (plate === undefined) {
      const element = document.createElement('div');
      plate = { element, text: '', look: '', left: Number.NaN, top: Number.NaN };
      this.#plates.set(label.key, plate);
      this.#root.append(element);
    }
    const look = `${label.kind} ${label.colour} ${label.must}`;
    if (plate.look !== look) {
      plate.element.style.cssText = lookOf(label, this.#sizes[label.kind]);
      plate.look = look;
      plate.left = Number.NaN;
    }
    if (plate.text !== label.text) {
      plate.element.textContent = label.text;
      plate.text = label.text;
    }
    if (plate.left !== left || plate.top !== top) {
      plate.element.style.transform = `translate(${left}px, ${top}px)`;
      plate.left = left;
      plate.top = top;
    }
  }
}

function lookOf(label: Label, size: Size): string {
  const shared = `position:absolute;left:0;top:0;box-sizing:border-box;white-space:nowrap;font:${size.font};line-height:${size.heightPx}px;height:${size.heightPx}px;padding:0 ${size.padX}px;font-variant-numeric:tabular-nums;`;
  if (label.kind === 'plain') {
    const shade = withAlpha(PALETTE.ground, 0.9);
    return `${shared}color:${label.colour};text-shadow:0 0 3px ${shade},0 0 2px ${shade};letter-spacing:0`;
  }
  const edge = label.must ? label.colour : withAlpha(label.colour, 0.9);
  const ring = label.must ? `,0 0 0 1px ${withAlpha(label.colour, 0.65)}` : '';
  return `${shared}color:${PALETTE.text};background:${withAlpha(PALETTE.panel, 0.88)};border-left:2px solid ${edge};border-radius:2px;box-shadow:0 1px 4px ${withAlpha(PALETTE.ground, 0.6)}${ring}`;
}

/** From the mark to the nearest edge of its plate. */
function leader(
  { label, x, y }: Anchor,
  { left, top }: Placement,
  plate: { readonly widthPx: number; readonly heightPx: number },
): string {
  const { widthPx, heightPx } = plate;
  const toX = Math.min(Math.max(x, left), left + widthPx);
  const toY = Math.min(Math.max(y, top), top + heightPx);
  const length = Math.hypot(toX - x, toY - y);
  if (length < 1) return '';
  // The line begins outside the glyph.
  const start = Math.min((label.gapPx - 4) / length, 1);
  const fromX = x + (toX - x) * start;
  const fromY = y + (toY - y) * start;
  return `M${fromX.toFixed(1)} ${fromY.toFixed(1)}L${toX.toFixed(1)} ${toY.toFixed(1)}`;
}
