// SPDX-License-Identifier: Apache-2.0
// What an auditor's page needs: the verifier's door and a way to read keys. Bundled whole by
// browser-verify.test.ts.

export { checkInclusion, leafHash, verifyLedger } from '@isthmus/ledger/verify';
export { parseVerifierKey } from '@isthmus/seal';
