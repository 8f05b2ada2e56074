// SPDX-License-Identifier: Apache-2.0
// Storage in a folder of the machine's file system. One process writes it; others may read.

import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LedgerError } from '../errors.ts';
import { isStoragePath, type Storage } from '../storage.ts';

/** Storage in a folder, with the handles it keeps for files it appends to. */
export interface FileStorage extends Storage {
  /** Closes the handles; later operations are refused. */
  close(): Promise<void>;
}

/** Creates a storage in a folder, which is made on first write. */
export function createFileStorage(rootFolder: string): FileStorage {
  return new FolderStorage(rootFolder);
}

interface OpenFile {
  readonly handle: FileHandle;
  /** Opened to append; a position means nothing then. */
  readonly appends: boolean;
  /** Whether the file's name in its folder is known to be durable. */
  named: boolean;
}

/** Hidden from `list` and refused as a path, so a leftover of a crash is never taken for a file. */
const TEMPORARY_PREFIX = '.new-';

class FolderStorage implements FileStorage {
  readonly #root: string;
  readonly #open = new Map<string, OpenFile>();
  readonly #poisoned = new Set<string>();
  /** Folders whose own names, all the way up, this storage has made durable. */
  readonly #namedFolders = new Set<string>();
  #closed = false;

  constructor(root: string) {
    this.#root = root;
  }

  async read(path: string): Promise<Uint8Array | null> {
    const full = this.#enter(path);
    try {
      return new Uint8Array(await readFile(full));
    } catch (cause) {
      if (isAbsent(cause)) return null;
      throw failure('cannot read', path, cause);
    }
  }

