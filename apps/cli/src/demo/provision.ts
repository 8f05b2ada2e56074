// SPDX-License-Identifier: Apache-2.0
// Two sides in two folders: their own keys, each other's public keys and certificates, the
// agreement signed by both, a side.yaml each. What a security officer does by hand for real sides.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addSeconds, type Instant, instant, isoFromInstant } from '@isthmus/earth';
import { createSideCertificate } from '@isthmus/link/adapters';
import {
  createRegister,
  createSideKeys,
  type LinkLife,
  type SideDocument,
  type SideKeys,
  sideKeyName,
  signAgreement,
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
import { stringify } from 'yaml';
import { writeRegister, writeSecret, writeSideKeys } from '../side/key-files.ts';
import type { PreparedRun, PreparedSide } from './prepare.ts';

/** Who may act on the warnings of a side made here: names of an exercise, not of people. */
const OFFICERS = ['First Officer', 'Second Officer'] as const;
/** A certificate lives a week; a demonstration a minute. */
const CERTIFICATE_S = 7 * 86_400;

interface MadeSide {
  readonly keys: SideKeys;
  readonly register: Parameters<typeof writeRegister>[1];
}

/**
 * Writes both folders below `root`; the first side listens at `port`, the second dials it.
 *
 * @param consolePort of the first side's console, the second's being one more; 0 lets each find one;
 *   without it there are none
 */
export async function provision(
  run: PreparedRun,
  root: string,
  port: number,
  consolePort?: number,
): Promise<Readonly<Record<string, string>>> {
  const [a, b] = run.sides;
  const now = instant(Date.now() * 1000);
  const made = new Map<string, MadeSide>();
  const configs: Record<string, string> = {};
  for (const [side, partner] of [[a, b] as const, [b, a] as const]) {
    const of = { side: side.name, partner: partner.name, mode: run.agreement.mode, epoch: 1 };
    made.set(side.name, await makeKeys(join(root, side.name), of, now));
  }
  const signing = run.sides.flatMap((side) => made.get(side.name)?.keys.agreement ?? []);
  const note = await signAgreement(run.agreementHash, signing.map(openSigner));
  for (const [side, partner, role, place] of [
    [a, b, 'listen', 0],
    [b, a, 'dial', 1],
  ] as const) {
    const theirs = made.get(partner.name);
    if (theirs === undefined) continue;
    const folder = join(root, side.name);
    await writeRegister(join(folder, 'partner'), theirs.register);
    await writeFile(join(folder, 'agreement.json'), run.agreementText);
    await writeFile(join(folder, 'agreement.note'), note);
    await writeFeed(join(folder, 'plots.ndjson'), side);
    const address = `127.0.0.1:${port}`;
    const document: SideDocument = {
      side: side.name,
      partner: partner.name,
      mode: run.agreement.mode,
      agreement: 'agreement.json',
      agreementNote: 'agreement.note',
      plots: 'plots.ndjson',
      data: 'data',
      keys: 'keys',
      partnerKeys: 'partner',
      link: role === 'listen' ? { listen: address } : { dial: address },
      ...(consolePort === undefined
        ? {}
        : { console: { listen: `127.0.0.1:${consolePort === 0 ? 0 : consolePort + place}` } }),
      officers: [...OFFICERS],
      sensors: side.sensorDocuments,
    };
    const config = join(folder, 'side.yaml');
    await writeFile(
      config,
      `# ${side.name}, made for scenario ${run.name}, seed ${run.seed}, ${isoFromInstant(run.firstTick)}\n${stringify(document)}`,
    );
    configs[side.name] = config;
  }
  return configs;
}

/** Makes and writes the keys, the certificate and the register of one side. */
async function makeKeys(folder: string, of: LinkLife, now: Instant): Promise<MadeSide> {
  const keysFolder = join(folder, 'keys');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const keys = createSideKeys(of, generateKeyPair, randomBytes(32));
  await writeSideKeys(keysFolder, keys);
  const { certificatePem, keyPem, fingerprint } = await createSideCertificate({
    name: of.side,
    from: addSeconds(now, -3600),
    until: addSeconds(now, CERTIFICATE_S),
  });
  await writeSecret(join(keysFolder, 'link-key.pem'), keyPem);
  await writeFile(join(keysFolder, 'link-certificate.pem'), certificatePem);
  const identityKey = heldKey(sideKeyName('identity', of), generateKeyPair());
  await writeSecret(join(keysFolder, 'identity.key'), encodeKeyFile(identityKey));
  const note = await createRegister(of, {
    keys,
    identity: openSigner(identityKey),
    certificate: decodeHex(fingerprint),
    open: openSigner,
  });
  const register = { identity: verifierOf(identityKey), note };
  await writeRegister(keysFolder, register);
  return { keys, register };
}

export async function writeFeed(file: string, side: PreparedSide): Promise<void> {
  await writeFile(file, side.feed.map((one) => `${JSON.stringify(one)}\n`).join(''));
}
