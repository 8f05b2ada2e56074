// SPDX-License-Identifier: Apache-2.0
// `isthmus pair side.yaml FOLDER`: takes over what the partner handed over, after two people have
// compared its fingerprint over another way than the files came.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseSide } from '@isthmus/node';
import { fingerprint } from '@isthmus/seal';
import { readArguments } from '../arguments.ts';
import { loadDocument } from '../documents.ts';
import { REGISTER_FILE, readIdentity, readRegister, writeRegister } from '../side/key-files.ts';
import { asPartner, linkLife } from '../side/open-side.ts';
import { UserError } from '../user-error.ts';

const USAGE =
  'usage: isthmus pair side.yaml FOLDER [--fingerprint "XXXX XXXX …"] [--json]   FOLDER holds the partner’s identity.pub and register.note';

export async function pair(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { texts: ['fingerprint'], flags: ['json'] });
  const [config, from, ...rest] = parsed.positionals;
  if (config === undefined || from === undefined || rest.length > 0) throw new UserError(USAGE);
  const document = await loadDocument(config, parseSide);
  const path = (name: string): string => resolve(dirname(resolve(config)), name);
  const identity = await readIdentity(from);
  const register = await readRegister(from, asPartner(linkLife(document)));
  const own = fingerprint(await readIdentity(path(document.keys)));
  const theirs = fingerprint(identity);
  const place = path(document.partnerKeys);
  await refuseAnother(place, theirs);
  const heard = parsed.text('fingerprint');
  if (heard !== undefined && hexOf(heard) !== hexOf(theirs)) {
    throw new UserError(
      `${from}: has the fingerprint\n  ${theirs}\nand not\n  ${heard.trim()}\nNothing is taken over. Read it to each other again; if it stays another, these are not ${document.partner}'s keys`,
    );
  }
  const isPaired = heard !== undefined;
  if (isPaired) {
    const note = await readFile(join(from, REGISTER_FILE), 'utf8');
    await writeRegister(place, { identity, note });
  }
  const { serial } = register;
  process.stdout.write(
    parsed.flag('json')
      ? `${JSON.stringify({ paired: isPaired, own, partner: theirs, serial })}\n`
      : `Fingerprint of ${document.side}, yours:    ${own}\nFingerprint of ${document.partner}, as given: ${theirs}\n${isPaired ? `Paired with ${document.partner}, register ${serial}: ${place}\n` : askText(document.partner, [config, from])}`,
  );
  return isPaired ? 0 : 1;
}

function askText(partner: string, [config, from]: readonly [string, string]): string {
  return `Nothing is taken over yet. Let somebody of ${partner} whom you know read theirs to you, by voice and not from
these files, then type what you heard:
  isthmus pair ${config} ${from} --fingerprint "…"
`;
}

/** Another identity in the place of one that was paired is another partner: a new life of the link. */
async function refuseAnother(place: string, theirs: string): Promise<void> {
  if (!existsSync(join(place, REGISTER_FILE))) return;
  const before = fingerprint(await readIdentity(place));
  if (before === theirs) {
    throw new UserError(
      `${place}: is paired with this identity already; a newer register of it is taken over by isthmus keys enrol`,
    );
  }
  throw new UserError(
    `${place}: is paired with another identity (${before}); a partner that begins anew is paired under a higher epoch in side.yaml, with an empty folder`,
  );
}

function hexOf(text: string): string {
  return text.replaceAll(/\s/g, '').toLowerCase();
}
