// SPDX-License-Identifier: Apache-2.0
// The report for machines is what its published schema says.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportJson } from '@isthmus/audit';
import { Errors } from 'typebox/schema';
import { afterAll, expect, test } from 'vitest';
import { writeLink } from '../../../../tests/program/audit-fixture.ts';
import { auditOf } from '../commands/audit.ts';
import { ROOT } from '../repository.ts';

const root = mkdtempSync(join(tmpdir(), 'isthmus-audit-schema-'));
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

test('the JSON of a report is what schemas/audit.schema.json says', async () => {
  await writeLink(root, 2);
  const report = await auditOf({
    folders: ['west-out', 'east-out'].map((name) => join(root, name)),
    keys: ['west', 'east'].map((side) => join(root, 'keys', side)),
    agreement: null,
    decisions: [join(root, 'decisions.ndjson')],
    known: [],
  });
  const value = JSON.parse([...reportJson(report)].join('')) as Record<string, unknown>;
  const file = join(ROOT, 'schemas/audit.schema.json');
  const schema = JSON.parse(readFileSync(file, 'utf8')) as Parameters<typeof Errors>[0];
  expect(Errors(schema, value)[1]).toEqual([]);
  const [isSpoilt] = Errors(schema, { ...value, inOrder: 'yes' });
  expect(isSpoilt).toBe(false);
});
