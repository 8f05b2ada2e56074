// SPDX-License-Identifier: Apache-2.0
// The registers an audit is given. Unlike a node, which refuses what does not hold, an audit names the
// file and goes on with the keys that do.

import { join } from 'node:path';
import { type AuditedKeys, type Finding, placeOf } from '@isthmus/audit';
import {
  fingerprint,
  formatVerifierKey,
  type KeyRegister,
  type NoteVerifier,
  openRegister,
  parseVerifierKey,
  SealError,
} from '@isthmus/seal';
import { readText } from '../side/key-files.ts';
import { UserError } from '../user-error.ts';

export interface Parties {
  /** The newest register of each party given. */
  readonly registers: readonly KeyRegister[];
  readonly keys: readonly AuditedKeys[];
  readonly findings: readonly (Finding & { readonly folder: string })[];
}

/** @param folders each with `identity.pub` and `register.note` of a party */
export async function readParties(folders: readonly string[]): Promise<Parties> {
  const findings: (Finding & { folder: string })[] = [];
  const newest = new Map<string, { register: KeyRegister; keys: AuditedKeys; note: string }>();
  for (const folder of folders) {
    const found = await readParty(folder, findings);
    if (found === null) continue;
    const { party, peer, serial } = found.register;
    const name = `${party} ${peer}`;
    const known = newest.get(name);
    if (known !== undefined && known.register.serial === serial && known.note !== found.note) {
      const says = `two registers of ${party} have the serial ${serial} and differ: here, and in ${known.keys.folder}`;
      findings.push({ kind: 'keys', ...placeOf({ file: 'register.note' }), says, folder });
    }
    if (known === undefined || known.register.serial < serial) newest.set(name, found);
  }
  const all = [...newest.values()];
  return {
    registers: all.map(({ register }) => register),
    keys: all.map(({ keys }) => keys),
    findings,
  };
}

async function readParty(
  folder: string,
  findings: (Finding & { folder: string })[],
): Promise<{ register: KeyRegister; keys: AuditedKeys; note: string } | null> {
  const tell = (file: string, says: string): null => {
    findings.push({ kind: 'keys', ...placeOf({ file }), says, folder });
    return null;
  };
  const text = await readText(join(folder, 'identity.pub'));
  const note = await readText(join(folder, 'register.note'));
  const identity = refused(() => identityFrom(text));
  if (typeof identity === 'string') return tell('identity.pub', `is no public key: ${identity}`);
  const [party = '', , mode, epoch, purpose, peer = ''] = identity.name.split('/');
  if (purpose !== 'identity' || (mode !== 'live' && mode !== 'exercise')) {
    throw new UserError(
      `${join(folder, 'identity.pub')}: ${identity.name} is no identity of a link`,
    );
  }
  const scope = { party, peer, mode, epoch: Number(epoch) } as const;
  const register = refused(() => openRegister(note, identity, scope));
  if (typeof register === 'string') {
    return tell('register.note', `does not hold under identity.pub beside it: ${register}`);
  }
  const keys = { party, peer, folder, serial: register.serial, fingerprint: fingerprint(identity) };
  return { register, keys, note };
}

/** Exactly what a side writes: a byte more or less is not what was handed over. */
function identityFrom(text: string): NoteVerifier {
  const identity = parseVerifierKey(text.endsWith('\n') ? text.slice(0, -1) : text);
  if (formatVerifierKey(identity) === text.replace(/\n$/, '')) return identity;
  throw new SealError('bad-key', 'it is not in its one form');
}

function refused<T extends object>(parse: () => T): T | string {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SealError) return error.message;
    throw error;
  }
}
