// SPDX-License-Identifier: Apache-2.0
// Key files of a side: one line each, readable by their owner alone, one file a purpose.

import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LinkLife, registerScope, type SideKeys, sideKeyName } from '@isthmus/node';
import {
  decodeIdentifiersKey,
  decodeKeyFile,
  encodeIdentifiersKey,
  encodeKeyFile,
  enrolRegister,
  equalBytes,
  formatVerifierKey,
  type KeyRegister,
  keysOf,
  LINK_PURPOSES,
  type LinkPurpose,
  type NoteKey,
  type NoteVerifier,
  openRegister,
  parseVerifierKey,
  SealError,
} from '@isthmus/seal';
import { UserError } from '../user-error.ts';

/** The public key whose fingerprint two people compare. */
const IDENTITY_FILE = 'identity.pub';
export const REGISTER_FILE = 'register.note';

/** Writes a side's secret keys, mode 600 in a folder of mode 700. */
export async function writeSideKeys(folder: string, keys: SideKeys): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  for (const purpose of LINK_PURPOSES) {
    await writeSecret(join(folder, `${purpose}.key`), encodeKeyFile(keys[purpose]));
  }
  await writeSecret(join(folder, 'identifiers.key'), encodeIdentifiersKey(keys.identifiers));
}

/** Writes what a side hands over of its keys: its identity's public key and the register. */
export async function writeRegister(
  folder: string,
  given: { readonly identity: NoteVerifier; readonly note: string },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, IDENTITY_FILE), `${formatVerifierKey(given.identity)}\n`);
  await writeFile(join(folder, REGISTER_FILE), given.note);
}

export async function writeSecret(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
}

/** Reads a side's secret keys; refuses files that others can read, and keys of another link. */
export async function readSideKeys(folder: string, of: LinkLife): Promise<SideKeys> {
  const entries = await Promise.all(
    LINK_PURPOSES.map(async (purpose): Promise<[LinkPurpose, NoteKey]> => {
      const file = join(folder, `${purpose}.key`);
      const key = parsed(file, await readSecret(file), decodeKeyFile);
      const name = sideKeyName(purpose, of);
      if (key.name !== name) {
        throw new UserError(
          `${file}: is the key ${key.name}, expected ${name}; side, partner, mode and epoch of side.yaml must be those the keys were made for`,
        );
      }
      return [purpose, key];
    }),
  );
  const file = join(folder, 'identifiers.key');
  const identifiers = parsed(file, await readSecret(file), decodeIdentifiersKey);
  return { ...(Object.fromEntries(entries) as Record<LinkPurpose, NoteKey>), identifiers };
}

/** Puts a register another side handed over in the place of the one enrolled before, or refuses it. */
export async function enrol(folder: string, of: LinkLife, file: string): Promise<KeyRegister> {
  const place = join(folder, REGISTER_FILE);
  const enrolled = existsSync(place) ? await readText(place) : null;
  const identity = await readIdentity(folder);
  const note = await readText(file);
  const register = parsed(file, note, () =>
    enrolRegister(note, { identity, scope: registerScope(of), enrolled }),
  );
  await writeFile(`${place}.next`, note);
  await rename(`${place}.next`, place);
  return register;
}

/** The identity's public key beside a register: the one whose fingerprint two people compare. */
export async function readIdentity(folder: string): Promise<NoteVerifier> {
  const file = join(folder, IDENTITY_FILE);
  return parsed(file, await readText(file), (text) => parseVerifierKey(text.trim()));
}

/** Reads the register of a side's keys; refuses it where any key in it is not proven. */
export async function readRegister(folder: string, of: LinkLife): Promise<KeyRegister> {
  const identity = await readIdentity(folder);
  const file = join(folder, REGISTER_FILE);
  return parsed(file, await readText(file), (note) =>
    openRegister(note, identity, registerScope(of)),
  );
}

/** Reads this side's own register; refuses key files that are not active keys of it. */
export async function readOwnRegister(
  folder: string,
  of: LinkLife,
  keys: SideKeys,
): Promise<KeyRegister> {
  const register = await readRegister(folder, of);
  for (const purpose of LINK_PURPOSES) {
    const active = keysOf(register, purpose, 'active');
    if (active.some((key) => equalBytes(key.publicKey, keys[purpose].publicKey))) continue;
    throw new UserError(
      `${join(folder, `${purpose}.key`)}: is not an active key of ${REGISTER_FILE} beside it (serial ${register.serial}): the partner would refuse what it signs`,
    );
  }
  return register;
}

/** Reads a file that only its owner may read. */
export async function readSecret(file: string): Promise<string> {
  const text = await readText(file);
  const { mode } = await stat(file);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new UserError(`${file}: others on this machine can read it; run: chmod 600 ${file}`);
  }
  return text;
}

export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
}

function parsed<T>(file: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof SealError)
      throw new UserError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}
