// SPDX-License-Identifier: Apache-2.0
// When the engine looks whether there is something to draw: only for a while after something moved.
// Its own loop asks sixty times a second for ever, which costs a hundredth of a core with nothing
// on the screen, on every screen, all day.

export class Pulse {
  readonly #turn: (isOn: boolean) => void;
  readonly #sizes: ResizeObserver;
  #untilMs = 0;
  #timer: number | null = null;

  /** Beats at once for what `container` shows first, and again whenever its size changes. */
  constructor(container: HTMLElement, turn: (isOn: boolean) => void) {
    this.#turn = turn;
    this.#sizes = new ResizeObserver(() => this.beatFor(1000));
    this.#sizes.observe(container);
  }

  beatFor(ms: number): void {
    this.#untilMs = Math.max(this.#untilMs, performance.now() + ms);
    if (this.#timer !== null) return;
    this.#turn(true);
    this.#wait();
  }

  end(): void {
    this.#sizes.disconnect();
    if (this.#timer !== null) window.clearTimeout(this.#timer);
  }

  #wait(): void {
    this.#timer = window.setTimeout(() => {
      if (performance.now() < this.#untilMs) {
        this.#wait();
        return;
      }
      this.#timer = null;
      this.#turn(false);
    }, this.#untilMs - performance.now());
  }
}
