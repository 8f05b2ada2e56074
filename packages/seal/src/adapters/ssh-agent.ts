// SPDX-License-Identifier: Apache-2.0
// Signs with a key that an agent holds, over the OpenSSH agent protocol (draft-ietf-sshm-ssh-agent,
// type ssh-ed25519) on a Unix socket: ssh-agent itself, a token behind it, or any other process with
// another uid. The agent is asked and not trusted: what it returns is checked against the enrolled
// public key before it is used, and its answers are bounded in size and time.

import { connect } from 'node:net';
import { concatBytes, encodeText } from '../encoding.ts';
import { SealError } from '../errors.ts';
import { acceptPublicKey, verifyRaw } from '../keys.ts';

const SIGN_REQUEST = 13;
const FAILURE = 5;
const SIGN_RESPONSE = 14;
const KEY_TYPE = encodeText('ssh-ed25519');
/** A good answer has 88 bytes behind its length; no answer may claim much more. */
const ANSWER_BYTES_MAX = 256;
/** An agent that needs a person's touch is not for a key that signs several times a second. */
const ANSWER_MS_MAX = 2_000;

/**
 * Asks the agent at `socket` for an Ed25519 signature over the bytes, one connection a signature.
 *
 * @returns 64 bytes that verify under `publicKey`
 * @throws SealError `agent-unavailable` (no socket, closed, no answer in 2 s), `agent-refused` (it
 *   does not hold the key, or is locked), `bad-agent-answer` (malformed, oversized, or a signature
 *   that is not this key's)
 */
export async function signWithAgent(
  agent: { readonly socket: string; readonly publicKey: Uint8Array },
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const publicKey = acceptPublicKey(agent.publicKey);
  const blob = concatBytes(stringOf(KEY_TYPE), stringOf(publicKey));
  const request = concatBytes(
    Uint8Array.of(SIGN_REQUEST),
    stringOf(blob),
    stringOf(bytes),
    new Uint8Array(4),
  );
  const signature = signatureOf(await ask(agent.socket, stringOf(request)), agent.socket);
  if (!verifyRaw(publicKey, bytes, signature)) {
    throw bad(agent.socket, 'its signature is not by the enrolled key');
  }
  return signature;
}

/** Sends one request and resolves to the body of the one answer. */
function ask(socketPath: string, request: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path: socketPath });
    let received: Uint8Array = new Uint8Array(0);
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      act();
    };
    const fail = (error: SealError): void => settle(() => reject(error));
    const unavailable = (why: string): SealError =>
      new SealError('agent-unavailable', `agent at ${socketPath}: ${why}`);
    const timer = setTimeout(
      () => fail(unavailable(`no answer in ${ANSWER_MS_MAX / 1000} s`)),
      ANSWER_MS_MAX,
    );
    socket.once('error', (error: NodeJS.ErrnoException) =>
      fail(unavailable(`${error.code ?? error.message}; is it running, may this user use it?`)),
    );
    socket.once('close', () => fail(unavailable('closed without an answer')));
    socket.on('data', (chunk: Buffer) => {
      // The size is refused before more of the answer is kept.
      if (received.length + chunk.length > 4 + ANSWER_BYTES_MAX) {
        fail(bad(socketPath, 'its answer is too large'));
        return;
      }
      received = concatBytes(received, chunk);
      if (received.length < 4) return;
      const length = new DataView(received.buffer).getUint32(0);
      if (length === 0 || length > ANSWER_BYTES_MAX || received.length > 4 + length) {
        fail(bad(socketPath, 'its answer is too large or empty'));
      } else if (received.length === 4 + length) {
        settle(() => resolve(received.subarray(4)));
      }
    });
    socket.write(request);
  });
}

/** The signature in an answer; nothing may stand before, between or behind. */
function signatureOf(answer: Uint8Array, socketPath: string): Uint8Array {
  if (answer[0] === FAILURE) {
    throw new SealError(
      'agent-refused',
      `agent at ${socketPath}: it will not sign; does it hold this key (ssh-add -L), is it locked?`,
    );
  }
  if (answer[0] !== SIGN_RESPONSE) throw bad(socketPath, 'its answer is of an unknown kind');
  const head = concatBytes(
    lengthOf(4 + KEY_TYPE.length + 4 + 64),
    stringOf(KEY_TYPE),
    lengthOf(64),
  );
  const shown = answer.subarray(1, 1 + head.length);
  if (answer.length !== 1 + head.length + 64 || !head.every((byte, i) => byte === shown[i])) {
    throw bad(socketPath, 'its answer is not an Ed25519 signature');
  }
  return answer.slice(1 + head.length);
}

function bad(socketPath: string, why: string): SealError {
  return new SealError('bad-agent-answer', `agent at ${socketPath}: ${why}`);
}

/** The protocol's string: a length in four bytes, big-endian, and the bytes. */
function stringOf(bytes: Uint8Array): Uint8Array {
  return concatBytes(lengthOf(bytes.length), bytes);
}

function lengthOf(length: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
}
