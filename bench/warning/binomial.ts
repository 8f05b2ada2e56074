// SPDX-License-Identifier: Apache-2.0
// The exact interval of a share that was counted (Clopper & Pearson, Biometrika 26, 1934): the shares
// under which a count as low, or as high, would still come up once in forty. Found by halving on the
// binomial tail itself, summed in logarithms, so that no approximation stands between.

export interface Share {
  readonly covered: number;
  readonly of: number;
  /** Null where nothing was counted. */
  readonly share: number | null;
  /** 95 %, exact. */
  readonly low: number;
  readonly high: number;
}

const TAIL = 0.025;

/** The share of `covered` among `of` with its exact 95 % interval. */
export function shareOf(covered: number, of: number): Share {
  return {
    covered,
    of,
    share: of === 0 ? null : covered / of,
    low: covered === 0 ? 0 : bisect((p) => 1 - atMost(covered - 1, of, p) < TAIL),
    high: covered === of ? 1 : bisect((p) => atMost(covered, of, p) > TAIL),
  };
}

/** The end of the shares from 0 on for which `holds`, which it does up to some share and not beyond. */
function bisect(holds: (share: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 50; i += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Probability of at most `k` successes in `n`, each of probability `p`, 0 < p < 1. */
function atMost(k: number, n: number, p: number): number {
  const [logP, logQ] = [Math.log(p), Math.log1p(-p)];
  let logTerm = n * logQ;
  let sum = Math.exp(logTerm);
  for (let i = 1; i <= k; i += 1) {
    logTerm += Math.log((n - i + 1) / i) + logP - logQ;
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
}
