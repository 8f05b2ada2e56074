// SPDX-License-Identifier: Apache-2.0
// An agreement as a file, YAML or JSON, and its hash: what both sides sign.

import { type Agreement, canonicalAgreement, parseAgreement } from '@isthmus/release';
import { encodeHex, encodeText, sha256 } from '@isthmus/seal';
import { loadDocument, loadJson } from './documents.ts';

/** Reads an agreement. What is wrong is a `UserError` with file, line and field. */
export async function loadAgreement(file: string): Promise<Agreement> {
  return file.endsWith('.json')
    ? loadJson(file, parseAgreement)
    : loadDocument(file, parseAgreement);
}

/** SHA-256 of the canonical JSON, 64 hex digits. */
export function agreementHashOf(agreement: Agreement): string {
  return encodeHex(sha256(encodeText(canonicalAgreement(agreement))));
}
