// SPDX-License-Identifier: Apache-2.0
import { crc32 } from 'node:zlib';
import { addSeconds, instant } from '@isthmus/earth';
import { createMemoryStorage, type MemoryStorage } from '@isthmus/ledger';
import { expect, test } from 'vitest';
import { type JournalHeader, openJournal, readJournal } from './journal.ts';
import type { Turn } from './turn.ts';

const HEADER: JournalHeader = {
  isthmus: 'journal',
  side: 'west',
  build: 'test',
  engine: 'test',
  architecture: 'test',
};

function turn(second: number): Turn {
  return {
    at: addSeconds(instant(0), second),
    plots: [],
    entries: [],
    link: { up: false, heard: null, configured: false },
    recording: true,
  };
}

/** A journal of three turns, each on a line of its own; returns its bytes. */
async function journalBytes(): Promise<Uint8Array> {
  const storage = createMemoryStorage();
  const { journal } = await openJournal(storage, HEADER);
  for (let second = 0; second < 3; second += 1) {
    journal.append(turn(second));
    expect(await journal.durable()).toBe(true);
  }
  return (await storage.read('journal')) ?? new Uint8Array();
}

async function storageWith(bytes: Uint8Array): Promise<MemoryStorage> {
  const storage = createMemoryStorage();
  await storage.replace('journal', bytes);
  return storage;
}

test('what was appended comes back in order', async () => {
  const { turns, header } = await openJournal(await storageWith(await journalBytes()), HEADER);
  expect(header).toEqual({ ...HEADER, first: 0 });
  expect(turns).toEqual([turn(0), turn(1), turn(2)]);
});

test('cut at any byte, the journal opens with the whole lines before the cut and goes on', async () => {
  const bytes = await journalBytes();
  for (let length = 0; length < bytes.length; length += 1) {
    const storage = await storageWith(bytes.slice(0, length));
    const { journal, turns } = await openJournal(storage, HEADER);
    expect(turns).toEqual([turn(0), turn(1), turn(2)].slice(0, turns.length));
    journal.append(turn(9));
    await journal.durable();
    const again = await openJournal(storage, HEADER);
    expect(again.turns).toEqual([...turns, turn(9)]);
  }
});

test('read beside the node that writes it, a journal is what its whole lines say, and stays as it is', async () => {
  const bytes = await journalBytes();
  expect(await readJournal(createMemoryStorage(), 'west')).toBeNull();
  const torn = bytes.slice(0, -3);
  const storage = await storageWith(torn);
  expect((await readJournal(storage, 'west'))?.turns).toEqual([turn(0), turn(1)]);
  expect([...storage.contents()]).toEqual([['journal', torn]]);
  await expect(readJournal(storage, 'east')).rejects.toMatchObject({ code: 'journal-corrupt' });
});

test('a byte changed before the last line is refused and the file is left as it is', async () => {
  const bytes = await journalBytes();
  const lastLine = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
  for (let i = 0; i < lastLine; i += 1) {
    const spoiled = bytes.slice();
    spoiled[i] = (spoiled[i] as number) ^ 0x01;
    const storage = await storageWith(spoiled);
    await expect(openJournal(storage, HEADER)).rejects.toMatchObject({ code: 'journal-corrupt' });
    expect(await storage.read('journal')).toEqual(spoiled);
  }
});

test('after a failed sync nothing more is claimed to be durable', async () => {
  let failing = false;
  const storage = createMemoryStorage({
    intercept: (operation) => {
      if (failing && operation === 'sync') throw new Error('EIO');
    },
  });
  const { journal } = await openJournal(storage, HEADER);
  journal.append(turn(0));
  expect(await journal.durable()).toBe(true);
  failing = true;
  journal.append(turn(1));
  expect(await journal.durable()).toBe(false);
  failing = false;
  journal.append(turn(2));
  expect(await journal.durable()).toBe(false);
  expect(journal.sound).toBe(false);
});

test('a line with a sound check sum that is no turns is refused, and kept', async () => {
  const lineOf = (json: string): string =>
    `${crc32(json).toString(16).padStart(8, '0')} ${json.length} ${json}\n`;
  const header = lineOf(JSON.stringify({ ...HEADER, first: 0 }));
  const files = [lineOf('null'), lineOf('{"isthmus":"journal","first":-1}'), lineOf('[')];
  for (const json of ['null', '{}', '[null]', '[{']) files.push(header + lineOf(json));
  for (const file of files) {
    const storage = await storageWith(new TextEncoder().encode(file));
    const opening = openJournal(storage, HEADER);
    await expect(opening, file).rejects.toMatchObject({ code: 'journal-corrupt' });
    expect(await storage.size('journal')).toBe(file.length);
  }
});
