// SPDX-License-Identifier: Apache-2.0
// `isthmus evidence event LEDGER --event ID …`: the evidence of one event, for a court say, with nothing
// else of either side in it. `evidence check FILE`: what that or a piece of evidence that a node kept
// shows, for somebody who has public keys and nothing else.

import { writeFile } from 'node:fs/promises';
import {
  type EventVerdict,
  formatEventPackage,
  isEventPackage,
  verifyEventPackage,
} from '@isthmus/audit';
import { readEvent } from '@isthmus/audit/adapters';
import { isoFromInstant } from '@isthmus/earth';
import { LedgerError, type LogKey } from '@isthmus/ledger';
import { verifyEvidence } from '@isthmus/ledger/verify';
import { canonicalAgreement } from '@isthmus/release';
import { parseVerifierKey, SealError } from '@isthmus/seal';
import { agreementHashOf, loadAgreement } from '../agreement-file.ts';
import { type ParsedArguments, readArguments } from '../arguments.ts';
import { groupCopies } from '../audit/group-copies.ts';
import { readParties } from '../audit/read-parties.ts';
import { readText } from '../side/key-files.ts';
import { UserError } from '../user-error.ts';

const USAGE = `usage: isthmus evidence event LEDGER --event ID --agreement FILE [--note FILE] --keys FOLDER… --out FILE [--json]
       isthmus evidence check FILE --key VKEY[,VKEY]|--keys FOLDER… [--json]`;

export async function evidence(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {
    texts: ['key', 'event', 'agreement', 'note', 'out'],
    lists: ['keys'],
    flags: ['json'],
  });
  const [verb, file, ...rest] = parsed.positionals;
  if (file === undefined || rest.length > 0) throw new UserError(USAGE);
  if (verb === 'check') return check(file, parsed);
  if (verb === 'event') return event(file, parsed);
  throw new UserError(USAGE);
}

/** Exit code 0: proven. 1: nothing is proven, and why. 2: no evidence, or no key. */
async function check(file: string, parsed: ParsedArguments): Promise<number> {
  const keys = await keysFrom(parsed);
  const text = await readText(file);
  const json = parsed.flag('json');
  if (isEventPackage(text)) {
    const verdict = verifyEventPackage(text, keys);
    process.stdout.write(json ? `${JSON.stringify({ file, ...verdict })}\n` : eventText(verdict));
    return verdict.proven ? 0 : 1;
  }
  try {
    const verdict = verifyEvidence(text, keys);
    const isProven = verdict.verdict === 'proven';
    process.stdout.write(
      json
        ? `${JSON.stringify({ file, ...verdict })}\n`
        : `${isProven ? 'Proven' : 'Not proven'}. ${verdict.says}\n`,
    );
    return isProven ? 0 : 1;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    throw new UserError(`${file}: ${error.message}`, { cause: error });
  }
}

function eventText({
  proven,
  says,
  entries,
  receiptedAtS,
  agreementSignedBy,
}: EventVerdict): string {
  if (!proven) return `Not proven: ${says}.\n`;
  const receipt =
    receiptedAtS === null
      ? 'No receipt that could be checked.'
      : `Receipted by the partner at ${new Date(receiptedAtS * 1000).toISOString()} by its clock.`;
  const signed =
    agreementSignedBy.length === 0
      ? 'No signature of the agreement that could be checked.'
      : `The agreement is signed by ${agreementSignedBy.join(' and ')}.`;
  const lines = entries.map(
    ({ index, at, clause, item }) =>
      `  entry ${index}: ${isoFromInstant(at)} ${item.kind} under ${clause}`,
  );
  return [`Proven: ${says}.`, receipt, signed, ...lines, ''].join('\n');
}

/** Exit code 1: the copy does not hold, or knows no such event. */
async function event(folder: string, parsed: ParsedArguments): Promise<number> {
  const [id, file, out] = [parsed.text('event'), parsed.text('agreement'), parsed.text('out')];
  if (id === undefined || file === undefined || out === undefined) throw new UserError(USAGE);
  const { registers } = await readParties(parsed.list('keys'));
  const { logs } = await groupCopies({ folders: [folder], known: [] }, registers, false);
  const [log] = logs;
  const [copy] = log?.copies ?? [];
  if (log === undefined || copy === undefined) throw new UserError(USAGE);
  const found = await readEvent(copy, log.origin, log, id);
  const [finding] = found.findings;
  if (finding !== undefined) {
    process.stderr.write(`${folder} does not hold: ${finding.says}; see isthmus audit\n`);
    return 1;
  }
  if (found.entries.length === 0) {
    process.stderr.write(
      `${folder}: nothing in it is of event ${id}; isthmus audit --json lists events\n`,
    );
    return 1;
  }
  const agreement = await loadAgreement(file);
  const hash = agreementHashOf(agreement);
  if (found.agreements.some((one) => one !== hash)) {
    throw new UserError(
      `${file}: has the hash ${hash}; the event went under ${found.agreements.join(' and ')}`,
    );
  }
  const noteFile = parsed.text('note');
  const text = formatEventPackage({
    event: id,
    checkpoint: found.checkpoint,
    entries: found.entries,
    agreement: canonicalAgreement(agreement),
    agreementNote: noteFile === undefined ? null : await readText(noteFile),
  });
  // What cannot be verified is not handed out; whoever made it would learn so from the court.
  const verdict = verifyEventPackage(text, await keysFrom(parsed));
  if (!verdict.proven) throw new UserError(`${noteFile ?? folder}: ${verdict.says}`);
  await writeNew(out, text);
  process.stdout.write(
    parsed.flag('json') ? `${JSON.stringify({ out, ...verdict })}\n` : `${out}: ${verdict.says}\n`,
  );
  return 0;
}

/** Keys by their text, or all of the registers of folders. */
async function keysFrom(parsed: ParsedArguments): Promise<readonly LogKey[]> {
  const named = parsed.text('key')?.split(',').map(verifierFrom) ?? [];
  const { registers, findings } = await readParties(parsed.list('keys'));
  const [finding] = findings;
  if (finding !== undefined)
    throw new UserError(`${finding.folder}/${finding.file}: ${finding.says}`);
  const keys = [...named, ...registers.flatMap((register) => register.keys)];
  if (keys.length === 0) throw new UserError(USAGE);
  return keys;
}

function verifierFrom(text: string): LogKey {
  try {
    return parseVerifierKey(text.trim());
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    throw new UserError(`--key: ${error.message}; expected name+id+key, as in a .pub file`, {
      cause: error,
    });
  }
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const why =
      code === 'EEXIST' ? 'is there already; name another file' : `cannot be written (${code})`;
    throw new UserError(`${file}: ${why}`, { cause: error });
  }
}
