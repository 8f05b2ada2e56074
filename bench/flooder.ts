// SPDX-License-Identifier: Apache-2.0
// The partner of bench/flood.ts, in a process of its own: real keys, a real record and a real link,
// and items of 4,000 tracks as fast as the other side takes them. `flooder.ts CONFIG flood|quiet`
// says `up` when the link stands and ends when its standard input does.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addSeconds, instant } from '@isthmus/earth';
import { openLedger } from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { startLinkWorker } from '@isthmus/link/adapters';
import { randomBytes } from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import { encode } from '@isthmus/wire';
import { linkConfig, readSide, readTlsIdentity } from '../apps/cli/src/side/open-side.ts';
import { releaseSource } from './decisions.ts';

const TRACKS = 4000;
const BATCH = 256;
/** Entries the other side has not been given yet, beyond which no more are made. */
const AHEAD_MAX = 4096;

const [config = '', how] = process.argv.slice(2);
const side = await readSide(config);
await mkdir(join(side.data, 'ledger'), { recursive: true });
const ledger = await openLedger({
  storage: createFileStorage(side.data),
  folder: 'ledger/out',
  origin: side.keys.ledger.name,
  signer: openSigner(side.keys.ledger),
  keys: side.ownLedgerKeys,
  salt: () => randomBytes(16),
});
const now = (): ReturnType<typeof instant> => instant(Date.now() * 1000);
let sent = 0;
let isUp = false;
const link = await startLinkWorker({
  config: linkConfig(side, await readTlsIdentity(side), { conducted: false }),
  now: now(),
  events: {
    onEntries: () => undefined,
    onMark: () => undefined,
    onClock: () => undefined,
    onHeld: () => undefined,
    onReceipt: () => undefined,
    onSent: (size) => {
      sent = size;
    },
    onStatus: (status) => {
      isUp = status.state === 'up';
      if (isUp) process.stdout.write('up\n');
    },
    onError: (error) => {
      process.stderr.write(`flooder: ${error.message}\n`);
    },
  },
});
setInterval(() => link.tick(now()), 1000);
process.stdin.on('end', () => process.exit(0)).resume();

if (how === 'flood') {
  // Behind, since its seconds pass as fast as items are taken, and none may be of the future.
  const start = addSeconds(now(), -120);
  const source = releaseSource(TRACKS, { start, agreementHash: side.terms.agreementHash });
  for (;;) {
    if (!isUp || ledger.size - sent > AHEAD_MAX) {
      await sleep(5);
      continue;
    }
    await ledger.append(Array.from({ length: BATCH }, () => encode(source.next())));
    link.recorded(ledger.size);
  }
}
