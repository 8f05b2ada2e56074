// SPDX-License-Identifier: Apache-2.0
// Officers' acts between the shell that was given them and the turn that takes them: bounded, in
// order, and each with somebody who waits to hear what came of it.

import type { ActAnswer } from '@isthmus/warning';
import { NodeError } from './errors.ts';
import { LIMITS } from './limits.ts';
import type { Effect, SideAct } from './turn.ts';

/** An act that a turn takes. */
export interface WaitingAct {
  readonly act: SideAct;
  readonly tell: (answer: ActAnswer) => void;
}

export class ActQueue {
  readonly #waiting: WaitingAct[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Resolves with what came of the act; throws `act-invalid` where too many wait. */
  add(act: SideAct): Promise<ActAnswer> {
    if (this.#waiting.length >= LIMITS.actsWaiting) {
      return Promise.reject(new NodeError('act-invalid', 'too many acts wait to be taken'));
    }
    return new Promise((tell) => this.#waiting.push({ act, tell }));
  }

  /** Takes out the acts of a turn. */
  take(): WaitingAct[] {
    return this.#waiting.splice(0, LIMITS.actsPerTurn);
  }
}

/** Whoever gave an act hears what came of it; one taken before is not taken again. */
export function answerActs(taken: readonly WaitingAct[], effects: readonly Effect[]): void {
  for (const { act, tell } of taken) {
    const found = effects.find((effect) => effect.kind === 'answer' && effect.act === act.id);
    const says = 'It was taken before.';
    const again = { outcome: 'refused', says, officers: [act.officer] } as const;
    tell(found?.kind === 'answer' ? found.answer : again);
  }
}
