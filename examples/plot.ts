// SPDX-License-Identifier: Apache-2.0
// Line plots as SVG, small and without a library: axes with units, a legend, words for who cannot
// see it, and colours that read on a light and on a dark page.
//
// Coordinates are rounded to a tenth of a pixel, so that the same figures give the same bytes on
// every machine.

import { mkdirSync, writeFileSync } from 'node:fs';

/** A curve or a cloud of points. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Dots are not joined; default a line. */
  readonly style?: 'line' | 'dashed' | 'dots';
}

/** One plot. */
export interface Plot {
  readonly title: string;
  /** What there is to see, for a reader who cannot. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  /** At most five, drawn in this order. */
  readonly series: readonly Series[];
}

/** One axis; without limits it reaches as far as the points, zero included on a linear y axis. */
export interface Axis {
  /** With its unit. */
  readonly label: string;
  readonly logarithmic?: boolean;
  readonly from?: number;
  readonly to?: number;
}

interface Scale {
  /** Position of a value along the axis, 0 to 1. */
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
}

const SIZE = { width: 720, height: 420 } as const;
const EDGE = { left: 76, right: 20, top: 76, bottom: 56 } as const;

/** Blue, vermilion, green, purple, grey: told apart by colour-blind eyes too, dashes aside. */
const LIGHT = ['#0060a8', '#c44a00', '#00795a', '#9a3f86', '#606060'] as const;
const DARK = ['#6cb8ff', '#ff9a57', '#4fd0a4', '#e79ad5', '#b0b0b0'] as const;

/** Writes `run/NAME.svg` below the working directory, and says so. */
export function writePlot(name: string, plot: Plot): void {
  mkdirSync('run', { recursive: true });
  writeFileSync(`run/${name}.svg`, svgOf(plot));
  process.stdout.write(`run/${name}.svg\n`);
}

