// SPDX-License-Identifier: Apache-2.0
// The shell of one side: gathers a turn, journals it, steps the core, and carries out the effects
// in the order the border asks for: journal durable, then ledger durable, then the link is told.
// No clock, socket or disk of its own: all come through ports.

import type { Instant } from '@isthmus/earth';
import { LIMITS as LEDGER_LIMITS, type Ledger } from '@isthmus/ledger';
import type { ClockEstimate, LinkEvents, LinkPort } from '@isthmus/link';
import type { NotificationMessage } from '@isthmus/picture';
import type { ElementSet } from '@isthmus/tracking';
import type { ActAnswer } from '@isthmus/warning';
import type { Encoded } from '@isthmus/wire';
import { ActQueue, answerActs } from './act-queue.ts';
import { DecisionLog } from './decision-log.ts';
import { Deliveries } from './deliveries.ts';
import { readHistory } from './history.ts';
import type { Journal } from './journal.ts';
import { LIMITS } from './limits.ts';
import type { NodeOptions, NodeStatus } from './ports.ts';
import { batchesFrom, checkRecorded } from './recorded-check.ts';
import { takeSnapshot, writeSnapshot } from './snapshot.ts';
import { type NodeState, ownStateHash, stateHash } from './state.ts';
import { step, stepOwn, stepSystem } from './step.ts';
import { TrackRoom } from './track-room.ts';
import type { DecisionRecord, Effect, SideAct, Turn } from './turn.ts';

/** Both sides keep the conductor's time. */
const CONDUCTED: ClockEstimate = { offsetUs: 0, uncertaintyUs: 0, steppedUs: null };

/** A snapshot, and the entries and decisions that it counts as recorded. */
interface Kept {
  readonly text: string;
  readonly hash: string;
  readonly appended: number;
  readonly decisions: number;
}

export class NodeShell {
  readonly #options: NodeOptions;
  readonly #journal: Journal;
  readonly #decisions: DecisionLog;
  readonly #state: NodeState;
  readonly #deliveries: Deliveries;
  #up = false;
  #heard: Instant | null = null;
  /** The turn `#heard` belongs to. */
  #heardTurn = 0;
  #sent = 0;
  readonly #room = new TrackRoom();
  #clock: ClockEstimate | null = null;
  #lastMark: Instant | null = null;
  #waiting: (() => void)[] = [];
  #carrying: Promise<void> = Promise.resolve();
  #recording = true;
  #snapshots = 0;
  #saidWaiting = false;
  #keeping: Promise<void> | null = null;
  readonly #acts = new ActQueue();
  #link: LinkPort | null = null;
  /** Starts the link; null where there is none, or before the start. */
  #startLink: (() => Promise<void>) | null = null;
  /** Waits for the next turn: it enters by the journal, so that replay knows when it changed. */
  #catalogue: readonly ElementSet[] | null;
  #notices: readonly NotificationMessage[] | null = null;
  #startedAt: Instant | null = null;

  /**
   * Opens a side from its folder: newest snapshot, then the tail of the journal; what the replay
   * orders appended and the ledger does not hold yet is appended now, once.
   */
  static async open(options: NodeOptions): Promise<NodeShell> {
    const history = await readHistory(options);
    const { state, tail } = history;
    const from = state.decisions;
    const effects = tail.flatMap((turn) => step(state, options.terms, turn));
    const upTo = tail.at(-1)?.at ?? state.at;
    // Nothing is mended before all is found to fit: a damaged end looks like a torn one by itself.
    await checkRecorded(options.ledger, appendsOf(effects), { appended: state.appended, upTo });
    const journal = await history.open();
    const decisions = await DecisionLog.open({
      storage: options.storage,
      side: options.side,
      decided: { from, upTo: state.decisions },
      durable: () => journal.durable(),
      onFault: (text) => options.outputs.onFault(text),
    });
    const shell = new NodeShell(options, { journal, state, decisions });
    await shell.#catchUp(effects);
    return shell;
  }

  private constructor(
    options: NodeOptions,
    opened: {
      readonly journal: Journal;
      readonly state: NodeState;
      readonly decisions: DecisionLog;
    },
  ) {
    this.#options = options;
    this.#journal = opened.journal;
    this.#state = opened.state;
    this.#decisions = opened.decisions;
    this.#deliveries = new Deliveries(opened.state.applied);
    const { catalogue = [] } = options;
    const known = JSON.stringify(opened.state.tracking.catalogue);
    this.#catalogue = JSON.stringify(catalogue) === known ? null : catalogue;
    this.announce(options.notices ?? []);
  }

