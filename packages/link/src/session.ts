// SPDX-License-Identifier: Apache-2.0
// One session with the partner as a state machine: frames and facts in, actions out. It lives as
// long as one connection. It does no I/O, holds no key and reads no clock; the driver carries out
// what it asks, in order, before it gives it anything else. See spec/session.md.
//
// Everything the partner sends is attacker-controlled. Each frame either has exactly one place
// here or ends the session with a reason of the closed set; nothing is skipped, repaired or
// filtered.

import type { Batch, SignedClaim } from '@isthmus/ledger';
import { type ClockReading, type Frame, LIMITS as WIRE_LIMITS } from '@isthmus/wire';
import type { CloseReason } from './errors.ts';
import { type HelloClaims, type HelloFrame, helloMessage } from './hello.ts';
import { type LinkLimits, WINDOW_ENTRIES_MAX } from './limits.ts';
import type { Instant } from './time.ts';

/** Version of the session protocol; another version is refused. */
export const PROTOCOL_VERSION = 1;

/** What both sides must agree on before anything else is said. */
export interface SessionTerms {
  readonly self: string;
  readonly partner: string;
  readonly mode: 'live' | 'exercise';
  /** SHA-256 of the canonical agreement, 64 hex digits. */
  readonly agreementHash: string;
  /** Number of this link's life, raised by both sides together when a record starts anew. */
  readonly epoch: number;
}

export interface SessionConfig extends SessionTerms {
  /** The side that opened the connection speaks first. */
  readonly role: 'dial' | 'listen';
  readonly limits: LinkLimits;
  /** Checks with the partner's enrolled hello key. */
  readonly verifyHello: (message: Uint8Array, signature: Uint8Array) => boolean;
}

/** What this side holds durably at the moment of asking. */
export interface Standing {
  /** Entries of the partner's record in our mirror, and the root of the tree over them (hex). */
  readonly mirrorSize: number;
  readonly mirrorRoot: string;
  /** Entries of our own record that are durable. */
  readonly ledgerSize: number;
}

/** A whole batch of the partner, complete and in order but not yet verified. */
export interface IncomingBatch {
  readonly first: number;
  readonly entries: readonly Uint8Array[];
  readonly checkpoint: string;
}

/** What the driver must do, in the order given. */
export type SessionAction =
  /** Sign `message` with this side's hello key and send the hello; nothing may overtake it. */
  | { readonly kind: 'say-hello'; readonly claims: HelloClaims; readonly message: Uint8Array }
  | { readonly kind: 'send'; readonly frame: Frame }
  /** Compare the partner's claim with our own record, then call `haveChecked`. */
  | {
      readonly kind: 'check-have';
      readonly size: number;
      readonly root: string;
      /** The claim as the partner signed it, for who must show it to others. */
      readonly claim: SignedClaim;
    }
  /** The partner proved who it is on this channel: an older session of it ends now. */
  | { readonly kind: 'authenticated' }
  /** The partner accepted us too; items may cross. */
  | { readonly kind: 'up' }
  /** Verify and store, then call `accepted`. */
  | { readonly kind: 'accept'; readonly batch: IncomingBatch }
  /** The partner's tick: all it sent before is accepted. */
  | { readonly kind: 'mark'; readonly at: Instant; readonly clock: ClockReading | null }
  /** Verify the partner's cosignature over our checkpoint of that size. */
  | { readonly kind: 'receipt'; readonly size: number; readonly line: string }
  | { readonly kind: 'close'; readonly reason: CloseReason; readonly by: 'self' | 'partner' };

/** An echo is of one of so many heartbeats; a session that is further behind is closed as silent. */
const READINGS_KEPT = 64;

type State = 'idle' | 'hello' | 'checking' | 'greeted' | 'up' | 'closed';

/** The life of one connection; see the module comment. */
export class LinkSession {
  readonly #config: SessionConfig;
  #state: State = 'idle';
  #binding: Uint8Array = new Uint8Array();
  #helloTicks = 0;
  /** The partner's hello, kept so that it can be checked again when its keys change. */
  #proof: { readonly message: Uint8Array; readonly signature: Uint8Array } | null = null;
  #silentTicks = 0;

  // Our direction: what the partner holds or was sent, and how far it lets us go.
  #ledgerSize = 0;
  #sent = 0;
  #creditUpTo = 0;
  #receipted = 0;
  /** Sizes of checkpoints sent and not yet receipted, ascending. */
  readonly #unreceipted: number[] = [];

