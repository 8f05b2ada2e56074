// SPDX-License-Identifier: Apache-2.0
// Officers' acts on their way to a running node: one file each in the folder `acts` of the side's
// data, which nobody but the side's own user can write to. The program puts `ID.act` there, the node
// takes it and leaves `ID.answer`. An act is taken away once the journal holds it: a node that was
// killed in between finds it again, and takes it once. `ID.ask` asks how the node stands, and moves nothing.

import { watch } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  NodeError,
  type NodeShell,
  type NodeStatus,
  type PartnerAct,
  parseAct,
  type SideAct,
} from '@isthmus/node';
import { encodeHex, randomBytes } from '@isthmus/seal';

/** What came of an act. */
export type ActAnswer = Awaited<ReturnType<NodeShell['act']>>;

/** Room for a policy: 32,768 characters, most of them one byte, and their escapes. */
const ACT_BYTES_MAX = 65_536;
/** Files taken at one look; more wait for the next. */
const ACTS_AT_ONCE = 16;
/** The folder is looked at this often where no word comes of changes in it, as over a network. */
const LOOK_MS = 500;
/** An older act is refused: the warnings it was about may be others by now. */
const STALE_MS = 60_000;
/** Answers nobody has fetched are taken away. */
const ANSWER_KEPT_MS = 60_000;
const ACT = /^[0-9a-f]{32}\.act$/;
const ASK = /^[0-9a-f]{32}\.ask$/;

function folderOf(data: string): string {
  return join(data, 'acts');
}

/** The acts that come to a running side. */
export interface ActInbox {
  /** Resolves when the shell has an act that waits for a turn; at once where it has one. */
  waiting(): Promise<void>;
  close(): void;
}

/** Begins to take acts from the folder of a side; those that waited for it are with its shell when it resolves. */
export async function openActInbox(
  data: string,
  given: {
    readonly officers: readonly string[];
    readonly shell: Pick<NodeShell, 'act' | 'journalled' | 'status'>;
    readonly onFault: (text: string) => void;
  },
): Promise<ActInbox> {
  const folder = folderOf(data);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const underWay = new Set<string>();
  let waiting = 0;
  let wake: () => void = () => {};
  const act = async (found: SideAct): Promise<ActAnswer> => {
    const answered = given.shell.act(found);
    waiting += 1;
    wake();
    return answered.finally(() => {
      waiting -= 1;
    });
  };
  const answer = async (name: string, found: SideAct | ActAnswer): Promise<void> => {
    const answered = 'outcome' in found ? found : await act(found).catch(refusalOf);
    await place(join(folder, name.replace('.act', '.answer')), answered);
    // Kept where the journal cannot hold it: the answer says what was done, and it is not done twice.
    if (!(await given.shell.journalled())) return;
    await rm(join(folder, name), { force: true });
    underWay.delete(name);
  };
  const take = async (name: string): Promise<void> => {
    const found = await readAct(join(folder, name), given.officers);
    answer(name, found).catch((error: unknown) => given.onFault(`acts/${name}: ${String(error)}`));
  };
  const look = async (): Promise<void> => {
    const there = await readdir(folder);
    for (const name of there.filter((one) => ASK.test(one)).slice(0, ACTS_AT_ONCE)) {
      await rm(join(folder, name), { force: true });
      await place(join(folder, name.replace('.ask', '.answer')), given.shell.status());
    }
    const names = there.filter((name) => ACT.test(name) && !underWay.has(name));
    const taken = names.sort().slice(0, ACTS_AT_ONCE);
    for (const name of taken) underWay.add(name);
    await Promise.all(taken.map(take));
    await clearAnswers(folder);
  };
  const onChange = (): Promise<void> =>
    look().catch((error: unknown) => given.onFault(`the folder acts: ${String(error)}`));
  const watcher = watch(folder, { persistent: false }, () => void onChange());
  watcher.on('error', (error) => given.onFault(`the folder acts: ${String(error)}`));
  const timer = setInterval(() => void onChange(), LOOK_MS);
  timer.unref();
  await onChange();
  return {
    waiting: () =>
      new Promise((resolve) => {
        wake = resolve;
        if (waiting > 0) resolve();
      }),
    close: () => {
      watcher.close();
      clearInterval(timer);
    },
  };
}

/** The act in a file, or why it is refused. */
async function readAct(file: string, officers: readonly string[]): Promise<SideAct | ActAnswer> {
  try {
    const { size, mtimeMs } = await stat(file);
    if (size > ACT_BYTES_MAX) throw new NodeError('act-invalid', 'it is too long');
    const act = parseAct(JSON.parse(await readFile(file, 'utf8')), officers);
    // Cutting the link is as right as when it was ordered, and may have waited for the node to start.
    if (Date.now() - mtimeMs > STALE_MS && act.kind !== 'suspend-partner') {
      throw new NodeError('act-invalid', 'it is too old');
    }
    return act;
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): ActAnswer {
  if (!(error instanceof NodeError) && !(error instanceof SyntaxError)) throw error;
  return { outcome: 'refused', says: `The act is refused: ${error.message}.`, officers: [] };
}

async function clearAnswers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (ACT.test(name)) continue;
    const file = join(folder, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > ANSWER_KEPT_MS) await rm(file, { force: true });
  }
}

/** Puts an act before a running node and waits for its answer; null where none comes in time. */
export async function sendAct(
  data: string,
  act: SideAct,
  withinMs: number,
): Promise<ActAnswer | null> {
  return answerWithin(join(folderOf(data), act.id), 'act', { value: act, withinMs });
}

/** Leaves a suspension for a node that does not run: it takes it when it starts, before it has a link. */
export async function leaveSuspension(data: string, act: PartnerAct): Promise<void> {
  const folder = folderOf(data);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await place(join(folder, `${act.id}.act`), act);
}

/** The suspension that waits for a node to start; null where none does. */
export async function leftSuspension(
  data: string,
  officers: readonly string[],
): Promise<PartnerAct | null> {
  const names = await readdir(folderOf(data)).catch(() => []);
  for (const name of names.filter((one) => ACT.test(one))) {
    const found = await readAct(join(folderOf(data), name), officers);
    if ('kind' in found && found.kind === 'suspend-partner') return found;
  }
  return null;
}

/** Asks a running node how it stands; null where no answer comes in time. */
export async function askStatus(data: string, withinMs: number): Promise<NodeStatus | null> {
  const id = encodeHex(randomBytes(16));
  return answerWithin(join(folderOf(data), id), 'ask', { value: {}, withinMs });
}

async function answerWithin<Answer>(
  base: string,
  kind: 'act' | 'ask',
  { value, withinMs }: { readonly value: object; readonly withinMs: number },
): Promise<Answer | null> {
  const [file, answer] = [`${base}.${kind}`, `${base}.answer`];
  await place(file, value);
  const giveUp = performance.now() + withinMs;
  while (performance.now() < giveUp) {
    const text = await readFile(answer, 'utf8').catch(() => null);
    if (text !== null) {
      await rm(answer, { force: true });
      return JSON.parse(text) as Answer;
    }
    await sleep(10);
  }
  await rm(file, { force: true });
  return null;
}

/** Whole or not at all. */
async function place(file: string, value: object): Promise<void> {
  await writeFile(`${file}.next`, JSON.stringify(value), { mode: 0o600 });
  await rename(`${file}.next`, file);
}
