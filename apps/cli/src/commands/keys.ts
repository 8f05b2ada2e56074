// SPDX-License-Identifier: Apache-2.0
// `isthmus keys show|rotate|revoke|enrol side.yaml …`: what keys a side and its partner have, how
// they change and how they end. What is changed is the side's own register, which then is handed over.

import { join } from 'node:path';
import { openLedgerReader } from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { checkAgreementNote, NodeError, parseSide } from '@isthmus/node';
import {
  encodeHex,
  fingerprint,
  formatVerifierKey,
  type KeyEnd,
  type KeyRegister,
  keysOf,
  type NoteVerifier,
  SealError,
} from '@isthmus/seal';
import { readArguments } from '../arguments.ts';
import { loadDocument } from '../documents.ts';
import { lockFolder } from '../side/folder-lock.ts';
import {
  openKeyPlace,
  REGISTER_ITEMS,
  type RegisterItem,
  revoke,
  rotate,
} from '../side/key-change.ts';
import { enrol, readIdentity, readText } from '../side/key-files.ts';
import { asPartner, linkLife, partnerOrigin, type ReadSide, readSide } from '../side/open-side.ts';
import { UserError } from '../user-error.ts';

const USAGE = `usage: isthmus keys show side.yaml [--json]
       isthmus keys rotate side.yaml ${REGISTER_ITEMS.join('|')} [--identity FILE] [--json]
       isthmus keys revoke side.yaml ITEM NUMBER [--identity FILE] [--json]
       isthmus keys enrol side.yaml REGISTER [--json]`;

export async function keys(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { texts: ['identity'], flags: ['json'] });
  const [action, config, ...rest] = parsed.positionals;
  if (config === undefined) throw new UserError(USAGE);
  const print = (shown: Shown): number => {
    process.stdout.write(parsed.flag('json') ? `${JSON.stringify(shown)}\n` : textOf(shown));
    return 0;
  };
  const identity = parsed.text('identity');
  if (action === 'show' && rest.length === 0) return print(await show(config));
  if (action === 'enrol' && rest.length === 1) return print(await enrolled(config, rest[0] ?? ''));
  if (action === 'rotate' && rest.length === 1) {
    return print(await change(config, { item: itemOf(rest[0]), identity }));
  }
  if (action === 'revoke' && rest.length === 2) {
    const number = Number(rest[1]);
    if (!Number.isSafeInteger(number) || number < 1) {
      throw new UserError(`a key is named by its number from 1, not "${rest[1]}"; see keys show`);
    }
    return print(await change(config, { item: itemOf(rest[0]), number, identity }));
  }
  throw new UserError(USAGE);
}

/** One register as it is shown. */
interface Shown {
  readonly [whose: string]: ReturnType<typeof shownRegister>;
}

async function show(config: string): Promise<Shown> {
  const side = await readSide(config);
  const folders = [side.path(side.document.keys), side.path(side.document.partnerKeys)];
  const [own, partner] = await Promise.all(folders.map(readIdentity));
  return {
    own: shownRegister(side.ownRegister, own),
    partner: shownRegister(side.register, partner),
  };
}

/** Takes a register the partner handed over; works while every key of the last one has ended, too. */
async function enrolled(config: string, file: string): Promise<Shown> {
  const document = await loadDocument(config, parseSide);
  const folder = join(config, '..', document.partnerKeys);
  const register = await enrol(folder, asPartner(linkLife(document)), file);
  return { partner: shownRegister(register, await readIdentity(folder)) };
}