  // The partner's direction: what we hold, what we granted, the batch under way.
  #received = 0;
  #granted = 0;
  #budget: number;
  #bytesLeft: number;
  #heartbeats = 0;
  #markAt: Instant | null = null;
  /** The newest readings of our clock that we said: only those can come back as an echo. */
  #readings: Instant[] = [];
  #batch: { first: number; count: number; checkpoint: string; entries: Uint8Array[] } | null = null;
  #accepting = false;

  constructor(config: SessionConfig) {
    this.#config = config;
    this.#budget = config.limits.entriesPerTickMax;
    this.#bytesLeft = config.limits.bytesPerTickMax;
  }

  /** True between the partner's first credit and the end. */
  get isUp(): boolean {
    return this.#state === 'up';
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** True until `connected` was called. */
  get isIdle(): boolean {
    return this.#state === 'idle';
  }

  /** Index of the next entry of our record to send; meaningful once up. */
  get nextToSend(): number {
    return this.#sent;
  }

  /** False once the partner has used up its bytes of this tick: the driver reads no further. */
  get hasRoom(): boolean {
    return this.#bytesLeft > 0;
  }

  /** Entries sent for which no receipt has come. */
  get unreceiptedEntries(): number {
    return this.#sent - this.#receipted;
  }

  /** The channel stands. The dialler says hello; the listener waits for it and says nothing yet. */
  connected(channelBinding: Uint8Array, standing: Standing): readonly SessionAction[] {
    if (this.#state !== 'idle') throw new RangeError('a session is connected once');
    this.#state = 'hello';
    this.#binding = channelBinding;
    if (channelBinding.length < 32) return this.end('internal');
    return this.#config.role === 'dial' ? [this.#hello(standing)] : [];
  }

  /** One frame of the partner. The driver has finished all earlier actions. */
  frame(frame: Frame): readonly SessionAction[] {
    if (this.#state === 'closed') return [];
    if (this.#accepting || this.#state === 'checking') {
      throw new RangeError('a frame was given before the last one was dealt with');
    }
    if (frame.kind === 'close') return this.#closedByPartner(frame.reason);
    if (this.#state === 'hello') {
      return frame.kind === 'hello' ? this.#onHello(frame) : this.end('unexpected-frame');
    }
    // Between its header and its last entry a batch is alone on the wire.
    if (this.#batch !== null && frame.kind !== 'entry') return this.end('out-of-sequence');
    switch (frame.kind) {
      case 'hello':
        return this.end('unexpected-frame');
      case 'batch':
        return this.#onBatch(frame);
      case 'entry':
        return this.#onEntry(frame);
      case 'credit':
        return this.#onCredit(frame.upTo);
      case 'heartbeat':
        return this.#onHeartbeat(frame);
      case 'cosignature':
        return this.#onCosignature(frame);
      default:
        return this.end('unexpected-frame');
    }
  }

  /**
   * Answer to `check-have`: does our record have that root at that size? `receipt` repeats our
   * cosignature over what the mirror holds, since the last one may have been lost with its
   * connection; null when the mirror is empty.
   */
  haveChecked(
    matches: boolean,
    standing: Standing,
    receipt: string | null,
  ): readonly SessionAction[] {
    if (this.#state !== 'checking') return [];
    if (!matches) return this.end('fork');
    this.#state = 'greeted';
    this.#received = standing.mirrorSize;
    this.#ledgerSize = Math.max(this.#ledgerSize, standing.ledgerSize);
    const actions: SessionAction[] = [{ kind: 'authenticated' }];
    if (this.#config.role === 'listen') actions.push(this.#hello(standing));
    actions.push(...this.#grant());
    if (receipt !== null) {
      const size = standing.mirrorSize;
      actions.push({ kind: 'send', frame: { kind: 'cosignature', size, line: receipt } });
    }
    return actions;
  }

  /** Answer to `accept`: the batch is durable. `line` is our cosignature over its checkpoint. */
  accepted(standing: Standing, line: string): readonly SessionAction[] {
    if (this.#state === 'closed') return [];
    if (!this.#accepting) throw new RangeError('no batch is being accepted');
    this.#accepting = false;
    this.#received = standing.mirrorSize;
    const size = standing.mirrorSize;
    return [{ kind: 'send', frame: { kind: 'cosignature', size, line } }, ...this.#grant()];
  }

  /** Our own record is durable up to `size` entries. */
  recorded(size: number): void {
    this.#ledgerSize = Math.max(this.#ledgerSize, size);
  }

  /** True when there is something to send and the partner lets us send some of it. */
  get wantsBatch(): boolean {
    return this.#state === 'up' && this.#ledgerSize > this.#sent && this.#creditUpTo > this.#sent;
  }

  /**
   * Sends a batch of recorded entries: all of it or nothing.
   *
   * @returns null when the partner's credit does not reach; the same batch may be offered later
   */
  offer(batch: Batch): readonly SessionAction[] | null {
    const count = batch.recorded.length;
    if (this.#state !== 'up' || batch.first !== this.#sent || count === 0) {
      throw new RangeError(`batch at ${batch.first} offered where ${this.#sent} is next`);
    }
    if (batch.first + count > this.#creditUpTo) return null;
    const { first, checkpoint } = batch;
    const actions: SessionAction[] = [
      { kind: 'send', frame: { kind: 'batch', first, count, checkpoint } },
    ];
    batch.recorded.forEach((recorded, at) => {
      if (recorded.index !== first + at) throw new RangeError('a recorded batch has no gaps');
      const { index, bytes } = recorded;
      actions.push({ kind: 'send', frame: { kind: 'entry', index, bytes } });
    });
    this.#sent = first + count;
    this.#unreceipted.push(this.#sent);
    return actions;
  }

  /** Says our tick to the partner, and our clock if there is one; it covers all that was sent before. */
  mark(at: Instant, clock: ClockReading | null = null): readonly SessionAction[] {
    if (this.#state !== 'up') return [];
    if (clock !== null) this.#readings = [...this.#readings.slice(1 - READINGS_KEPT), clock.sentAt];
    const frame = { kind: 'heartbeat', at, sentSize: this.#sent, seen: this.#received } as const;
    return [{ kind: 'send', frame: { ...frame, clock } }];
  }

  /** One own tick has passed: deadlines count down, budgets fill up. */
  tick(): readonly SessionAction[] {
    if (this.#state === 'closed' || this.#state === 'idle') return [];
    this.#heartbeats = 0;
    this.#budget = this.#config.limits.entriesPerTickMax;
    this.#bytesLeft = this.#config.limits.bytesPerTickMax;
    if (this.#state === 'hello') {
      this.#helloTicks += 1;
      return this.#helloTicks > this.#config.limits.helloTicksMax ? this.end('hello-timeout') : [];
    }
    this.#silentTicks += 1;
    if (this.#silentTicks > this.#config.limits.silenceTicksMax) return this.end('silent');
    return this.#accepting ? [] : this.#grant();
  }

  /** The partner's keys have changed: a session on a key that has ended ends with it. */
  recheck(): readonly SessionAction[] {
    const proof = this.#proof;
    if (proof === null || this.#config.verifyHello(proof.message, proof.signature)) return [];
    return this.end('revoked');
  }

  /** Ends the session from our side and tells the partner why. */
  end(reason: CloseReason): readonly SessionAction[] {
    if (this.#state === 'closed') return [];
    const said = this.#state !== 'idle';
    this.#state = 'closed';
    this.#batch = null;
    const close: SessionAction = { kind: 'close', reason, by: 'self' };
    return said ? [{ kind: 'send', frame: { kind: 'close', reason } }, close] : [close];
  }

  #closedByPartner(reason: CloseReason): readonly SessionAction[] {
    this.#state = 'closed';
    this.#batch = null;
    return [{ kind: 'close', reason, by: 'partner' }];
  }

  #hello(standing: Standing): SessionAction {
    const { self, partner, mode, agreementHash, epoch } = this.#config;
    const claims: HelloClaims = {
      version: PROTOCOL_VERSION,
      from: self,
      to: partner,
      mode,
      agreementHash,
      epoch,
      haveSize: standing.mirrorSize,
      haveRoot: standing.mirrorRoot,
    };
    return { kind: 'say-hello', claims, message: helloMessage(claims, this.#binding) };
  }

  #onHello(hello: HelloFrame): readonly SessionAction[] {
    const { self, partner, mode, agreementHash, epoch } = this.#config;
    if (hello.version !== PROTOCOL_VERSION) return this.end('version');
    if (hello.from !== partner || hello.to !== self) return this.end('party');
    if (hello.mode !== mode) return this.end('mode');
    if (hello.agreementHash !== agreementHash) return this.end('agreement');
    if (hello.epoch !== epoch) return this.end('epoch');
    const { kind: _, signature, ...claims } = hello;
    const message = helloMessage(claims, this.#binding);
    if (!this.#config.verifyHello(message, signature)) return this.end('hello-signature');
    this.#proof = { message, signature };
    this.#state = 'checking';
    this.#sent = hello.haveSize;
    this.#creditUpTo = hello.haveSize;
    if (hello.haveSize > 0) this.#unreceipted.push(hello.haveSize);
    const claim = { message: new TextDecoder().decode(message), signature };
    return [{ kind: 'check-have', size: hello.haveSize, root: hello.haveRoot, claim }];
  }

  #onBatch(frame: Extract<Frame, { kind: 'batch' }>): readonly SessionAction[] {
    const { first, count, checkpoint } = frame;
    if (this.#state !== 'up') return this.end('unexpected-frame');
    if (first !== this.#received) return this.end('out-of-sequence');
    if (count < 1 || count > WIRE_LIMITS.batchEntriesMax) return this.end('out-of-sequence');
    if (first + count > this.#granted) return this.end('credit');
    this.#batch = { first, count, checkpoint, entries: [] };
    return [];
  }

  #onEntry(frame: Extract<Frame, { kind: 'entry' }>): readonly SessionAction[] {
    const batch = this.#batch;
    if (batch === null) return this.end('unexpected-frame');
    if (frame.index !== batch.first + batch.entries.length) return this.end('out-of-sequence');
    batch.entries.push(frame.bytes);
    this.#bytesLeft -= frame.bytes.length;
    if (batch.entries.length < batch.count) return [];
    this.#batch = null;
    this.#accepting = true;
    this.#budget = Math.max(0, this.#budget - batch.count);
    const { first, entries, checkpoint } = batch;
    return [{ kind: 'accept', batch: { first, entries, checkpoint } }];
  }

  #onCredit(upTo: number): readonly SessionAction[] {
    // The partner can hold no more than we sent; its window beyond that is bounded.
    const most = this.#sent + WINDOW_ENTRIES_MAX;
    if (upTo <= this.#creditUpTo || upTo > most) return this.end('credit');
    this.#creditUpTo = upTo;
    if (this.#state === 'up') return [];
    this.#state = 'up';
    return [{ kind: 'up' }];
  }

  #onHeartbeat(frame: Extract<Frame, { kind: 'heartbeat' }>): readonly SessionAction[] {
    if (this.#state !== 'up') return this.end('unexpected-frame');
    this.#heartbeats += 1;
    if (this.#heartbeats > this.#config.limits.heartbeatsPerTickMax) return this.end('flood');
    // The stream is in order, so the sender's count is ours, or something was taken out of it.
    if (frame.sentSize !== this.#received) return this.end('out-of-sequence');
    if (frame.seen > this.#sent) return this.end('fork');
    if (this.#markAt !== null && frame.at < this.#markAt) return this.end('out-of-sequence');
    const echo = frame.clock?.echo ?? null;
    if (echo !== null && !this.#readings.includes(echo.sentAt)) return this.end('out-of-sequence');
    this.#markAt = frame.at;
    this.#silentTicks = 0;
    return [{ kind: 'mark', at: frame.at, clock: frame.clock }];
  }

  #onCosignature(frame: Extract<Frame, { kind: 'cosignature' }>): readonly SessionAction[] {
    // Receipts come in the order of the batches, one each.
    if (this.#unreceipted[0] !== frame.size) return this.end('out-of-sequence');
    this.#unreceipted.shift();
    this.#receipted = frame.size;
    return [{ kind: 'receipt', size: frame.size, line: frame.line }];
  }

  /** Raises the partner's credit to the window or to what its budgets for this tick allow. */
  #grant(): readonly SessionAction[] {
    if (this.#bytesLeft <= 0) return [];
    const ahead = Math.min(this.#config.limits.windowEntries, this.#budget);
    const upTo = this.#received + ahead;
    if (upTo <= this.#granted) return [];
    this.#granted = upTo;
    return [{ kind: 'send', frame: { kind: 'credit', upTo } }];
  }
}
