// SPDX-License-Identifier: Apache-2.0
// The open streams of one console server. Each event is made into bytes once for all of them; a
// write is never waited for, and what waits for a slow reader is bounded.

import type { ServerResponse } from 'node:http';
import type { ConsoleFeed, ConsoleUpdate } from '../console-feed.ts';
import { LIMITS } from '../limits.ts';

/** Asks a browser to come back a second after a stream broke. */
const RETRY = Buffer.from('retry: 1000\n\n');
/** Without an id, so that it does not move where a resumed stream goes on. */
const BEAT = Buffer.from('event: beat\ndata: {}\n\n');

interface Stream {
  readonly response: ServerResponse;
  /** Id of the last update it was given. */
  last: string;
  /** True from the moment something was held back until it has been caught up. */
  isBehind: boolean;
}

export class ConsoleStreams {
  readonly #feed: ConsoleFeed;
  readonly #streams = new Set<Stream>();
  #isOver = false;
  #snapshot: { readonly id: string; readonly frame: Buffer } | null = null;

  constructor(feed: ConsoleFeed) {
    this.#feed = feed;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** True once ended: a stream begun later would show an old picture as if it lived. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Begins a stream on an answer whose head is sent, after the update `after` where that can be. */
  open(response: ServerResponse, after: string | null): void {
    const stream: Stream = { response, last: after ?? '', isBehind: false };
    this.#streams.add(stream);
    response.on('close', () => this.#streams.delete(stream));
    response.on('error', () => this.#streams.delete(stream));
    response.on('drain', () => {
      if (stream.isBehind) this.#catchUp(stream);
    });
    response.write(RETRY);
    this.#catchUp(stream);
  }

  /** Hands an update to every stream that keeps up. */
  send(update: ConsoleUpdate): void {
    if (this.#streams.size === 0) return;
    const frame = frameOf('delta', update);
    for (const stream of this.#streams) {
      if (this.#holdsBack(stream)) continue;
      stream.response.write(frame);
      stream.last = update.id;
    }
  }

  /** Says that the node is there, however quiet its picture. */
  beat(): void {
    for (const stream of this.#streams) {
      if (!this.#holdsBack(stream)) stream.response.write(BEAT);
      else if (stream.response.writableLength === 0) this.#catchUp(stream);
    }
  }

  end(): void {
    this.#isOver = true;
    for (const { response } of this.#streams) {
      // A reader that does not read would never let a polite end come to its end.
      if (response.writableLength > 0) response.destroy();
      else response.end();
    }
    this.#streams.clear();
  }

  #holdsBack(stream: Stream): boolean {
    stream.isBehind ||= stream.response.writableLength > LIMITS.consoleQueueBytes;
    return stream.isBehind;
  }

  /** What it missed while that is kept, which is bounded; else everything at once. */
  #catchUp(stream: Stream): void {
    stream.isBehind = false;
    const missed = this.#feed.since(stream.last);
    if (missed === null) {
      const { id, frame } = this.#snapshotFrame();
      stream.response.write(frame);
      stream.last = id;
      return;
    }
    const last = missed.at(-1);
    if (last === undefined) return;
    stream.response.write(Buffer.concat(missed.map((update) => frameOf('delta', update))));
    stream.last = last.id;
  }

  #snapshotFrame(): { readonly id: string; readonly frame: Buffer } {
    const update = this.#feed.snapshotUpdate();
    if (this.#snapshot?.id !== update.id) {
      this.#snapshot = { id: update.id, frame: frameOf('snapshot', update) };
    }
    return this.#snapshot ?? { id: update.id, frame: frameOf('snapshot', update) };
  }
}

/** One server-sent event. JSON has no line breaks of its own, so its data is one line. */
function frameOf(event: 'snapshot' | 'delta', update: ConsoleUpdate): Buffer {
  return Buffer.from(`id: ${update.id}\nevent: ${event}\ndata: ${update.text}\n\n`);
}
