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

/** What a disk does wrong without refusing; each is asked as the operation happens. */
export interface DiskFaults {
  /** Bytes there is room for; a write of more leaves as many and fails. */
  room?(): number;
  /**
   * `lies`: resolves, and nothing is durable. `fails`: throws, and as on most file systems the
   * bytes stay readable and count as written, though the disk never had them.
   */
  sync?(path: string): 'honest' | 'lies' | 'fails';
  /** What a read of a range returns in place of its bytes. */
  read?(bytes: Uint8Array, path: string): Uint8Array;
}

/** A Storage in memory with a power switch. */
export interface MemoryStorage extends Storage {
  /**
   * Power cut. Of each file's unsynced bytes a random prefix stays, and in it random sectors of 512
   * or 4,096 bytes are zeros, as on a disk that wrote the length but not the data; a file never
   * synced may vanish, and a replacement whose sync lied may be undone. Of bytes written over and
   * not synced a random part is the old ones again. Without `random` all unsynced bytes are lost.
   * Open sessions end.
   */
  crash(random?: CrashRandom): void;
  /** A process's handle: it dies at the next crash, and what it saw fail is poisoned for it. */
  session(): Storage;
  /** Changes one bit at rest, counted from the file's first byte on; twice is as before. */
  flipBit(path: string, bit: number): void;
  /** Every file's bytes as they are now, by path. */
  contents(): ReadonlyMap<string, Uint8Array>;
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
  /** Ranges whose sync failed: readable, never written. */
  doomed: { readonly from: number; readonly to: number }[];
  /** What a crash may bring back: the content before a replacement whose sync lied. */
  before: MemoryFile | null;
}

const SECTORS_BYTES = [512, 4096] as const;

/** Creates an empty storage. `intercept` may throw to make an operation fail. */
export function createMemoryStorage(
  options: { readonly intercept?: Interceptor; readonly faults?: DiskFaults } = {},
): MemoryStorage {
  const disk = new MemoryDisk(options.intercept, options.faults ?? {});
  return {
    ...storageOf(disk, () => true),
    crash: (random) => disk.crash(random),
    session() {
      const generation = disk.generation;
      return storageOf(disk, () => disk.generation === generation);
    },
    flipBit(path, bit) {
      const { bytes } = disk.require(path);
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
    },
    contents: () =>
      new Map([...disk.files].map(([path, file]) => [path, file.bytes.slice(0, file.length)])),
  };
}

class MemoryDisk {
  generation = 0;
  readonly files = new Map<string, MemoryFile>();
  readonly faults: DiskFaults;
  readonly #intercept: Interceptor | undefined;

  constructor(intercept: Interceptor | undefined, faults: DiskFaults) {
    this.#intercept = intercept;
    this.faults = faults;
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
      if (file.before !== null && (random === undefined || random.chance(1, 2))) {
        this.files.set(path, file.before);
        continue;
      }
      file.before = null;
      if (!file.named && (random === undefined || random.chance(1, 2))) {
        this.files.delete(path);
        continue;
      }
      putBack(file, random);
      const unsynced = file.length - file.syncedLength;
      const kept = random === undefined ? 0 : random.integer(unsynced + 1);
      file.length = file.syncedLength + kept;
      if (random !== undefined && unsynced > 0) zeroSectors(file, random);
      for (const { from, to } of file.doomed) {
        if (from < file.length) file.bytes.fill(0, from, Math.min(to, file.length));
      }
      file.doomed = [];
      file.syncedLength = file.length;
      file.named = true;
    }
  }
}

const READS: ReadonlySet<StorageOperation> = new Set(['read', 'readRange', 'size', 'list']);

