// SPDX-License-Identifier: Apache-2.0
// Changes of a side's own key register: a key added, a key ended. Nothing here touches the partner's.

import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addSeconds, instant } from '@isthmus/earth';
import { createSideCertificate } from '@isthmus/link/adapters';
import { type LinkLife, registerScope, sideKeyName } from '@isthmus/node';
import {
  decodeHex,
  decodeKeyFile,
  encodeHex,
  encodeKeyFile,
  generateKeyPair,
  type HeldKey,
  heldKey,
  type KeyEnd,
  type KeyRegister,
  type KeyStatus,
  keysOf,
  LINK_PURPOSES,
  type LinkPurpose,
  type NoteSigner,
  provePossession,
  type RegisteredKey,
  registeredKey,
  SealError,
  signRegister,
  verifierOf,
} from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import { UserError } from '../user-error.ts';
import { REGISTER_FILE, readIdentity, readSecret, writeSecret } from './key-files.ts';
import { linkLife, type PublicSide } from './open-side.ts';

/** A certificate made here lives half a year; the one it replaces stays good beside it. */
const CERTIFICATE_S = 182 * 86_400;

/** What a register holds: a key of a purpose, or a certificate. */
export type RegisterItem = LinkPurpose | 'certificate';

export const REGISTER_ITEMS: readonly RegisterItem[] = [...LINK_PURPOSES, 'certificate'];

/** Where a change is made, and by whose identity. */
export interface KeyPlace {
  /** The folder of the side's own keys. */
  readonly folder: string;
  readonly of: LinkLife;
  readonly identity: NoteSigner;
}

/** Where a side's keys are changed, by the identity key in `identity`, or else beside them. Throws UserError. */
export async function openKeyPlace(
  side: Pick<PublicSide, 'document' | 'path'>,
  identity: string | undefined,
): Promise<KeyPlace> {
  const folder = side.path(side.document.keys);
  const file = identity ?? join(folder, 'identity.key');
  const text = await readSecret(file);
  try {
    const key = decodeKeyFile(text);
    const { publicKey } = await readIdentity(folder);
    if (encodeHex(publicKey) !== encodeHex(key.publicKey)) {
      throw new UserError(`${file}: is not the identity key that signed ${REGISTER_FILE}`);
    }
    return { folder, of: linkLife(side.document), identity: openSigner(key) };
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    throw new UserError(`${file}: ${error.message}`, { cause: error });
  }
}

/**
 * Adds a new active key or certificate, and retires what was active before the one it follows: two
 * overlap. The register is written before the key file, and both keys are good in it, so that a
 * crash in between leaves a side that runs.
 *
 * @param end the last checkpoint this side stands by, for what is retired of `ledger` and `cosign`
 */
export async function rotate(
  place: KeyPlace,
  register: KeyRegister,
  change: { readonly item: RegisterItem; readonly end: KeyEnd | null },
): Promise<KeyRegister> {
  const { item, end } = change;
  const active = numbersOf(register, item, 'active');
  let next = register;
  for (const number of active.slice(0, -1)) {
    next = ended(next, { item, number, status: 'retired', end });
  }
  return item === 'certificate' ? addCertificate(place, next) : addKey(place, next, item);
}

/** Revokes a key or certificate; one that is in use is replaced first. Throws UserError. */
export async function revoke(
  place: KeyPlace,
  register: KeyRegister,
  change: { readonly item: RegisterItem; readonly number: number; readonly end: KeyEnd | null },
): Promise<KeyRegister> {
  const { item, number, end } = change;
  const status = statusOf(register, item, number);
  if (status === undefined) {
    throw new UserError(
      `there is no ${item} ${number}; there are 1 to ${numbersOf(register, item).length}`,
    );
  }
  if (status === 'revoked') throw new UserError(`${item} ${number} is revoked already`);
  const inUse = numbersOf(register, item, 'active').at(-1) === number;
  const next = inUse ? await rotate(place, register, { item, end }) : register;
  return saveRegister(place, ended(next, { item, number, status: 'revoked', end }));
}

