// SPDX-License-Identifier: Apache-2.0
// The one source of randomness: a seeded generator that can be forked by label, so that adding a
// draw in one place changes nothing elsewhere. Not for keys or salts: those come from `seal`.

import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded stream of random numbers. It has a state: share it only where order is fixed. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  readonly uniform: () => number;
  /** Standard normal (Marsaglia polar method). */
  readonly normal: () => number;
  /** Uniform integer in [0, bound), 1 <= bound <= 2^32. */
  readonly integer: (bound: number) => number;
  /** Poisson draw of the given mean, mean >= 0. */
  readonly poisson: (mean: number) => number;
  /** True with probability `numerator / denominator`. */
  readonly chance: (numerator: number, denominator: number) => boolean;
  /** An independent stream that depends on the seed and the label alone, not on draws made. */
  readonly fork: (label: string) => Random;
}

/** Creates the stream of a seed; equal seeds give equal streams on every machine. */
export function createRandom(seed: number | string): Random {
  const text = String(seed);
  const generator = xoroshiro128plus(fnv1a(text));
  let spare: number | undefined;
  const word = (): number => generator.next() >>> 0;
  const uniform = (): number => ((word() >>> 5) * 67108864 + (word() >>> 6)) / 9007199254740992;
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const factor = Math.sqrt((-2 * Math.log(s)) / s);
        spare = v * factor;
        return u * factor;
      }
    }
  };
  return {
    uniform,
    normal,
    integer: (bound) => Math.floor(uniform() * bound),
    poisson: (mean) => poisson(mean, uniform, normal),
    chance: (numerator, denominator) => uniform() * denominator < numerator,
    fork: (label) => createRandom(`${text}/${label}`),
  };
}

function poisson(mean: number, uniform: () => number, normal: () => number): number {
  // Above 60 the normal approximation is within the accuracy any sampler here needs.
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = uniform(); product > limit; product *= uniform()) count += 1;
  return count;
}

/** FNV-1a, 32 bits, with a final avalanche so that labels that differ in one letter differ in all bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return hash | 0;
}
