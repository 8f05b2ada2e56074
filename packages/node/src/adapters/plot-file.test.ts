// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instant } from '@isthmus/earth';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPlotFile } from './plot-file.ts';

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
