// SPDX-License-Identifier: Apache-2.0
// Against OpenSSH's own agent where it is installed, and against an agent that does everything wrong.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  concatBytes,
  cosign,
  decodeKeyFile,
  encodeKeyFile,
  encodeText,
  keyPairFromSeed,
  type NoteSigner,
  noteSigner,
  noteVerifier,
  openCosignature,
  openNote,
  signNote,
  verifierOf,
} from '../index.ts';
import { openSigner } from './open-signer.ts';

const SSH_AGENT = '/usr/bin/ssh-agent';
const KEY = keyPairFromSeed(new Uint8Array(32).fill(5));
const NAME = 'west/isthmus/exercise/1/ledger/east';

function lengthOf(length: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
}
const stringOf = (bytes: Uint8Array): Uint8Array => concatBytes(lengthOf(bytes.length), bytes);

/** The signer a key file gives that names this agent. */
function signerAt(agentSocket: string, type: 1 | 4 = 1): NoteSigner {
  const verifier = noteVerifier(NAME, KEY.publicKey, type);
  return openSigner(decodeKeyFile(encodeKeyFile({ ...verifier, agentSocket })));
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-agent-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(!existsSync(SSH_AGENT))('ssh-agent (skipped where it is not installed)', () => {
  let agent: ChildProcess;
  let socket = '';
  beforeAll(async () => {
    socket = join(folder, 'real.sock');
    agent = spawn(SSH_AGENT, ['-D', '-a', socket], { stdio: 'ignore' });
    while (!existsSync(socket)) await new Promise((resolve) => setTimeout(resolve, 10));
  });
  afterAll(() => agent.kill());

  it('refuses to sign with a key it does not hold, and says what to look at', async () => {
    await expect(signerAt(socket).sign(encodeText('x'))).rejects.toMatchObject({
      code: 'agent-refused',
      message: expect.stringContaining('ssh-add -L') as string,
    });
  });

  it('signs notes and cosigns them, byte for byte as a key in this process', async () => {
    await addIdentity(socket);
    const signer = signerAt(socket);
    const note = await signNote('text\n', [signer]);
    expect(note).toBe(await signNote('text\n', [noteSigner(NAME, KEY)]));
    expect(openNote(note, [verifierOf(signer)]).text).toBe('text\n');
    const cosigner = signerAt(socket, 4);
    const line = await cosign(note, cosigner, 1_700_000_000);
    expect(openCosignature({ note, line, verifier: verifierOf(cosigner) }).atS).toBe(1_700_000_000);
  });
});

/** SSH_AGENTC_ADD_IDENTITY: what `ssh-add` says. */
function addIdentity(path: string): Promise<void> {
  const body = concatBytes(
    Uint8Array.of(17),
    ...[encodeText('ssh-ed25519'), KEY.publicKey, concatBytes(KEY.seed, KEY.publicKey)].map(
      stringOf,
    ),
    stringOf(encodeText('test')),
  );
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once('data', (answer: Buffer) => {
      socket.destroy();
      if (answer.at(4) === 6) resolve();
      else reject(new Error(`agent answered ${answer.toString('hex')}`));
    });
    socket.write(stringOf(body));
  });
}

const TYPE = encodeText('ssh-ed25519');
const answerOf = (type: Uint8Array, signature: Uint8Array): Uint8Array =>
  stringOf(
    concatBytes(Uint8Array.of(14), stringOf(concatBytes(stringOf(type), stringOf(signature)))),
  );

describe('an agent that is not to be trusted', () => {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
  });

  /** Listens where no other test does and answers each request with these bytes. */
  async function hostile(name: string, answer: (socket: Socket) => void): Promise<string> {
    const path = join(folder, `${name}.sock`);
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => answer(socket));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return path;
  }

  const message = encodeText('what is signed');
  const other = (): Promise<Uint8Array> =>
    noteSigner('x', keyPairFromSeed(new Uint8Array(32).fill(6))).sign(message);

  it.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
    ['another key', async () => answerOf(TYPE, await other()), 'bad-agent-answer'],
    ['zeros', () => answerOf(TYPE, new Uint8Array(64)), 'bad-agent-answer'],
    [
      'another type',
      () => answerOf(encodeText('ssh-ed25518'), new Uint8Array(64)),
      'bad-agent-answer',
    ],
    ['a short signature', () => answerOf(TYPE, new Uint8Array(63)), 'bad-agent-answer'],
    ['another kind', () => stringOf(Uint8Array.of(99, 1, 2)), 'bad-agent-answer'],
    ['an empty answer', () => lengthOf(0), 'bad-agent-answer'],
    ['a length of 4 GiB', () => lengthOf(0xffffffff), 'bad-agent-answer'],
    ['a flood', () => new Uint8Array(1 << 20), 'bad-agent-answer'],
    ['a refusal', () => stringOf(Uint8Array.of(5)), 'agent-refused'],
  ])('is caught when it answers with %s', async (name, answer, code) => {
    const bytes = await answer();
    const path = await hostile(name.replaceAll(' ', '-'), (socket) => socket.write(bytes));
    await expect(signerAt(path).sign(message)).rejects.toMatchObject({ code });
  });

  it('is caught when it adds bytes behind a good answer', async () => {
    const good = answerOf(TYPE, await noteSigner('x', KEY).sign(message));
    const path = await hostile('behind', (socket) =>
      socket.write(concatBytes(good, Uint8Array.of(0))),
    );
    await expect(signerAt(path).sign(message)).rejects.toMatchObject({ code: 'bad-agent-answer' });
    const whole = await hostile('whole', (socket) => socket.write(good));
    // The control: without the extra byte the same answer is taken, also in pieces.
    expect(await signerAt(whole).sign(message)).toHaveLength(64);
    const pieces = await hostile('pieces', (socket) => {
      for (const byte of good) socket.write(Uint8Array.of(byte));
    });
    expect(await signerAt(pieces).sign(message)).toHaveLength(64);
  });

  it('does not hold us up: no socket, a closed one, one that never ends its answer', async () => {
    const code = 'agent-unavailable';
    await expect(signerAt(join(folder, 'none')).sign(message)).rejects.toMatchObject({ code });
    const closing = await hostile('closing', (socket) => socket.end());
    await expect(signerAt(closing).sign(message)).rejects.toMatchObject({ code });
    const silent = await hostile('silent', (socket) => socket.write(Uint8Array.of(0, 0, 0)));
    const from = performance.now();
    await expect(signerAt(silent).sign(message)).rejects.toMatchObject({ code });
    expect(performance.now() - from).toBeLessThan(4_000);
  });
});
