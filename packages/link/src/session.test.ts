// SPDX-License-Identifier: Apache-2.0
// The session frame by frame against a partner that holds the right keys and does one thing wrong.
// Titles carry the clause of spec/ they hold to.

import type { Batch } from '@isthmus/ledger';
import type { Frame } from '@isthmus/wire';
import { describe, expect, it } from 'vitest';
import type { HelloClaims } from './hello.ts';
import { DEFAULT_LIMITS, type LinkLimits, linkLimits, WINDOW_ENTRIES_MAX } from './limits.ts';
import type { LinkSession, SessionAction } from './session.ts';
import {
  BINDING,
  batch,
  east,
  entry,
  greeted,
  heartbeat,
  helloOf,
  ROOT,
  STANDING,
  sentBy,
} from './testing/east-end.ts';
import { second } from './testing/sides.ts';

function closeOf(actions: readonly SessionAction[]): string | null {
  const close = actions.find((action) => action.kind === 'close');
  return close?.kind === 'close' ? `${close.by} ${close.reason}` : null;
}

function upSession(limits: Partial<LinkLimits> = {}): LinkSession {
  const { session } = greeted(limits);
  expect(session.frame({ kind: 'credit', upTo: 1029 })).toEqual([{ kind: 'up' }]);
  expect(session.frame({ kind: 'cosignature', size: 5, line: 'l' })).toHaveLength(1);
  return session;
}

describe('hello', () => {
  it('W-101 comes from the dialler at once, and from the listener only when it accepted one', () => {
    expect(sentBy(east({ role: 'dial' }).connected(BINDING, STANDING))).toMatchObject([
      { kind: 'hello', from: 'east', to: 'west', haveSize: 10, haveRoot: ROOT },
    ]);
    const session = east();
    expect(session.connected(BINDING, STANDING)).toEqual([]);
    expect(session.frame(helloOf())).toMatchObject([{ kind: 'check-have', size: 5, root: ROOT }]);
    const frames = sentBy(session.haveChecked(true, STANDING, null));
    expect(frames.map((frame) => frame.kind)).toEqual(['hello', 'credit']);
  });

  const mismatches: readonly [string, Partial<HelloClaims>][] = [
    ['version', { version: 2 }],
    ['party', { from: 'north' }],
    ['party', { to: 'north' }],
    ['mode', { mode: 'live' }],
    ['agreement', { agreementHash: 'ab'.repeat(32) }],
    ['epoch', { epoch: 2 }],
  ];
  for (const [reason, change] of mismatches) {
    it(`W-103 is refused for ${reason} when it says ${JSON.stringify(change)}`, () => {
      const session = east();
      session.connected(BINDING, STANDING);
      const actions = session.frame(helloOf(change));
      expect(closeOf(actions)).toBe(`self ${reason}`);
      expect(sentBy(actions)).toEqual([{ kind: 'close', reason }]);
    });
  }

  it('W-103 of our own, sent back to us, is of the wrong party', () => {
    const own = sentBy(east({ role: 'dial' }).connected(BINDING, STANDING))[0] as Frame;
    const session = east();
    session.connected(BINDING, STANDING);
    expect(closeOf(session.frame(own))).toBe('self party');
  });

  it('W-102 fits no other channel', () => {
    const session = east();
    session.connected(BINDING, STANDING);
    const other = new Uint8Array(32).fill(8);
    expect(closeOf(session.frame(helloOf({}, other)))).toBe('self hello-signature');
  });

  it('W-102 with any signed value changed is refused', () => {
    const hello = helloOf();
    if (hello.kind !== 'hello') throw new TypeError('not a hello');
    const forged: Partial<HelloClaims>[] = [{ haveSize: 6 }, { haveRoot: '00'.repeat(32) }];
    for (const change of forged) {
      const session = east();
      session.connected(BINDING, STANDING);
      expect(closeOf(session.frame({ ...hello, ...change }))).toBe('self hello-signature');
    }
  });

  it('W-104 that claims what our record does not hold closes for a fork', () => {
    const session = east();
    session.connected(BINDING, STANDING);
    session.frame(helloOf({ haveSize: 21 }));
    expect(closeOf(session.haveChecked(false, STANDING, null))).toBe('self fork');
  });

  it('W-112 is waited for five ticks', () => {
    const session = east();
    session.connected(BINDING, STANDING);
    for (let i = 0; i < DEFAULT_LIMITS.helloTicksMax; i += 1) expect(session.tick()).toEqual([]);
    expect(closeOf(session.tick())).toBe('self hello-timeout');
  });

  it('is the first frame and the only one of its kind', () => {
    const session = east();
    session.connected(BINDING, STANDING);
    expect(closeOf(session.frame({ kind: 'credit', upTo: 9 }))).toBe('self unexpected-frame');
    expect(closeOf(upSession().frame(helloOf()))).toBe('self unexpected-frame');
  });

  it('is not said on a channel without a binding', () => {
    expect(closeOf(east().connected(new Uint8Array(16), STANDING))).toBe('self internal');
  });
});