async function change(
  config: string,
  wanted: {
    readonly item: RegisterItem;
    readonly number?: number;
    readonly identity: string | undefined;
  },
): Promise<Shown> {
  const { item, number } = wanted;
  const side = await readSide(config);
  if (item === 'agreement' && number !== undefined) await requireOtherSignature(side, number);
  const place = await openKeyPlace(side, wanted.identity);
  const signs = item === 'ledger' || item === 'cosign';
  // A node that runs would go on signing with what is ended here.
  const unlock = signs ? await lockFolder(side.data) : null;
  try {
    const end = signs ? await endOf(side, item) : null;
    const register =
      number === undefined
        ? await rotate(place, side.ownRegister, { item, end })
        : await revoke(place, side.ownRegister, { item, number, end });
    return { own: shownRegister(register, await readIdentity(place.folder)) };
  } finally {
    await unlock?.();
  }
}

/**
 * Refuses to end the agreement key without which the agreement in force is not signed: neither side would
 * start again.
 */
async function requireOtherSignature(side: ReadSide, number: number): Promise<void> {
  const { agreementHash } = side.terms;
  const file = side.path(side.document.agreementNote);
  const [left, theirs] = [side.ownRegister, side.register].map((register) =>
    keysOf(register, 'agreement').filter(({ status }) => status !== 'revoked'),
  );
  const others = (left ?? []).filter((key) => key.number !== number);
  try {
    if (others.length === 0) throw new NodeError('agreement-unsigned', 'there is no other key');
    checkAgreementNote(await readText(file), agreementHash, [others, theirs ?? []]);
  } catch (error) {
    if (!(error instanceof NodeError) && !(error instanceof SealError)) throw error;
    throw new UserError(
      `${file}: without agreement ${number} the agreement in force is not signed. It is revoked by signing the agreement anew: isthmus keys rotate side.yaml agreement, isthmus agreement sign with the note of now, and the new note and register at both sides; then revoke it`,
      { cause: error },
    );
  }
}

/** The last checkpoint this side stands by: of its own log, or of the partner's that it cosigned. */
async function endOf(side: ReadSide, item: 'ledger' | 'cosign'): Promise<KeyEnd> {
  const own = item === 'ledger';
  const storage = createFileStorage(side.data);
  try {
    const reader = await openLedgerReader({
      storage,
      folder: own ? 'ledger/out' : 'ledger/in',
      origin: own ? side.keys.ledger.name : partnerOrigin(side.document),
      verifier: own ? side.ownLedgerKeys : side.partnerKeys.ledger,
    });
    return { size: reader.size, root: reader.root };
  } finally {
    await storage.close();
  }
}

function itemOf(text: string | undefined): RegisterItem {
  const item = REGISTER_ITEMS.find((one) => one === text);
  if (item !== undefined) return item;
  throw new UserError(`there is no key "${text}"; there are ${REGISTER_ITEMS.join(', ')}`);
}

function shownRegister(register: KeyRegister, identity: NoteVerifier | undefined) {
  const { party, peer, mode, epoch, serial } = register;
  const items = [
    ...register.keys.map((key) => ({
      item: key.purpose as RegisterItem,
      number: key.number,
      status: key.status,
      ...(key.end === null ? {} : { end: key.end.size }),
      id: encodeHex(key.keyId),
      // For who verifies with a tool that reads no register.
      key: formatVerifierKey(key),
    })),
    ...register.certificates.map(({ number, status, sha256 }) => ({
      item: 'certificate' as RegisterItem,
      number,
      status,
      id: encodeHex(sha256),
    })),
  ];
  const compared = identity === undefined ? '' : fingerprint(identity);
  return { party, peer, mode, epoch, serial, fingerprint: compared, items };
}

function textOf(shown: Shown): string {
  return Object.values(shown)
    .map((one) => {
      const items = one.items.map((item) => {
        const end = 'end' in item ? ` at ${String(item.end)}` : '';
        return `  ${item.item.padEnd(11)} ${item.number}  ${item.status}${end}  ${item.id.slice(0, 16)}`;
      });
      const head = `${one.party} for ${one.peer}, ${one.mode}, epoch ${one.epoch}, serial ${one.serial}`;
      return `${head}\nidentity ${one.fingerprint}\n${items.join('\n')}\n`;
    })
    .join('\n');
}
