// SPDX-License-Identifier: Apache-2.0
// What the kit's side has enrolled and must not be let in with: certificates out of their period, for
// another use or revoked, and keys that have ended. The other side knows them from a register, and so they
// are made and handed over before anything is played.

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { addSeconds, type Instant } from '@isthmus/earth';
import { type CertificateOptions, createSideCertificate } from '@isthmus/link/adapters';
import {
  decodeHex,
  decodeKeyFile,
  encodeKeyFile,
  type KeyRegister,
  type NoteSigner,
  sha256,
} from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import { type KeyPlace, saveRegister, withNewKey } from '../side/key-change.ts';
import { readSecret, writeSecret } from '../side/key-files.ts';
import type { ReadSide } from '../side/open-side.ts';
import { UserError } from '../user-error.ts';

const FOLDER = 'conformance';
const DAY_S = 86_400;
/** The kit may be run long after it was prepared. */
const FAR_S = 3650 * DAY_S;

const CERTIFICATES = {
  expired: [-2 * DAY_S, -DAY_S],
  early: [FAR_S, FAR_S + DAY_S],
  'server-only': [-DAY_S, FAR_S],
  'client-only': [-DAY_S, FAR_S],
  revoked: [-DAY_S, FAR_S],
} as const;

const KEYS = ['ledger', 'cosign', 'hello'] as const;

export type EndedCertificate = keyof typeof CERTIFICATES;

/** A certificate as TLS takes it. */
export interface Shown {
  readonly cert: string;
  readonly key: string;
}

export interface EndedKeys {
  readonly certificates: Readonly<Record<EndedCertificate, Shown>>;
  readonly signers: Readonly<Record<(typeof KEYS)[number], NoteSigner>>;
}

/**
 * Makes them, and lists them in the side's own register, which is then to be handed over.
 *
 * Keys of `ledger` and `cosign` end at an empty log: nothing they sign counts.
 *
 * @throws UserError where it was done before
 */
export async function prepareEndedKeys(
  place: KeyPlace,
  register: KeyRegister,
  now: Instant,
): Promise<KeyRegister> {
  const folder = join(place.folder, FOLDER);
  if (existsSync(folder)) {
    throw new UserError(`${folder}: is there already; hand over the register beside it`);
  }
  const files = new Map<string, string>();
  let next = register;
  for (const purpose of KEYS) {
    const end = purpose === 'hello' ? null : { size: 0, root: sha256(new Uint8Array()) };
    const made = await withNewKey(place, next, { purpose, status: 'revoked', end });
    files.set(`${purpose}.key`, encodeKeyFile(made.key));
    next = made.next;
  }
  for (const [name, [from, until]] of Object.entries(CERTIFICATES)) {
    const period = { from: addSeconds(now, from), until: addSeconds(now, until) };
    const made = await createSideCertificate({ name: place.of.side, ...period, ...useOf(name) });
    files.set(`${name}.pem`, made.certificatePem).set(`${name}-key.pem`, made.keyPem);
    const status = name === 'revoked' ? 'revoked' : 'active';
    const number = next.certificates.length + 1;
    const listed = { number, status, sha256: decodeHex(made.fingerprint) } as const;
    next = { ...next, certificates: [...next.certificates, listed] };
  }
  await mkdir(folder, { mode: 0o700 });
  for (const [name, text] of files) await writeSecret(join(folder, name), text);
  return saveRegister(place, next);
}

function useOf(name: string): Pick<CertificateOptions, 'only'> {
  if (name === 'server-only') return { only: 'server' };
  return name === 'client-only' ? { only: 'client' } : {};
}

/** What was prepared for this side; null where nothing was. */
export async function readEndedKeys({ path, document }: ReadSide): Promise<EndedKeys | null> {
  const folder = join(path(document.keys), FOLDER);
  if (!existsSync(folder)) return null;
  const read = (name: string): Promise<string> => readSecret(join(folder, name));
  const certificates = Object.keys(CERTIFICATES).map(async (name): Promise<[string, Shown]> => {
    return [name, { cert: await read(`${name}.pem`), key: await read(`${name}-key.pem`) }];
  });
  const signers = KEYS.map(async (purpose): Promise<[string, NoteSigner]> => {
    return [purpose, openSigner(decodeKeyFile(await read(`${purpose}.key`)))];
  });
  return {
    certificates: Object.fromEntries(await Promise.all(certificates)) as EndedKeys['certificates'],
    signers: Object.fromEntries(await Promise.all(signers)) as EndedKeys['signers'],
  };
}
