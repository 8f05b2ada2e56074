// SPDX-License-Identifier: Apache-2.0
import { addSeconds, geodeticFromDegrees, instant } from '@isthmus/earth';
import { createMemoryStorage, type Storage } from '@isthmus/ledger';
import type { FeedTick, Plot, Sensor } from '@isthmus/picture';
import { expect, test, vi } from 'vitest';
import type { NodeOptions } from './ports.ts';
import { NodeShell } from './shell.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';
import { createNodeState, type NodeState, stateHash } from './state.ts';

const START = instant(1_340_000_000_000_000);

const RADAR: Sensor = {
  kind: 'radar',
  id: 'radar',
  site: geodeticFromDegrees(45, 41, 100),
  azimuthFromRad: 0,
  azimuthToRad: 0,
  elevationMinRad: 0.03,
  elevationMaxRad: 1.4,
  rangeMaxM: 4e6,
  revisitS: 1,
  noise: { rangeM: 50, azimuthRad: 0.001, elevationRad: 0.001 },
  bias: { rangeM: 10, azimuthRad: 0.0001, elevationRad: 0.0001 },
};

/** An object that rises from the horizon: enough for a track, and so for a state worth hashing. */
function plots(): Plot[] {
  return Array.from({ length: 100 }, (_, i) => ({
    kind: 'radar',
    id: i,
    sensor: 'radar',
    time: addSeconds(START, i),
    arrival: addSeconds(START, i + 0.1),
    rangeM: 2_000_000 - 3000 * i,
    azimuthRad: 3 - 0.0005 * i,
    elevationRad: 0.2 + 0.002 * i,
  }));
}

function options(storage: Storage, ticks: FeedTick[] = []): NodeOptions {
  const all = plots();
  return {
    side: 'west',
    partner: 'east',
    sensors: [RADAR],
    terms: null,
    header: {
      isthmus: 'journal',
      side: 'west',
      build: 'test',
      engine: 'test',
      architecture: 'test',
    },
    storage,
    ledger: null,
    link: null,
    mirrored: () => Promise.resolve([]),
    plots: {
      take: (from, until) =>
        Promise.resolve(all.slice(from).filter((plot) => plot.arrival <= until)),
    },
    outputs: {
      onFeed: (record) => {
        if (record.kind === 'tick') ticks.push(record);
      },
      onDecision: () => {},
      onFault: () => {},
    },
  };
}

async function run(shell: NodeShell, from: number, until: number): Promise<void> {
  for (let second = from; second < until; second += 1) {
    await shell.turn(addSeconds(START, second), true);
  }
}

test('a restart at any turn, from snapshot and tail, is the state of the run that never stopped', async () => {
  const whole = await NodeShell.open(options(createMemoryStorage()));
  await run(whole, 0, 90);
  for (const stop of [1, 30, 59, 60, 61, 75]) {
    const storage = createMemoryStorage();
    const before = await NodeShell.open(options(storage));
    await run(before, 0, stop);
    const after = await NodeShell.open(options(storage));
    expect(after.hash()).toBe(before.hash());
    await run(after, stop, 90);
    expect(after.hash()).toBe(whole.hash());
  }
});

test('a snapshot that does not match its hash is passed over and the journal is replayed', async () => {
  const storage = createMemoryStorage();
  const shell = await NodeShell.open(options(storage));
  await run(shell, 0, 90);
  for (const file of ['snapshot-a', 'snapshot-b']) {
    const bytes = await storage.read(file);
    if (bytes === null) continue;
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
    await storage.replace(file, bytes);
  }
  expect((await NodeShell.open(options(storage))).hash()).toBe(shell.hash());
});

test('a journal that ends before the snapshot, or is another side’s, is refused and kept', async () => {
  const storage = createMemoryStorage();
  await run(await NodeShell.open(options(storage)), 0, 70);
  const bytes = (await storage.read('journal')) as Uint8Array;
  const end = bytes.lastIndexOf(0x0a, bytes.length >> 1) + 1;
  const cut = bytes.slice(0, end);
  const given = options(storage);
  for (const [journal, side] of [
    [cut, 'west'],
    [bytes, 'north'],
  ] as const) {
    await storage.replace('journal', journal);
    const opening = NodeShell.open({ ...given, header: { ...given.header, side } });
    await expect(opening).rejects.toMatchObject({ code: 'journal-corrupt' });
    expect(await storage.read('journal')).toEqual(journal);
  }
});

test('the journal of another build is not replayed', async () => {
  const storage = createMemoryStorage();
  await run(await NodeShell.open(options(storage)), 0, 5);
  const other = options(storage);
  await expect(
    NodeShell.open({ ...other, header: { ...other.header, build: 'another' } }),
  ).rejects.toMatchObject({ code: 'journal-other-build' });
});

test('another build goes on from the snapshot of one stopped in good order, in a journal of its own', async () => {
  const storage = createMemoryStorage();
  const old = await NodeShell.open(options(storage));
  await run(old, 0, 70);
  await old.close();
  const given = options(storage);
  const other = { ...given, header: { ...given.header, build: 'another' } };
  const next = await NodeShell.open(other);
  expect(next.hash()).toBe(old.hash());
  await run(next, 70, 90);
  expect((await NodeShell.open(other)).hash()).toBe(next.hash());
  expect(await storage.read('journal-0')).not.toBeNull();
});

