// SPDX-License-Identifier: Apache-2.0
// Holds documents against the schema beside this file by libxml2: nothing of ours decides.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { validateXML } from 'xmllint-wasm';

const SCHEMA = readFileSync(fileURLToPath(new URL('./cap-1.2.xsd', import.meta.url)), 'utf8');

/** What libxml2 says against each of the documents; nothing for those that are valid. */
export async function complaintsOf(documents: readonly string[]): Promise<string[]> {
  const { errors } = await validateXML({
    xml: documents.map((contents, i) => ({ fileName: `message-${i}.xml`, contents })),
    schema: SCHEMA,
  });
  return errors.map(({ rawMessage }) => rawMessage);
}
