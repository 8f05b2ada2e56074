// SPDX-License-Identifier: Apache-2.0
// The node's feed in the browser: server-sent events, folded as they come; views are told at most
// five times a second, however fast an exercise runs. Knows when the node has fallen silent.

import type { ConsoleRecord } from '@isthmus/picture';
import { fold, type PictureState } from '../model/picture-state.ts';

/** `silent`: connected, and no word for longer than the node's beat explains. */
export type Contact = 'connecting' | 'live' | 'silent' | 'gone';

export interface FeedView {
  /** Null before the first snapshot. The same object while it changes; `version` tells. */
  readonly picture: PictureState | null;
  readonly version: number;
  readonly contact: Contact;
  /** Wall time of the last word from the node, milliseconds since 1970; null before it. */
  readonly heardMs: number | null;
}

/** The node says something every 2 s; twice that and a little is silence. */
const SILENT_MS = 5000;
const TELL_MS = 200;
const AGAIN_MS = 2000;

export class FeedClient {
  readonly #url: string;
  readonly #listeners = new Set<() => void>();
  #source: EventSource | null = null;
  #picture: PictureState | null = null;
  #contact: Contact = 'connecting';
  #heardMs: number | null = null;
  #view: FeedView = { picture: null, version: 0, contact: 'connecting', heardMs: null };
  #timer: number | null = null;
  #watch: number | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  /** Opens the stream; the result closes it. */
  start(): () => void {
    this.#connect();
    this.#watch = window.setInterval(() => this.#look(), 1000);
    return () => {
      this.#source?.close();
      if (this.#watch !== null) window.clearInterval(this.#watch);
      if (this.#timer !== null) window.clearTimeout(this.#timer);
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): FeedView => this.#view;

  #connect(): void {
    const source = new EventSource(this.#url);
    this.#source = source;
    const take = (event: MessageEvent<string>): void => {
      performance.mark('feed-begin');
      this.#picture = fold(this.#picture, JSON.parse(event.data) as ConsoleRecord);
      performance.measure('feed', 'feed-begin');
      performance.clearMarks('feed-begin');
      this.#heard();
    };
    source.addEventListener('snapshot', take);
    source.addEventListener('delta', take);
    source.addEventListener('beat', () => this.#heard());
    source.addEventListener('error', () => {
      this.#become('gone');
      // After an answer that is not a stream the browser gives up; an officer's screen must not.
      if (source.readyState === EventSource.CLOSED) {
        window.setTimeout(() => this.#connect(), AGAIN_MS);
      }
    });
  }

  #heard(): void {
    this.#heardMs = Date.now();
    this.#become('live');
    this.#timer ??= window.setTimeout(() => this.#tell(), TELL_MS);
  }

  #look(): void {
    performance.clearMeasures();
    const quietMs = this.#heardMs === null ? 0 : Date.now() - this.#heardMs;
    if (this.#contact === 'live' && quietMs > SILENT_MS) this.#become('silent');
    else if (this.#contact !== 'live') this.#tell();
  }

  #become(contact: Contact): void {
    if (this.#contact === contact) return;
    this.#contact = contact;
    this.#tell();
  }

  #tell(): void {
    if (this.#timer !== null) window.clearTimeout(this.#timer);
    this.#timer = null;
    this.#view = {
      picture: this.#picture,
      version: this.#picture?.version ?? 0,
      contact: this.#contact,
      heardMs: this.#heardMs,
    };
    for (const listener of this.#listeners) listener();
  }
}
