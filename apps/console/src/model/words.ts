// SPDX-License-Identifier: Apache-2.0
// Numbers as an officer reads them: UTC, ages, countdowns, degrees, kilometres. Thin spaces group
// digits, and a minus is a minus, not a hyphen.

import { degreesFromRadians, type Geodetic, type Instant, isoFromInstant } from '@isthmus/earth';

/** Keeps a number and its unit on one line. */
const GLUE = '\u00a0';

/** `09:04:52Z`. */
export function clockTime(at: Instant): string {
  return `${isoFromInstant(at).slice(11, 19)}Z`;
}

/** `2012-06-01`. */
export function date(at: Instant): string {
  return isoFromInstant(at).slice(0, 10);
}

/** A span of time in at most two units: `8 s`, `4 min 07 s`, `2 h 05 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}${GLUE}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}${GLUE}min${GLUE}${pad(whole % 60)}${GLUE}s`;
  return `${Math.floor(minutes / 60)}${GLUE}h${GLUE}${pad(minutes % 60)}${GLUE}min`;
}

/** Minutes and seconds to an instant, signed: `−12:31` before it, `+00:04` after. */
export function countdown(seconds: number): string {
  const whole = Math.round(Math.abs(seconds));
  const sign = seconds >= 0 ? '\u2212' : '+';
  return `${sign}${pad(Math.floor(whole / 60))}:${pad(whole % 60)}`;
}

/** `20.0° N 62.0° E`. */
export function place(point: Geodetic): string {
  const latitude = degreesFromRadians(point.latitudeRad);
  const longitude = degreesFromRadians(point.longitudeRad);
  const north = `${Math.abs(latitude).toFixed(1)}°${GLUE}${latitude < 0 ? 'S' : 'N'}`;
  return `${north} ${Math.abs(longitude).toFixed(1)}°${GLUE}${longitude < 0 ? 'W' : 'E'}`;
}

/** `321°`. */
export function bearing(radians: number): string {
  const degrees = Math.round(degreesFromRadians(radians));
  return `${String(((degrees % 360) + 360) % 360).padStart(3, '0')}°`;
}

/** Metres as kilometres: one decimal below 10 km, grouped digits above. */
export function kilometres(metres: number): string {
  const value = metres / 1000;
  return `${Math.abs(value) < 10 ? value.toFixed(1) : grouped(value)}${GLUE}km`;
}

/** `12 400 km²`, with two figures that mean something. */
export function squareKilometres(value: number): string {
  const size = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 2);
  return `${grouped(Math.round(value / size) * size)}${GLUE}km²`;
}

/** Digits in groups of three, by narrow spaces. */
export function grouped(value: number): string {
  const digits = String(Math.abs(Math.round(value)));
  const sign = value < 0 ? '\u2212' : '';
  return sign + digits.replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** The first letter in upper case: `west` as a name. */
export function titled(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
