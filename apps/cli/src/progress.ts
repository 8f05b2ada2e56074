// SPDX-License-Identifier: Apache-2.0
// A bar on standard error for what takes long, and only for a person: nothing where it is no
// terminal, and nothing before two seconds have passed.

const SHOWN_AFTER_MS = 2000;
const REDRAWN_EVERY_MS = 100;
const WIDTH = 30;

/** What a bar needs of a terminal. */
export interface ProgressScreen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Tells a terminal how much of a known number of things is done. */
export class Progress {
  readonly #screen: ProgressScreen;
  readonly #total: number;
  readonly #now: () => number;
  readonly #begun: number;
  #drawn: number | null = null;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(screen: ProgressScreen, total: number, now = () => performance.now()) {
    this.#screen = screen;
    this.#total = total;
    this.#now = now;
    this.#begun = now();
  }

  /** Says that `done` of all are done, `label` being what they are. */
  tell(done: number, label: string): void {
    if (this.#screen.isTTY !== true) return;
    const now = this.#now();
    if (now - this.#begun < SHOWN_AFTER_MS) return;
    if (this.#drawn !== null && now - this.#drawn < REDRAWN_EVERY_MS) return;
    this.#drawn = now;
    const share = this.#total === 0 ? 1 : Math.min(1, done / this.#total);
    const full = Math.floor(share * WIDTH);
    const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full);
    this.#screen.write(
      `\r${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${label}\u001b[K`,
    );
  }

  /** Takes the bar away: what it stood for is done, or has failed. */
  end(): void {
    if (this.#drawn !== null) this.#screen.write('\r\u001b[K');
    this.#drawn = null;
  }
}