describe('a session', () => {
  it('W-105 grants a window, and takes nothing before the credit of the partner', () => {
    const { session, actions } = greeted();
    expect(sentBy(actions)).toContainEqual({
      kind: 'credit',
      upTo: 10 + DEFAULT_LIMITS.windowEntries,
    });
    expect(session.isUp).toBe(false);
    for (const early of [batch(10, 1), heartbeat(0, 10)]) {
      expect(closeOf(greeted().session.frame(early))).toBe('self unexpected-frame');
    }
  });

  it('W-106 repeats the receipt for what it holds', () => {
    const frames = sentBy(greeted().actions);
    expect(frames.at(-1)).toEqual({ kind: 'cosignature', size: 10, line: 'receipt\n' });
  });

  it('W-107 takes a batch as its header and exactly its entries', () => {
    const session = upSession();
    expect(session.frame(batch(10, 2))).toEqual([]);
    expect(session.frame(entry(10))).toEqual([]);
    expect(session.frame(entry(11))).toMatchObject([
      { kind: 'accept', batch: { first: 10, checkpoint: 'note\n' } },
    ]);
    const standing = { ...STANDING, mirrorSize: 12 };
    const frames = sentBy(session.accepted(standing, 'line\n'));
    expect(frames).toEqual([
      { kind: 'cosignature', size: 12, line: 'line\n' },
      { kind: 'credit', upTo: 12 + DEFAULT_LIMITS.windowEntries },
    ]);
  });

  const wrong: readonly [string, string, readonly Frame[]][] = [
    ['a gap before it', 'out-of-sequence', [batch(11, 1)]],
    ['what was sent already', 'out-of-sequence', [batch(9, 1)]],
    ['no entries', 'out-of-sequence', [batch(10, 0)]],
    ['more entries than a batch holds', 'out-of-sequence', [batch(10, 257)]],
    ['an entry left out', 'out-of-sequence', [batch(10, 2), entry(11)]],
    ['an entry twice', 'out-of-sequence', [batch(10, 2), entry(10), entry(10)]],
    ['a heartbeat between its entries', 'out-of-sequence', [batch(10, 2), heartbeat(0, 10)]],
    ['another header between its entries', 'out-of-sequence', [batch(10, 2), batch(10, 1)]],
    ['an entry without a header', 'unexpected-frame', [entry(10)]],
  ];
  for (const [title, reason, frames] of wrong) {
    it(`W-107 closes on a batch with ${title}`, () => {
      const session = upSession();
      const actions = frames.map((frame) => session.frame(frame));
      expect(closeOf(actions.at(-1) ?? [])).toBe(`self ${reason}`);
      expect(actions.flat().some((action) => action.kind === 'accept')).toBe(false);
      expect(session.frame(batch(10, 1))).toEqual([]);
    });
  }

  it('W-108 closes on an entry beyond the credit, and credit ends with the budget of a tick', () => {
    const session = upSession();
    let first = 10;
    let last: readonly SessionAction[] = [];
    while (first < 40_000) {
      last = session.frame(batch(first, 256));
      if (last.length > 0) break;
      for (let i = 0; i < 256; i += 1) session.frame(entry(first + i));
      first += 256;
      session.accepted({ ...STANDING, mirrorSize: first }, 'l');
    }
    expect(closeOf(last)).toBe('self credit');
    const taken = first - 10;
    expect(taken).toBeLessThanOrEqual(DEFAULT_LIMITS.entriesPerTickMax + 256);
    expect(taken).toBeGreaterThan(DEFAULT_LIMITS.entriesPerTickMax - 256);
  });

  it('W-108 gives no credit once the bytes of a tick are used up, and gives it with the next tick', () => {
    const size = 1000;
    const session = upSession({ bytesPerTickMax: 3 * size, windowEntries: 256 });
    const send = (first: number): readonly SessionAction[] => {
      session.frame(batch(first, 1));
      session.frame({ kind: 'entry', index: first, bytes: new Uint8Array(size) });
      return session.accepted({ ...STANDING, mirrorSize: first + 1 }, 'l');
    };
    const credits = (actions: readonly SessionAction[]): number[] =>
      sentBy(actions).flatMap((frame) => (frame.kind === 'credit' ? [frame.upTo] : []));
    expect(credits(send(10))).toEqual([11 + 256]);
    expect(credits(send(11))).toEqual([12 + 256]);
    expect(session.hasRoom).toBe(true);
    // The third takes the last of it: no close, no credit.
    const third = send(12);
    expect(closeOf(third)).toBe(null);
    expect(credits(third)).toEqual([]);
    expect(session.hasRoom).toBe(false);
    expect(credits(session.tick())).toEqual([13 + 256]);
    expect(session.hasRoom).toBe(true);
    // Who sends on as if it had credit is closed.
    expect(session.frame(batch(13, 256))).toEqual([]);
    for (let i = 0; i < 256; i += 1) session.frame(entry(13 + i));
    expect(credits(session.accepted({ ...STANDING, mirrorSize: 269 }, 'l'))).toEqual([]);
    expect(closeOf(session.frame(batch(269, 1)))).toBe('self credit');
  });

  it('W-108 offers nothing beyond the credit it was given, and the same batch later', () => {
    const session = greeted().session;
    session.frame({ kind: 'credit', upTo: 7 });
    const offered = {
      first: 5,
      recorded: [5, 6, 7].map((index) => ({ index, bytes: new Uint8Array(20) })),
      checkpoint: 'note\n',
    } as unknown as Batch;
    expect(session.offer(offered)).toBe(null);
    session.frame({ kind: 'credit', upTo: 8 });
    const frames = sentBy(session.offer(offered) ?? []);
    expect(frames.map((frame) => frame.kind)).toEqual(['batch', 'entry', 'entry', 'entry']);
    expect(session.wantsBatch).toBe(false);
  });

  it('W-109 takes only credit that rises and that can be', () => {
    for (const upTo of [1029, 1028, 0, 5 + WINDOW_ENTRIES_MAX + 1]) {
      expect(closeOf(upSession().frame({ kind: 'credit', upTo }))).toBe('self credit');
    }
    expect(upSession().frame({ kind: 'credit', upTo: 1030 })).toEqual([]);
  });

  it('W-110 takes receipts one for each batch, in their order', () => {
    const line = 'l';
    for (const size of [4, 5, 21]) {
      const actions = upSession().frame({ kind: 'cosignature', size, line });
      expect(closeOf(actions)).toBe('self out-of-sequence');
    }
  });

  it('W-111 closes on a heartbeat that counts what did not come, or whose time falls', () => {
    expect(closeOf(upSession().frame(heartbeat(0, 11)))).toBe('self out-of-sequence');
    expect(closeOf(upSession().frame(heartbeat(0, 9)))).toBe('self out-of-sequence');
    expect(closeOf(upSession().frame(heartbeat(0, 10, 6)))).toBe('self fork');
    const session = upSession();
    expect(session.frame(heartbeat(5, 10))).toEqual([{ kind: 'mark', at: second(5), clock: null }]);
    expect(session.frame(heartbeat(5, 10))).toEqual([{ kind: 'mark', at: second(5), clock: null }]);
    expect(closeOf(session.frame(heartbeat(4, 10)))).toBe('self out-of-sequence');
  });

  it('closes on more heartbeats between two ticks than any honest partner sends', () => {
    const session = upSession();
    for (let i = 0; i < DEFAULT_LIMITS.heartbeatsPerTickMax; i += 1)
      session.frame(heartbeat(i, 10));
    expect(closeOf(session.frame(heartbeat(2000, 10)))).toBe('self flood');
  });

  it('W-112 closes after ten ticks without a heartbeat, whatever else comes', () => {
    const session = upSession();
    for (let i = 0; i < DEFAULT_LIMITS.silenceTicksMax; i += 1) {
      expect(closeOf(session.tick())).toBe(null);
      session.frame({ kind: 'credit', upTo: 2000 + i });
    }
    expect(closeOf(session.tick())).toBe('self silent');
  });

  it('ends with the partner’s reason, and says nothing after the end', () => {
    const session = upSession();
    const actions = session.frame({ kind: 'close', reason: 'slow' });
    expect(actions).toEqual([{ kind: 'close', reason: 'slow', by: 'partner' }]);
    expect([session.tick(), session.mark(second(1)), session.end('internal')]).toEqual([
      [],
      [],
      [],
    ]);
    expect(session.frame(batch(10, 1))).toEqual([]);
  });
});

describe('bounds', () => {
  it('refuse a window that holds no batch, and anything that is no positive integer', () => {
    for (const bad of [{ windowEntries: 255 }, { silenceTicksMax: 0 }, { inboundBytesMax: 1.5 }]) {
      expect(() => linkLimits(bad)).toThrow(expect.objectContaining({ code: 'bad-configuration' }));
    }
    expect(() => linkLimits({ entriesPerTickMax: 10 })).toThrow(/batch/);
    expect(linkLimits()).toEqual(DEFAULT_LIMITS);
  });
});