  /** Gives the next turn the launches that are announced, in place of all that were. */
  announce(notices: readonly NotificationMessage[]): void {
    const known = JSON.stringify(this.#state.notices.messages);
    this.#notices = JSON.stringify(notices) === known ? null : notices;
  }

  get at(): Instant | null {
    return this.#state.at;
  }

  get turns(): number {
    return this.#state.turns;
  }

  get up(): boolean {
    return this.#up;
  }

  /** Version of the own policy in force; null where the agreement alone decides. */
  get policyVersion(): string | null {
    return this.#state.policy.inForce?.version ?? null;
  }

  status(): NodeStatus {
    const { at, told, suspension, counts, applied } = this.#state;
    const { ledger } = this.#options;
    const entries = {
      own: ledger?.size ?? 0,
      receipted: ledger?.receiptedSize ?? 0,
      taken: applied,
    };
    const recording = this.#recordingNow();
    const beside = { counts: { ...counts }, entries, policy: this.policyVersion };
    return { at, link: told.link, suspension, recording, ...beside };
  }

  /** Hash of what own sensors alone have made; the partner cannot change it. */
  ownHash(): string {
    return ownStateHash(this.#state);
  }

  hash(): string {
    return stateHash(this.#state);
  }

  /**
   * Starts the link, unless an act that waits suspends the partner. What the mirror holds and the core has
   * not applied is taken in the next turn.
   */
  async start(now: Instant): Promise<void> {
    this.#startedAt = now;
    const { ledger, link, mirrored, outputs } = this.#options;
    if (link === null) return;
    const { received } = this.#deliveries;
    const held = await mirrored(received);
    if (held.length > 0) {
      void this.#deliveries.deliver(held.map((bytes, i) => ({ index: received + i, bytes })));
      this.#deliveries.closeGroup(null);
    }
    const events: LinkEvents = {
      onEntries: (entries) => this.#deliveries.deliver(entries),
      onMark: (at) => {
        this.#lastMark = at;
        this.#deliveries.closeGroup(at);
        this.#wake();
      },
      onStatus: (status) => {
        this.#up = status.state === 'up';
        // The hello that made it up is word from the partner.
        if (this.#up) this.#hear(this.#state.at ?? now);
        else this.#deliveries.closeGroup(null);
        if (status.alarm === true)
          outputs.onFault(`link: ${status.reason}: ${status.detail ?? ''}`);
        this.#wake();
      },
      onSent: (size) => {
        this.#sent = size;
      },
      onClock: (estimate) => {
        // A jump is told once, also where several readings come between two turns.
        const steppedUs = estimate.steppedUs ?? this.#clock?.steppedUs ?? null;
        this.#clock = { ...estimate, steppedUs };
      },
      onReceipt: (receipt) => {
        ledger
          ?.addReceipt(receipt)
          .catch((error: unknown) => outputs.onFault(`a receipt was not kept: ${String(error)}`));
      },
      onHeld: (claim) => {
        ledger?.partnerHolds(claim);
        if (ledger !== null && ledger.fault !== 'ok') this.#stopRecording(this.#whyNot());
      },
      onError: (error) => outputs.onFault(`link: ${error.message}`),
    };
    this.#startLink = async () => {
      this.#link = await link(events, now);
      if (ledger !== null) this.#link.recorded(ledger.size);
    };
    await this.turnForActs(now);
    await this.#followOrders();
  }

  /** Has the link as officers ordered last. It is started when it is first wanted: a suspended partner finds nobody who listens. */
  async #followOrders(): Promise<void> {
    const start = this.#startLink;
    if (this.#state.suspension === null && start !== null) {
      this.#startLink = null;
      await start().catch((error: unknown) => {
        this.#startLink = start;
        throw error;
      });
    }
    if (this.#state.suspension === null) this.#link?.resume();
    else this.#link?.suspend();
  }

  /**
   * Takes the turn of tick `at`.
   *
   * @param settle wait until what the turn releases is durable and the link has been told, and
   *   take only what the partner sent in ticks before `at`: what a conductor needs for runs that
   *   come out the same on a slow and a fast machine.
   */
  async turn(at: Instant, settle: boolean): Promise<void> {
    await this.#take(at, settle);
    this.#link?.tick(at);
  }

  async #take(at: Instant, settle: boolean): Promise<void> {
    const fed = await this.#options.plots.take(this.#state.plotsTaken, at);
    const plots = fed.filter((one) => one.kind !== 'state');
    const said = fed.filter((one) => one.kind === 'state');
    const sensors = said.length === 0 ? {} : { sensors: said };
    const recording = this.#recordingNow();
    if (!recording) this.#stopRecording(this.#whyNot());
    const { entries, heard } = this.#deliveries.take(settle ? at : null);
    // Not later than it came: the mark arrived between the turn before and this one.
    if (heard) this.#hear(this.#state.at ?? at);
    const canRelease = recording && this.#hasRoom();
    const link = this.#linkFor(settle);
    const taken = this.#acts.take();
    const acts = taken.length === 0 ? {} : { acts: taken.map(({ act }) => act) };
    const catalogue = this.#catalogue === null ? {} : { catalogue: this.#catalogue };
    this.#catalogue = null;
    const notices = this.#notices === null ? {} : { notices: this.#notices };
    this.#notices = null;
    const isFirst = this.#state.policy.inForce === null && this.#options.policy !== undefined;
    const policy = isFirst ? { policy: this.#options.policy } : {};
    const given = { ...sensors, ...acts, ...catalogue, ...notices, ...policy };
    const turn: Turn = { at, plots, ...given, entries, link, recording: canRelease };
    this.#journal.append(turn);
    const own = stepOwn(this.#state, turn);
    this.#tell(own.effects);
    const effects = stepSystem(this.#state, this.#options.terms, turn, own.side);
    this.#tell(effects);
    answerActs(taken, [...own.effects, ...effects]);
    this.#decisions.append(decisionsOf([...own.effects, ...effects]));
    this.#deliveries.applied(this.#state.applied);
    const snapshot = this.#state.turns % LIMITS.turnsPerSnapshot === 0 ? this.#keep() : null;
    if (effects.some(({ kind }) => kind === 'link')) {
      this.#followOrders().catch((error: unknown) =>
        this.#options.outputs.onFault(`link: it does not start: ${String(error)}`),
      );
    }
    const carried = this.#carrying.then(() => this.#carry(appendsOf(effects), snapshot));
    this.#carrying = carried;
    if (settle) await carried;
  }

  /**
   * Gives the next turn an officer's act; resolves with what came of it, once it is told.
   *
   * @throws NodeError `act-invalid` where too many wait
   */
  act(act: SideAct): Promise<ActAnswer> {
    return this.#acts.add(act);
  }

  /**
   * Takes a turn between two for acts that wait: nobody waits for the second to be full. It is no
   * tick: the link's deadlines do not count it, nor the seconds in which the partner was silent.
   */
  async turnForActs(at: Instant): Promise<void> {
    if (this.#acts.isEmpty) return;
    this.#heardTurn += 1;
    await this.#take(at, false);
  }

  /** Resolves when all that was taken so far is in the journal; to false when it never will be. */
  journalled(): Promise<boolean> {
    return this.#journal.durable();
  }

  /** True when the partner has ended tick `at`, or there is no session to wait for. */
  marked(at: Instant): boolean {
    return !this.#up || (this.#lastMark !== null && this.#lastMark >= at);
  }

  /** Resolves at the next thing the link says. */
  linkSaid(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Tells the link the same tick again: while a conductor waits, deadlines go on counting. */
  tickAgain(): void {
    const at = this.#state.at ?? this.#startedAt;
    if (at !== null) this.#link?.tick(at);
  }

  /** Lets what is under way become durable, leaves a snapshot, and closes the link. */
  async close(): Promise<void> {
    await this.#carrying;
    if (this.#recordingNow()) {
      await this.#keeping;
      await this.#snapshot(this.#keep());
    }
    await this.#decisions.idle();
    await this.#link?.close();
  }

  /** What the core is told of the link; a conductor waits for both sides, so that nothing hinders. */
  #linkFor(settle: boolean): Turn['link'] {
    const configured = this.#options.link !== null;
    const tracksMax = this.#up ? this.#room.turn(this.#state.appended, this.#sent) : null;
    const silentTurns = this.#state.turns - this.#heardTurn;
    const clock = settle ? (configured ? CONDUCTED : null) : this.#clock;
    if (this.#clock !== null) this.#clock = { ...this.#clock, steppedUs: null };
    return {
      up: this.#up,
      heard: this.#heard,
      configured,
      ...(this.#heard !== null && silentTurns > 1 ? { silentTurns } : {}),
      ...(settle || tracksMax === null ? {} : { tracksMax }),
      ...(clock === null ? {} : { clock }),
    };
  }

  /** Word came after the last turn, of which `at` is the instant. */
  #hear(at: Instant): void {
    this.#heard = at;
    this.#heardTurn = this.#state.turns - 1;
  }

  #recordingNow(): boolean {
    const { ledger } = this.#options;
    return this.#recording && this.#journal.sound && (ledger === null || ledger.fault === 'ok');
  }

  /** Tells whoever listens; appends are carried out elsewhere. */
  #tell(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'feed') this.#options.outputs.onFeed(effect.record);
      if (effect.kind === 'decision') this.#options.outputs.onDecision(effect.record);
    }
  }

  #whyNot(): string {
    const fault = this.#options.ledger?.fault ?? 'ok';
    if (fault === 'ok') return 'the journal cannot write';
    const remedy =
      fault.code === 'rolled-back'
        ? '. Ask the partner for an export of its mirror and run: isthmus restore'
        : '';
    return `the ledger: ${fault.message}${remedy}`;
  }

  /** What waits for the partner is bounded: with half the room taken, nothing more is decided. */
  #hasRoom(): boolean {
    return (this.#options.ledger?.queued ?? 0) <= LEDGER_LIMITS.queueEntriesMax / 2;
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** After the journal is durable up to the cause: append, and tell the link what is on disk. */
  async #carry(encoded: readonly Encoded[], snapshot: Kept | null): Promise<void> {
    const { ledger } = this.#options;
    if (encoded.length > 0 && ledger !== null) {
      if (!(await this.#journal.durable())) return this.#stopRecording('the journal cannot write');
      const recorded = this.#record(ledger, encoded);
      // What waits for the partner may wait for days; the turns after it do not.
      if (!ledger.isWaiting && !(await recorded)) return;
    }
    if (snapshot === null || !this.#recordingNow() || this.#keeping !== null) return;
    // Behind the decision log, which may be slow, and in nobody's way.
    this.#keeping = this.#snapshot(snapshot).finally(() => {
      this.#keeping = null;
    });
  }

  /** Appends; false when nothing more is recorded. */
  async #record(ledger: Ledger, encoded: readonly Encoded[]): Promise<boolean> {
    if (ledger.isWaiting) this.#sayWaiting();
    try {
      this.#decisions.recorded(await ledger.append(encoded));
      this.#link?.recorded(ledger.size);
      return true;
    } catch (error) {
      this.#stopRecording(`the ledger cannot write: ${String(error)}`);
      return false;
    }
  }

  #sayWaiting(): void {
    const at = this.#state.at ?? this.#startedAt;
    if (this.#saidWaiting || at === null) return;
    this.#saidWaiting = true;
    const { partner } = this.#options;
    const text =
      'Waiting for the partner before recording: it has yet to show what it holds of ours. What was decided goes out then, in order.';
    this.#options.outputs.onFeed({ kind: 'note', at, about: 'link', partner, text });
  }

  #keep(): Kept {
    const { appended, decisions } = this.#state;
    return { ...takeSnapshot(this.#state), appended, decisions };
  }

  async #snapshot(snapshot: Kept): Promise<void> {
    if (!(await this.#journal.durable())) return this.#stopRecording('the journal cannot write');
    // A snapshot stands for what was recorded before it: none is left while that waits.
    if ((this.#options.ledger?.size ?? snapshot.appended) < snapshot.appended) return;
    if (!(await this.#decisions.caughtUp(snapshot.decisions))) return;
    try {
      this.#snapshots += 1;
      await writeSnapshot(this.#options.storage, snapshot, this.#snapshots);
    } catch (error) {
      // A missing snapshot costs time at the next start, nothing else: recording goes on.
      this.#options.outputs.onFault(`no snapshot was written: ${String(error)}`);
    }
  }

  #stopRecording(why: string): void {
    if (!this.#recording) return;
    this.#recording = false;
    this.#options.outputs.onFault(`NOT RECORDING: ${why}. Nothing is released; warning goes on.`);
  }

  /** Appends what the replayed turns ordered and the ledger lacks; the rest is there already. */
  async #catchUp(effects: readonly Effect[]): Promise<void> {
    const { ledger } = this.#options;
    if (ledger === null) return;
    const encoded = appendsOf(effects);
    const first = this.#state.appended - encoded.length;
    this.#decisions.append(decisionsOf(effects));
    for await (const batch of batchesFrom(ledger, first)) this.#decisions.recorded(batch);
    const missing = encoded.slice(ledger.size - first);
    if (missing.length === 0) return;
    const recorded = this.#record(ledger, missing);
    if (!ledger.isWaiting) await recorded;
  }
}

function decisionsOf(effects: readonly Effect[]): DecisionRecord[] {
  return effects.flatMap((effect) => (effect.kind === 'decision' ? [effect.record] : []));
}

function appendsOf(effects: readonly Effect[]): Encoded[] {
  return effects.flatMap((effect) => (effect.kind === 'append' ? [effect.encoded] : []));
}
