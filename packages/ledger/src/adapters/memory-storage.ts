// SPDX-License-Identifier: Apache-2.0
// Storage in memory that can lose power. Synced and unsynced bytes are kept apart, so that a
// simulator can take away what a disk might.

import { LedgerError } from '../errors.ts';
import { isStoragePath, type Storage } from '../storage.ts';

/** The draws a crash needs; earth's `Random` fits. */
export interface CrashRandom {
  /** Uniform integer in [0, bound). */
  integer(bound: number): number;
  /** True with probability numerator / denominator. */
  chance(numerator: number, denominator: number): boolean;
}

/** One storage operation, for interceptors. */
export type StorageOperation = keyof Storage;

/** Called before each operation takes effect; what it throws is the operation's failure. */
export type Interceptor = (operation: StorageOperation, path: string) => void;

/** A Storage in memory with a power switch. */
export interface MemoryStorage extends Storage {
  /**
   * Power cut. Of each file's unsynced bytes a random prefix stays, and in it random sectors of 512
   * bytes are zeros, as on a disk that wrote the length but not the data; a file never synced may
   * vanish. Of bytes written over and not synced a random part is the old ones again. Without
   * `random` all unsynced bytes are lost. Open sessions end.
   */
  crash(random?: CrashRandom): void;
  /** A process's handle: it dies at the next crash, and what it saw fail is poisoned for it. */
  session(): Storage;
}

interface MemoryFile {
  bytes: Uint8Array;
  length: number;
  /** Bytes a crash cannot take. */
  syncedLength: number;
  /** What unsynced overwriting put in the place of durable bytes, oldest first. */
  replaced: { readonly offset: number; readonly old: Uint8Array }[];
  /** Whether the file's name is durable. */
  named: boolean;
}

const SECTOR_BYTES = 512;

/** Creates an empty storage. `intercept` may throw to make an operation fail. */
export function createMemoryStorage(
  options: { readonly intercept?: Interceptor } = {},
): MemoryStorage {
  const disk = new MemoryDisk(options.intercept);
  return {
    ...storageOf(disk, () => true),
    crash: (random) => disk.crash(random),
    session() {
      const generation = disk.generation;
      return storageOf(disk, () => disk.generation === generation);
    },
  };
}

class MemoryDisk {
  generation = 0;
  readonly files = new Map<string, MemoryFile>();
  readonly #intercept: Interceptor | undefined;

  constructor(intercept: Interceptor | undefined) {
    this.#intercept = intercept;
  }

  /** Lets the interceptor speak; it may fail the operation or pull the plug. */
  enter(operation: StorageOperation, path: string): void {
    const generation = this.generation;
    this.#intercept?.(operation, path);
    if (generation !== this.generation) throw new LedgerError('closed', 'the power went out');
  }

  require(path: string): MemoryFile {
    const file = this.files.get(path);
    if (file === undefined) throw new LedgerError('bad-range', `no file ${path}`);
    return file;
  }

  crash(random: CrashRandom | undefined): void {
    this.generation += 1;
    for (const [path, file] of [...this.files].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!file.named && (random === undefined || random.chance(1, 2))) {
        this.files.delete(path);
        continue;
      }
      putBack(file, random);
      const unsynced = file.length - file.syncedLength;
      const kept = random === undefined ? 0 : random.integer(unsynced + 1);
      file.length = file.syncedLength + kept;
      if (random !== undefined) zeroSectors(file, random);
      file.syncedLength = file.length;
      file.named = true;
    }
  }
}

const READS: ReadonlySet<StorageOperation> = new Set(['read', 'readRange', 'size', 'list']);

function zeroSectors(file: MemoryFile, random: CrashRandom): void {
  const first = file.syncedLength - (file.syncedLength % SECTOR_BYTES);
  for (let sector = first; sector < file.length; sector += SECTOR_BYTES) {
    if (!random.chance(1, 4)) continue;
    const from = Math.max(sector, file.syncedLength);
    file.bytes.fill(0, from, Math.min(sector + SECTOR_BYTES, file.length));
  }
}

