// SPDX-License-Identifier: Apache-2.0
// The consoles of a demonstration as a visitor meets them: real processes, sockets and signals.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsoleDelta, ConsoleRecord, ConsoleSnapshot } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { provision } from '../../apps/cli/src/demo/provision.ts';
import { freePort } from '../../apps/cli/src/demo/run-processes.ts';
import { Program } from './program.ts';

/** Reads the feed until `isEnough`, or until it ends. */
async function readFeed(
  url: string,
  isEnough: (records: readonly ConsoleRecord[]) => boolean,
): Promise<ConsoleRecord[]> {
  const records: ConsoleRecord[] = [];
  const response = await fetch(`${url}feed`);
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const data = /^event: (?:snapshot|delta)\ndata: (.*)$/m.exec(part)?.[1];
      if (data !== undefined) records.push(JSON.parse(data) as ConsoleRecord);
    }
    if (isEnough(records)) break;
  }
  return records;
}

/** The first of two neighbours that are both free. */
async function twoFreePorts(): Promise<number> {
  for (;;) {
    const port = await freePort(0);
    const isNextFree = await freePort(port + 1).then(
      () => true,
      () => false,
    );
    if (isNextFree) return port;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('both consoles answer during the flight, stay after it, and Ctrl-C leaves nothing behind', async () => {
  const port = await twoFreePorts();
  const demo = new Program(['demo', '--speed', 'max', '--console-port', String(port)]);
  try {
    const { WEST: west, EAST: east } = await demo.consoles();
    if (west === undefined || east === undefined) throw new Error(demo.out);
    expect(west.url).toBe(`http://127.0.0.1:${port}/`);
    expect(east.url).toBe(`http://127.0.0.1:${port + 1}/`);
    const [ofWest, ofEast] = await Promise.all(
      [west, east].map((one) => readFeed(one.url, (records) => records.length > 30)),
    );
    const first = ofWest?.[0] as ConsoleSnapshot;
    expect(first.side).toMatchObject({ side: 'west', partner: 'east', mode: 'exercise' });
    expect(first.side.sensors.map((sensor) => sensor.id)).toContain('geo-20e');
    expect(first.clock.speed).toBe('max');
    expect(ofEast?.[0]).toMatchObject({ kind: 'snapshot', side: { side: 'east' } });
    expect(ofEast?.at(-1)).toMatchObject({ kind: 'delta', status: { link: 'up' } });

    await demo.said(/Both pictures stay until you press Ctrl-C/);
    expect(demo.out).toMatch(/west released .* both ledgers verify/);
    expect(demo.out).toMatch(/east released .* both ledgers verify/);
    const [over] = await readFeed(east.url, (records) => records.length > 0);
    expect((over as ConsoleSnapshot).clock.over).toBe(true);
    expect((over as ConsoleSnapshot).warnings.length).toBeGreaterThan(0);

    // One that is open does not keep its node from ending.
    const stream = readFeed(west.url, () => false).catch(() => []);
    await sleep(100);
    demo.child.kill('SIGINT');
    expect(await demo.closed).toBe(0);
    expect(await stream).toHaveLength(1);
    expect([west.pid, east.pid].filter(isRunning)).toEqual([]);
    expect(demo.filesLeft()).toEqual([]);
    await expect(fetch(west.url)).rejects.toThrow('fetch failed');
  } finally {
    demo.end();
  }
});

test('a side that is killed is named, and the other goes on: degraded after 3 s, lost after 10 s', async () => {
  const demo = new Program(['demo', '--speed', 'max']);
  try {
    const { WEST: west, EAST: east } = await demo.consoles();
    if (west === undefined || east === undefined) throw new Error(demo.out);
    const deltas = readFeed(west.url, (records) => records.at(-1)?.clock.over === true);
    await demo.said(/WEST {2}sees/);
    const killed = performance.now();
    process.kill(east.pid, 'SIGKILL');
    await demo.said(/EAST HAS ENDED \(east was ended by SIGKILL\)\. The other side goes on\./);
    await demo.said(/WEST {2}link .*lost/i);
    // Not the time for which a side waits for a partner that is slow.
    expect(performance.now() - killed).toBeLessThan(10_000);
    await demo.said(/Both pictures stay until you press Ctrl-C/);
    expect(demo.out).toContain('east ended before the flight did: no figures of it.');

    const states = (await deltas).filter((one): one is ConsoleDelta => one.kind === 'delta');
    const since = (link: string): number =>
      states.find((one) => one.status.link === link)?.clock.at ?? 0;
    expect(since('lost') - since('degraded')).toBe(7_000_000);
    expect(states.at(-1)?.status).toMatchObject({ link: 'lost', recording: true });

    demo.child.kill('SIGINT');
    expect(await demo.closed).toBe(1);
    expect(isRunning(west.pid)).toBe(false);
    expect(demo.filesLeft()).toEqual([]);
  } finally {
    demo.end();
  }
});

test('Ctrl-C during the flight ends the consoles too', async () => {
  const demo = new Program(['demo', '--speed', '5']);
  try {
    const { WEST: west, EAST: east } = await demo.consoles();
    if (west === undefined || east === undefined) throw new Error(demo.out);
    const stream = readFeed(west.url, () => false).catch(() => []);
    await sleep(1000);
    demo.child.kill('SIGINT');
    expect(await demo.closed).toBe(130);
    await stream;
    expect([west.pid, east.pid].filter(isRunning)).toEqual([]);
    expect(demo.filesLeft()).toEqual([]);
  } finally {
    demo.end();
  }
});

test('a line that is no plot ends a live side in good order, and is told by file, line and field', async () => {
  const root = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
  const run = prepareRun(await readRun({ scenario: 'black-sea' }), 1);
  const configs = await provision(run, root, await freePort(0), await twoFreePorts());
  writeFileSync(join(root, 'west', 'plots.ndjson'), '{"kind":"radar"}\n');
  const node = new Program(['node', '--config', configs['west'] ?? '']);
  try {
    expect(await node.closed).toBe(2);
    expect(node.err.trim().split('\n').at(-1)).toMatch(/^isthmus: \S*plots\.ndjson:1: /);
    const url = /Console of west: (\S+)/.exec(node.err)?.[1] ?? '';
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  } finally {
    node.end();
    rmSync(root, { recursive: true, force: true });
  }
});

test('a live side says where its console is, and ends it with itself; a taken port is told', async () => {
  const root = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
  const run = prepareRun(await readRun({ scenario: 'black-sea' }), 1);
  const configs = await provision(run, root, await freePort(0), await twoFreePorts());
  const config = configs['west'] ?? '';
  const node = new Program(['node', '--config', config]);
  try {
    await node.said(/Console of west: http:\S+\n/);
    const url = /Console of west: (\S+)/.exec(node.err)?.[1] ?? '';
    const [first, second] = await readFeed(url, (records) => records.length > 1);
    // It sees no partner, and its own clock is the wall's.
    expect(first).toMatchObject({ kind: 'snapshot', clock: { speed: 1, over: false } });
    expect(second).toMatchObject({ kind: 'delta', status: { link: 'lost', recording: true } });

    // The other side, on the port that this one has.
    const other = configs['east'] ?? '';
    const text = readFileSync(other, 'utf8');
    const { host } = new URL(url);
    writeFileSync(other, text.replace(/(console:\s+listen: )\S+/, `$1${host}`));
    const refused = new Program(['node', '--config', other]);
    expect(await refused.closed).toBe(2);
    expect(refused.err).toBe(
      `isthmus: console: ${host} is taken; name another port in side.yaml, or 0 to have one found\n`,
    );
    refused.end();

    node.child.kill('SIGINT');
    expect(await node.closed).toBe(0);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  } finally {
    node.end();
    rmSync(root, { recursive: true, force: true });
  }
});
