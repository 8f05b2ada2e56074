// SPDX-License-Identifier: Apache-2.0
// A side whose ledger, cosign and hello keys are in OpenSSH's own agent and nowhere else: real
// processes, links and files, until the agent is gone.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addSeconds } from '@isthmus/earth';
import type { FeedTick } from '@isthmus/picture';
import { concatBytes, decodeKeyFile, encodeKeyFile, encodeText, type HeldKey } from '@isthmus/seal';
import { expect, test } from 'vitest';
import { type PreparedRun, prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { provision } from '../../apps/cli/src/demo/provision.ts';
import { freePort, verifyFolder } from '../../apps/cli/src/demo/run-processes.ts';
import { SideProcess } from '../../apps/cli/src/demo/side-process.ts';

const SSH_AGENT = '/usr/bin/ssh-agent';
/** Seconds of the flight: the launch is seen, and tracks go out each second. */
const FROM = 300;
const GONE_AT = 370;
const UNTIL = 390;

function framed(bytes: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return concatBytes(length, bytes);
}

/** SSH_AGENTC_ADD_IDENTITY: what `ssh-add` says. */
function addIdentity(path: string, key: HeldKey): Promise<void> {
  const secret = concatBytes(key.seed, key.publicKey);
  const parts = [encodeText('ssh-ed25519'), key.publicKey, secret, encodeText(key.name)];
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once('error', reject);
    socket.once('data', (answer: Buffer) => {
      socket.destroy();
      if (answer.at(4) === 6) resolve();
      else reject(new TypeError(`the agent answered ${answer.toString('hex')}`));
    });
    socket.write(framed(concatBytes(Uint8Array.of(17), ...parts.map(framed))));
  });
}

/** Moves a side's signing keys into the agent; its files only say where they are from then on. */
async function giveAway(keys: string, agentSocket: string): Promise<void> {
  for (const purpose of ['ledger', 'cosign', 'hello']) {
    const file = join(keys, `${purpose}.key`);
    const key = decodeKeyFile(readFileSync(file, 'utf8'));
    if (!('seed' in key)) throw new TypeError(`${file} holds no key`);
    await addIdentity(agentSocket, key);
    const { name, type, publicKey } = key;
    writeFileSync(file, encodeKeyFile({ name, type, publicKey, agentSocket }));
  }
}

async function conduct(
  run: PreparedRun,
  sides: readonly SideProcess[],
  span: { readonly from: number; readonly until: number },
): Promise<void> {
  for (let second = span.from; second < span.until; second += 1) {
    await Promise.all(sides.map((side) => side.tick(addSeconds(run.firstTick, second))));
  }
}

test('keys in an agent sign what crosses; without the agent recording stops loudly, and own warnings go on', async (context) => {
  if (!existsSync(SSH_AGENT)) return context.skip(`${SSH_AGENT} is not installed`);
  const run = prepareRun(await readRun({ scenario: 'black-sea' }), 1);
  const root = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
  const [other, agented] = run.sides;
  const running: SideProcess[] = [];
  const ticks: FeedTick[] = [];
  const faults: string[] = [];
  let agent: ChildProcess | null = null;
  try {
    const configs = await provision(run, root, await freePort(0));
    const socket = join(root, 'agent.sock');
    agent = spawn(SSH_AGENT, ['-D', '-a', socket], { stdio: 'ignore' });
    while (!existsSync(socket)) await sleep(10);
    const keys = join(root, agented.name, 'keys');
    await giveAway(keys, socket);
    expect(readFileSync(join(keys, 'ledger.key'), 'utf8')).toMatch(/^AGENT\+KEY\+/);
    for (const { name } of [other, agented]) {
      const side = new SideProcess({
        name,
        config: configs[name] ?? '',
        onRecord: (record) => {
          if (name === agented.name && record.kind === 'tick') ticks.push(record);
        },
        onFault: (text) => faults.push(`${name}: ${text}`),
      });
      running.push(side);
      await side.started(addSeconds(run.firstTick, FROM));
    }
    await Promise.all(running.map((side) => side.ready()));
    await conduct(run, running, { from: FROM, until: GONE_AT });
    const crossed = await verifyFolder(join(root, other.name));
    expect(crossed.in.verified && crossed.out.verified).toBe(true);
    expect(crossed.in.entries).toBeGreaterThan(10);
    expect(ticks.at(-1)).toMatchObject({ recording: true, link: 'up' });
    expect(ticks.at(-1)?.counts.released).toBeGreaterThan(10);
    expect(faults).toEqual([]);

    agent.kill();
    await conduct(run, running, { from: GONE_AT, until: UNTIL });
    expect(faults.join('\n')).toContain(`${agented.name}: NOT RECORDING`);
    expect(ticks).toHaveLength(UNTIL - FROM);
    const last = ticks.at(-1);
    expect(last?.recording).toBe(false);
    expect(last?.own.events.length).toBeGreaterThan(0);
    expect(last?.ownWarnings.length).toBeGreaterThan(0);
    const after = await verifyFolder(join(root, other.name));
    expect(after.in.entries).toBeGreaterThanOrEqual(crossed.in.entries);
  } finally {
    for (const side of running) side.kill();
    agent?.kill();
    await Promise.all(running.map((side) => side.ended()));
    rmSync(root, { recursive: true, force: true });
  }
}, 240_000);
