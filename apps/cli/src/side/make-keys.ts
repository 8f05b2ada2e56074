// SPDX-License-Identifier: Apache-2.0
// All the keys of one side, made and written: what a security officer begins a link with.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addSeconds, type Instant } from '@isthmus/earth';
import { createSideCertificate } from '@isthmus/link/adapters';
import {
  createRegister,
  createSideKeys,
  type LinkLife,
  type SideKeys,
  sideKeyName,
} from '@isthmus/node';
import {
  decodeHex,
  encodeKeyFile,
  generateKeyPair,
  heldKey,
  randomBytes,
  verifierOf,
} from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import { writeRegister, writeSecret, writeSideKeys } from './key-files.ts';

/** Clocks of two sides may be that far apart on the day a certificate is made, s. */
const CERTIFICATE_EARLIER_S = 3600;

export interface MadeKeys {
  readonly keys: SideKeys;
  /** What is handed over to the partner. */
  readonly register: Parameters<typeof writeRegister>[1];
}

/** Makes and writes the keys, the certificate and the register of one side into `folder`. */
export async function makeSideKeys(
  folder: string,
  of: LinkLife,
  { now, certificateS }: { readonly now: Instant; readonly certificateS: number },
): Promise<MadeKeys> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const keys = createSideKeys(of, generateKeyPair, randomBytes(32));
  await writeSideKeys(folder, keys);
  const { certificatePem, keyPem, fingerprint } = await createSideCertificate({
    name: of.side,
    from: addSeconds(now, -CERTIFICATE_EARLIER_S),
    until: addSeconds(now, certificateS),
  });
  await writeSecret(join(folder, 'link-key.pem'), keyPem);
  await writeFile(join(folder, 'link-certificate.pem'), certificatePem);
  const identityKey = heldKey(sideKeyName('identity', of), generateKeyPair());
  await writeSecret(join(folder, 'identity.key'), encodeKeyFile(identityKey));
  const note = await createRegister(of, {
    keys,
    identity: openSigner(identityKey),
    certificate: decodeHex(fingerprint),
    open: openSigner,
  });
  const register = { identity: verifierOf(identityKey), note };
  await writeRegister(folder, register);
  return { keys, register };
}
