// SPDX-License-Identifier: Apache-2.0
// Runs commands of the documents as a reader types them: in a shell, from the root of the repository.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const UNTIL_MS = 120_000;
/** Longer: some commands fly a scenario several times. */
const COMMAND_MS = 300_000;
const END_MS = 15_000;
const POLL_MS = 50;

/**
 * A folder that shows the repository and has a `run/` of its own, so that a reader's `run/` is
 * neither in the way nor lost.
 */
export class Scratch {
  readonly folder = mkdtempSync(join(tmpdir(), 'isthmus-docs-'));

  constructor(root: string) {
    for (const name of readdirSync(root)) {
      if (name !== 'run') symlinkSync(join(root, name), join(this.folder, name));
    }
    mkdirSync(join(this.folder, 'run'));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Whether a program, or a file or folder by its whole path, is on this machine. */
export function isThere(program: string): boolean {
  if (program.startsWith('/')) return existsSync(program);
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

class Shell {
  said = '';
  readonly closed: Promise<void>;
  isClosed = false;
  /** As a shell would say it: 130 after Ctrl-C. */
  code: number | null = null;
  readonly #child: ChildProcess;

  constructor(script: string, folder: string) {
    // A reader's node is the pinned one, whichever runs these tests.
    const path = dirname(process.execPath) + delimiter + (process.env['PATH'] ?? '');
    this.#child = spawn('sh', ['-c', script], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: path },
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.said += chunk.toString();
      });
    }
    this.closed = new Promise((resolve) => {
      this.#child.on('close', (code, signal) => {
        this.isClosed = true;
        this.code = signal === 'SIGINT' ? 130 : code;
        resolve();
      });
    });
  }

  /** Signals all of the group; false when nobody of it is there. */
  signal(signal: NodeJS.Signals | 0): boolean {
    try {
      // A process that could not be started has no group, and 0 would be our own.
      return this.#child.pid !== undefined && process.kill(-this.#child.pid, signal);
    } catch {
      return false;
    }
  }

  tail(): string {
    return this.said.trimEnd().split('\n').slice(-15).join('\n').slice(-3000);
  }
}

/** Runs a command to its end. Gives what went wrong, or null. */
export async function runToEnd(script: string, folder: string): Promise<string | null> {
  const shell = new Shell(script, folder);
  await Promise.race([shell.closed, sleep(COMMAND_MS, undefined, { ref: false })]);
  if (!shell.isClosed) {
    shell.signal('SIGKILL');
    return `did not end within ${COMMAND_MS / 1000} s:\n${shell.tail()}`;
  }
  return shell.code === 0 ? null : `ended with ${shell.code}:\n${shell.tail()}`;
}

/** Runs what does not end by itself until it says `until`, then ends it as Ctrl-C does. */
export async function runUntil(
  script: string,
  folder: string,
  wait: { readonly until: string; readonly endMs?: number },
): Promise<string | null> {
  const { until, endMs = END_MS } = wait;
  const shell = new Shell(script, folder);
  try {
    const giveUp = performance.now() + UNTIL_MS;
    while (!shell.said.includes(until)) {
      if (shell.isClosed) return `ended with ${shell.code} before "${until}":\n${shell.tail()}`;
      if (performance.now() > giveUp) {
        return `never said "${until}" in ${UNTIL_MS / 1000} s:\n${shell.tail()}`;
      }
      await sleep(POLL_MS);
    }
    shell.signal('SIGINT');
    const end = performance.now() + endMs;
    while (!shell.isClosed || shell.signal(0)) {
      if (performance.now() > end) {
        return `still there ${endMs / 1000} s after Ctrl-C:\n${shell.tail()}`;
      }
      await sleep(POLL_MS);
    }
    if (shell.code === 0 || shell.code === 130) return null;
    return `ended with ${shell.code} after Ctrl-C:\n${shell.tail()}`;
  } finally {
    shell.signal('SIGKILL');
  }
}
