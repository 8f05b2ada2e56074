// SPDX-License-Identifier: Apache-2.0
// `isthmus init DIR`: one side in a folder of its own, with fresh keys, ready to be paired.

import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { instant } from '@isthmus/earth';
import { parseSensors, parseSide, type SideDocument } from '@isthmus/node';
import { fingerprint } from '@isthmus/seal';
import { stringify } from 'yaml';
import { loadAgreement } from '../agreement-file.ts';
import { readArguments } from '../arguments.ts';
import { loadDocument } from '../documents.ts';
import { makeSideKeys } from '../side/make-keys.ts';
import { UserError } from '../user-error.ts';

const USAGE = `usage: isthmus init DIR --side NAME --agreement FILE --sensors FILE --listen ADDRESS:PORT|--dial ADDRESS:PORT
       [--console ADDRESS:PORT] [--days N] [--json]`;
const DAY_S = 86_400;

export async function init(args: readonly string[]): Promise<number> {
  const texts = ['side', 'agreement', 'sensors', 'listen', 'dial', 'console', 'days'];
  const parsed = readArguments(args, { texts, flags: ['json'] });
  const [folder, ...rest] = parsed.positionals;
  const given = (name: string): string => {
    const value = parsed.text(name);
    if (value === undefined) throw new UserError(`--${name} is missing\n${USAGE}`);
    return value;
  };
  if (folder === undefined || rest.length > 0) throw new UserError(USAGE);
  const days = parsed.integer('days', { fallback: 365, minimum: 1, maximum: 825 });
  const document = await documentFrom({
    side: given('side'),
    agreement: given('agreement'),
    sensors: given('sensors'),
    listen: parsed.text('listen'),
    dial: parsed.text('dial'),
    console: parsed.text('console'),
  });
  const identity = await write(folder, { document, agreement: given('agreement'), days });
  process.stdout.write(
    parsed.flag('json')
      ? `${JSON.stringify({ folder, side: document.side, partner: document.partner, fingerprint: identity })}\n`
      : textOf(folder, document, identity),
  );
  return 0;
}

interface Wanted {
  readonly side: string;
  readonly agreement: string;
  readonly sensors: string;
  readonly listen: string | undefined;
  readonly dial: string | undefined;
  readonly console: string | undefined;
}

/** The side.yaml that is asked for, checked as a node checks it at its start. */
async function documentFrom(wanted: Wanted): Promise<SideDocument> {
  const { side, listen, dial } = wanted;
  if ((listen === undefined) === (dial === undefined)) {
    throw new UserError(`one of --listen and --dial, not both: one side listens, the other dials`);
  }
  const agreement = await loadAgreement(wanted.agreement);
  const partner = agreement.parties.find((party) => party !== side);
  if (!agreement.parties.includes(side) || partner === undefined) {
    throw new UserError(
      `${wanted.agreement}: is between ${agreement.parties.join(' and ')}; --side must be one of them, not "${side}"`,
    );
  }
  const { sensors } = await loadDocument(wanted.sensors, parseSensors);
  const document: SideDocument = {
    side,
    partner,
    mode: agreement.mode,
    agreement: agreementName(wanted.agreement),
    agreementNote: 'agreement.note',
    plots: 'plots.ndjson',
    data: 'data',
    keys: 'keys',
    partnerKeys: 'partner',
    link: listen === undefined ? { dial: dial as string } : { listen },
    ...(wanted.console === undefined ? {} : { console: { listen: wanted.console } }),
    sensors,
  };
  try {
    return parseSide(document);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UserError(error.message, { cause: error });
  }
}

function agreementName(file: string): string {
  return file.endsWith('.json') ? 'agreement.json' : 'agreement.yaml';
}

/** Into a folder beside it first: a run that breaks off leaves no half of a side. */
async function write(
  folder: string,
  made: { readonly document: SideDocument; readonly agreement: string; readonly days: number },
): Promise<string> {
  const { document } = made;
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  const now = instant(Date.now() * 1000);
  const of = { side: document.side, partner: document.partner, mode: document.mode, epoch: 1 };
  const { register } = await makeSideKeys(join(partial, 'keys'), of, {
    now,
    certificateS: made.days * DAY_S,
  });
  await copyFile(made.agreement, join(partial, document.agreement));
  await writeFile(join(partial, document.plots), '');
  await writeFile(join(partial, 'side.yaml'), `# ${document.side}\n${stringify(document)}`);
  try {
    // An empty folder is written over; one that holds anything is not.
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw new UserError(`${folder}: is there already; name a folder that is not`, { cause: error });
  }
  return fingerprint(register.identity);
}

function textOf(folder: string, { side, partner, agreement }: SideDocument, own: string): string {
  const at = (name: string): string => join(folder, name);
  return [
    `${folder}: ${side}, to be linked with ${partner}.`,
    `Fingerprint of its identity: ${own}`,
    '',
    `1. Give ${partner} the files ${at('keys/identity.pub')} and ${at('keys/register.note')}.`,
    `2. Move ${at('keys/identity.key')} to another machine, or leave it in an exercise.`,
    `3. With what ${partner} gave:  isthmus pair ${at('side.yaml')} FOLDER`,
    `4. Both sign the agreement:  isthmus agreement sign ${at('side.yaml')} ${at(agreement)} --out ${basename(folder)}.note`,
    `   the second with --with and the first one's note; both keep that as ${at('agreement.note')}.`,
    `5. isthmus doctor ${at('side.yaml')}, then isthmus node --config ${at('side.yaml')}`,
    '',
  ].join('\n');
}
