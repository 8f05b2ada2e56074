// SPDX-License-Identifier: Apache-2.0
// Key files: one line that says where a private key is.
//
//   PRIVATE+KEY+west/isthmus/exercise/1/ledger/east+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7h...
//   AGENT+KEY+west/isthmus/exercise/1/ledger/east+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiB... /run/agent.sock
//
// and the secret that makes identifiers, which signs nothing and so has no name:
//
//   IDENTIFIERS+KEY+9c56cc51b374c3ba+AYEKFALVFGyNhPJEMzD1QIDr+Y7h...

import { concatBytes, decodeBase64, encodeBase64, encodeHex, encodeText } from './encoding.ts';
import { SealError } from './errors.ts';
import { sha256 } from './hash.ts';
import { keyPairFromSeed, type SigningKey } from './keys.ts';
import { LIMITS } from './limits.ts';
import {
  formatVerifierKey,
  type NoteKeyType,
  noteVerifier,
  parseVerifierKey,
  splitKeyText,
} from './note.ts';

interface NamedKey {
  readonly name: string;
  readonly type: NoteKeyType;
  /** 32 public bytes. */
  readonly publicKey: Uint8Array;
}

/** A private key that is here. Plain data, so that it can go to a worker; it holds the secret. */
export interface HeldKey extends NamedKey, SigningKey {}

/** A private key that an agent holds; see `signWithAgent`. Plain data, and no secret. */
export interface AgentKey extends NamedKey {
  /** Absolute path of the agent's Unix socket. */
  readonly agentSocket: string;
}

/** Where a private key is. */
export type NoteKey = HeldKey | AgentKey;

const PRIVATE_PREFIX = 'PRIVATE+KEY+';
const AGENT_PREFIX = 'AGENT+KEY+';
const IDENTIFIERS_PREFIX = 'IDENTIFIERS+KEY+';

/** A key with its name. Throws `bad-name`, `weak-key`. */
export function heldKey(name: string, key: SigningKey, type: NoteKeyType = 1): HeldKey {
  const { publicKey } = noteVerifier(name, key.publicKey, type);
  return { name, type, publicKey, seed: key.seed };
}

/** The one line of a key file, with its newline. That of a held key only its owner may read. */
export function encodeKeyFile(key: NoteKey): string {
  const verifier = noteVerifier(key.name, key.publicKey, key.type);
  if ('agentSocket' in key) {
    checkSocket(key.agentSocket);
    return `${AGENT_PREFIX}${formatVerifierKey(verifier)} ${key.agentSocket}\n`;
  }
  const body = concatBytes(Uint8Array.of(key.type), key.seed);
  return `${PRIVATE_PREFIX}${key.name}+${encodeHex(verifier.keyId)}+${encodeBase64(body)}\n`;
}

/** Reads a key file back. The key id is its checksum: a damaged key is refused. */
export function decodeKeyFile(text: string): NoteKey {
  if (text.length > LIMITS.keyFileBytesMax) throw new SealError('too-large', 'key is too long');
  if (text.startsWith(AGENT_PREFIX) && text.endsWith('\n')) return decodeAgentKey(text);
  if (!text.startsWith(PRIVATE_PREFIX) || !text.endsWith('\n')) {
    throw new SealError(
      'bad-key-file',
      'not a key file: one line, PRIVATE+KEY+name+id+key or AGENT+KEY+name+id+key /path/of/socket',
    );
  }
  const { name, hexId, type, body } = splitKeyText(text.slice(PRIVATE_PREFIX.length, -1));
  const { seed, publicKey } = keyPairFromSeed(body);
  if (encodeHex(noteVerifier(name, publicKey, type).keyId) !== hexId) {
    throw new SealError('bad-key-file', 'key id does not belong to this name and key');
  }
  return { name, type, publicKey, seed };
}

/** The one line of the file of the secret that makes identifiers, 32 bytes; its owner alone may read it. */
export function encodeIdentifiersKey(secret: Uint8Array): string {
  return `${IDENTIFIERS_PREFIX}${checkOf(secret)}+${encodeBase64(secret)}\n`;
}

/**
 * Reads the secret back; accepts only what `encodeIdentifiersKey` prints. Another secret would rename
 * everything that was released, so its check (64 bits of a hash) must hold. Throws `bad-key-file`, `bad-base64`.
 */
export function decodeIdentifiersKey(text: string): Uint8Array {
  const found = /^IDENTIFIERS\+KEY\+([0-9a-f]{16})\+([A-Za-z0-9+/]{43}=)\n$/.exec(text);
  if (found === null) {
    const remedy = /^[0-9a-f]{64}\n?$/.test(text)
      ? 'it has the form of an earlier build, without a check: make the keys of this side anew'
      : 'it is damaged; put back the copy that was made with the keys';
    throw new SealError('bad-key-file', `not one line IDENTIFIERS+KEY+check+secret: ${remedy}`);
  }
  const [, check = '', body = ''] = found;
  const secret = decodeBase64(body);
  if (checkOf(secret) !== check) {
    throw new SealError(
      'bad-key-file',
      'the secret is damaged: its check does not hold; put back the copy that was made with the keys',
    );
  }
  return secret;
}

function checkOf(secret: Uint8Array): string {
  if (secret.length !== 32) throw new SealError('bad-key-file', 'the secret has 32 bytes');
  const digest = sha256(concatBytes(encodeText('isthmus identifiers check v1\n'), secret));
  return encodeHex(digest.subarray(0, 8));
}

function decodeAgentKey(text: string): AgentKey {
  const space = text.indexOf(' ');
  const { name, type, publicKey } = parseVerifierKey(text.slice(AGENT_PREFIX.length, space));
  const agentSocket = text.slice(space + 1, -1);
  checkSocket(agentSocket);
  return { name, type, publicKey, agentSocket };
}

/** A relative path would mean another agent to each program that reads the file. */
function checkSocket(path: string): void {
  const bytes = new TextEncoder().encode(path).length;
  // \p{Cs}: a lone surrogate has no UTF-8 form, so the path would be another one in the file.
  const isBad = /[\p{Cc}\p{Cs}]/u.test(path);
  if (!path.startsWith('/') || bytes > LIMITS.socketPathBytesMax || isBad) {
    throw new SealError(
      'bad-key-file',
      `an agent is named by the absolute path of its socket, at most ${LIMITS.socketPathBytesMax} bytes`,
    );
  }
}