/** The plot as an SVG document. Points outside the limits are cut off. */
function svgOf(plot: Plot): string {
  const x = scaleOf(
    plot.x,
    plot.series.flatMap(({ points }) => points.map(([value]) => value)),
  );
  const ys = plot.series.flatMap(({ points }) => points.map(([, value]) => value));
  const y = scaleOf(plot.y, plot.y.logarithmic === true ? ys : [0, ...ys]);
  const area = {
    width: SIZE.width - EDGE.left - EDGE.right,
    height: SIZE.height - EDGE.top - EDGE.bottom,
  };
  const across = (value: number): string => px(EDGE.left + x.place(value) * area.width);
  const up = (value: number): string => px(EDGE.top + (1 - y.place(value)) * area.height);
  const grid = [
    ...x.ticks.map(
      (tick) =>
        `<path class="grid" d="M${across(tick)} ${EDGE.top}v${area.height}"/><text x="${across(tick)}" y="${EDGE.top + area.height + 18}" text-anchor="middle">${numeral(tick)}</text>`,
    ),
    ...y.ticks.map(
      (tick) =>
        `<path class="grid" d="M${EDGE.left} ${up(tick)}h${area.width}"/><text x="${EDGE.left - 8}" y="${up(tick)}" dy="4" text-anchor="end">${numeral(tick)}</text>`,
    ),
  ];
  const curves = plot.series.map((series, i) => {
    const places = series.points.map(([a, b]) => `${across(a)} ${up(b)}`);
    if (series.style !== 'dots') {
      return `<path class="c${i}${series.style === 'dashed' ? ' dashed' : ''}" d="M${places.join('L')}"/>`;
    }
    return `<path class="c${i} dots" d="${places.map((place) => `M${place}h0`).join('')}"/>`;
  });
  const middle = EDGE.left + area.width / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" width="${SIZE.width}" height="${SIZE.height}" role="img" aria-labelledby="title description">
<title id="title">${escaped(plot.title)}</title>
<desc id="description">${escaped(plot.description)}</desc>
<style>${style()}</style>
<rect class="page" width="${SIZE.width}" height="${SIZE.height}"/>
<text class="title" x="${EDGE.left}" y="26">${escaped(plot.title)}</text>
${legend(plot.series)}
${grid.join('\n')}
<clipPath id="area"><rect x="${EDGE.left}" y="${EDGE.top}" width="${area.width}" height="${area.height}"/></clipPath>
<g clip-path="url(#area)">
${curves.join('\n')}
</g>
<text x="${px(middle)}" y="${SIZE.height - 14}" text-anchor="middle">${escaped(plot.x.label)}</text>
<text transform="translate(18 ${px(EDGE.top + area.height / 2)}) rotate(-90)" text-anchor="middle">${escaped(plot.y.label)}</text>
</svg>
`;
}

function style(): string {
  const colours = (list: readonly string[]): string =>
    list.map((colour, i) => `.c${i}{stroke:${colour}}`).join('');
  return [
    'text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-size:15px;font-weight:600}',
    '.page{fill:#fff}.grid{stroke:#d5d9de}path{fill:none;stroke-width:2;stroke-linejoin:round}',
    'path.grid{stroke-width:1}.dashed{stroke-dasharray:6 4}.dots{stroke-width:5;stroke-linecap:round}',
    colours(LIGHT),
    '@media(prefers-color-scheme:dark){text{fill:#e6edf3}.page{fill:#0d1117}.grid{stroke:#30363d}',
    `${colours(DARK)}}`,
  ].join('');
}

/** One row below the title. A letter is taken to be 7.6 px wide, which is on the safe side. */
function legend(series: readonly Series[]): string {
  let at = EDGE.left;
  return series
    .map(({ name, style: kind }, i) => {
      const extra = kind === 'dots' ? ' dots' : kind === 'dashed' ? ' dashed' : '';
      const mark =
        kind === 'dots'
          ? `<path class="c${i}${extra}" d="M${px(at + 12)} 50h0"/>`
          : `<path class="c${i}${extra}" d="M${px(at)} 50h24"/>`;
      const text = `<text x="${px(at + 30)}" y="54">${escaped(name)}</text>`;
      at += 30 + 7.6 * name.length + 18;
      return mark + text;
    })
    .join('\n');
}

function scaleOf(axis: Axis, values: readonly number[]): Scale {
  const finite = values.filter(Number.isFinite);
  const from = axis.from ?? Math.min(...finite);
  const to = axis.to ?? Math.max(...finite);
  return axis.logarithmic === true ? logarithmic(from, to) : linear(from, to, axis);
}

/** Ticks at 1, 2 or 5 times a power of ten; limits not given are moved out to a tick. */
function linear(from: number, to: number, axis: Axis): Scale {
  const rough = (to - from) / 6 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((one) => one * power >= rough) ?? 10);
  const low = axis.from ?? Math.floor(from / step) * step;
  const high = axis.to ?? Math.ceil(to / step) * step;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return {
    place: (value) => (value - low) / (high - low),
    ticks: Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12))),
  };
}

/** Ticks at powers of ten, and at twice and five times where there are few of them. */
function logarithmic(from: number, to: number): Scale {
  const [low, high] = [Math.log10(from), Math.log10(to)];
  const factors = high - low > 2.5 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(low); power <= high; power += 1) {
    for (const factor of factors) {
      const tick = Number((factor * 10 ** power).toPrecision(3));
      if (tick >= from * (1 - 1e-9) && tick <= to * (1 + 1e-9)) ticks.push(tick);
    }
  }
  return { place: (value) => (Math.log10(value) - low) / (high - low), ticks };
}

/** Tenths of a pixel; what is far outside the area is brought near to it. */
function px(value: number): string {
  return String(Math.round(Math.min(2000, Math.max(-1000, value)) * 10) / 10);
}

function numeral(value: number): string {
  return value.toLocaleString('en-GB', { maximumSignificantDigits: 6 });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
