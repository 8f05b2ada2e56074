// SPDX-License-Identifier: Apache-2.0
// Tells a second story, as somebody with a side's ledger key can, and writes what convicts the key.
// node --conditions=isthmus-source docs/examples/two-stories.mjs CHECKPOINT LEDGER_KEY OUT

import { readFileSync, writeFileSync } from 'node:fs';
import { formatEvidence } from '@isthmus/ledger/verify';
import { decodeKeyFile, signNote } from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';

const [checkpoint, keyFile, out] = process.argv.slice(2);
const signer = openSigner(decodeKeyFile(readFileSync(keyFile, 'utf8')));
const [text, signatures] = readFileSync(checkpoint, 'utf8').split('\n\n');
const [origin, size] = text.split('\n');

// The log's own line alone: a receipt is about the first story and not part of it.
const own = signatures.split('\n').find((line) => line.startsWith(`— ${signer.name} `));
const otherRoot = Buffer.alloc(32, 1).toString('base64');
const second = await signNote(`${origin}\n${size}\n${otherRoot}\n`, [signer]);
writeFileSync(out, formatEvidence({ kind: 'two-roots', first: `${text}\n\n${own}\n`, second }));