  async readRange(path: string, offset: number, length: number): Promise<Uint8Array> {
    const full = this.#enter(path);
    if (offset < 0 || length < 0) throw new LedgerError('bad-range', `no range of ${path}`);
    const bytes = new Uint8Array(length);
    // What was just appended is read back on the handle at hand: opening costs more than reading.
    const known = this.#open.get(path)?.handle;
    let opened: FileHandle | null = null;
    try {
      if (known === undefined) opened = await open(full, constants.O_RDONLY);
      const handle = known ?? (opened as FileHandle);
      // Reading nothing says nothing of where the file ends.
      if (length === 0 && offset > (await handle.stat()).size) {
        throw new LedgerError('bad-range', `${path} does not reach ${offset}`);
      }
      for (let done = 0; done < length; ) {
        const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) {
          throw new LedgerError('bad-range', `${path} does not reach ${offset + length}`);
        }
        done += bytesRead;
      }
      return bytes;
    } catch (cause) {
      if (cause instanceof LedgerError) throw cause;
      if (isAbsent(cause)) throw new LedgerError('bad-range', `no file ${path}`, { cause });
      throw failure('cannot read', path, cause);
    } finally {
      await opened?.close();
    }
  }

  async size(path: string): Promise<number> {
    const full = this.#enter(path);
    try {
      return await sizeOf(full);
    } catch (cause) {
      throw failure('cannot look at', path, cause);
    }
  }

  append(path: string, bytes: Uint8Array): Promise<void> {
    return this.#write(path, async () => {
      const { handle } = await this.#handle(path, true);
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done);
        done += bytesWritten;
      }
    });
  }

  overwrite(path: string, offset: number, bytes: Uint8Array): Promise<void> {
    return this.#write(path, async (full) => {
      const length = await sizeOf(full);
      if (offset < 0 || offset + bytes.length > length) {
        throw new LedgerError('bad-range', `${path} does not reach ${offset + bytes.length}`);
      }
      const { handle } = await this.#handle(path, false);
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await handle.write(
          bytes,
          done,
          bytes.length - done,
          offset + done,
        );
        done += bytesWritten;
      }
    });
  }

  sync(path: string): Promise<void> {
    return this.#write(path, async () => {
      const file = this.#open.get(path) ?? (await this.#handle(path, true));
      await file.handle.datasync();
      if (file.named) return;
      await this.#syncFolders(path);
      file.named = true;
    });
  }

  replace(path: string, bytes: Uint8Array): Promise<void> {
    return this.#write(path, async (full) => {
      await this.#forget(path);
      const folder = dirname(full);
      await this.#makeFolder(folder);
      const temporary = join(folder, `${TEMPORARY_PREFIX}${full.slice(folder.length + 1)}`);
      const handle = await open(temporary, 'w');
      try {
        await handle.writeFile(bytes);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await rename(temporary, full);
      await this.#syncFolders(path);
    });
  }

  truncate(path: string, size: number): Promise<void> {
    return this.#write(path, async (full) => {
      if (size < 0 || size > (await stat(full)).size) {
        throw new LedgerError('bad-range', `cannot cut ${path} to ${size}`);
      }
      const { handle } = await this.#handle(path, true);
      await handle.truncate(size);
      await handle.sync();
      await this.#syncFolders(path);
    });
  }

  async list(folder: string): Promise<string[]> {
    const full = this.#enter(folder);
    try {
      const found = await readdir(full, { withFileTypes: true });
      const files = found.filter((one) => one.isFile() && isStoragePath(one.name));
      return files.map((one) => one.name).sort();
    } catch (cause) {
      if (isAbsent(cause)) return [];
      throw failure('cannot list', folder, cause);
    }
  }

  rename(from: string, to: string): Promise<void> {
    return this.#write(from, async (full) => {
      const target = this.#enter(to);
      await this.#forget(from);
      await this.#forget(to);
      await this.#makeFolder(dirname(target));
      await rename(full, target);
      await this.#syncFolders(to);
      await this.#syncFolders(from);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const files = [...this.#open.values()];
    this.#open.clear();
    for (const { handle } of files) await handle.close();
  }

  #enter(path: string): string {
    if (this.#closed) throw new LedgerError('closed', 'the storage is closed');
    if (!isStoragePath(path)) throw new LedgerError('bad-path', `not a storage path: ${path}`);
    if (this.#poisoned.has(path)) throw new LedgerError('poisoned', `${path} failed before`);
    return join(this.#root, path);
  }

  /**
   * Runs a change. When it fails the file is in doubt for good: the kernel may have dropped the
   * pages it could not write and report success on the next fsync, so nothing is tried again.
   */
  async #write(path: string, change: (full: string) => Promise<void>): Promise<void> {
    const full = this.#enter(path);
    try {
      await change(full);
    } catch (cause) {
      if (cause instanceof LedgerError && cause.code !== 'storage') throw cause;
      this.#poisoned.add(path);
      await this.#forget(path).catch(() => undefined);
      throw failure('cannot write', path, cause);
    }
  }

  /** The handle kept for a file; one that was opened for the other way of writing is let go. */
  async #handle(path: string, appends: boolean): Promise<OpenFile> {
    const known = this.#open.get(path);
    if (known?.appends === appends) return known;
    // What it has not synced yet must not be forgotten with it: the next sync flushes the file.
    await this.#forget(path);
    const full = join(this.#root, path);
    await this.#makeFolder(dirname(full));
    const flags = constants.O_RDWR | constants.O_CREAT | (appends ? constants.O_APPEND : 0);
    const file: OpenFile = { handle: await open(full, flags, 0o600), appends, named: false };
    this.#open.set(path, file);
    return file;
  }

  async #forget(path: string): Promise<void> {
    const file = this.#open.get(path);
    this.#open.delete(path);
    await file?.handle.close();
  }

  async #makeFolder(folder: string): Promise<void> {
    const made = await mkdir(folder, { recursive: true });
    if (made !== undefined) this.#namedFolders.clear();
  }

  /**
   * Makes the name of a file durable, and the first time those of the folders on the way to it, up
   * to and including the root's own. Later only the file's folder has changed, and each flush of a
   * folder costs one of the disk, three of them on every commit.
   */
  async #syncFolders(path: string): Promise<void> {
    const segments = path.split('/').slice(0, -1);
    const own = join(this.#root, ...segments);
    await syncFolder(own);
    if (this.#namedFolders.has(own)) return;
    for (let depth = segments.length - 1; depth >= 0; depth -= 1) {
      await syncFolder(join(this.#root, ...segments.slice(0, depth)));
    }
    await syncFolder(dirname(this.#root));
    this.#namedFolders.add(own);
  }
}

/** Bytes in the file, 0 when there is none. */
async function sizeOf(full: string): Promise<number> {
  try {
    return (await stat(full)).size;
  } catch (cause) {
    if (isAbsent(cause)) return 0;
    throw cause;
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders as files; NTFS journals names by itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isAbsent(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}

function failure(what: string, path: string, cause: unknown): LedgerError {
  const detail = cause instanceof Error ? cause.message : 'unknown';
  return new LedgerError('storage', `${what} ${path}: ${detail}`, { cause });
}
