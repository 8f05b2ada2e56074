// SPDX-License-Identifier: Apache-2.0
// Requests to a console server over loopback, as bytes: it answers or closes, serves nothing from
// outside its folder, and is there for the next one.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Random } from '@isthmus/earth';
import { startConsoleServer } from '@isthmus/node/adapters';
import { several, spoilLines } from './mutate.ts';
import { Finding, pick, type Target } from './target.ts';

const SECRET = 'what lies beside the folder';
/** Longer than any answer takes; a request that is not whole is left by us, not by the server. */
const WAIT_MS = 250;

/** A server of its own with a page, and a file beside it that must never be served. */
export async function consoleRequests(): Promise<Target> {
  const root = mkdtempSync(join(tmpdir(), 'isthmus-fuzz-'));
  const folder = join(root, 'dist');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(root, 'secret.txt'), SECRET);
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>console</title>');
  writeFileSync(join(folder, 'assets', 'app-1a2b.js'), 'plain');
  const faults: string[] = [];
  const server = await startConsoleServer({
    side: {
      side: 'west',
      partner: 'east',
      mode: 'exercise',
      agreement: { name: 'fuzz', version: 1 },
      sensors: [],
      build: 'fuzz',
    },
    speed: 1,
    address: { host: '127.0.0.1', port: 0 },
    folder,
    onFault: (text) => faults.push(text),
  });
  const port = Number(new URL(server.url).port);
  const paths = [
    '/',
    '/healthz',
    '/feed',
    '/feed?after=1-2',
    '/assets/app-1a2b.js',
    '/../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '//secret.txt',
    '/assets//',
  ];
  const seeds = paths.flatMap((path) =>
    ['GET', 'HEAD', 'POST'].map((method) =>
      Buffer.from(
        `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nLast-Event-ID: x-1\r\nConnection: close\r\n\r\n`,
      ),
    ),
  );
  return {
    name: 'console',
    oneIn: 2000,
    // Waits are ours: for requests that are not whole, twice a reading.
    msMax: 20 * WAIT_MS,
    isRefusal: () => false,
    make: (random: Random) =>
      several(pick(random, seeds), random, (one) => spoilLines(one, random, pick(random, seeds))),
    async read(input) {
      const answer = await ask(port, input);
      if (answer.includes(SECRET)) throw new Finding('a file from outside the folder was served');
      if (answer !== '' && !/^HTTP\/1\.1 \d{3} /.test(answer))
        throw new Finding(answer.slice(0, 80));
      if (answer.startsWith('HTTP/1.1 5')) throw new Finding(answer.slice(0, 80));
      if (faults.length > 0) throw new Finding(`a fault: ${faults.join()}`);
      const request = `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`;
      const health = await ask(port, Buffer.from(request));
      if (!health.startsWith('HTTP/1.1 200'))
        throw new Finding(`then it said ${health.slice(0, 80)}`);
      return answer.startsWith('HTTP/1.1 200');
    },
    async close() {
      await server.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** What the server says until it closes, or for a while. */
function ask(port: number, request: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    let answer = '';
    const end = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(end, WAIT_MS);
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', end);
    socket.on('close', end);
  });
}
