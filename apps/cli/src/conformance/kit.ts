// SPDX-License-Identifier: Apache-2.0
// What the conformance kit is on every connection: a partner with its keys, its log, a mirror of what it
// was given, and a list of what the other side did wrong unasked.

import { strict as assert } from 'node:assert';
import { connect, type Socket } from 'node:net';
import { type Instant, instant } from '@isthmus/earth';
import { createMemoryStorage, type Mirror, openMirror, type ReceivedBatch } from '@isthmus/ledger';
import {
  createLinkSeals,
  type HelloClaims,
  helloMessage,
  type LinkKeys,
  type LinkSeals,
  PROTOCOL_VERSION,
} from '@isthmus/link';
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
import { type Address, Calls } from './calls.ts';
import { type EndedKeys, readEndedKeys } from './ended-keys.ts';
import { entryOf, OwnLog } from './own-log.ts';
import { ANSWER_MS, Player, type Playing } from './player.ts';
import { bytesField, integerField } from './raw.ts';

/** Entries the other side may send ahead, as an honest side grants. */
const WINDOW = 8192;

/** Which end of the connection the kit is. */
export type Role = 'dial' | 'listen';

export interface KitOptions {
  readonly role: Role;
  /** Where the other side listens, or where the kit waits for its call. */
  readonly address: Address;
}

/** The other side does not do what an honest session needs; nothing more can be played on it. */
export class NoLink extends Error {}

export class Kit implements Playing {
  readonly side: ReadSide;
  readonly role: Role;
  readonly address: Address;
  /** Calls of the other side; null where the kit dials. */
  readonly calls: Calls | null;
  /** What it must not be let in with; null where nothing was prepared. */
  readonly ended: EndedKeys | null;
  readonly tls: TlsIdentity;
  readonly log: OwnLog;
  readonly mirror: Mirror;
  /** Entries of the other side, as it first sent them. */
  readonly received: Uint8Array[] = [];
  /** What it did wrong without being provoked: clause and what. */
  readonly blamed: { readonly clause: string; readonly what: string }[] = [];
  /** The session that was made last: it has taken the place of any before it (W-113). */
  session: Player | null = null;
  /** The last call that was taken, whatever came of it. */
  #called: Player | null = null;
  /** Given, and not yet cosigned as far as the kit has heard. */
  #pending: readonly Uint8Array[] = [];
  readonly seals: LinkSeals;
  readonly cosigner: NoteSigner;
  readonly #keys: LinkKeys;
  readonly #config: ReturnType<typeof linkConfig>;

