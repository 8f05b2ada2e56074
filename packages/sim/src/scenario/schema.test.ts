// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { scenarioSchema } from './schema.ts';

// Regenerate with: UPDATE_SCHEMAS=1 vitest run --project unit packages/sim/src/scenario/schema
test('the published JSON Schema is the one the loader uses', () => {
  const file = new URL('../../../../schemas/scenario.schema.json', import.meta.url);
  const generated = `${JSON.stringify(scenarioSchema, null, 2)}\n`;
  if (process.env['UPDATE_SCHEMAS'] === '1') writeFileSync(file, generated);
  // Compared as values: the formatter may lay the file out anew.
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(generated));
});
