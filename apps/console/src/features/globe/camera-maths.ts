// SPDX-License-Identifier: Apache-2.0
// From a stretch of ground to the height of the camera that sees it whole, and back. The Earth is
// taken as a sphere here: a camera need not be exact.

const EARTH_RADIUS_M = 6_371_000;
const RADIANS = Math.PI / 180;

/** Nearest and farthest that the camera comes to what it looks at. */
export const MIN_RANGE_M = 100_000;
export const MAX_RANGE_M = 30_000_000;

/** Room left around what must fit. */
const MARGIN = 1.06;

/** Below the first span the camera leans; above the second it looks straight down. */
const LEANING_SPAN_M = 4_000_000;
const UPRIGHT_SPAN_M = 11_000_000;
const LEANING_RAD = 58 * RADIANS;
const UPRIGHT_RAD = 90 * RADIANS;

/** Half the angle of view across the shorter side, when `longFovRad` is that across the longer. */
export function halfShortAngleRad(longFovRad: number, widthPx: number, heightPx: number): number {
  const long = Math.max(widthPx, heightPx, 1);
  const short = Math.max(Math.min(widthPx, heightPx), 1);
  return Math.atan((Math.tan(longFovRad / 2) * short) / long);
}

/** Metres from the camera to the point it looks at, so that `spanM` of ground fits. */
export function rangeForSpan(spanM: number, halfAngleRad: number): number {
  return clampRange(unclampedRange(spanM, halfAngleRad));
}

/** Inverse of `rangeForSpan` within its limits. */
export function spanForRange(rangeM: number, halfAngleRad: number): number {
  let low = 1_000;
  let high = 2 * Math.PI * EARTH_RADIUS_M;
  for (let step = 0; step < 48; step += 1) {
    const middle = (low + high) / 2;
    if (unclampedRange(middle, halfAngleRad) < rangeM) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** How far below the horizon the camera looks, radians: leaning close by, upright from afar. */
export function tiltForSpan(spanM: number): number {
  const share = (spanM - LEANING_SPAN_M) / (UPRIGHT_SPAN_M - LEANING_SPAN_M);
  const eased = smooth(Math.min(Math.max(share, 0), 1));
  return LEANING_RAD + (UPRIGHT_RAD - LEANING_RAD) * eased;
}

export function clampRange(rangeM: number): number {
  return Math.min(Math.max(rangeM, MIN_RANGE_M), MAX_RANGE_M);
}

/**
 * A point at the angle `half` from the one below the camera is seen under the half angle of view
 * when the camera stands this high. Past the horizon nothing more comes into view, so from there
 * on the whole Earth is shown, with a little more room for a larger span.
 */
function unclampedRange(spanM: number, halfAngleRad: number): number {
  const half = spanM / 2 / EARTH_RADIUS_M;
  const horizon = Math.PI / 2 - halfAngleRad;
  if (half < horizon) {
    const over = Math.sin(half) / Math.tan(halfAngleRad) - (1 - Math.cos(half));
    return EARTH_RADIUS_M * over * MARGIN;
  }
  const whole = EARTH_RADIUS_M * (1 / Math.sin(halfAngleRad) - 1) * MARGIN;
  return whole * (1 + (0.3 * (half - horizon)) / Math.PI);
}

function smooth(share: number): number {
  return share * share * (3 - 2 * share);
}
