// SPDX-License-Identifier: Apache-2.0
// The signer of a key file's content, wherever the key is.

import type { NoteKey } from '../key-file.ts';
import { type NoteSigner, noteSigner } from '../note.ts';
import { signWithAgent } from './ssh-agent.ts';

/** The signer of a key. One with an agent is asked anew for each signature; see `signWithAgent`. */
export function openSigner(key: NoteKey): NoteSigner {
  const { name, type, publicKey } = key;
  if ('seed' in key) return noteSigner(name, key, type);
  const agent = { socket: key.agentSocket, publicKey };
  return { name, type, publicKey, sign: (bytes) => signWithAgent(agent, bytes) };
}
