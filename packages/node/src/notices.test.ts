// SPDX-License-Identifier: Apache-2.0
import { addSeconds, geodeticFromDegrees } from '@isthmus/earth';
import { createMemoryStorage } from '@isthmus/ledger';
import type { FeedRecord, FeedTick, NotificationMessage } from '@isthmus/picture';
import { parseNotices } from '@isthmus/warning';
import { expect, test } from 'vitest';
import { ConsoleFeed } from './console-feed.ts';
import { NodeShell } from './shell.ts';
import { SIDE } from './testing/feed-fixture.ts';
import { optionsOf, START, turns } from './testing/flame-side.ts';

/** A notice that says when, and nothing else. */
function notice(id: string, fromS: number, untilS: number): NotificationMessage {
  const [message] = parseNotices({
    notices: [
      { kind: 'notice', id, regime: 'other', from: 'norway', given: '2012-06-01T00:00:00Z' },
    ],
  });
  if (message?.kind !== 'notice') throw new TypeError('no notice');
  const window = { from: addSeconds(START, fromS), until: addSeconds(START, untilS) };
  // Of the size of an ocean: the flame is seen from one satellite.
  const centre = geodeticFromDegrees(10, 30);
  const radius = { value: 4000, unit: 'km', tolerance: null } as const;
  const launchArea = { kind: 'circle', centre, radius } as const;
  return { ...message, launch: { ...message.launch, window, launchArea } };
}

function ticksOf(records: readonly FeedRecord[]): FeedTick[] {
  return records.filter((record) => record.kind === 'tick');
}

test('a notice is told beside the warning it fits and changes nothing of it; a replay gives the same', async () => {
  const notices = [notice('rocket', -600, 600), notice('other', -9000, -8000)];
  const storage = createMemoryStorage();
  const [records, without]: [FeedRecord[], FeedRecord[]] = [[], []];
  const shell = await NodeShell.open({ ...optionsOf(storage, records), notices });
  const bare = await NodeShell.open(optionsOf(createMemoryStorage(), without));
  await turns(shell, 0, 120);
  await turns(bare, 0, 120);
  const last = ticksOf(records).at(-1);
  expect(last?.ownWarnings).toHaveLength(1);
  expect(last?.ownWarnings).toEqual(ticksOf(without).at(-1)?.ownWarnings);
  expect(shell.ownHash()).toBe(bare.ownHash());
  expect(last?.notices?.fits).toMatchObject([{ picture: 'own', warning: 'own-1' }]);
  expect(last?.notices?.fits[0]?.sentence).toMatch(/^(Fits|May fit) .*“rocket”/);
  expect(last?.notices?.standings).toMatchObject([
    { notice: 'rocket', answer: 'seen', seen: { picture: 'own', warning: 'own-1' } },
    { notice: 'other', answer: 'not seen', seen: null },
  ]);
  const told = records.flatMap((one) => (one.kind === 'note' ? [one.text] : []));
  expect(told.filter((text) => text.includes('“other”'))).toHaveLength(1);
  expect(told.filter((text) => text.includes('“rocket”'))).toHaveLength(1);
  const console = new ConsoleFeed({ side: SIDE, speed: 1, epoch: 'e' });
  for (const record of records) console.take(record);
  expect(console.snapshot().warnings[0]?.announced).toBe(last?.notices?.fits[0]?.sentence);
  expect(console.snapshot().notices).toEqual(last?.notices?.standings);
  expect(await shell.journalled()).toBe(true);
  const again = await NodeShell.open({ ...optionsOf(storage, []), notices });
  expect(again.hash()).toBe(shell.hash());
});

test('notices that are replaced while a side runs are others from the next turn on', async () => {
  const records: FeedRecord[] = [];
  const shell = await NodeShell.open(optionsOf(createMemoryStorage(), records));
  await turns(shell, 0, 100);
  expect(ticksOf(records).at(-1)?.notices).toBeUndefined();
  shell.announce([notice('late', 7200, 9000)]);
  await turns(shell, 100, 101);
  expect(ticksOf(records).at(-1)?.notices?.standings).toMatchObject([
    { notice: 'late', answer: 'to come' },
  ]);
  shell.announce([]);
  await turns(shell, 101, 102);
  expect(ticksOf(records).at(-1)?.notices).toBeUndefined();
});
