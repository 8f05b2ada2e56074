// SPDX-License-Identifier: Apache-2.0
// A virtual clock and its event heap: everything of a simulated run happens here, in one thread, in
// an order that the seed fixes. Events of one instant run in the order in which they were scheduled.

import { addSeconds, type Instant } from '@isthmus/earth';

interface Event {
  readonly at: Instant;
  readonly serial: number;
  readonly run: () => void;
}

export interface Scheduler {
  readonly now: Instant;
  /** Runs `run` when `delayS` simulated seconds have passed, delayS >= 0. */
  after(delayS: number, run: () => void): void;
  /** Runs the next event; false when there is none by `until`. */
  next(until: Instant): boolean;
  /** Lets the clock stand at `at`; the caller has run all events up to it. */
  advanceTo(at: Instant): void;
}

export function createScheduler(start: Instant): Scheduler {
  const heap: Event[] = [];
  let now = start;
  let serial = 0;
  return {
    get now() {
      return now;
    },
    after(delayS, run) {
      serial += 1;
      push(heap, { at: addSeconds(now, delayS), serial, run });
    },
    next(until) {
      const first = heap[0];
      if (first === undefined || first.at > until) return false;
      pop(heap);
      now = first.at;
      first.run();
      return true;
    },
    advanceTo(at) {
      if (at > now) now = at;
    },
  };
}

function before(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.serial < b.serial);
}

function push(heap: Event[], event: Event): void {
  let i = heap.length;
  heap.push(event);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    const above = heap[parent] as Event;
    if (!before(event, above)) break;
    heap[i] = above;
    i = parent;
  }
  heap[i] = event;
}

function pop(heap: Event[]): void {
  const last = heap.pop() as Event;
  if (heap.length === 0) return;
  let i = 0;
  for (;;) {
    const left = 2 * i + 1;
    if (left >= heap.length) break;
    const right = left + 1;
    const child =
      right < heap.length && before(heap[right] as Event, heap[left] as Event) ? right : left;
    if (!before(heap[child] as Event, last)) break;
    heap[i] = heap[child] as Event;
    i = child;
  }
  heap[i] = last;
}
