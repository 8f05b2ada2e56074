// SPDX-License-Identifier: Apache-2.0
// What is enrolled and must not be let in: certificates out of their period, for another use or revoked,
// and what was signed with a key that has ended.

import { signNote } from '@isthmus/seal';
import { answered } from './call-cases.ts';
import { type Came, type Case, closes, FAIL, NOT_APPLICABLE, NOTHING, PASS } from './case.ts';
import { judged, NOT_A_BYTE, shake } from './channel-cases.ts';
import type { EndedCertificate, EndedKeys } from './ended-keys.ts';
import type { Kit, Role } from './kit.ts';

const UNPREPARED = NOT_APPLICABLE('nothing was prepared: isthmus conformance prepare');

function shown(
  clauses: Case['clauses'],
  sent: string,
  { name, as }: { readonly name: EndedCertificate; readonly as?: Role },
): Case {
  return {
    clauses,
    sent,
    expected: NOT_A_BYTE,
    ...(as === undefined ? {} : { as }),
    play: async ({ kit }) => {
      const certificate = kit.ended?.certificates[name];
      if (certificate === undefined) return UNPREPARED;
      return judged(await (kit.role === 'dial' ? shake : answered)(kit, certificate));
    },
  };
}

/** A case that is played where the keys that ended are there. */
function signed(
  clauses: Case['clauses'],
  sent: string,
  expected: string,
  play: (kit: Kit, signers: EndedKeys['signers']) => Promise<Came>,
): Case {
  return {
    clauses,
    sent,
    expected,
    play: async ({ kit }) => (kit.ended === null ? UNPREPARED : play(kit, kit.ended.signers)),
  };
}

export const ENDED_CASES: readonly Case[] = [
  shown(['W-100'], 'an enrolled certificate that has expired', { name: 'expired' }),
  shown(['W-100'], 'an enrolled certificate that is not valid yet', { name: 'early' }),
  shown(['W-100'], 'an enrolled certificate that is for servers, on a call to it', {
    name: 'server-only',
    as: 'dial',
  }),
  shown(['W-100'], 'an enrolled certificate that is for clients, to its call', {
    name: 'client-only',
    as: 'listen',
  }),
  shown(['K-17'], 'a certificate that its register lists as revoked', { name: 'revoked' }),
  signed(
    ['K-16', 'W-102'],
    'a hello by a key that its register lists as revoked',
    'close: hello-signature',
    async (kit, signers) => {
      const player = await kit.connect();
      const claims = kit.helloClaims();
      const signature = await kit.signHello(
        claims,
        player.connection.channelBinding,
        kit.sealsBy(signers),
      );
      player.send({ kind: 'hello', ...claims, signature });
      const end = await player.ending();
      return end?.reason === 'hello-signature' ? PASS(end.says) : FAIL(end?.says ?? NOTHING);
    },
  ),
  signed(
    ['K-13'],
    'a batch whose checkpoint a key signed that ended before it',
    'close: refused-batch',
    async (kit, { ledger }) => {
      const entry = kit.testMessage();
      const first = kit.log.size;
      const note = await kit.log.checkpointWith([entry]);
      const checkpoint = await signNote(`${note.split('\n\n')[0]}\n`, [ledger]);
      const { session } = kit;
      if (session === null) return FAIL(NOTHING);
      const batch = { kind: 'batch', first, count: 1, checkpoint } as const;
      return closes(
        session,
        [batch, { kind: 'entry', index: first, bytes: entry }],
        'refused-batch',
      );
    },
  ),
  signed(
    ['K-15', 'W-110'],
    'as receipt for what it gave, a line of a key that ended before it',
    'close: bad-receipt',
    async (kit, signers) => {
      const { checkpoint, size } = kit.mirror;
      if (checkpoint === null) return NOT_APPLICABLE('it gave no entry');
      const player = await kit.connect();
      await player.sayHello();
      await player.until(() => player.frames('credit').length > 0);
      const receipt = await kit.receipt(checkpoint, kit.sealsBy(signers));
      return closes(player, [{ kind: 'credit', upTo: size + 1 }, receipt], 'bad-receipt');
    },
  ),
];
