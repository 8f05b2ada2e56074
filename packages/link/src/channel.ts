// SPDX-License-Identifier: Apache-2.0
// One connection with its session: bytes to frames in a bounded queue, frames to bytes. It decides
// nothing.

import { encodeFrame, type Frame, FrameSplitter } from '@isthmus/wire';
import type { CloseReason } from './errors.ts';
import type { LinkLimits } from './limits.ts';
import type { LinkSession } from './session.ts';
import type { Connection } from './transport.ts';

/** What comes next on the connection: a frame, or bytes that are none. */
export type Received =
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'bad'; readonly reason: CloseReason; readonly detail: string };

export class Channel {
  readonly session: LinkSession;
  readonly #connection: Connection;
  readonly #limits: LinkLimits;
  readonly #wake: () => void;
  readonly #splitter = new FrameSplitter();
  readonly #chunks: Uint8Array[] = [];
  readonly #frames: Frame[] = [];
  #bytes = 0;
  #paused = false;
  #closed = false;
  #lost: string | null = null;
  #congested = false;
  #bad: string | null = null;

  constructor(
    connection: Connection,
    session: LinkSession,
    options: { readonly limits: LinkLimits; readonly wake: () => void },
  ) {
    this.#connection = connection;
    this.session = session;
    this.#limits = options.limits;
    this.#wake = options.wake;
    connection.start({
      data: (bytes) => this.#data(bytes),
      drained: () => {
        this.#congested = false;
        this.#wake();
      },
      closed: (reason) => {
        this.#lost = reason;
        this.#wake();
      },
    });
  }

  /** The transport's channel binding; see `Connection`. */
  get channelBinding(): Uint8Array {
    return this.#connection.channelBinding;
  }

  /** Why the connection is gone, or null while it stands. */
  get lost(): string | null {
    return this.#lost;
  }

  /** True while the transport holds more than it likes: what can wait waits. */
  get congested(): boolean {
    return this.#congested;
  }

  send(frame: Frame): void {
    if (this.#closed || this.#lost !== null) return;
    if (!this.#connection.send(encodeFrame(frame))) this.#congested = true;
  }

  /** Takes the next frame out of the queue; null when there is none yet. */
  next(): Received | null {
    if (this.#closed) return null;
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return { kind: 'frame', frame };
      if (this.#bad !== null) return { kind: 'bad', reason: 'malformed', detail: this.#bad };
      const chunk = this.#chunks.shift();
      if (chunk === undefined) return null;
      this.#bytes -= chunk.length;
      if (this.#paused && this.#bytes < this.#limits.inboundBytesMax / 2) {
        this.#paused = false;
        this.#connection.resume();
      }
      this.#split(chunk);
    }
  }

  /** Ends the connection; nothing more is taken from it. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#chunks.length = 0;
    this.#frames.length = 0;
    this.#bytes = 0;
    if (this.#lost === null) this.#connection.close();
  }

  /** Good frames before a bad one still count; after it there is no way back into step. */
  #split(chunk: Uint8Array): void {
    try {
      for (const frame of this.#splitter.push(chunk)) this.#frames.push(frame);
    } catch (error) {
      this.#bad = error instanceof Error ? error.message : String(error);
    }
  }

  #data(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#chunks.push(bytes.slice());
    this.#bytes += bytes.length;
    if (!this.#paused && this.#bytes > this.#limits.inboundBytesMax) {
      this.#paused = true;
      this.#connection.pause();
    }
    this.#wake();
  }
}
