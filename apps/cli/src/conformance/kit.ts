// SPDX-License-Identifier: Apache-2.0
// What the conformance kit is on every connection: a partner with its keys, its log, a mirror of what it
// was given, and a list of what the other side did wrong unasked.

import { connect } from 'node:net';
import { type Instant, instant } from '@isthmus/earth';
import { createMemoryStorage, type Mirror, openMirror, type ReceivedBatch } from '@isthmus/ledger';
import { createLinkSeals, type HelloClaims, helloMessage, PROTOCOL_VERSION } from '@isthmus/link';
import { createTlsDialler, type TlsIdentity } from '@isthmus/link/adapters';
import { encodeHex, type NoteSigner } from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import {
  type BatchFrame,
  type CosignatureFrame,
  decodeRelease,
  type EntryFrame,
  WireError,
} from '@isthmus/wire';
import { linkConfig, partnerOrigin, type ReadSide, readTlsIdentity } from '../side/open-side.ts';
import { UserError } from '../user-error.ts';
import { entryOf, OwnLog } from './own-log.ts';
import { Player, type Playing } from './player.ts';
import { bytesField, integerField } from './raw.ts';

/** Entries the other side may send ahead, as an honest side grants. */
const WINDOW = 8192;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The other side does not do what an honest session needs; nothing more can be played on it. */
export class NoLink extends Error {}

export class Kit implements Playing {
  readonly side: ReadSide;
  readonly address: Address;
  readonly tls: TlsIdentity;
  readonly log: OwnLog;
  readonly mirror: Mirror;
  /** Entries of the other side, as it first sent them. */
  readonly received: Uint8Array[] = [];
  /** What it did wrong without being provoked: clause and what. */
  readonly blamed: { readonly clause: string; readonly what: string }[] = [];
  /** The session that was made last: it has taken the place of any before it (W-113). */
  session: Player | null = null;
  /** Given, and not yet cosigned as far as the kit has heard. */
  #pending: readonly Uint8Array[] = [];
  readonly seals: ReturnType<typeof createLinkSeals>;
  readonly cosigner: NoteSigner;
  readonly #config: ReturnType<typeof linkConfig>;

  private constructor(side: ReadSide, address: Address, given: [TlsIdentity, Mirror]) {
    [this.tls, this.mirror] = given;
    this.side = side;
    this.address = address;
    this.#config = linkConfig(side, this.tls, { conducted: false });
    const { own, ...keys } = this.#config.keys;
    this.cosigner = openSigner(side.keys.cosign);
    this.log = new OwnLog(openSigner(side.keys.ledger));
    const signers = { hello: openSigner(side.keys.hello), cosign: this.cosigner };
    this.seals = createLinkSeals({ ...keys, own: { ...own, ...signers } });
  }

  static async open(side: ReadSide, address: Address): Promise<Kit> {
    const mirror = await openMirror({
      storage: createMemoryStorage(),
      folder: 'in',
      origin: partnerOrigin(side.document),
      verifier: side.partnerKeys.ledger,
    });
    return new Kit(side, address, [await readTlsIdentity(side), mirror]);
  }

  now(): Instant {
    return instant(Date.now() * 1000);
  }

  blame(clause: string, what: string): void {
    this.blamed.push({ clause, what });
  }

  /** Whether anybody takes connections there. */
  isListening(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.address, () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
  }

  /** A connection that both ends have authenticated and on which nothing was said. */
  async connect(): Promise<Player> {
    const dialler = createTlsDialler({ ...this.tls, ...this.address });
    return new Player(this, await dialler.dial());
  }

  /** A session that is up, by the book. Throws NoLink. */
  async link(): Promise<Player> {
    let player: Player;
    try {
      player = await this.connect();
    } catch (error) {
      throw new NoLink(`no connection (${error instanceof Error ? error.message : String(error)})`);
    }
    await player.sayHello();
    if (!(await player.until(() => player.frames('credit').length > 0))) {
      throw new NoLink(`no hello and credit: ${player.end?.says ?? 'silence'}`);
    }
    this.#checkHello(player);
    player.grant(this.mirror.size + WINDOW);
    if (this.mirror.checkpoint !== null) player.send(await this.receipt(this.mirror.checkpoint));
    player.send(player.heartbeat());
    this.session = player;
    return player;
  }

  /** That a session is alive: a test message goes, and its receipt comes. */
  async exchange(player: Player): Promise<void> {
    player.send(player.heartbeat());
    await this.give(player, [this.testMessage()]);
  }

