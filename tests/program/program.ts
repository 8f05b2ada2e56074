// SPDX-License-Identifier: Apache-2.0
// The program as a process of its own, for tests that meet it as a user does.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../../apps/cli/src/repository.ts';

const MAIN = [
  process.execPath,
  '--conditions=isthmus-source',
  join(ROOT, 'apps/cli/src/main.ts'),
] as const;

/** The program, or another one, running. */
export class Program {
  out = '';
  err = '';
  readonly child: ChildProcess;
  readonly temporary = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
  readonly closed: Promise<number | null>;

  constructor(
    args: readonly string[],
    [command, ...before]: readonly [string, ...string[]] = MAIN,
  ) {
    this.child = spawn(command, [...before, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: this.temporary },
    });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.out += chunk.toString();
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.err += chunk.toString();
    });
    this.closed = new Promise((resolve) => this.child.on('close', resolve));
  }

  async said(pattern: RegExp): Promise<void> {
    for (let waited = 0; !pattern.test(this.out + this.err); waited += 20) {
      if (waited > 120_000 || this.child.exitCode !== null) {
        throw new Error(`never said ${pattern}:\n${this.out}\n${this.err}`);
      }
      await sleep(20);
    }
  }

  /** As `said`, of what it printed from a length of its output on. */
  async saidSince(pattern: RegExp, from: number): Promise<void> {
    for (let waited = 0; !pattern.test(this.out.slice(from)); waited += 50) {
      if (waited > 60_000 || this.child.exitCode !== null) {
        throw new Error(`never said ${pattern} since:\n${this.out.slice(-3000)}\n${this.err}`);
      }
      await sleep(50);
    }
  }

  /** Address and process number of each console, by side. */
  async consoles(): Promise<
    Readonly<Record<string, { readonly url: string; readonly pid: number }>>
  > {
    await this.said(/Console of EAST: .*\n/);
    const found = this.out.matchAll(/Console of (\w+): (\S+) \(process (\d+)\)/g);
    return Object.fromEntries(
      [...found].map(([, side = '', url = '', pid]) => [side, { url, pid: Number(pid) }]),
    );
  }

  filesLeft(): string[] {
    return readdirSync(this.temporary).filter((name) => name.startsWith('isthmus-'));
  }

  end(): void {
    this.child.kill('SIGKILL');
    rmSync(this.temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A port nobody listens at, just now. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** The network between two sides, broken at first: while it is whole, who dials `port` reaches `to`. */
export class Network {
  readonly #port: number;
  readonly #to: number;
  readonly #open = new Set<Socket>();
  #server: Server | null = null;

  constructor(port: number, to: number) {
    this.#port = port;
    this.#to = to;
  }

  async mend(): Promise<void> {
    const server = createServer((near) => {
      const far = connect(this.#to, '127.0.0.1');
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#open.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          this.#open.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
  }

  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  }
}
