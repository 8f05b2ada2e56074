// SPDX-License-Identifier: Apache-2.0
import { encodeFrame } from '@isthmus/wire';
import { expect, it } from 'vitest';
import { Channel } from './channel.ts';
import { linkLimits } from './limits.ts';
import { LinkSession } from './session.ts';
import { sealsOf, second, termsOf } from './testing/sides.ts';
import type { ConnectionHandlers } from './transport.ts';

it('stops the sender while more waits than the bound, and lets it go on when half is taken', () => {
  const said: string[] = [];
  let handlers: ConnectionHandlers | null = null;
  const connection = {
    channelBinding: new Uint8Array(32),
    start: (given: ConnectionHandlers) => {
      handlers = given;
    },
    send: () => true,
    pause: () => said.push('pause'),
    resume: () => said.push('resume'),
    close: () => said.push('close'),
  };
  const limits = linkLimits({ inboundBytesMax: 10_000 });
  const session = new LinkSession({
    ...termsOf('east', 'west'),
    ...sealsOf('east', 'west'),
    role: 'listen',
    limits,
  });
  const channel = new Channel(connection, session, { limits, wake: () => undefined });
  const beat = encodeFrame({ kind: 'heartbeat', at: second(1), sentSize: 1, seen: 1, clock: null });
  const count = Math.ceil(10_001 / beat.length);
  for (let i = 0; i < count; i += 1) (handlers as ConnectionHandlers | null)?.data(beat);
  expect(said).toEqual(['pause']);
  for (let i = 0; i < count / 2 - 5; i += 1) expect(channel.next()?.kind).toBe('frame');
  expect(said).toEqual(['pause']);
  for (let i = 0; i < 10; i += 1) channel.next();
  expect(said).toEqual(['pause', 'resume']);
  channel.close();
  expect(channel.next()).toBe(null);
});