function numbersOf(register: KeyRegister, item: RegisterItem, status?: KeyStatus): number[] {
  const all = item === 'certificate' ? register.certificates : keysOf(register, item);
  const found = all.filter((one) => status === undefined || one.status === status);
  return found.map((one) => one.number);
}

function statusOf(
  register: KeyRegister,
  item: RegisterItem,
  number: number,
): KeyStatus | undefined {
  const all = item === 'certificate' ? register.certificates : keysOf(register, item);
  return all.find((one) => one.number === number)?.status;
}

/** The register with one thing ended; an end that was said before never moves on. */
function ended(
  register: KeyRegister,
  change: {
    readonly item: RegisterItem;
    readonly number: number;
    readonly status: KeyStatus;
    readonly end: KeyEnd | null;
  },
): KeyRegister {
  const { item, number, status, end } = change;
  const needsEnd = item === 'ledger' || item === 'cosign';
  const keys = register.keys.map((key): RegisteredKey => {
    if (key.purpose !== item || key.number !== number) return key;
    return { ...key, status, end: needsEnd ? (key.end ?? end) : null };
  });
  const certificates = register.certificates.map((one) =>
    item === 'certificate' && one.number === number ? { ...one, status } : one,
  );
  return { ...register, keys, certificates };
}

async function addKey(
  place: KeyPlace,
  register: KeyRegister,
  purpose: LinkPurpose,
): Promise<KeyRegister> {
  const { key, next } = await withNewKey(place, register, { purpose, status: 'active', end: null });
  const file = join(place.folder, `${purpose}.key`);
  await writeSecret(`${file}.next`, encodeKeyFile(key));
  const saved = await saveRegister(place, next);
  await rename(`${file}.next`, file);
  return saved;
}

/** A new key of a purpose, and the register with it; nothing is written. */
export async function withNewKey(
  { of, identity }: KeyPlace,
  register: KeyRegister,
  made: Pick<RegisteredKey, 'purpose' | 'status' | 'end'>,
): Promise<{ readonly key: HeldKey; readonly next: KeyRegister }> {
  const { purpose } = made;
  const scope = registerScope(of);
  const number = numbersOf(register, purpose).length + 1;
  const name = sideKeyName(purpose, of);
  const key = heldKey(name, generateKeyPair(), purpose === 'cosign' ? 4 : 1);
  const by = { identity: verifierOf(identity), scope, purpose, number };
  const proof = await provePossession(openSigner(key), by);
  const { publicKey } = key;
  const keys = [
    ...register.keys,
    registeredKey(scope, { ...made, number, publicKey, proof }),
  ].toSorted((a, b) => LINK_PURPOSES.indexOf(a.purpose) - LINK_PURPOSES.indexOf(b.purpose));
  return { key, next: { ...register, keys } };
}

async function addCertificate(place: KeyPlace, register: KeyRegister): Promise<KeyRegister> {
  const now = instant(Date.now() * 1000);
  const { certificatePem, keyPem, fingerprint } = await createSideCertificate({
    name: place.of.side,
    from: addSeconds(now, -3600),
    until: addSeconds(now, CERTIFICATE_S),
  });
  const number = register.certificates.length + 1;
  const made = { number, status: 'active', sha256: decodeHex(fingerprint) } as const;
  const saved = await saveRegister(place, {
    ...register,
    certificates: [...register.certificates, made],
  });
  await writeSecret(join(place.folder, 'link-key.pem'), keyPem);
  await writeFile(join(place.folder, 'link-certificate.pem'), certificatePem);
  return saved;
}

/** Signs the next serial and puts it in place whole. */
export async function saveRegister(place: KeyPlace, register: KeyRegister): Promise<KeyRegister> {
  const next = { ...register, serial: register.serial + 1 };
  const file = join(place.folder, REGISTER_FILE);
  await writeFile(`${file}.next`, await signRegister(next, place.identity));
  await rename(`${file}.next`, file);
  return next;
}
