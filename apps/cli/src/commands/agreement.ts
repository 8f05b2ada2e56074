// SPDX-License-Identifier: Apache-2.0
// `isthmus agreement show FILE`: the document in sentences, or as what is hashed. `check FILE…`: what it says and cannot
// mean. `diff OLD NEW`: what a new version gives and takes. `sign side.yaml FILE --out NOTE`: its hash
// under this side's key, beside the partner's signature where there is one. `compliance FILE --ledger
// FOLDER… --keys FOLDER…`: what was promised, and what was done.

import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Instant } from '@isthmus/earth';
import { joinAgreementNotes, NodeError, parseSide, signAgreement } from '@isthmus/node';
import {
  canonicalAgreement,
  checkAgreement,
  compareAgreements,
  describeAgreement,
  isDefect,
} from '@isthmus/release';
import { openSigner } from '@isthmus/seal/adapters';
import { agreementHashOf, loadAgreement } from '../agreement-file.ts';
import { changesText, findingsText, wordsText } from '../agreement-text.ts';
import { instantOf, readArguments } from '../arguments.ts';
import { compliance } from '../compliance/compliance.ts';
import { lineOfField, loadDocument, readText } from '../documents.ts';
import { readSideKeys } from '../side/key-files.ts';
import { linkLife } from '../side/open-side.ts';
import { UserError } from '../user-error.ts';

const USAGE = `usage: isthmus agreement show FILE [--json | --canonical]
       isthmus agreement check FILE… [--at INSTANT] [--json]
       isthmus agreement diff OLD NEW [--json]
       isthmus agreement sign side.yaml FILE --out NOTE [--with NOTE]
       isthmus agreement compliance FILE --ledger FOLDER… --keys FOLDER… [--json]`;

export async function agreement(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {
    texts: ['at', 'out', 'with'],
    lists: ['ledger', 'keys'],
    flags: ['json', 'canonical'],
  });
  const [verb, first, second, ...more] = parsed.positionals;
  const json = parsed.flag('json');
  if (verb === 'check' && first !== undefined) {
    return check(parsed.positionals.slice(1), { at: instantOf(parsed.text('at')), json });
  }
  if (more.length > 0) throw new UserError(USAGE);
  if (verb === 'compliance' && first !== undefined && second === undefined) {
    return compliance(first, { ledgers: parsed.list('ledger'), keys: parsed.list('keys'), json });
  }
  if (verb === 'show' && first !== undefined && second === undefined) {
    return show(first, { json, canonical: parsed.flag('canonical') });
  }
  if (verb === 'diff' && first !== undefined && second !== undefined) {
    return diff(first, second, json);
  }
  const out = parsed.text('out');
  if (verb === 'sign' && first !== undefined && second !== undefined && out !== undefined) {
    return sign({ config: first, file: second, out, other: parsed.text('with') });
  }
  throw new UserError(USAGE);
}

/** `canonical` prints exactly what is hashed, for a partner whose program reads no YAML. */
async function show(
  file: string,
  { json, canonical }: { readonly json: boolean; readonly canonical: boolean },
): Promise<number> {
  const document = await loadAgreement(file);
  if (canonical) {
    process.stdout.write(canonicalAgreement(document));
    return 0;
  }
  const words = describeAgreement(document);
  const hash = agreementHashOf(document);
  process.stdout.write(json ? `${JSON.stringify({ ...words, hash })}\n` : wordsText(words, hash));
  return 0;
}

/**
 * Exit code 1 where a document has a defect, 2 where one is no agreement; a gap is a choice, and is
 * told. One that is no agreement keeps no other from being looked at.
 */
async function check(
  files: readonly string[],
  ask: { readonly at: Instant; readonly json: boolean },
): Promise<number> {
  let code = 0;
  for (const file of files) {
    try {
      if (!(await isWell(file, ask))) code = Math.max(code, 1);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      process.stderr.write(`isthmus: ${error.message}\n`);
      code = 2;
    }
  }
  return code;
}

async function isWell(
  file: string,
  { at, json }: { readonly at: Instant; readonly json: boolean },
): Promise<boolean> {
  const findings = checkAgreement(await loadAgreement(file), at);
  const placed = await Promise.all(
    findings.map(async (one) => ({ ...one, line: await lineOfField(file, one.path) })),
  );
  process.stdout.write(
    json ? `${JSON.stringify({ file, findings: placed })}\n` : findingsText(file, placed),
  );
  return !findings.some(isDefect);
}

async function diff(before: string, after: string, json: boolean): Promise<number> {
  const changes = compareAgreements(await loadAgreement(before), await loadAgreement(after));
  process.stdout.write(json ? `${JSON.stringify({ changes })}\n` : changesText(changes));
  return 0;
}

/** Signs what `file` says; never writes over a note that is there. */
async function sign(ask: {
  readonly config: string;
  readonly file: string;
  readonly out: string;
  readonly other: string | undefined;
}): Promise<number> {
  const document = await loadDocument(ask.config, parseSide);
  const terms = await loadAgreement(ask.file);
  const { side, partner, mode } = document;
  if (![side, partner].every((party) => terms.parties.includes(party))) {
    throw new UserError(
      `${ask.file}: is between ${terms.parties.join(' and ')}; ${ask.config} is ${side} with ${partner}`,
    );
  }
  if (terms.mode !== mode) {
    throw new UserError(
      `${ask.file}: is for ${terms.mode}, ${ask.config} is ${mode}: they never mix`,
    );
  }
  const folder = resolve(dirname(resolve(ask.config)), document.keys);
  const keys = await readSideKeys(folder, linkLife(document));
  const hash = agreementHashOf(terms);
  const own = await signAgreement(hash, [openSigner(keys.agreement)]);
  const note = ask.other === undefined ? own : await joined(ask.other, own, hash);
  await writeNew(ask.out, note);
  process.stdout.write(
    `Signed ${terms.name}, version ${terms.version}, hash ${hash}: ${ask.out}\n`,
  );
  return 0;
}

async function joined(file: string, own: string, hash: string): Promise<string> {
  const other = await readText(file);
  try {
    return joinAgreementNotes([other, own], hash);
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    throw new UserError(`${file}: ${error.message}`, { cause: error });
  }
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === 'EEXIST' ? 'is there already; name another file' : `cannot be written (${code})`;
    throw new UserError(`${file}: ${why}`, { cause: error });
  }
}
