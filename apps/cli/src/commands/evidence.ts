// SPDX-License-Identifier: Apache-2.0
// `isthmus evidence check FILE --key VKEY[,VKEY]`: what a piece of evidence shows, for somebody who
// has public keys and nothing else of either side.

import { LedgerError } from '@isthmus/ledger';
import { type EvidenceVerdict, verifyEvidence } from '@isthmus/ledger/verify';
import { type NoteVerifier, parseVerifierKey, SealError } from '@isthmus/seal';
import { readArguments } from '../arguments.ts';
import { readText } from '../side/key-files.ts';
import { UserError } from '../user-error.ts';

const USAGE = 'usage: isthmus evidence check FILE --key VKEY[,VKEY] [--json]';

/** Exit code 0: proven. 1: nothing is proven, and why. 2: no evidence, or no key. */
export async function evidence(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { texts: ['key'], flags: ['json'] });
  const [verb, file, ...rest] = parsed.positionals;
  const key = parsed.text('key');
  if (verb !== 'check' || file === undefined || rest.length > 0 || key === undefined) {
    throw new UserError(USAGE);
  }
  const verdict = checked(file, await readText(file), key.split(',').map(verifierFrom));
  process.stdout.write(
    parsed.flag('json')
      ? `${JSON.stringify({ file, ...verdict })}\n`
      : `${verdict.verdict === 'proven' ? 'Proven' : 'Not proven'}. ${verdict.says}\n`,
  );
  return verdict.verdict === 'proven' ? 0 : 1;
}

function checked(file: string, text: string, keys: readonly NoteVerifier[]): EvidenceVerdict {
  try {
    return verifyEvidence(text, keys);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    throw new UserError(`${file}: ${error.message}`, { cause: error });
  }
}

function verifierFrom(text: string): NoteVerifier {
  try {
    return parseVerifierKey(text.trim());
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    throw new UserError(`--key: ${error.message}; expected name+id+key, as in a .pub file`, {
      cause: error,
    });
  }
}
