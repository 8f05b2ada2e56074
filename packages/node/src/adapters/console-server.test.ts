// SPDX-License-Identifier: Apache-2.0
// The console server over real sockets on loopback.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import { eventOf, noteOf, SIDE, tickOf } from '../testing/feed-fixture.ts';
import { type ConsoleServer, startConsoleServer } from './console-server.ts';

let root = '';
let folder = '';
let server: ConsoleServer;
let faults: string[] = [];
const open: { destroy(): void }[] = [];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
  folder = join(root, 'dist');
  faults = [];
  server = await startConsoleServer({
    side: SIDE,
    speed: 20,
    address: { host: '127.0.0.1', port: 0 },
    folder,
    onFault: (text) => faults.push(text),
  });
});

afterEach(async () => {
  for (const one of open.splice(0)) one.destroy();
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

function build(): void {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(root, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>console</title>');
  writeFileSync(join(folder, 'assets', 'app-1a2b.js'), 'plain');
  writeFileSync(join(folder, 'assets', 'app-1a2b.js.br'), 'pressed');
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

function ask(
  path: string,
  options: { readonly method?: string; readonly headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(server.url);
    const asked: ClientRequest = request(
      { host: '127.0.0.1', port, path, agent: false, ...options },
      (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => {
          body += chunk.toString();
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

interface Event {
  readonly id: string | null;
  readonly name: string;
  readonly data: string;
}

class Reader {
  readonly events: Event[] = [];
  isOver = false;
  response: IncomingMessage | null = null;
  #text = '';

  static async open(headers: Record<string, string> = {}, query = ''): Promise<Reader> {
    const reader = new Reader();
    await new Promise<void>((resolve, reject) => {
      const { port } = new URL(server.url);
      const asked = request(
        { host: '127.0.0.1', port, path: `/feed${query}`, agent: false, headers },
        (response) => {
          reader.response = response;
          response.on('data', (chunk: Buffer) => reader.#read(chunk.toString()));
          response.on('end', () => {
            reader.isOver = true;
          });
          response.on('error', () => {
            reader.isOver = true;
          });
          resolve();
        },
      );
      asked.on('error', reject);
      asked.end();
      open.push(asked);
    });
    return reader;
  }

  #read(text: string): void {
    const parts = (this.#text + text).split('\n\n');
    this.#text = parts.pop() ?? '';
    for (const part of parts) {
      const field = (name: string): string | null =>
        part
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2) ?? null;
      const name = field('event');
      if (name !== null) this.events.push({ id: field('id'), name, data: field('data') ?? '' });
    }
  }
}

async function until(isTrue: () => boolean, withinMs = 10_000): Promise<void> {
  const began = performance.now();
  while (!isTrue()) {
    if (performance.now() - began > withinMs) throw new Error('it did not come to be');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Ticks of half a megabyte. */
function largeTick(second: number): ReturnType<typeof tickOf> {
  return tickOf(second, {
    own: Array.from({ length: 2000 }, (_, i) => eventOf(`e${i}`, second, ['own'])),
  });
}

test('a console gets a snapshot, then one delta a turn, and a beat while nothing happens', async () => {
  server.take(tickOf(0, { own: [eventOf('e1', 0, ['own'])] }));
  const reader = await Reader.open();
  await until(() => reader.events.length > 0);
  server.take(noteOf(1, 'seen'));
  server.take(tickOf(1, { own: [eventOf('e1', 1, ['own'])] }));
  server.setClock({ over: true });
  await until(() => reader.events.length > 2);
  expect(reader.events.map((event) => event.name)).toEqual(['snapshot', 'delta', 'delta']);
  const [snapshot, delta, last] = reader.events.map((event) => JSON.parse(event.data) as unknown);
  expect(snapshot).toMatchObject({ side: SIDE, objects: [{ id: 'e1-a' }], clock: { speed: 20 } });
  expect(delta).toMatchObject({ notes: [{ text: 'seen' }], objects: [{ id: 'e1-a' }] });
  expect(last).toMatchObject({ clock: { over: true } });
  expect(reader.response?.headers['content-type']).toMatch(/^text\/event-stream/);
  await until(() => reader.events.some((event) => event.name === 'beat'));
  expect(reader.events.find((event) => event.name === 'beat')?.id).toBeNull();
});

test('a console that comes back goes on where it was, by header and by query', async () => {
  const first = await Reader.open();
  for (let second = 0; second < 3; second += 1) server.take(tickOf(second));
  await until(() => first.events.length > 3);
  first.response?.destroy();
  const id = first.events.at(-2)?.id ?? '';
  for (let second = 3; second < 6; second += 1) server.take(tickOf(second));
  for (const again of [
    await Reader.open({ 'last-event-id': id }),
    await Reader.open({}, `?after=${id}`),
  ]) {
    await until(() => again.events.length > 3);
    const released = again.events.map(
      (event) => (JSON.parse(event.data) as { status: { counts: { released: number } } }).status,
    );
    expect(released.map((status) => status.counts.released)).toEqual([2, 3, 4, 5]);
  }
  const stranger = await Reader.open({ 'last-event-id': '00ff00ff00ff00ff.2' });
  await until(() => stranger.events.length > 0);
  expect(stranger.events[0]?.name).toBe('snapshot');
});

/**
 * Asks for the feed and reads nothing until told: a window that was never read from stays at the
 * platform's first 128 kB, where one that was grows to megabytes.
 */
function deafReader(): { readonly text: () => string; readonly listen: () => void } {
  const { port } = new URL(server.url);
  const socket = connect(Number(port), '127.0.0.1');
  open.push(socket);
  socket.write(`GET /feed HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
  let text = '';
  return {
    text: () => text,
    listen: () => {
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
      });
    },
  };
}

test('a console that does not read is held back within a bound and begins again with a snapshot', async () => {
  server.take(largeTick(0));
  const slow = deafReader();
  const quick = await Reader.open();
  await until(() => quick.events.length > 0);
  const before = process.memoryUsage().arrayBuffers;
  const updates = 24;
  for (let second = 1; second <= updates; second += 1) {
    server.take(largeTick(second));
    await until(() => quick.events.filter((event) => event.name === 'delta').length >= second);
  }
  // 24 updates are 12 MB; what is held for the slow one is the bound and what had begun.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * LIMITS.consoleQueueBytes);
  slow.listen();
  const names = (): string[] => [...slow.text().matchAll(/^event: (\w+)$/gm)].map((m) => `${m[1]}`);
  await until(() => names().filter((name) => name === 'snapshot').length === 2);
  server.take(tickOf(updates + 1));
  const newest = (): string | undefined => [...slow.text().matchAll(/^id: (\S+)$/gm)].at(-1)?.[1];
  await until(() => newest() === quick.events.at(-1)?.id);
  expect(names().filter((name) => name === 'delta').length).toBeLessThan(updates);
}, 60_000);

test('a name that is not this address is refused', async () => {
  build();
  const { port } = new URL(server.url);
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:1`]) {
    expect((await ask('/', { headers: { host } })).status).toBe(421);
  }
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
    expect((await ask('/', { headers: { host } })).status).toBe(200);
  }
});

test('nothing but GET and HEAD is taken', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND']) {
    const answer = await ask('/feed', { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('GET, HEAD');
  }
  const head = await ask('/feed', { method: 'HEAD' });
  expect([head.status, head.body]).toEqual([200, '']);
});

test('there is a place for sixteen consoles, and again for one when another has gone', async () => {
  const readers: Reader[] = [];
  for (let i = 0; i < LIMITS.consoleClients; i += 1) readers.push(await Reader.open());
  const refused = await ask('/feed');
  expect(refused.status).toBe(503);
  expect(refused.headers['retry-after']).toBe('10');
  expect(refused.body).toBe('16 consoles are open already; close one.\n');
  readers[0]?.response?.destroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const again = await Reader.open();
  await until(() => again.events.length > 0);
});

test('every answer carries the strict headers, refusals and malformed addresses too', async () => {
  build();
  const stream = await Reader.open();
  const answers = [
    await ask('/'),
    await ask('/healthz'),
    await ask('/nothing'),
    await ask('/%zz'),
    await ask('/', { method: 'POST' }),
    await ask('/', { headers: { host: 'evil.example' } }),
  ];
  for (const headers of [...answers.map((answer) => answer.headers), stream.response?.headers]) {
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers?.['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(headers?.['permissions-policy']).toContain('geolocation=()');
    expect(headers?.['set-cookie']).toBeUndefined();
    expect(headers?.['access-control-allow-origin']).toBeUndefined();
  }
});

test('the built console is served, its assets for long and compressed where they are', async () => {
  expect(await ask('/')).toMatchObject({
    status: 503,
    body: expect.stringContaining('npm run console:build') as string,
  });
  build();
  const page = await ask('/');
  expect([page.status, page.headers['cache-control']]).toEqual([200, 'no-cache']);
  const asset = await ask('/assets/app-1a2b.js', { headers: { 'accept-encoding': 'br' } });
  expect([asset.body, asset.headers['content-encoding']]).toEqual(['pressed', 'br']);
  expect(asset.headers['cache-control']).toContain('immutable');
  expect((await ask('/assets/app-1a2b.js')).body).toBe('plain');
  expect(JSON.parse((await ask('/healthz')).body)).toMatchObject({ ok: true, side: 'west' });
});

test('no address leads out of the folder', async () => {
  build();
  const { port } = new URL(server.url);
  for (const path of [
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
    '/%2e%2e%5csecret.txt',
    '//secret.txt',
  ]) {
    // By hand: a client library would tidy the address first.
    const text = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(
          `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
        );
      });
      let all = '';
      socket.on('data', (chunk: Buffer) => {
        all += chunk.toString();
      });
      socket.on('close', () => resolve(all));
    });
    expect(text).toMatch(/^HTTP\/1\.1 (400|403|404) /);
    expect(text).not.toContain('\r\n\r\nsecret');
  }
});

test('closing ends every stream, of those too who do not read', async () => {
  const reader = await Reader.open();
  const stuck = await Reader.open();
  stuck.response?.pause();
  for (let second = 0; second < 30; second += 1) server.take(largeTick(second));
  await server.close();
  await until(() => reader.isOver);
  await expect(ask('/healthz')).rejects.toThrow('ECONNREFUSED');
});

test('a record that the feed cannot take ends the console and is told, and never reaches the node', async () => {
  const reader = await Reader.open();
  const broken = { ...tickOf(0), own: null } as unknown as ReturnType<typeof tickOf>;
  server.take(broken);
  server.take(tickOf(1));
  await until(() => reader.isOver);
  expect(await ask('/feed')).toMatchObject({ status: 503 });
  expect(faults).toEqual([expect.stringMatching(/^the console has stopped: /)]);
});
