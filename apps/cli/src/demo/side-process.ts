// SPDX-License-Identifier: Apache-2.0
// One side as a process of its own, seen by the conductor: it is granted ticks on its standard
// input and tells its feed on its standard output. When the conductor dies the input ends, and the
// side with it.

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Instant } from '@isthmus/earth';
import type { FeedRecord } from '@isthmus/picture';
import type { Speed } from '../arguments.ts';
import { UserError } from '../user-error.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** What a conducted side prints besides its feed. */
export type SideMessage =
  | { readonly kind: 'console'; readonly url: string }
  | { readonly kind: 'started' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly at: Instant }
  | { readonly kind: 'fault'; readonly text: string }
  | { readonly kind: 'closed'; readonly ownHash: string };

export class SideProcess {
  readonly #child: ChildProcess;
  readonly #onRecord: (record: FeedRecord) => void;
  readonly #onFault: (text: string) => void;
  #waiting: {
    readonly kind: string;
    readonly resolve: () => void;
    readonly reject: (e: Error) => void;
  }[] = [];
  #errors = '';
  #ended: Promise<number | null>;
  #why = '';
  #consoleUrl: string | null = null;
  #over = false;
  #ready: Promise<void> = Promise.resolve();
  ownHash: string | null = null;

  constructor(options: {
    readonly name: string;
    readonly config: string;
    /** The pace the conductor keeps, for the clock of the side's console. */
    readonly speed?: Speed;
    readonly onRecord: (record: FeedRecord) => void;
    readonly onFault: (text: string) => void;
  }) {
    this.#onRecord = options.onRecord;
    this.#onFault = options.onFault;
    this.#child = spawn(
      process.execPath,
      [
        '--conditions=isthmus-source',
        MAIN,
        'node',
        '--config',
        options.config,
        '--conducted',
        ...(options.speed === undefined ? [] : ['--speed', String(options.speed)]),
      ],
      // Of its own group: Ctrl-C goes to the conductor, which ends its sides in order.
      { stdio: ['pipe', 'pipe', 'pipe'], detached: process.platform !== 'win32' },
    );
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error('a side without pipes');
    createInterface({ input: stdout }).on('line', (line) => this.#read(line));
    stderr.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString('utf8')).slice(-8192);
    });
    this.#child.stdin?.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      this.#child.on('close', (code, signal) => {
        this.#over = true;
        const text = this.#errors.trim().replace(/^isthmus: /, '');
        const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
        const message = text === '' ? `${options.name} ${how}` : text;
        this.#why = message;
        const error = code === 2 ? new UserError(message) : new Error(message);
        for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
        resolve(code);
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Resolves, when the process has ended, with how it ended or what it said last. */
  async ended(): Promise<string> {
    await this.#ended;
    return this.#why;
  }

  /** Where the side's console is, once it has started; null where it serves none. */
  get consoleUrl(): string | null {
    return this.#consoleUrl;
  }

  /** Resolves when the side listens or has dialled, or rejects with what it said before it ended. */
  started(at: Instant): Promise<void> {
    const started = this.#next('started');
    // Asked for now: the link may come up before the other side is seen to have started.
    this.#ready = this.#next('ready');
    this.#ready.catch(() => {});
    this.#child.stdin?.write(`start ${at}\n`);
    return started;
  }

  /** Resolves when the side has its link up, or rejects with what it said before it ended. */
  ready(): Promise<void> {
    return this.#ready;
  }

  /** Grants a tick; resolves when the side has done it and has the partner's mark. */
  tick(at: Instant): Promise<void> {
    const done = this.#next('done');
    this.#child.stdin?.write(`tick ${at}\n`);
    return done;
  }

  /** No tick will follow: the side closes its files and its link, and its console stays. */
  finish(): Promise<void> {
    const closed = this.#next('closed');
    this.#child.stdin?.write('over\n');
    return closed;
  }

  /** Ends the side in good order, or after `graceMs` without ceremony. */
  async end(graceMs = 5000): Promise<void> {
    if (this.#over) return;
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.kill(), graceMs);
    await this.#ended;
    clearTimeout(timer);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #next(kind: string): Promise<void> {
    if (this.#over) return Promise.reject(new Error('the side has ended'));
    return new Promise((resolve, reject) => this.#waiting.push({ kind, resolve, reject }));
  }

  #read(line: string): void {
    const message = JSON.parse(line) as FeedRecord | SideMessage;
    if (message.kind === 'tick' || message.kind === 'note') {
      this.#onRecord(message);
      return;
    }
    if (message.kind === 'fault') this.#onFault(message.text);
    if (message.kind === 'console') this.#consoleUrl = message.url;
    if (message.kind === 'closed') this.ownHash = message.ownHash;
    const index = this.#waiting.findIndex((waiting) => waiting.kind === message.kind);
    if (index >= 0) this.#waiting.splice(index, 1)[0]?.resolve();
  }
}
