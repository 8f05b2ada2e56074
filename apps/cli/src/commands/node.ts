// SPDX-License-Identifier: Apache-2.0
// `isthmus node --config side.yaml`: one side. Live, it takes a turn a second of the wall clock;
// with --conducted it takes the ticks that come on its standard input and ends with it.

import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { instant } from '@isthmus/earth';
import { NodeError, type NodeOutputs, type NodeShell } from '@isthmus/node';
import type { ConsoleServer } from '@isthmus/node/adapters';
import { type ParsedArguments, readArguments, type Speed, speedOf } from '../arguments.ts';
import type { SideMessage } from '../demo/side-process.ts';
import { type OpenedSide, openSide } from '../side/open-side.ts';
import { serveConsole } from '../side/serve-console.ts';
import { UserError } from '../user-error.ts';

/** Wall time a conducted side waits for its partner's mark before it goes on without. */
const MARK_WAIT_MS = 15_000;
/** While it waits it repeats its tick this often, so that time-outs count. */
const AGAIN_MS = 500;
/** Wall time in which the first session must come up before a conducted side goes on without. */
const LINK_WAIT_MS = 15_000;

type Say = (message: SideMessage) => void;

export async function node(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { texts: ['config', 'speed'], flags: ['conducted', 'json'] });
  const config = parsed.text('config');
  if (config === undefined || parsed.positionals.length > 0) {
    throw new UserError('usage: isthmus node --config side.yaml [--conducted [--speed X|max]]');
  }
  const isConducted = parsed.flag('conducted');
  const speed = paceOf(parsed);
  const print = (value: unknown): void => {
    process.stdout.write(`${JSON.stringify(value)}\n`);
  };
  const say: Say = (message) => print(message);
  let served: ConsoleServer | null = null;
  let alerts: OpenedSide['alerts'] = null;
  const onFault = (text: string): void => {
    say({ kind: 'fault', text });
    process.stderr.write(`${text}\n`);
    served?.fault(text);
  };
  const outputs: NodeOutputs = {
    onFeed: (record) => {
      print(record);
      served?.take(record);
      alerts?.take(record);
    },
    onDecision: () => {},
    onFault,
  };
  const side = await openSide(config, outputs, { conducted: isConducted });
  const { shell } = side;
  ({ alerts } = side);
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await side.close();
    say({ kind: 'closed', ownHash: shell.ownHash() });
  };
  try {
    served = await serveConsole(side, { speed, onFault });
  } catch (error) {
    await side.close();
    throw error;
  }
  if (served !== null) {
    say({ kind: 'console', url: served.url });
    if (!isConducted) process.stderr.write(`Console of ${side.document.side}: ${served.url}\n`);
  }
  try {
    if (isConducted) {
      await conducted(shell, say, async () => {
        await close();
        served?.setClock({ over: true });
      });
    } else {
      await live(side);
    }
  } catch (error) {
    // A line that is no plot is for whoever writes the file to mend.
    if (error instanceof NodeError && error.code === 'plots-invalid') {
      throw new UserError(error.message, { cause: error });
    }
    throw error;
  } finally {
    // Whatever ended the turns: a console that went on beating would pass for a quiet sky.
    await close();
    await served?.close();
  }
  return 0;
}

/** What the console's clock says of the pace: a live side keeps that of the wall clock. */
function paceOf(parsed: ParsedArguments): Speed {
  const text = parsed.text('speed');
  if (text !== undefined && !parsed.flag('conducted')) {
    throw new UserError('--speed tells what pace a conductor keeps; a live side keeps its own');
  }
  return speedOf(text, 1);
}

/** `over` closes the side and leaves its console; the end of the input ends all. */
async function conducted(shell: NodeShell, say: Say, over: () => Promise<void>): Promise<void> {
  let isOver = false;
  for await (const line of createInterface({ input: process.stdin })) {
    const match = /^(start|tick) (-?\d{1,16})$/.exec(line);
    if (line === 'over' && !isOver) {
      isOver = true;
      await over();
      continue;
    }
    if (match === null || isOver) {
      throw new UserError(`the conductor said "${line.slice(0, 80)}"`);
    }
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

async function live(side: OpenedSide): Promise<void> {
  const { shell } = side;
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
    await restOfSecond(side, now - (now % 1000) + 1000);
  }
}

/** Waits for the next second; an act of an officer does not, and gets a turn of its own. */
async function restOfSecond({ shell, acts }: OpenedSide, untilMs: number): Promise<void> {
  for (let left = untilMs - Date.now(); left > 0; left = untilMs - Date.now()) {
    const over = new AbortController();
    const second = sleep(left, undefined, { signal: over.signal }).catch(() => undefined);
    await Promise.race([second, acts.waiting()]);
    over.abort();
    await shell.turnForActs(instant(Date.now() * 1000));
  }
}
