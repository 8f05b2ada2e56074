// SPDX-License-Identifier: Apache-2.0
// One thing the kit does to the other side, and what the specification wants to come of it.

import type { CloseReason, Frame } from '@isthmus/wire';
import { encodeFrame } from '@isthmus/wire';
import type { Kit, Role } from './kit.ts';
import { ANSWER_MS, type Player } from './player.ts';

export type Verdict = 'pass' | 'fail' | 'not applicable';

export interface Came {
  readonly verdict: Verdict;
  /** What came of it, for people. */
  readonly came: string;
}

/** What a case is played on. */
export interface Stage {
  readonly kit: Kit;
  /** A session that is up, with all its frames; another one if the case ends it. */
  readonly session: Player;
}

export interface Case {
  /** The clauses of spec/ it is about, the one it is filed under first. */
  readonly clauses: readonly [string, ...string[]];
  /** What is sent or done. */
  readonly sent: string;
  /** What the clause wants. */
  readonly expected: string;
  /** The one end of the connection the kit plays it from; without it, from either. */
  readonly as?: Role;
  readonly play: (stage: Stage) => Promise<Came>;
}

export const PASS = (came: string): Came => ({ verdict: 'pass', came });
export const FAIL = (came: string): Came => ({ verdict: 'fail', came });
export const NOT_APPLICABLE = (came: string): Came => ({ verdict: 'not applicable', came });

/** What came where nothing did. */
export const NOTHING = `nothing within ${ANSWER_MS / 1000} s`;

/** Bytes to say, made of what is known when they are. */
export type Said = readonly (Frame | Uint8Array)[];

/** Says something and expects to be told off with that reason. */
export async function closes(player: Player, said: Said, reason: CloseReason): Promise<Came> {
  const bytes = said.map((one) => (one instanceof Uint8Array ? one : encodeFrame(one)));
  player.raw(Uint8Array.from(Buffer.concat(bytes)));
  const end = await player.ending();
  if (end === null) return FAIL(`${NOTHING}: the session goes on`);
  return end.reason === reason ? PASS(end.says) : FAIL(end.says);
}

/** A case that is told off on a session that was up. */
export function closing(
  clauses: Case['clauses'],
  sent: string,
  reason: CloseReason,
  said: (stage: Stage) => Said | Promise<Said>,
): Case {
  return {
    clauses,
    sent,
    expected: `close: ${reason}`,
    play: async (stage) => closes(stage.session, await said(stage), reason),
  };
}
