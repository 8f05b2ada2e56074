// SPDX-License-Identifier: Apache-2.0
// A stream of bytes, cut anywhere, into frames. It holds at most one frame, and refuses a length
// before it makes room for it.

import { WireError } from './errors.ts';
import { decodeFrameBody, type Frame, readPrefix } from './frame.ts';
import { LIMITS } from './limits.ts';

/**
 * Splits one direction of a session into frames.
 *
 * The frames, and the point at which a bad stream is refused, are the same however the bytes were
 * cut. After a refusal every further push refuses again: there is no way back into step.
 */
export class FrameSplitter {
  /** Length prefix not yet complete, at most `LIMITS.prefixBytesMax` bytes. */
  readonly #prefix = new Uint8Array(LIMITS.prefixBytesMax);
  #prefixLength = 0;
  /** The frame under way, of exactly its announced size; null between frames. */
  #body: Uint8Array<ArrayBuffer> | null = null;
  #bodyLength = 0;
  #fault: WireError | null = null;

  /** Bytes held back for a frame that is not complete. */
  get bufferedBytes(): number {
    return this.#body === null ? this.#prefixLength : this.#bodyLength;
  }

  /**
   * Takes the next bytes of the stream and yields each frame they complete, in order. Iterate to
   * the end: the bytes are taken as the frames are.
   *
   * @throws WireError in place of the first bad frame, after the good ones before it were yielded.
   */
  *push(chunk: Uint8Array): Generator<Frame, void, undefined> {
    if (this.#fault !== null) throw this.#fault;
    let at = 0;
    while (at < chunk.length) {
      let frame: Frame | null;
      try {
        if (this.#body === null) {
          this.#takePrefixByte(chunk[at] as number);
          at += 1;
          continue;
        }
        at += this.#takeBody(this.#body, chunk.subarray(at));
        frame = this.#complete(this.#body);
      } catch (error) {
        this.#body = null;
        if (error instanceof WireError) this.#fault = error;
        throw error;
      }
      if (frame !== null) yield frame;
    }
  }

  #takePrefixByte(byte: number): void {
    this.#prefix[this.#prefixLength] = byte;
    this.#prefixLength += 1;
    const prefix = readPrefix(this.#prefix.subarray(0, this.#prefixLength), 0);
    if (prefix === null) return;
    this.#prefixLength = 0;
    this.#body = new Uint8Array(prefix.size);
    this.#bodyLength = 0;
  }

  #takeBody(body: Uint8Array, rest: Uint8Array): number {
    const taken = Math.min(body.length - this.#bodyLength, rest.length);
    body.set(rest.subarray(0, taken), this.#bodyLength);
    this.#bodyLength += taken;
    return taken;
  }

  #complete(body: Uint8Array): Frame | null {
    if (this.#bodyLength < body.length) return null;
    this.#body = null;
    this.#bodyLength = 0;
    return decodeFrameBody(body);
  }
}
