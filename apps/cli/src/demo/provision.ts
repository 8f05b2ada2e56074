// SPDX-License-Identifier: Apache-2.0
// Two sides in two folders: their own keys, each other's public keys and certificates, the
// agreement signed by both, a side.yaml each. What a security officer does by hand for real sides.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { instant, isoFromInstant } from '@isthmus/earth';
import { type SideDocument, signAgreement } from '@isthmus/node';
import { openSigner } from '@isthmus/seal/adapters';
import { stringify } from 'yaml';
import { writeRegister } from '../side/key-files.ts';
import { type MadeKeys, makeSideKeys } from '../side/make-keys.ts';
import type { PreparedRun, PreparedSide } from './prepare.ts';

/** Who may act on the warnings of a side made here: names of an exercise, not of people. */
const OFFICERS = ['First Officer', 'Second Officer'] as const;
/** A certificate lives a week; a demonstration a minute. */
const CERTIFICATE_S = 7 * 86_400;

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
  const made = new Map<string, MadeKeys>();
  const configs: Record<string, string> = {};
  for (const [side, partner] of [[a, b] as const, [b, a] as const]) {
    const of = { side: side.name, partner: partner.name, mode: run.agreement.mode, epoch: 1 };
    made.set(
      side.name,
      await makeSideKeys(join(root, side.name, 'keys'), of, { now, certificateS: CERTIFICATE_S }),
    );
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

export async function writeFeed(file: string, side: PreparedSide): Promise<void> {
  await writeFile(file, side.feed.map((one) => `${JSON.stringify(one)}\n`).join(''));
}
