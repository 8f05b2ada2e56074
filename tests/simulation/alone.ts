// SPDX-License-Identifier: Apache-2.0
// What a side alone makes of its own plots, for comparison with what it made beside a partner
// (I10). Most episodes of one form take the same ticks, so each answer is kept.

import { createHash } from 'node:crypto';
import type { Instant } from '@isthmus/earth';
import { createNodeState, ownStateHash, stepOwn } from '@isthmus/node';
import type { Warning } from '@isthmus/picture';
import type { PreparedRun } from '../../apps/cli/src/demo/prepare.ts';

export interface AloneRun {
  /** `ownStateHash` after the last tick. */
  readonly hash: string;
  /** What was said at each tick, as `digestOfOwn` gives it. */
  readonly said: readonly string[];
}

/** Own picture and own warnings of one tick, as its officers were told. */
export function digestOfOwn(own: unknown, warnings: readonly Warning[]): string {
  return createHash('sha256')
    .update(JSON.stringify([own, warnings]))
    .digest('base64');
}

export class AloneRuns {
  readonly #run: PreparedRun;
  readonly #known = new Map<string, AloneRun>();

  constructor(run: PreparedRun) {
    this.#run = run;
  }

  /** The side alone over exactly these ticks. */
  of(index: 0 | 1, ticks: readonly Instant[]): AloneRun {
    const key = `${index} ${ticks.join(' ')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = this.#make(index, ticks);
    this.#known.set(key, made);
    return made;
  }

  #make(index: 0 | 1, ticks: readonly Instant[]): AloneRun {
    const { name, sensors, feed } = this.#run.sides[index];
    const partner = this.#run.sides[index === 0 ? 1 : 0].name;
    const state = createNodeState({ side: name, partner, sensors });
    const said: string[] = [];
    for (const at of ticks) {
      const end = feed.findIndex((one) => one.arrival > at);
      const fed = feed.slice(state.plotsTaken, end === -1 ? undefined : end);
      const { side } = stepOwn(state, {
        at,
        plots: fed.filter((one) => one.kind !== 'state'),
        sensors: fed.filter((one) => one.kind === 'state'),
        entries: [],
        link: { up: false, heard: null, configured: false },
        recording: true,
      });
      state.at = at;
      said.push(digestOfOwn(side.picture, side.warnings));
    }
    return { hash: ownStateHash(state), said };
  }
}
