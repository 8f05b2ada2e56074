// SPDX-License-Identifier: Apache-2.0
// The one curve of the meter as a picture (SVG): how near an attack comes to a radar, against when
// the partner has a useful impact region.

import type { Metered } from './measure.ts';

const WIDTH = 860;
const HEIGHT = 520;
const LEFT = 90;
const RIGHT = 40;
const TOP = 70;
const BOTTOM = 70;
/** Nothing is told apart beyond this, km; where no attack puts a radar anywhere stands at its edge. */
const FARTHEST_KM = 10_000;
const NEAREST_KM = 0.1;

/** The picture; terms whose worth was not flown are left out. */
export function meteredPicture(metered: Metered): string {
  const { terms, alone, limitKm, from, to, recommended } = metered;
  const times = [alone?.tUseful, ...terms.map(({ worth }) => worth?.tUseful)];
  const known = times.filter((time): time is number => typeof time === 'number');
  const latestS = Math.ceil((Math.max(100, ...known) * 1.1) / 100) * 100;
  const y = (timeS: number | null): number =>
    TOP + ((HEIGHT - TOP - BOTTOM) * Math.min(timeS ?? latestS, latestS)) / latestS;
  const labels = terms.flatMap((one, i) => {
    if (one.worth === undefined) return [];
    const at = { x: across(one.nearestKm ?? FARTHEST_KM), y: y(one.worth.tUseful) };
    const time = one.worth.tUseful === null ? 'never' : `${one.worth.tUseful} s`;
    const number = String(i + 1);
    const fill = one.located ? '#b3261e' : '#1b6e3c';
    const ring = i === recommended ? ` stroke="#111" stroke-width="2.5"` : '';
    return [
      `<circle cx="${at.x}" cy="${at.y}" r="9" fill="${fill}"${ring}><title>${one.name}: ${time}</title></circle>`,
      `<text x="${at.x}" y="${at.y + 4}" fill="#fff" text-anchor="middle" font-size="11">${number}</text>`,
    ];
  });
  const legend = terms.map(
    (one, i) =>
      `<text x="${LEFT}" y="${HEIGHT + 24 + 18 * i}">${i + 1}  ${one.name}${i === recommended ? ' (recommended)' : ''}</text>`,
  );
  const height = HEIGHT + 40 + 18 * terms.length;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13" fill="#222">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="${LEFT}" y="28" font-size="16">What ${from} reveals, and what ${to} has of it</text>`,
    `<text x="${LEFT}" y="48">Right: radars better hidden. Up: useful warning earlier.</text>`,
    ...[0, 0.25, 0.5, 0.75, 1].map((part) => timeLine(Math.round(part * latestS), y)),
    ...[0.1, 1, 10, 100, 1000, FARTHEST_KM].map(distanceLine),
    `<line x1="${across(limitKm)}" x2="${across(limitKm)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" stroke="#b3261e" stroke-dasharray="6 4"/>`,
    `<text x="${across(limitKm) + 6}" y="${TOP + 14}" fill="#b3261e">limit ${limitKm} km</text>`,
    aloneLine(alone?.tUseful, y),
    ...labels,
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 24}" text-anchor="middle">nearest an attack comes to a radar, km (right edge: no attack puts one anywhere)</text>`,
    `<text transform="translate(24 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">useful region, s from lift-off</text>`,
    ...legend,
    '</svg>',
  ].join('\n')}\n`;
}

function across(km: number): number {
  const within = Math.min(FARTHEST_KM, Math.max(NEAREST_KM, km));
  const share = Math.log(within / NEAREST_KM) / Math.log(FARTHEST_KM / NEAREST_KM);
  return Math.round(LEFT + share * (WIDTH - LEFT - RIGHT));
}

function timeLine(timeS: number, y: (timeS: number) => number): string {
  const at = y(timeS);
  return (
    `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" stroke="#ddd"/>` +
    `<text x="${LEFT - 8}" y="${at + 4}" text-anchor="end">${timeS}</text>`
  );
}

function distanceLine(km: number): string {
  const at = across(km);
  return (
    `<line x1="${at}" x2="${at}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" stroke="#eee"/>` +
    `<text x="${at}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${km}</text>`
  );
}

function aloneLine(timeS: number | null | undefined, y: (timeS: number) => number): string {
  if (typeof timeS !== 'number') return '';
  const at = y(timeS);
  return (
    `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" stroke="#777" stroke-dasharray="2 3"/>` +
    `<text x="${LEFT + 6}" y="${at - 6}" fill="#555">without us</text>`
  );
}
