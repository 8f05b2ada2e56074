// SPDX-License-Identifier: Apache-2.0
// The worked examples run, what they print bears out what they teach, and the plots the pages show
// are the ones they draw. A picture that differs: npm run examples, and look at it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../apps/cli/src/repository.ts';
import { EXAMPLES, plotFile, runExample } from '../../tools/examples.ts';

const ran = new Map<string, ReturnType<typeof runExample>>();

/** What an example gave, run once. */
function example(name: (typeof EXAMPLES)[number]): ReturnType<typeof runExample> {
  const result = ran.get(name) ?? runExample(name);
  ran.set(name, result);
  return result;
}

/** Cells of the printed table, columns by their heads, rows by their first cell. */
function tableOf(name: (typeof EXAMPLES)[number]): Map<string, ReadonlyMap<string, string>> {
  const [heads = [], ...rows] = example(name)
    .said.split('\n')
    .filter((line) => line.includes('   '))
    .map((line) => line.trim().split(/ {3,}/));
  return new Map(
    rows.map((row) => [row[0] ?? '', new Map(row.map((cell, i) => [heads[i] ?? '', cell]))]),
  );
}

function number(row: ReadonlyMap<string, string> | undefined, head: string): number {
  const value = Number(row?.get(head));
  expect(value, `${head} of ${[...(row ?? [])].join('; ')}`).not.toBeNaN();
  return value;
}

/** Whether 1 lies in the interval of the mean: the covariances are what the errors are. */
function isHonest(row: ReadonlyMap<string, string> | undefined): boolean {
  return number(row, 'from') <= 1 && number(row, 'to (95 %)') >= 1;
}

describe('the worked examples', () => {
  test('one radar: whoever linearises where the truth is comes to the bound, and says so honestly', () => {
    const table = tableOf('one-radar');
    for (const method of ['iterated, last look', 'smoother, first look', 'batch fit, first look']) {
      const row = table.get(method);
      expect(number(row, 'RMSE m') / number(row, 'bound m'), method).toBeGreaterThan(0.9);
      expect(number(row, 'RMSE m') / number(row, 'bound m'), method).toBeLessThan(1.1);
      expect(isHonest(row), method).toBe(true);
    }
    const once = table.get('filter, last look');
    expect(number(once, 'RMSE m') / number(once, 'bound m')).toBeGreaterThan(1.1);
    expect(number(once, 'from')).toBeGreaterThan(1);
    // Two ways to one answer: the smoother's first state is the batch fit.
    const [smoother, batch] = [
      table.get('smoother, first look'),
      table.get('batch fit, first look'),
    ];
    expect(number(smoother, 'RMSE m') / number(batch, 'RMSE m')).toBeCloseTo(1, 2);
  });

  test('two radars: tracklets are worth the pooled looks, naive fusion is over-confident, intersection is not', () => {
    const table = tableOf('two-radars');
    const rmse = (method: string): number => number(table.get(method), 'RMSE at the end m');
    expect(rmse('tracklets') / rmse('pooled')).toBeCloseTo(1, 2);
    expect(number(table.get('tracklets'), 'ANEES')).toBeCloseTo(
      number(table.get('pooled'), 'ANEES'),
      1,
    );
    for (const method of ['alone', 'tracklets', 'pooled']) {
      expect(isHonest(table.get(method)), method).toBe(true);
    }
    expect(number(table.get('naive'), 'from')).toBeGreaterThan(1.5);
    expect(rmse('naive')).toBeGreaterThan(rmse('tracklets'));
    expect(number(table.get('intersection'), 'to (95 %)')).toBeLessThan(1);
    expect(rmse('intersection')).toBeLessThan(rmse('alone'));
  });

  test('air picture: all aircraft are found among nine times as many false plots, none is made up', () => {
    const table = tableOf('air-picture');
    for (const scan of ['9', '19', '39', '59']) {
      const row = table.get(scan);
      expect(number(row, 'missed'), scan).toBeLessThanOrEqual(1);
      expect(number(row, 'false'), scan).toBeLessThanOrEqual(1);
      expect(number(row, 'GOSPA m') * 10, scan).toBeLessThan(number(row, 'GOSPA of raw plots m'));
    }
    // Thirty aircraft at one plot's error each would be 30^½ · 2^½ · 100 m = 775 m: tracks are better.
    expect(number(table.get('59'), 'GOSPA m')).toBeLessThan(600);
  });

  test('launch to impact: no region before a radar saw it coast, then one that holds and shrinks', () => {
    const table = tableOf('launch-to-impact');
    const burning = ['50', '100', '150'].map((t) => table.get(t)?.get('impact region km²'));
    expect(new Set(burning)).toEqual(new Set(['still powered']));
    expect(number(table.get('150'), 'launch point off km')).toBeLessThan(10);
    for (const t of ['275', '300', '400', '600', '1000']) {
      const row = table.get(t);
      expect([row?.get('warning'), row?.get('rests on')], t).toEqual([
        'confirmed',
        'dual-phenomenology',
      ]);
    }
    const area = (t: string): number => number(table.get(t), 'impact region km²');
    expect(area('400')).toBeLessThan(area('275') / 2);
    expect(area('1000')).toBeLessThan(300);
    expect(number(table.get('1000'), 'its centre off km')).toBeLessThan(5);
    const [, held, all] = /held the true point in (\d+) of (\d+) seconds/.exec(
      example('launch-to-impact').said,
    ) ?? ['', '0', '1'];
    expect(Number(held) / Number(all)).toBeGreaterThan(0.9);
  });

  // Sines, roots and logarithms are V8's own, in software, so that the figures are the same on every
  // machine of one Node; and coordinates are rounded to a tenth of a pixel.
  test.each(EXAMPLES)('the plot of %s in docs is the one it draws, to the byte', (name) => {
    expect(readFileSync(plotFile(name), 'utf8')).toBe(example(name).svg);
  });

  test('each plot has words for who cannot see it, and colours for a dark page', () => {
    for (const name of EXAMPLES) {
      const { svg } = example(name);
      expect(svg).toMatch(/role="img" aria-labelledby="title description"/);
      expect(/<desc id="description">(.+)<\/desc>/.exec(svg)?.[1]?.length ?? 0).toBeGreaterThan(80);
      expect(svg).toContain('prefers-color-scheme:dark');
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  test('every example is run here, and each is told in the README of the folder', () => {
    const readme = readFileSync(join(ROOT, 'examples/README.md'), 'utf8');
    const sources = readdirSync(join(ROOT, 'examples')).filter((file) => file.endsWith('.ts'));
    const programs = sources.filter((file) => {
      const text = readFileSync(join(ROOT, 'examples', file), 'utf8');
      return text.includes('node --conditions=isthmus-source examples/');
    });
    expect(programs.toSorted()).toEqual(EXAMPLES.map((name) => `${name}.ts`).toSorted());
    for (const name of EXAMPLES) expect(readme).toContain(`(${name}.ts)`);
  });
});
