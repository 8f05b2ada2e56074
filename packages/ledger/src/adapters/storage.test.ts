// SPDX-License-Identifier: Apache-2.0
// Both adapters run the contract; then what each does beyond it.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeText } from '@isthmus/seal';
import { afterAll, describe, expect, it } from 'vitest';
import { testStorage } from '../storage.contract.ts';
import { createFileStorage, createMemoryStorage, type FileStorage } from './index.ts';

const folders: string[] = [];
const opened: FileStorage[] = [];

function openFolder(root: string): FileStorage {
  const storage = createFileStorage(root);
  opened.push(storage);
  return storage;
}

async function fresh(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'isthmus-storage-'));
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  for (const storage of opened) await storage.close();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

testStorage('memory', async () => createMemoryStorage());
testStorage('a folder', async () => openFolder(await fresh()));

describe('memory storage', () => {
  it('loses unsynced bytes in a power cut, and nothing that was synced or replaced', async () => {
    const disk = createMemoryStorage();
    const session = disk.session();
    await session.append('a/x', encodeText('kept'));
    await session.sync('a/x');
    await session.append('a/x', encodeText('lost'));
    await session.append('a/never', encodeText('lost'));
    await session.replace('a/r', encodeText('whole'));
    disk.crash();
    expect(await disk.read('a/x')).toEqual(encodeText('kept'));
    expect(await disk.read('a/never')).toBeNull();
    expect(await disk.read('a/r')).toEqual(encodeText('whole'));
    await expect(session.read('a/x')).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('a folder as storage', () => {
  it('never touches a file again after a write to it failed', async () => {
    const root = await fresh();
    await writeFile(join(root, 'blocked'), 'a file where a folder is needed');
    const storage = openFolder(root);
    const one = encodeText('x');
    await expect(storage.append('blocked/x', one)).rejects.toMatchObject({ code: 'storage' });
    await rm(join(root, 'blocked'));
    await expect(storage.append('blocked/x', one)).rejects.toMatchObject({ code: 'poisoned' });
    await expect(storage.read('blocked/x')).rejects.toMatchObject({ code: 'poisoned' });
    const next = createFileStorage(root);
    await next.append('blocked/x', one);
    expect(await next.read('blocked/x')).toEqual(one);
    await next.close();
    await expect(next.size('blocked/x')).rejects.toMatchObject({ code: 'closed' });
  });

  it('keeps what another handle of the same folder can read', async () => {
    const root = await fresh();
    const writer = createFileStorage(root);
    await writer.append('a/x', encodeText('abc'));
    await writer.sync('a/x');
    expect(await openFolder(root).read('a/x')).toEqual(encodeText('abc'));
    await writer.close();
  });
});
