// SPDX-License-Identifier: Apache-2.0
// When the engine looks whether there is something to draw: only for a while after something moved.
// Its own loop asks sixty times a second for ever, which costs a hundredth of a core with nothing
// on the screen, on every screen, all day.

/** Between two questions whether a picture that was asked for has come: a slow card takes seconds. */
const AGAIN_MS = 400;

export interface Beaten {
  readonly turn: (isOn: boolean) => void;
  /** True while a picture was asked for and has not come. */
  readonly isAwaited: () => boolean;
}

export class Pulse {
  readonly #beaten: Beaten;
  readonly #sizes: ResizeObserver;
  #untilMs = 0;
  #timer: number | null = null;

  /** Beats at once for what `container` shows first, and again whenever its size changes. */
  constructor(container: HTMLElement, beaten: Beaten) {
    this.#beaten = beaten;
    this.#sizes = new ResizeObserver(() => this.beatFor(3000));
    this.#sizes.observe(container);
  }

  beatFor(ms: number): void {
    this.#untilMs = Math.max(this.#untilMs, performance.now() + ms);
    if (this.#timer !== null) return;
    this.#beaten.turn(true);
    this.#wait();
  }

  end(): void {
    this.#sizes.disconnect();
    if (this.#timer !== null) window.clearTimeout(this.#timer);
  }

  #wait(): void {
    this.#timer = window.setTimeout(() => {
      if (this.#beaten.isAwaited()) this.#untilMs = performance.now() + AGAIN_MS;
      if (performance.now() < this.#untilMs) {
        this.#wait();
        return;
      }
      this.#timer = null;
      this.#beaten.turn(false);
    }, this.#untilMs - performance.now());
  }
}
