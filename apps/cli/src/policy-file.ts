// SPDX-License-Identifier: Apache-2.0
// A side's own policy as files: a folder of `*.cedar` with `regions.yaml` and `tests.yaml` where there are
// such, or one file. What is wrong is told with file and line.

import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type PolicyReader, policyVersionOf } from '@isthmus/node';
import {
  type Agreement,
  type Policy,
  type PolicyFile,
  type PolicySource,
  parsePolicySource,
  ReleaseError,
} from '@isthmus/release';
import { loadDocument, readText } from './documents.ts';
import { UserError } from './user-error.ts';

const TEXTS = '.cedar';
const REGIONS = 'regions.yaml';

/** The library that judges policies, which most commands never need: it is loaded before the first is read. */
const cedar = () => import('@isthmus/release/adapters');

/** Reads policies against an agreement, each version once. */
export async function policyReader(agreement: Agreement): Promise<PolicyReader> {
  const { createCedarPolicy } = await cedar();
  const known = new Map<string, Policy>();
  return (source, version) => {
    const before = known.get(version);
    if (before !== undefined) return before;
    const policy = createCedarPolicy(source, agreement, version);
    known.set(version, policy);
    return policy;
  };
}

/** Reads the policy at `path` and checks it whole. Throws `UserError` with file and line. */
export async function readPolicyAt(path: string, read: PolicyReader): Promise<PolicySource> {
  const source = await readSource(path);
  try {
    read(source, policyVersionOf(source));
  } catch (error) {
    const { PolicyError } = await cedar();
    if (!(error instanceof PolicyError)) throw error;
    const folder = (await isFolder(path)) ? path : dirname(path);
    throw new UserError(`${join(folder, error.file)}${error.message.slice(error.file.length)}`, {
      cause: error,
    });
  }
  return source;
}

/** The file of tests beside a policy; null where there is none. */
export async function policyTestsOf(path: string): Promise<string | null> {
  const file = join((await isFolder(path)) ? path : dirname(path), 'tests.yaml');
  return (await kindOf(file)) === 'file' ? file : null;
}

async function readSource(path: string): Promise<PolicySource> {
  const folder = await isFolder(path);
  const names = folder
    ? (await readdir(path)).filter((name) => name.endsWith(TEXTS)).sort()
    : [basename(path)];
  if (names.length === 0) throw new UserError(`${path}: there is no file ${TEXTS} in it`);
  const files: PolicyFile[] = [];
  for (const name of names) {
    files.push({ name, text: await readText(folder ? join(path, name) : path) });
  }
  const regionsFile = join(path, REGIONS);
  const regions =
    folder && (await kindOf(regionsFile)) === 'file'
      ? await loadDocument(regionsFile, (value) => value)
      : {};
  try {
    return parsePolicySource({ files, regions });
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error;
    const file = error.path.startsWith('/regions') ? regionsFile : path;
    throw new UserError(`${file}: ${error.message}`, { cause: error });
  }
}

async function isFolder(path: string): Promise<boolean> {
  const kind = await kindOf(path);
  if (kind === null) throw new UserError(`${path}: there is no such policy`);
  return kind === 'folder';
}

async function kindOf(path: string): Promise<'file' | 'folder' | null> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
