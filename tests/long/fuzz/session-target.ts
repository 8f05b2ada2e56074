// SPDX-License-Identifier: Apache-2.0
// One session of the link fed with frames in an order nobody agreed on, as the bytes of a stream.
// Nothing may be accepted of a partner that has not proven who it is on this channel.

import type { Random } from '@isthmus/earth';
import {
  DEFAULT_LIMITS,
  type HelloClaims,
  helloMessage,
  LinkSession,
  PROTOCOL_VERSION,
  type SessionAction,
  type Standing,
} from '@isthmus/link';
import { encodeHex, encodeText, equalBytes, hmacSha256 } from '@isthmus/seal';
import { encodeFrame, type Frame, FrameSplitter, WireError } from '@isthmus/wire';
import { several, spoilBytes } from './mutate.ts';
import { Finding, pick, type Target } from './target.ts';

const BINDING = new Uint8Array(32).fill(7);
const ROOT = encodeHex(new Uint8Array(32).fill(1));
const AGREEMENT_HASH = '5a'.repeat(32);
const START: Standing = { mirrorSize: 10, mirrorRoot: ROOT, ledgerSize: 20 };
const SIZES = [0, 5, 9, 10, 11, 12, 13, 20, 1029, 70_000];

const signatureOf = (message: Uint8Array): Uint8Array => hmacSha256(encodeText('west'), message);

function hello(random: Random): Frame {
  const claims: HelloClaims = {
    version: PROTOCOL_VERSION,
    from: random.chance(1, 20) ? 'east' : 'west',
    to: random.chance(1, 20) ? 'west' : 'east',
    mode: random.chance(1, 20) ? 'live' : 'exercise',
    agreementHash: AGREEMENT_HASH,
    epoch: random.chance(1, 20) ? 2 : 1,
    haveSize: pick(random, [0, 5, 5, 20]),
    haveRoot: ROOT,
  };
  const isProven = !random.chance(1, 4);
  const signature = isProven ? signatureOf(helloMessage(claims, BINDING)) : new Uint8Array(64);
  return { kind: 'hello', ...claims, signature: padded(signature) };
}

/** A frame's signature has 64 bytes; ours of this target says what it has to say in 32. */
function padded(signature: Uint8Array): Uint8Array {
  const out = new Uint8Array(64);
  out.set(signature);
  return out;
}

function frameOf(random: Random): Frame {
  const size = pick(random, SIZES);
  switch (random.integer(8)) {
    case 0:
      return hello(random);
    case 1:
      return { kind: 'batch', first: size, count: 1 + random.integer(2), checkpoint: 'note\n' };
    case 2:
    case 3:
      return { kind: 'entry', index: size, bytes: new Uint8Array(20) };
    case 4:
      return { kind: 'credit', upTo: size };
    case 5:
      return { kind: 'cosignature', size, line: 'line\n' };
    case 6:
      return {
        kind: 'heartbeat',
        at: random.integer(3) as Extract<Frame, { kind: 'heartbeat' }>['at'],
        sentSize: size,
        seen: pick(random, SIZES),
        clock: null,
      };
    default:
      return random.chance(1, 4) ? { kind: 'close', reason: 'silent' } : hello(random);
  }
}

/** What an honest partner sends first, so that what follows meets every state. */
const ORDERLY: readonly Frame[] = [
  { kind: 'credit', upTo: 1029 },
  { kind: 'cosignature', size: 5, line: 'line\n' },
  { kind: 'batch', first: 10, count: 2, checkpoint: 'note\n' },
  { kind: 'entry', index: 10, bytes: new Uint8Array(20) },
  { kind: 'entry', index: 11, bytes: new Uint8Array(20) },
];

function stream(random: Random): Uint8Array {
  const frames: Frame[] = random.chance(1, 8) ? [] : [hello(random)];
  frames.push(...ORDERLY.slice(0, random.integer(ORDERLY.length + 1)));
  for (let left = random.integer(6); left > 0; left -= 1) frames.push(frameOf(random));
  const all = new Uint8Array(Buffer.concat(frames.map(encodeFrame)));
  const bytes = random.chance(1, 8)
    ? several(all, random, (one) => spoilBytes(one, random, all))
    : all;
  // The first byte says how our own side behaves meanwhile.
  return new Uint8Array(Buffer.concat([Uint8Array.of(random.integer(256)), bytes]));
}

/** The owner of a session: does what it is asked, and complains of what it may not be asked. */
class Owner {
  readonly #plan: number;
  #standing = START;
  #isProven = false;
  #isUp = false;
  #granted = 0;
  accepted = 0;
  readonly session: LinkSession;

  constructor(plan: number) {
    this.#plan = plan;
    this.session = new LinkSession({
      self: 'east',
      partner: 'west',
      mode: 'exercise',
      agreementHash: AGREEMENT_HASH,
      epoch: 1,
      role: plan % 2 === 0 ? 'listen' : 'dial',
      limits: DEFAULT_LIMITS,
      verifyHello: (message, signature) => {
        this.#isProven = equalBytes(signature, padded(signatureOf(message)));
        return this.#isProven;
      },
    });
    this.#carryOut(this.session.connected(BINDING, START));
  }

  take(frame: Frame): void {
    const wasClosed = this.session.isClosed;
    const actions = this.session.frame(frame);
    if (wasClosed && actions.length > 0) throw new Finding('acts after its end');
    this.#carryOut(actions);
    if (this.#plan % 3 === 0) this.#carryOut(this.session.tick());
  }

  #carryOut(actions: readonly SessionAction[]): void {
    for (const action of actions) this.#follow(action);
  }

  #follow(action: SessionAction): void {
    switch (action.kind) {
      case 'send':
        if (action.frame.kind === 'credit') this.#granted = action.frame.upTo;
        return void encodeFrame(action.frame);
      case 'check-have': {
        this.#expectProven(action);
        const isHeld = action.size <= START.ledgerSize && this.#plan % 5 !== 4;
        return this.#carryOut(this.session.haveChecked(isHeld, this.#standing, 'receipt\n'));
      }
      case 'accept':
        return this.#accept(action);
      case 'up':
        this.#isUp = true;
        return this.#expectProven(action);
      case 'say-hello':
      case 'close':
        return;
      case 'authenticated':
      case 'mark':
      case 'receipt':
        return this.#expectProven(action);
      default:
        throw new Finding(`no action: ${JSON.stringify(action)}`);
    }
  }

  #accept({ batch }: Extract<SessionAction, { kind: 'accept' }>): void {
    this.#expectProven({ kind: 'accept' });
    if (!this.#isUp) throw new Finding('entries before the link is up');
    const size = batch.first + batch.entries.length;
    if (batch.first !== this.#standing.mirrorSize) throw new Finding(`a gap at ${batch.first}`);
    if (size > this.#granted) throw new Finding(`${size} entries, ${this.#granted} granted`);
    this.accepted += batch.entries.length;
    this.#standing = { ...this.#standing, mirrorSize: size };
    this.#carryOut(this.session.accepted(this.#standing, 'receipt\n'));
  }

  #expectProven({ kind }: { readonly kind: string }): void {
    if (!this.#isProven) throw new Finding(`${kind} before a proven hello`);
  }
}

export function linkSession(): Target {
  return {
    name: 'link-session',
    oneIn: 4,
    isRefusal: (error) => error instanceof WireError,
    make: stream,
    read(input) {
      const owner = new Owner(input[0] ?? 0);
      const splitter = new FrameSplitter();
      for (const frame of splitter.push(input.subarray(1))) owner.take(frame);
      return owner.accepted > 0;
    },
  };
}