/** Undoes unsynced overwriting, each write whole, from its beginning or from its end on. */
function putBack(file: MemoryFile, random: CrashRandom | undefined): void {
  for (const { offset, old } of file.replaced.reverse()) {
    const cut = random === undefined ? 0 : random.integer(old.length + 1);
    const [from, to] = random?.chance(1, 2) === true ? [0, cut] : [cut, old.length];
    file.bytes.set(old.subarray(from, to), offset + from);
  }
  file.replaced = [];
}

function storageOf(disk: MemoryDisk, alive: () => boolean): Storage {
  const poisoned = new Set<string>();
  const enter = (operation: StorageOperation, path: string): void => {
    if (!alive()) throw new LedgerError('closed', 'this session ended with a crash');
    if (!isStoragePath(path)) throw new LedgerError('bad-path', `not a storage path: ${path}`);
    if (poisoned.has(path)) throw new LedgerError('poisoned', `${path} failed before`);
    try {
      disk.enter(operation, path);
    } catch (cause) {
      if (!READS.has(operation)) poisoned.add(path);
      throw cause;
    }
  };
  return {
    async read(path) {
      enter('read', path);
      const file = disk.files.get(path);
      return file === undefined ? null : file.bytes.slice(0, file.length);
    },
    async readRange(path, offset, length) {
      enter('readRange', path);
      const end = offset + length;
      if (offset < 0 || length < 0 || end > (disk.files.get(path)?.length ?? 0)) {
        throw new LedgerError('bad-range', `${path} does not reach ${end}`);
      }
      return disk.files.get(path)?.bytes.slice(offset, end) ?? new Uint8Array(0);
    },
    async size(path) {
      enter('size', path);
      return disk.files.get(path)?.length ?? 0;
    },
    async append(path, bytes) {
      enter('append', path);
      appendTo(disk, path, bytes);
    },
    async overwrite(path, offset, bytes) {
      enter('overwrite', path);
      overwriteIn(disk, path, { offset, bytes });
    },
    async sync(path) {
      enter('sync', path);
      Object.assign(disk.require(path), synced(disk.require(path).length));
    },
    async replace(path, bytes) {
      enter('replace', path);
      disk.files.set(path, durable(bytes));
    },
    async truncate(path, size) {
      enter('truncate', path);
      const file = disk.require(path);
      if (size < 0 || size > file.length) throw new LedgerError('bad-range', 'cannot cut longer');
      Object.assign(file, synced(size));
    },
    async list(folder) {
      enter('list', folder);
      return namesIn(folder, [...disk.files.keys()]);
    },
    async rename(from, to) {
      enter('rename', from);
      if (!isStoragePath(to)) throw new LedgerError('bad-path', `not a storage path: ${to}`);
      disk.files.set(to, disk.require(from));
      disk.files.delete(from);
    },
  };
}

function namesIn(folder: string, paths: readonly string[]): string[] {
  const prefix = `${folder}/`;
  const inside = paths.filter((path) => path.startsWith(prefix));
  const names = inside.map((path) => path.slice(prefix.length));
  return names.filter((name) => !name.includes('/')).sort();
}

function synced(length: number): Omit<MemoryFile, 'bytes'> {
  return { length, syncedLength: length, replaced: [], named: true };
}

function durable(bytes: Uint8Array): MemoryFile {
  return { bytes: bytes.slice(), ...synced(bytes.length) };
}

function overwriteIn(
  disk: MemoryDisk,
  path: string,
  { offset, bytes }: { readonly offset: number; readonly bytes: Uint8Array },
): void {
  const file = disk.files.get(path);
  const end = offset + bytes.length;
  if (file === undefined || offset < 0 || end > file.length) {
    throw new LedgerError('bad-range', `${path} does not reach ${end}`);
  }
  file.replaced.push({ offset, old: file.bytes.slice(offset, end) });
  file.bytes.set(bytes, offset);
}

function appendTo(disk: MemoryDisk, path: string, bytes: Uint8Array): void {
  let file = disk.files.get(path);
  if (file === undefined) {
    file = { bytes: new Uint8Array(1024), length: 0, syncedLength: 0, replaced: [], named: false };
    disk.files.set(path, file);
  }
  const needed = file.length + bytes.length;
  if (needed > file.bytes.length) {
    const grown = new Uint8Array(Math.max(needed, file.bytes.length * 2));
    grown.set(file.bytes.subarray(0, file.length));
    file.bytes = grown;
  }
  file.bytes.set(bytes, file.length);
  file.length = needed;
}
