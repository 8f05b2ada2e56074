// SPDX-License-Identifier: Apache-2.0
// The chi-square distribution, for bands of consistency and for gates: the regularised incomplete
// gamma function by its series or its continued fraction (Abramowitz & Stegun 6.5.29 and 6.5.31, the
// latter evaluated as Lentz does), and its inverse by bracketed Newton steps.

/** Terms after which series and fraction have long converged for any degrees of freedom used. */
const TERMS_MAX = 100_000;
const NEWTON_STEPS_MAX = 100;
const EPSILON = 1e-16;

/**
 * Probability that a chi-square variable of `degrees` is at most `value`; good to 1e-12.
 *
 * @param degrees of freedom, > 0, up to some hundred thousands (runs x states).
 */
export function chiSquareProbability(value: number, degrees: number): number {
  return value <= 0 ? 0 : gammaLower(degrees / 2, value / 2);
}

/**
 * The value a chi-square variable of `degrees` stays below with `probability`.
 *
 * @param probability 0 < probability < 1
 */
export function chiSquareQuantile(probability: number, degrees: number): number {
  let low = 0;
  let high = degrees + 10 * Math.sqrt(2 * degrees);
  while (chiSquareProbability(high, degrees) < probability) high *= 2;
  const half = degrees / 2;
  const logScale = half * Math.log(2) + logGamma(half);
  let value = degrees;
  for (let i = 0; i < NEWTON_STEPS_MAX; i += 1) {
    const miss = chiSquareProbability(value, degrees) - probability;
    if (miss > 0) high = value;
    else low = value;
    const density = Math.exp((half - 1) * Math.log(value) - value / 2 - logScale);
    const newton = value - miss / density;
    // A step out of the bracket is no step of Newton's: halve instead.
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    const moved = Math.abs(next - value);
    value = next;
    if (moved <= 1e-14 * value) break;
  }
  return value;
}

/** The regularised lower incomplete gamma function P(shape, x), shape > 0, x > 0. */
function gammaLower(shape: number, x: number): number {
  const logFront = shape * Math.log(x) - x - logGamma(shape);
  if (x < shape + 1) {
    let term = 1 / shape;
    let sum = term;
    for (let n = 1; n < TERMS_MAX && term > sum * EPSILON; n += 1) {
      term *= x / (shape + n);
      sum += term;
    }
    return sum * Math.exp(logFront);
  }
  return 1 - upperFraction(shape, x) * Math.exp(logFront);
}

/** Continued fraction of the upper function, without its front factor. */
function upperFraction(shape: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - shape;
  let c = 1 / tiny;
  let d = 1 / b;
  let product = d;
  for (let n = 1; n < TERMS_MAX; n += 1) {
    const a = -n * (n - shape);
    b += 2;
    d = 1 / nonZero(a * d + b, tiny);
    c = nonZero(b + a / c, tiny);
    const factor = d * c;
    product *= factor;
    if (Math.abs(factor - 1) < EPSILON) break;
  }
  return product;
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/** ln Γ(x), x > 0: Stirling's series from 15 on, recurrence below. */
function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 15; at += 1) shift += Math.log(at);
  const inverse = 1 / at;
  const square = inverse * inverse;
  const series =
    inverse *
    (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
