// SPDX-License-Identifier: Apache-2.0
// What the console feed keeps between ticks: things by their key, where objects have been, and the
// newest updates for a console that was away.

import type { Geodetic, Instant } from '@isthmus/earth';
import type { TrailPoint } from '@isthmus/picture';
import { isSame } from './console-shapes.ts';
import { LIMITS } from './limits.ts';

/** Things by their key. What a delta lists is put in the same order as a console will have it. */
export class Kept<T> {
  readonly #held = new Map<string, T>();

  /** Makes `next` what is held; says what is new or changed, and which keys are gone. */
  replace(next: ReadonlyMap<string, T>): { readonly changed: T[]; readonly gone: string[] } {
    const gone = [...this.#held.keys()].filter((key) => !next.has(key));
    for (const key of gone) this.#held.delete(key);
    const changed: T[] = [];
    for (const [key, value] of next) {
      if (this.#held.has(key) && isSame(this.#held.get(key), value)) continue;
      this.#held.set(key, value);
      changed.push(value);
    }
    return { changed, gone };
  }

  values(): T[] {
    return [...this.#held.values()];
  }
}

interface Trail {
  lastAt: Instant;
  points: Geodetic[];
}

/** Where objects have been. */
export class Trails {
  readonly #trails = new Map<string, Trail>();

  forget(keys: readonly string[]): void {
    for (const key of keys) this.#trails.delete(key);
  }

  /** Adds the points that are due at `at`, and says which. */
  add(
    objects: ReadonlyMap<string, { readonly point: Geodetic }>,
    at: Instant,
  ): readonly TrailPoint[] {
    // The more objects, the rarer their points: trails stay a small part of what is sent.
    const crowds = Math.max(1, Math.ceil(objects.size / LIMITS.consoleTrailsDense));
    const spacingUs = LIMITS.consoleTrailSpacingS * 1e6 * crowds;
    const added: TrailPoint[] = [];
    for (const [key, { point }] of objects) {
      const trail = this.#trails.get(key);
      if (trail === undefined) {
        this.#trails.set(key, { lastAt: at, points: [point] });
      } else if (at - trail.lastAt >= spacingUs) {
        trail.lastAt = at;
        trail.points.push(point);
        if (trail.points.length > LIMITS.consoleTrailPoints) {
          trail.points = trail.points.filter((_, i) => i % 2 === 0);
        }
      } else {
        continue;
      }
      added.push({ key, point });
    }
    return added;
  }

  list(): { readonly key: string; readonly points: readonly Geodetic[] }[] {
    return [...this.#trails].map(([key, { points }]) => ({ key, points: [...points] }));
  }
}

/** One update as it is sent: `text` is one line of JSON. */
export interface ConsoleUpdate {
  readonly id: string;
  readonly text: string;
}

/** The newest updates, bounded in number and bytes. */
export class Updates {
  #held: { readonly update: ConsoleUpdate; readonly bytes: number }[] = [];
  #bytes = 0;
  /** Sequence number of the newest; the first update is 1. */
  #newest = 0;

  get newest(): number {
    return this.#newest;
  }

  add(update: ConsoleUpdate): void {
    const bytes = Buffer.byteLength(update.text);
    this.#newest += 1;
    this.#bytes += bytes;
    this.#held.push({ update, bytes });
    while (this.#held.length > LIMITS.consoleUpdates || this.#bytes > LIMITS.consoleUpdatesBytes) {
      this.#bytes -= this.#held.shift()?.bytes ?? 0;
    }
  }

  /** Everything after `sequence`, or null when it is not held any more or never was. */
  since(sequence: number): readonly ConsoleUpdate[] | null {
    const missing = this.#newest - sequence;
    if (missing < 0 || missing > this.#held.length) return null;
    return this.#held.slice(this.#held.length - missing).map(({ update }) => update);
  }
}