  private constructor(
    side: ReadSide,
    { role, address }: KitOptions,
    given: Pick<Kit, 'tls' | 'mirror' | 'calls' | 'ended'>,
  ) {
    this.tls = given.tls;
    this.mirror = given.mirror;
    this.calls = given.calls;
    this.ended = given.ended;
    this.side = side;
    this.role = role;
    this.address = address;
    this.#config = linkConfig(side, this.tls, { conducted: false });
    const { own, ...keys } = this.#config.keys;
    this.cosigner = openSigner(side.keys.cosign);
    this.log = new OwnLog(openSigner(side.keys.ledger));
    const signers = { hello: openSigner(side.keys.hello), cosign: this.cosigner };
    this.#keys = { ...keys, own: { ...own, ...signers } };
    this.seals = createLinkSeals(this.#keys);
  }

  static async open(side: ReadSide, options: KitOptions): Promise<Kit> {
    const mirror = await openMirror({
      storage: createMemoryStorage(),
      folder: 'in',
      origin: partnerOrigin(side.document),
      verifier: side.partnerKeys.ledger,
    });
    const tls = await readTlsIdentity(side);
    const ended = await readEndedKeys(side);
    const calls = options.role === 'dial' ? null : await Calls.open(options.address, tls);
    return new Kit(side, options, { tls, mirror, calls, ended });
  }

  async close(): Promise<void> {
    await this.session?.leave();
    await this.hangUp();
    await this.calls?.close();
  }

  get sentSize(): number {
    return this.log.size + this.#pending.length;
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

  /**
   * A connection that both ends have authenticated and on which the kit said nothing; one that called has
   * said hello. A side that dials has one connection, so the session that stands ends for it.
   */
  async connect(): Promise<Player> {
    if (this.calls === null) {
      const dialler = createTlsDialler({ ...this.tls, ...this.address });
      return new Player(this, await dialler.dial());
    }
    await this.hangUp();
    const player = new Player(this, await this.calls.accept());
    this.#called = player;
    if (await player.until(() => player.heard.length > 0)) return player;
    throw new NoLink(`it called and said no hello: ${player.end?.says ?? 'silence'}`);
  }

  /** Its next call, on which nothing was read. Throws LinkError when none comes. */
  nextCall(): Promise<Socket> {
    assert(this.calls !== null, 'only who listens is called');
    return this.calls.next();
  }

  /** Ends the call that stands, so that there can be another. */
  async hangUp(): Promise<void> {
    await this.#called?.leave();
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
  give(player: Player, entries: readonly Uint8Array[]): Promise<void> {
    return this.giveAll(player, [entries], ANSWER_MS);
  }

  /** Gives batches without waiting between them, each before a heartbeat; then for the last receipt. */
  async giveAll(
    player: Player,
    batches: readonly (readonly Uint8Array[])[],
    withinMs: number,
  ): Promise<void> {
    this.#pending = [];
    for (const entries of batches) {
      if (this.#pending.length > 0) player.send(player.heartbeat({ sentSize: this.sentSize }));
      for (const frame of await this.batchFrames(entries)) player.send(frame);
      this.#pending = [...this.#pending, ...entries];
    }
    const tree = { size: this.sentSize, root: this.log.rootWith(this.#pending) };
    const { size } = tree;
    const receipt = () => player.frames('cosignature').find((frame) => frame.size === size);
    if (!(await player.until(() => receipt() !== undefined, withinMs))) {
      throw new NoLink(`no receipt for ${size} entries: ${player.end?.says ?? 'silence'}`);
    }
    if (!this.seals.verifyReceipt(tree, receipt()?.line ?? '')) {
      throw new NoLink(`what came as a receipt for ${size} entries is none`);
    }
    this.log.add(this.#pending);
    this.#pending = [];
  }

  /** A batch that follows what was given, and its entries. */
  async batchFrames(entries: readonly Uint8Array[]): Promise<(BatchFrame | EntryFrame)[]> {
    const first = this.sentSize;
    const checkpoint = await this.log.checkpointWith([...this.#pending, ...entries]);
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
    for (const entry of batch.entries) this.#checkItem(entry.subarray(16));
    return this.receipt(batch.checkpoint);
  }

  async receipt(checkpoint: string, seals = this.seals): Promise<CosignatureFrame> {
    const line = await seals.cosign(checkpoint, this.now());
    return { kind: 'cosignature', size: this.mirror.size, line };
  }

  helloClaims(): HelloClaims {
    const { self, partner, mode, epoch, agreementHash } = this.#config.terms;
    const have = { haveSize: this.mirror.size, haveRoot: encodeHex(this.mirror.root) };
    const who = { version: PROTOCOL_VERSION, from: self, to: partner };
    return { ...who, mode, agreementHash, epoch, ...have };
  }

  signHello(claims: HelloClaims, binding: Uint8Array, seals = this.seals): Promise<Uint8Array> {
    return seals.signHello(helloMessage(claims, binding));
  }

  /** What signs like the kit's side, but with other keys of its. */
  sealsBy(signers: EndedKeys['signers']): LinkSeals {
    const { hello, cosign } = signers;
    return createLinkSeals({ ...this.#keys, own: { ...this.#keys.own, hello, cosign } });
  }

  /** A clause under which the kit's side gives something. */
  get clause(): string {
    const { agreement, from } = this.side.terms;
    return agreement.clauses.find((one) => one.from === from)?.id ?? 'none';
  }

  /** A Release around an item: under which agreement and clause, and when. */
  release(...item: readonly Uint8Array[]): Uint8Array[] {
    const { agreementHash } = this.side.terms;
    const clause = this.clause;
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

  /** That an item is one, and under a clause of the agreement by which the other side gives. */
  #checkItem(bytes: Uint8Array): void {
    const { agreement, agreementHash, from } = this.side.terms;
    try {
      const given = decodeRelease(bytes);
      const clauses = [...agreement.clauses, ...(agreement.coverage ?? [])];
      const clause = clauses.find(({ id }) => id === given.clause);
      if (given.agreementHash !== agreementHash)
        this.blame('R-20', 'an item under another agreement');
      if (clause === undefined || clause.from === from) {
        this.blame('R-21', `an item under "${given.clause}", by which it gives nothing`);
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.blame('W-3', `an item that is none: ${error.message}`);
    }
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
    // Receipts may have been lost with their connection.
    const taken = Math.max(0, claims.haveSize - this.log.size);
    if (taken <= this.#pending.length) this.log.add(this.#pending.slice(0, taken));
    this.#pending = [];
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