function zeroSectors(file: MemoryFile, random: CrashRandom): void {
  const size = SECTORS_BYTES[random.integer(2)] ?? 512;
  const first = file.syncedLength - (file.syncedLength % size);
  for (let sector = first; sector < file.length; sector += size) {
    if (!random.chance(1, 4)) continue;
    const from = Math.max(sector, file.syncedLength);
    file.bytes.fill(0, from, Math.min(sector + size, file.length));
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

/** What one process may do to the disk, and what it has seen fail. */
interface Door {
  readonly disk: MemoryDisk;
  readonly enter: (operation: StorageOperation, path: string) => void;
  readonly refuse: (path: string, why: string) => never;
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
  const refuse = (path: string, why: string): never => {
    poisoned.add(path);
    throw new LedgerError('storage', `cannot write ${path}: ${why}`);
  };
  const door = { disk, enter, refuse };
  return { ...readsOf(door), ...writesOf(door) };
}

function readsOf({ disk, enter }: Door): Pick<Storage, 'read' | 'readRange' | 'size' | 'list'> {
  return {
    async read(path) {
      enter('read', path);
      const file = disk.files.get(path);
      if (file === undefined) return null;
      const bytes = file.bytes.slice(0, file.length);
      return disk.faults.read?.(bytes, path) ?? bytes;
    },
    async readRange(path, offset, length) {
      enter('readRange', path);
      const end = offset + length;
      const file = disk.files.get(path);
      if (file === undefined) throw new LedgerError('bad-range', `no file ${path}`);
      if (offset < 0 || length < 0 || end > file.length) {
        throw new LedgerError('bad-range', `${path} does not reach ${end}`);
      }
      const bytes = file.bytes.slice(offset, end);
      return disk.faults.read?.(bytes, path) ?? bytes;
    },
    async size(path) {
      enter('size', path);
      return disk.files.get(path)?.length ?? 0;
    },
    async list(folder) {
      enter('list', folder);
      return namesIn(folder, [...disk.files.keys()]);
    },
  };
}

function writesOf({
  disk,
  enter,
  refuse,
}: Door): Pick<Storage, 'append' | 'overwrite' | 'sync' | 'replace' | 'truncate' | 'rename'> {
  return {
    async append(path, bytes) {
      enter('append', path);
      const room = roomFor(disk, bytes.length);
      appendTo(disk, path, bytes.subarray(0, room));
      if (room < bytes.length) refuse(path, 'no space left on device');
    },
    async overwrite(path, offset, bytes) {
      enter('overwrite', path);
      overwriteIn(disk, path, { offset, bytes });
    },
    async sync(path) {
      enter('sync', path);
      const file = disk.require(path);
      const how = disk.faults.sync?.(path) ?? 'honest';
      if (how === 'lies') return;
      if (how === 'fails') file.doomed.push({ from: file.syncedLength, to: file.length });
      // What was written over and did not reach the disk is read until the power goes.
      else file.replaced = [];
      file.syncedLength = file.length;
      file.named = true;
      if (how === 'fails') refuse(path, 'input/output error');
    },
    async replace(path, bytes) {
      enter('replace', path);
      if (roomFor(disk, bytes.length) < bytes.length) refuse(path, 'no space left on device');
      const how = disk.faults.sync?.(path) ?? 'honest';
      // The new bytes are synced under another name first: a failure leaves the old.
      if (how === 'fails') refuse(path, 'input/output error');
      const old = disk.files.get(path) ?? null;
      disk.files.set(path, {
        bytes: bytes.slice(),
        length: bytes.length,
        syncedLength: bytes.length,
        replaced: [],
        named: true,
        doomed: [],
        before: how === 'lies' ? (old?.before ?? old) : null,
      });
    },
    async truncate(path, size) {
      enter('truncate', path);
      const file = disk.require(path);
      if (size < 0 || size > file.length) throw new LedgerError('bad-range', 'cannot cut longer');
      file.length = size;
      file.syncedLength = size;
      file.replaced = [];
      file.named = true;
      file.doomed = file.doomed.filter(({ from }) => from < size);
    },
    async rename(from, to) {
      enter('rename', from);
      if (!isStoragePath(to)) throw new LedgerError('bad-path', `not a storage path: ${to}`);
      disk.files.set(to, disk.require(from));
      disk.files.delete(from);
    },
  };
}

/** How many of so many bytes may be written. */
function roomFor(disk: MemoryDisk, bytes: number): number {
  return Math.max(0, Math.min(bytes, disk.faults.room?.() ?? bytes));
}

function namesIn(folder: string, paths: readonly string[]): string[] {
  const prefix = `${folder}/`;
  const inside = paths.filter((path) => path.startsWith(prefix));
  const names = inside.map((path) => path.slice(prefix.length));
  return names.filter((name) => !name.includes('/')).sort();
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
    file = {
      bytes: new Uint8Array(1024),
      length: 0,
      syncedLength: 0,
      replaced: [],
      named: false,
      doomed: [],
      before: null,
    };
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
