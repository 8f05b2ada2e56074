// SPDX-License-Identifier: Apache-2.0
// Controls for targets, by Newton's method with difference quotients and damped strides: straight,
// or with the targets moved bit by bit from what is reached already (a continuation).

/** What is sought: targets, what a set of controls makes of them, and which controls are free. */
export interface Search {
  readonly free: readonly number[];
  readonly targets: readonly number[];
  /** Of each target: how near is near enough. */
  readonly units: readonly number[];
  /** Of every control: step of the difference quotient, and the longest stride. */
  readonly steps: readonly number[];
  readonly strides: readonly number[];
  readonly outcomeOf: (x: readonly number[]) => number[];
}

/** Rounds of a search that begins far away, and of one that begins beside its end. */
const ROUNDS_MAX = 40;
const ROUNDS_NEAR_MAX = 12;
/** Parts of the way that a slow approach may fall to. */
const SMALLEST_PART = 1 / 256;
/** Controls that meet `targets`, from `start`; null when the search leads nowhere. */
export function approach(
  search: Search,
  start: readonly number[],
  targets: readonly number[],
  roundsMax = ROUNDS_MAX,
): readonly number[] | null {
  const { free, units } = search;
  // In units of the tolerance, so that one norm fits all.
  const missOf = (at: readonly number[]): number[] =>
    search.outcomeOf(at).map((v, k) => (v - (targets[k] as number)) / (units[k] as number));
  let x = start;
  for (let round = 0; round < roundsMax; round += 1) {
    const miss = missOf(x);
    if (!miss.every(Number.isFinite)) return null;
    if (Math.max(...miss.map(Math.abs)) < 1) return x;
    const jacobian = free.map((i) => {
      const step = search.steps[i] as number;
      const moved = missOf(x.with(i, (x[i] as number) + step));
      return moved.map((m, k) => (m - (miss[k] as number)) / step);
    });
    const change = solveLinear(jacobian, miss);
    // A damped step: the first guess may be far, and a rocket that never leaves has no gradient.
    const shares = change.map(
      (c, k) => (search.strides[free[k] as number] as number) / Math.abs(c),
    );
    const share = Math.min(1, ...shares);
    free.forEach((i, k) => {
      x = x.with(i, (x[i] as number) - share * (change[k] as number));
    });
  }
  return null;
}

/** Goes from what `start` reaches to the plan's targets, in parts as large as succeed. */
export function approachSlowly(search: Search, start: readonly number[]): readonly number[] | null {
  const from = search.outcomeOf(start);
  let x = start;
  let done = 0;
  for (let part = 1 / 8; part >= SMALLEST_PART; ) {
    const share = Math.min(1, done + part);
    const targets = search.targets.map((t, k) => {
      const f = from[k] as number;
      return share === 1 ? t : f + share * (t - f);
    });
    const next = approach(search, x, targets, ROUNDS_NEAR_MAX);
    if (next === null) {
      part /= 2;
      continue;
    }
    if (share === 1) return next;
    x = next;
    done = share;
    part *= 1.5;
  }
  return null;
}

/** Solves sum_i change_i · columns_i = miss by elimination with pivoting. */
function solveLinear(columns: readonly (readonly number[])[], miss: readonly number[]): number[] {
  const n = miss.length;
  const rows = miss.map((m, r) => [...columns.map((column) => column[r] as number), m]);
  for (let k = 0; k < n; k += 1) {
    let pivot = k;
    for (let r = k + 1; r < n; r += 1) {
      if (Math.abs(rows[r]?.[k] as number) > Math.abs(rows[pivot]?.[k] as number)) pivot = r;
    }
    [rows[k], rows[pivot]] = [rows[pivot] as number[], rows[k] as number[]];
    const head = rows[k] as number[];
    for (let r = 0; r < n; r += 1) {
      if (r === k) continue;
      const row = rows[r] as number[];
      const factor = (row[k] as number) / (head[k] as number);
      for (let c = k; c <= n; c += 1) row[c] = (row[c] as number) - factor * (head[c] as number);
    }
  }
  return rows.map((row, k) => (row[n] as number) / (row[k] as number));
}
