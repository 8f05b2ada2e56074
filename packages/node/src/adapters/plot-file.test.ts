// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instant } from '@isthmus/earth';
import type { Plot } from '@isthmus/picture';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPlotFile, readPlotFile } from './plot-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PLOT =
  '{"kind":"infrared","id":0,"sensor":"i1","time":1,"arrival":2,"eastRad":0.1,"northRad":0.1}\n';

test('bytes that are no UTF-8 are refused as plots, with file and place', async () => {
  const file = join(folder, 'plots.ndjson');
  writeFileSync(file, Buffer.concat([Buffer.from(PLOT), Buffer.from([0xff, 0x0a])]));
  const source = await openPlotFile(file);
  const taking = source.take(0, instant(9));
  await expect(taking).rejects.toMatchObject({ name: 'NodeError', code: 'plots-invalid' });
  await expect(source.take(0, instant(9))).rejects.toThrow(`${file}: not UTF-8 text, at byte 0`);
  await source.close();
});

test('a line beyond the bound is refused, named, before all of the file is read', async () => {
  const file = join(folder, 'plots.ndjson');
  writeFileSync(file, `${PLOT}${' '.repeat(4_000_000)}`);
  const source = await openPlotFile(file);
  const before = process.memoryUsage().arrayBuffers;
  await expect(source.take(0, instant(9))).rejects.toMatchObject({
    code: 'plots-invalid',
    message: expect.stringContaining(`${file}:2: a line of more than 16384 characters`) as string,
  });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2_000_000);
  await source.close();
});

test('a line as long as the bound is a line', async () => {
  const file = join(folder, 'plots.ndjson');
  writeFileSync(file, PLOT.replace('}', `${' '.repeat(16_384 - PLOT.length + 1)}}`));
  const source = await openPlotFile(file);
  expect(await source.take(0, instant(9))).toHaveLength(1);
  await source.close();
});

async function plotsOf(file: string): Promise<Plot[]> {
  const plots: Plot[] = [];
  for await (const plot of readPlotFile(file)) plots.push(plot);
  return plots;
}

test('a whole file ends with its last line, whether or not a line feed ends that', async () => {
  const file = join(folder, 'plots.ndjson');
  const second = PLOT.replace('"id":0', '"id":1');
  for (const text of [PLOT + second, PLOT + second.trimEnd()]) {
    writeFileSync(file, text);
    expect((await plotsOf(file)).map(({ id }) => id)).toEqual([0, 1]);
  }
  writeFileSync(file, `${PLOT}{"kind":"radar"}`);
  await expect(plotsOf(file)).rejects.toThrow(`${file}:2: `);
});

test('what a sensor says of itself has its place in the count of plots, and is none of them', async () => {
  const file = join(folder, 'plots.ndjson');
  const state = '{"kind":"state","id":1,"sensor":"i1","time":2,"arrival":3,"state":"working"}\n';
  writeFileSync(file, PLOT + state);
  const source = await openPlotFile(file);
  expect((await source.take(0, instant(9))).map(({ kind }) => kind)).toEqual(['infrared', 'state']);
  await source.close();
  expect((await plotsOf(file)).map(({ id }) => id)).toEqual([0]);
  writeFileSync(file, state.replace('"working"', '"idle"'));
  await expect(plotsOf(file)).rejects.toThrow(`${file}:1: state: `);
});

test.each([
  [PLOT.replace('"northRad":0.1', '"northRad":9'), 'northRad: must be <= 1.57'],
  [PLOT.replace('"id":0', '"id":-1'), 'id: must be >= 0'],
  [PLOT.replace('"infrared"', '"sonar"'), 'kind: is no plot of kind radar or infrared'],
  [PLOT.replace('"id":0,', ''), 'the line: must have required properties id'],
  [PLOT.replace('"id":0', '"id":0,"colour":1'), 'the line: must not have additional properties'],
  ['7\n', 'kind: is no plot of kind radar or infrared'],
  ['null\n', 'kind: is no plot of kind radar or infrared'],
])('what is wrong with %s is told by the field of its own kind', async (line, message) => {
  const file = join(folder, 'plots.ndjson');
  writeFileSync(file, line);
  await expect(plotsOf(file)).rejects.toThrow(`${file}:1: ${message}`);
});
