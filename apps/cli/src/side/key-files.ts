// SPDX-License-Identifier: Apache-2.0
// Key files of a side: one line each, readable by their owner alone, one file a purpose.

import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PartnerKeys, PURPOSES, type SideKeys } from '@isthmus/node';
import {
  decodeHex,
  decodeKeyFile,
  encodeHex,
  encodeKeyFile,
  formatVerifierKey,
  type NoteKey,
  type NoteVerifier,
  type Purpose,
  parseVerifierKey,
  SealError,
} from '@isthmus/seal';
import { UserError } from '../user-error.ts';

/** Writes a side's secret keys, mode 600 in a folder of mode 700. */
export async function writeSideKeys(folder: string, keys: SideKeys): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  for (const purpose of PURPOSES) {
    await writeSecret(join(folder, `${purpose}.key`), encodeKeyFile(keys[purpose]));
  }
  await writeSecret(join(folder, 'identifiers.key'), `${encodeHex(keys.identifiers)}\n`);
}

/** Writes what the partner has given: its public keys. */
export async function writePartnerKeys(folder: string, keys: PartnerKeys): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const purpose of PURPOSES) {
    await writeFile(join(folder, `${purpose}.pub`), `${formatVerifierKey(keys[purpose])}\n`);
  }
}

export async function writeSecret(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
}

/** Reads a side's secret keys; refuses files that others on the machine can read. */
export async function readSideKeys(folder: string): Promise<SideKeys> {
  const entries = await Promise.all(
    PURPOSES.map(async (purpose): Promise<[Purpose, NoteKey]> => {
      const file = join(folder, `${purpose}.key`);
      return [purpose, await parsed(file, await readSecret(file), decodeKeyFile)];
    }),
  );
  const file = join(folder, 'identifiers.key');
  const identifiers = await parsed(file, await readSecret(file), (text) => decodeHex(text.trim()));
  return { ...(Object.fromEntries(entries) as Record<Purpose, NoteKey>), identifiers };
}

/** Reads the partner's public keys, refusing weak ones. */
export async function readPartnerKeys(folder: string): Promise<PartnerKeys> {
  const entries = await Promise.all(
    PURPOSES.map(async (purpose): Promise<[Purpose, NoteVerifier]> => {
      const file = join(folder, `${purpose}.pub`);
      const text = await readText(file);
      return [purpose, await parsed(file, text, (line) => parseVerifierKey(line.trim()))];
    }),
  );
  return Object.fromEntries(entries) as Record<Purpose, NoteVerifier>;
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

async function parsed<T>(file: string, text: string, parse: (text: string) => T): Promise<T> {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof SealError)
      throw new UserError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}