  /** Gives entries in one batch under a true checkpoint, and waits for the receipt. Throws NoLink. */
  async give(player: Player, entries: readonly Uint8Array[]): Promise<void> {
    this.#pending = entries;
    for (const frame of await this.batchFrames(entries)) player.send(frame);
    const tree = { size: this.log.size + entries.length, root: this.log.rootWith(entries) };
    const { size } = tree;
    const receipt = () => player.frames('cosignature').find((frame) => frame.size === size);
    if (!(await player.until(() => receipt() !== undefined))) {
      throw new NoLink(`no receipt for ${size} entries: ${player.end?.says ?? 'silence'}`);
    }
    if (!this.seals.verifyReceipt(tree, receipt()?.line ?? '')) {
      throw new NoLink(`what came as a receipt for ${size} entries is none`);
    }
    this.log.add(entries);
    this.#pending = [];
  }

  async batchFrames(entries: readonly Uint8Array[]): Promise<(BatchFrame | EntryFrame)[]> {
    const first = this.log.size;
    const checkpoint = await this.log.checkpointWith(entries);
    return [
      { kind: 'batch', first, count: entries.length, checkpoint } as const,
      ...entries.map((bytes, at) => ({ kind: 'entry', index: first + at, bytes }) as const),
    ];
  }

  /** Takes over a batch; null where it is refused, which is held against the sender. */
  async receive(batch: ReceivedBatch): Promise<CosignatureFrame | null> {
    try {
      await this.mirror.accept(batch);
    } catch (error) {
      this.blame('W-107', `a batch that does not verify: ${String(error)}`);
      return null;
    }
    this.received.push(...batch.entries);
    for (const entry of batch.entries) {
      try {
        decodeRelease(entry.subarray(16));
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        this.blame('W-3', `an item that is none: ${error.message}`);
      }
    }
    return this.receipt(batch.checkpoint);
  }

  async receipt(checkpoint: string): Promise<CosignatureFrame> {
    const line = await this.seals.cosign(checkpoint, this.now());
    return { kind: 'cosignature', size: this.mirror.size, line };
  }

  helloClaims(): HelloClaims {
    const { self, partner, mode, epoch, agreementHash } = this.#config.terms;
    const have = { haveSize: this.mirror.size, haveRoot: encodeHex(this.mirror.root) };
    const who = { version: PROTOCOL_VERSION, from: self, to: partner };
    return { ...who, mode, agreementHash, epoch, ...have };
  }

  signHello(claims: HelloClaims, binding: Uint8Array): Promise<Uint8Array> {
    return this.seals.signHello(helloMessage(claims, binding));
  }

  /** A Release around an item: under which agreement and clause, and when. */
  release(...item: readonly Uint8Array[]): Uint8Array[] {
    const { agreementHash, agreement, from } = this.side.terms;
    const clause = agreement.clauses.find((one) => one.from === from)?.id ?? 'none';
    return [
      bytesField(1, Uint8Array.from(Buffer.from(agreementHash, 'hex'))),
      bytesField(2, clause),
      integerField(3, this.now()),
      ...item,
    ];
  }

  /** An entry that says nothing but a number. */
  testMessage(): Uint8Array {
    const parts = this.release(bytesField(10, integerField(1, this.log.size + 1)));
    return entryOf(Uint8Array.from(Buffer.concat(parts)));
  }

  #checkHello(player: Player): void {
    const [hello] = player.frames('hello');
    if (hello === undefined || player.heard[0] !== hello) {
      throw new NoLink('its first frame is no hello');
    }
    const { kind: _, signature, ...claims } = hello;
    const { self, partner, ...terms } = this.#config.terms;
    const wanted = { ...terms, from: partner, to: self, version: PROTOCOL_VERSION };
    for (const [field, value] of Object.entries(wanted)) {
      const said = claims[field as keyof HelloClaims];
      if (said !== value) throw new NoLink(`its hello says ${field} ${said}, not ${value}`);
    }
    const message = helloMessage(claims, player.connection.channelBinding);
    if (!this.seals.verifyHello(message, signature)) {
      throw new NoLink('its hello is not signed by its hello key over this channel');
    }
    const pending = this.#pending;
    this.#pending = [];
    // The receipt may have been lost with its connection.
    if (pending.length > 0 && claims.haveSize === this.log.size + pending.length) {
      this.log.add(pending);
    }
    if (claims.haveSize > this.log.size) {
      throw new UserError(
        `it holds ${claims.haveSize} entries of ${self}'s record, the kit wrote ${this.log.size}: begin with an empty record on both sides (new data, or a higher epoch)`,
      );
    }
    if (claims.haveSize < this.log.size) {
      throw new NoLink(`it cosigned ${this.log.size} entries and holds ${claims.haveSize}`);
    }
    if (claims.haveRoot !== encodeHex(this.log.rootAt(claims.haveSize))) {
      throw new NoLink('it claims another root than that of what it cosigned');
    }
  }
}
