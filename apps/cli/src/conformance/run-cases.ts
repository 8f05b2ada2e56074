// SPDX-License-Identifier: Apache-2.0
// Plays the cases one after another, each on a session that is up, and after each a true exchange: who
// was alive before a hostile act must be so after it.

import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../user-error.ts';
import { BATCH_CASES } from './batch-cases.ts';
import { CALL_CASES } from './call-cases.ts';
import { type Came, type Case, FAIL, PASS, type Stage } from './case.ts';
import { CHANNEL_CASES, PATIENT_LINES } from './channel-cases.ts';
import { ENDED_CASES } from './ended-cases.ts';
import { FRAME_CASES } from './frame-cases.ts';
import { type Kit, NoLink } from './kit.ts';
import { LOAD_CASES } from './load-cases.ts';
import { FORK_CASES, SESSION_CASES } from './session-cases.ts';

/** How long one that does not listen yet is waited for. */
const START_MS = 20_000;
/** After so many cases that left it dead no more is played. */
const LOST_IN_A_ROW_MAX = 3;
const OVER: Came = { verdict: 'not applicable', came: 'not played: it no longer answers' };

export interface Outcome extends Came {
  readonly clauses: readonly string[];
  readonly sent: string;
  readonly expected: string;
}

const IN_ORDER: readonly Case[] = [
  ...CHANNEL_CASES,
  ...CALL_CASES,
  ...SESSION_CASES,
  ...FRAME_CASES,
  ...BATCH_CASES,
  ...ENDED_CASES,
];

/** What leaves its mark: much to carry, and then what nobody may believe. */
const LAST: readonly Case[] = [...LOAD_CASES, ...FORK_CASES];

export interface RunOptions {
  /** Only cases about one of these clauses; without it all. */
  readonly only?: readonly string[];
  /** Told of each case when it is over. */
  readonly told?: (outcome: Outcome) => void;
}

/** Plays the cases. Throws UserError when there is no link at all, or no case about such a clause. */
export async function runCases(kit: Kit, options: RunOptions = {}): Promise<Outcome[]> {
  const { only, told = () => undefined } = options;
  const wanted = (cases: readonly Case[]): readonly Case[] =>
    cases.filter(
      ({ as = kit.role, clauses }) =>
        as === kit.role && (only === undefined || clauses.some((id) => only.includes(id))),
    );
  if (wanted([...IN_ORDER, ...PATIENT_LINES.flat(), ...LAST]).length === 0) {
    throw new UserError(`no case is about ${only?.join(' or ')}`);
  }
  const outcomes: Outcome[] = [];
  await firstSession(kit);
  let lostInARow = 0;
  /** Lines of cases at once, the cases of a line one after another. */
  const played = async (...lines: readonly (readonly Case[])[]): Promise<void> => {
    const cases = lines.flat();
    const isOver = lostInARow >= LOST_IN_A_ROW_MAX;
    const came = isOver
      ? cases.map(() => OVER)
      : (await Promise.all(lines.map((line) => playLine(line, kit)))).flat();
    const lost = isOver ? null : await alive(kit);
    lostInARow = isOver || lost !== null ? lostInARow + 1 : 0;
    for (const [i, one] of cases.entries()) {
      const { clauses, sent, expected } = one;
      const verdict = lost === null ? (came[i] as Came) : notAlive(came[i] as Came, lost);
      const outcome = { clauses, sent, expected, ...verdict };
      outcomes.push(outcome);
      told(outcome);
    }
  };
  for (const one of wanted(IN_ORDER)) await played([one]);
  const patient = PATIENT_LINES.map(wanted);
  // A side that dials has one connection, and no line beside it.
  if (kit.role === 'dial') await played(...patient);
  else for (const one of patient.flat()) await played([one]);
  for (const one of wanted(LAST)) await played([one]);
  await kit.close();
  const last = unasked(kit);
  outcomes.push(last);
  told(last);
  return outcomes;
}

/** Waits for one that is just being started; whatever else is wrong is told at once. */
async function firstSession(kit: Kit): Promise<void> {
  try {
    const deadline = performance.now() + START_MS;
    while (kit.role === 'dial' && !(await kit.isListening()) && performance.now() < deadline) {
      await sleep(250);
    }
    await kit.exchange(await kit.link());
  } catch (error) {
    await kit.close();
    if (!(error instanceof NoLink)) throw error;
    const { host, port } = kit.address;
    const does = kit.role === 'dial' ? 'listen there' : 'dial that address';
    throw new UserError(
      `${host}:${port}: an honest session does not come up: ${error.message}. Is it paired with ${kit.side.document.side}, under the same agreement and epoch, and does it ${does}?`,
      { cause: error },
    );
  }
}

async function playLine(line: readonly Case[], kit: Kit): Promise<Came[]> {
  const came: Came[] = [];
  for (const one of line) {
    const { session } = kit;
    came.push(session === null ? OVER : await play(one, { kit, session }));
  }
  return came;
}

async function play(one: Case, stage: Stage): Promise<Came> {
  try {
    return await one.play(stage);
  } catch (error) {
    return FAIL(error instanceof Error ? error.message : String(error));
  }
}

/** Null when a true exchange went over the session that stands, or over a new one; else why not. */
async function alive(kit: Kit): Promise<string | null> {
  let lost = '';
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      const { session } = kit;
      await kit.exchange(session === null || session.end !== null ? await kit.link() : session);
      return null;
    } catch (error) {
      if (!(error instanceof NoLink)) throw error;
      lost = error.message;
      await kit.session?.leave();
    }
  }
  return lost;
}

function notAlive(came: Came, lost: string): Came {
  return FAIL(`${came.came}; and after it: ${lost}`);
}

/** What it did wrong of its own, over all sessions. */
function unasked({ blamed, received }: Kit): Outcome {
  const [first] = blamed;
  return {
    clauses: [first?.clause ?? 'W-107', 'W-109', 'W-111', 'W-3', 'W-23', 'R-21'],
    sent: 'nothing: what it sent of itself, over all sessions',
    expected:
      'frames and batches in order, checkpoints that verify, items in canonical form and under a clause of its',
    ...(first === undefined
      ? PASS(`${received.length} entries, all sound`)
      : FAIL(blamed.map(({ what }) => what).join('; '))),
  };
}
