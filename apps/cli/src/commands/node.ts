// SPDX-License-Identifier: Apache-2.0
// `isthmus node --config side.yaml`: one side. Live, it takes a turn a second of the wall clock;
// with --conducted it takes the ticks that come on its standard input and ends with it.

import { appendFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { instant } from '@isthmus/earth';
import type { NodeOutputs, NodeShell } from '@isthmus/node';
import { readArguments } from '../arguments.ts';
import type { SideMessage } from '../demo/side-process.ts';
import { openSide } from '../side/open-side.ts';
import { UserError } from '../user-error.ts';

/** Wall time a conducted side waits for its partner's mark before it goes on without. */
const MARK_WAIT_MS = 15_000;
/** While it waits it repeats its tick this often, so that time-outs count. */
const AGAIN_MS = 500;
/** Wall time in which the first session must come up before a conducted side goes on without. */
const LINK_WAIT_MS = 15_000;

export async function node(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { texts: ['config'], flags: ['conducted', 'json'] });
  const config = parsed.text('config');
  if (config === undefined || parsed.positionals.length > 0) {
    throw new UserError('usage: isthmus node --config side.yaml [--conducted]');
  }
  const print = (value: unknown): void => {
    process.stdout.write(`${JSON.stringify(value)}\n`);
  };
  const say = (message: SideMessage): void => print(message);
  const log = join(dirname(config), 'decisions.ndjson');
  const outputs: NodeOutputs = {
    onFeed: print,
    onDecision: (record) => appendFileSync(log, `${JSON.stringify(record)}\n`, { mode: 0o600 }),
    onFault: (text) => {
      say({ kind: 'fault', text });
      process.stderr.write(`${text}\n`);
    },
  };
  const side = await openSide(config, outputs, { conducted: parsed.flag('conducted') });
  const { shell } = side;
  if (parsed.flag('conducted')) await conducted(shell, say);
  else await live(shell);
  await side.close();
  say({ kind: 'closed', ownHash: shell.ownHash() });
  return 0;
}

async function conducted(shell: NodeShell, say: (message: SideMessage) => void): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const match = /^(start|tick) (-?\d{1,16})$/.exec(line);
    if (match === null) throw new UserError(`the conductor said "${line.slice(0, 80)}"`);
    const at = instant(Number(match[2]));
    if (match[1] === 'start') {
      await shell.start(at);
      say({ kind: 'started' });
      await linkUp(shell);
      say({ kind: 'ready' });
      continue;
    }
    await shell.turn(at, true);
    for (let waited = 0; !shell.marked(at) && waited < MARK_WAIT_MS; waited += AGAIN_MS) {
      await Promise.race([shell.linkSaid(), sleep(AGAIN_MS)]);
      if (!shell.marked(at)) shell.tickAgain();
    }
    say({ kind: 'done', at });
  }
}

/** A conducted run begins with the session up, or its first seconds would depend on the machine. */
async function linkUp(shell: NodeShell): Promise<void> {
  for (let waited = 0; !shell.up && waited < LINK_WAIT_MS; waited += AGAIN_MS) {
    await Promise.race([shell.linkSaid(), sleep(AGAIN_MS)]);
    shell.tickAgain();
  }
}

async function live(shell: NodeShell): Promise<void> {
  await shell.start(instant(Date.now() * 1000));
  let stop = false;
  const end = (): void => {
    stop = true;
  };
  // Again and again: an impatient second one must not cut off what the first one has begun.
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  while (!stop) {
    const now = Date.now();
    await shell.turn(instant(now * 1000), false);
    await sleep(1000 - (Date.now() % 1000));
  }
}