test('a snapshot of a build that knew no outlooks is gone on from, with none', async () => {
  const storage = createMemoryStorage();
  const old = await NodeShell.open(options(storage));
  await run(old, 0, 70);
  await old.close();
  for (const file of ['snapshot-a', 'snapshot-b']) {
    const text = new TextDecoder().decode((await storage.read(file)) ?? new Uint8Array());
    if (text === '') continue;
    const state = JSON.parse(text.slice(text.indexOf('\n') + 1)) as Partial<NodeState>;
    delete state.outlook;
    const bytes = new TextEncoder().encode(`${stateHash(state)}\n${JSON.stringify(state)}`);
    await storage.replace(file, bytes);
  }
  const given = options(storage);
  const other = { ...given, header: { ...given.header, build: 'another' } };
  const next = await NodeShell.open(other);
  expect(next.turns).toBe(70);
  expect(next.ownHash()).toBe(old.ownHash());
  await run(next, 70, 90);
  expect((await NodeShell.open(other)).hash()).toBe(next.hash());
});

test('a snapshot with the flat memory of an earlier gate is gone on from, and one of a later gate is refused by name', async () => {
  const state = createNodeState({ side: 'west', partner: 'east', sensors: [RADAR] });
  const track = { event: 'e1', clause: 'c', tick: 7, base: null };
  const read = async (gate: unknown): Promise<NodeState | null> => {
    const storage = createMemoryStorage();
    const kept = { ...state, gate };
    await writeSnapshot(storage, { text: JSON.stringify(kept), hash: stateHash(kept) }, 0);
    return readSnapshot(storage, 'west');
  };
  const flat = { tracks: { t2: track, t1: track }, events: {}, held: [] };
  const tracks = [
    ['t1', track],
    ['t2', track],
  ];
  expect(await read(flat)).toEqual({ ...state, gate: { ...state.gate, tracks } });
  await expect(read({ ...state.gate, form: 3 })).rejects.toMatchObject({
    code: 'snapshot-corrupt',
    message: expect.stringContaining('snapshot-a holds a gate memory of a later build') as unknown,
  });
});

test('other sensors than those a side has tracked with are refused by name, before anything is written', async () => {
  const storage = createMemoryStorage();
  const before = await NodeShell.open(options(storage));
  await run(before, 0, 61);
  await before.close();
  const other = { ...RADAR, id: 'other' };
  const given = (...sensors: readonly Sensor[]): NodeOptions => ({ ...options(storage), sensors });
  const whole = { probability: 0.9, rangeM: 1e6, sizeM2: 1, falseAlarm: 1e-6 };
  for (const [sensors, says] of [
    [[RADAR, other], 'other is new'],
    [[other], 'radar is gone, other is new'],
    [[{ ...RADAR, rangeMaxM: 1 }], 'radar has changed'],
    [[{ ...RADAR, detection: whole }], 'radar has changed'],
  ] as const) {
    await expect(NodeShell.open(given(...sensors))).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining(`sensors: ${says} since this side last ran`) as unknown,
    });
  }
  // A later build may know more of a sensor; what both know must still be the same.
  const later = (sensor: Sensor): NodeOptions => {
    const header = { ...options(storage).header, build: 'later' };
    return { ...given(sensor), header };
  };
  await expect(NodeShell.open(later({ ...RADAR, revisitS: 99 }))).rejects.toMatchObject({
    code: 'config-invalid',
  });
  const after = await NodeShell.open(options(storage));
  expect(after.hash()).toBe(before.hash());
  await after.close();
  expect((await NodeShell.open(later({ ...RADAR, detection: whole }))).turns).toBe(61);
});

test('a side without a partner has a picture and says that no link is configured', async () => {
  const ticks: FeedTick[] = [];
  await run(await NodeShell.open(options(createMemoryStorage(), ticks)), 0, 60);
  expect(ticks.at(-1)?.link).toBe('off');
  expect(ticks.at(-1)?.system).toEqual(ticks.at(-1)?.own);
});

test('a partner that was suspended before a restart finds no link until an officer resumes it', async () => {
  const storage = createMemoryStorage();
  const told: string[] = [];
  const given: NodeOptions = {
    ...options(storage),
    link: () => {
      told.push('start');
      return Promise.resolve({
        tick: () => {},
        recorded: () => {},
        suspend: () => told.push('suspend'),
        resume: () => told.push('resume'),
        close: () => Promise.resolve(),
      });
    },
  };
  let acts = 0;
  const order = async (shell: NodeShell, kind: 'suspend-partner' | 'resume-partner') => {
    acts += 1;
    const id = String(acts).padStart(32, '0');
    const answer = shell.act({ kind, id, officer: 'First Officer', reason: 'drill' });
    await shell.turn(addSeconds(START, acts), true);
    return (await answer).outcome;
  };
  const before = await NodeShell.open(given);
  await before.start(START);
  expect(await order(before, 'suspend-partner')).toBe('done');
  expect(told).toEqual(['start', 'resume', 'suspend']);
  expect(before.status()).toMatchObject({ link: 'suspended', suspension: { reason: 'drill' } });

  told.length = 0;
  const after = await NodeShell.open(given);
  await after.start(START);
  expect(told).toEqual([]);
  expect(after.status().suspension?.officer).toBe('First Officer');
  expect(await order(after, 'resume-partner')).toBe('done');
  await vi.waitFor(() => expect(told).toEqual(['start', 'resume']));

  // An order that waits for the start is carried out before there is a link.
  told.length = 0;
  const ordered = await NodeShell.open({ ...given, storage: createMemoryStorage() });
  const id = 'f'.repeat(32);
  const why = { officer: 'Second Officer', reason: 'the partner lies' };
  const answer = ordered.act({ kind: 'suspend-partner', id, ...why });
  await ordered.start(START);
  expect([(await answer).outcome, told]).toEqual(['done', []]);
  expect(ordered.status()).toMatchObject({ suspension: { at: START, ...why } });
});
