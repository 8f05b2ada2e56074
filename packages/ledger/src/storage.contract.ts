// SPDX-License-Identifier: Apache-2.0
// What every storage must do; each adapter's test runs it. Power cuts are not in it: no test here can
// cut a real disk's power.

import { decodeText, encodeText } from '@isthmus/seal';
import { describe, expect, it } from 'vitest';
import type { Storage } from './storage.ts';

/** Runs the suite over empty storages made by `create`. */
export function testStorage(name: string, create: () => Promise<Storage>): void {
  describe(`${name} as a storage`, () => {
    it('has nothing where nothing was written', async () => {
      const storage = await create();
      expect(await storage.read('a/b')).toBeNull();
      expect(await storage.size('a/b')).toBe(0);
      expect(await storage.list('a')).toEqual([]);
      await expect(storage.readRange('a/b', 0, 1)).rejects.toMatchObject({ code: 'bad-range' });
    });

    it('appends, and shows what it appended before and after a sync', async () => {
      const storage = await create();
      await storage.append('a/log', encodeText('one'));
      expect(decodeText((await storage.read('a/log')) as Uint8Array)).toBe('one');
      await storage.sync('a/log');
      await storage.append('a/log', encodeText('two'));
      await storage.sync('a/log');
      expect(await storage.size('a/log')).toBe(6);
      expect(decodeText(await storage.readRange('a/log', 2, 3))).toBe('etw');
      await expect(storage.readRange('a/log', 4, 3)).rejects.toMatchObject({ code: 'bad-range' });
    });

    it('reads no bytes of a file up to its end, and refuses them beyond it or of no file', async () => {
      const storage = await create();
      await expect(storage.readRange('a/x', 0, 0)).rejects.toMatchObject({ code: 'bad-range' });
      await storage.append('a/x', encodeText('abc'));
      expect(await storage.readRange('a/x', 0, 0)).toHaveLength(0);
      expect(await storage.readRange('a/x', 3, 0)).toHaveLength(0);
      for (const [offset, length] of [
        [4, 0],
        [-1, 1],
        [-1, 0],
        [1, -1],
      ] as const) {
        const refused = storage.readRange('a/x', offset, length);
        await expect(refused).rejects.toMatchObject({ code: 'bad-range' });
      }
    });

    it('replaces whole, also a file it appended to', async () => {
      const storage = await create();
      await storage.append('a/x', encodeText('long content'));
      await storage.replace('a/x', encodeText('new'));
      expect(decodeText((await storage.read('a/x')) as Uint8Array)).toBe('new');
      await storage.append('a/x', encodeText('er'));
      expect(decodeText((await storage.read('a/x')) as Uint8Array)).toBe('newer');
    });

    it('writes over what is there, never beyond it, and appends after it as before', async () => {
      const storage = await create();
      const text = async (): Promise<string> =>
        decodeText((await storage.read('a/x')) as Uint8Array);
      await storage.append('a/x', encodeText('abcdef'));
      await storage.overwrite('a/x', 2, encodeText('XY'));
      expect(await text()).toBe('abXYef');
      await storage.sync('a/x');
      await storage.append('a/x', encodeText('gh'));
      await storage.overwrite('a/x', 6, encodeText('ZZ'));
      await storage.sync('a/x');
      expect(await text()).toBe('abXYefZZ');
      expect(decodeText(await storage.readRange('a/x', 3, 4))).toBe('YefZ');
      for (const offset of [-1, 7]) {
        const refused = storage.overwrite('a/x', offset, encodeText('no'));
        await expect(refused).rejects.toMatchObject({ code: 'bad-range' });
      }
      await expect(storage.overwrite('a/none', 0, encodeText('x'))).rejects.toMatchObject({
        code: 'bad-range',
      });
    });

    it('cuts, never lengthens, and appends at the cut', async () => {
      const storage = await create();
      await storage.append('a/x', encodeText('abcdef'));
      await storage.truncate('a/x', 2);
      await storage.append('a/x', encodeText('Z'));
      expect(decodeText((await storage.read('a/x')) as Uint8Array)).toBe('abZ');
      await expect(storage.truncate('a/x', 9)).rejects.toMatchObject({ code: 'bad-range' });
    });

    it('lists the files of one folder in order, and renames over what stood there', async () => {
      const storage = await create();
      for (const path of ['a/y', 'a/x', 'b/z', 'a/c/d']) {
        await storage.append(path, encodeText(path));
      }
      expect(await storage.list('a')).toEqual(['x', 'y']);
      await storage.rename('a/x', 'a/y');
      expect(await storage.list('a')).toEqual(['y']);
      expect(decodeText((await storage.read('a/y')) as Uint8Array)).toBe('a/x');
    });

    it('gives copies: changing what was read or written changes no file', async () => {
      const storage = await create();
      const bytes = encodeText('abc');
      await storage.append('a/x', bytes);
      bytes[0] = 0;
      ((await storage.read('a/x')) as Uint8Array)[1] = 0;
      expect(decodeText((await storage.read('a/x')) as Uint8Array)).toBe('abc');
    });

    it.each(['../x', 'a/../x', '/x', 'a//b', '.hidden', 'a/.new-x', '', 'a\\b', 'a/b\u0000'])(
      'refuses the path %j',
      async (path) => {
        const storage = await create();
        const one = encodeText('x');
        await expect(storage.append(path, one)).rejects.toMatchObject({ code: 'bad-path' });
        await expect(storage.read(path)).rejects.toMatchObject({ code: 'bad-path' });
      },
    );
  });
}
