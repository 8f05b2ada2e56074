// SPDX-License-Identifier: Apache-2.0
// The console feed of one side: takes every record of the node in order, keeps what a console shows,
// and makes of each turn one delta. Pure; the adapter has the sockets.

import { type Instant, instant } from '@isthmus/earth';
import { linkStateAt } from '@isthmus/link';
import type {
  ConsoleClock,
  ConsoleDelta,
  ConsoleEvent,
  ConsoleObject,
  ConsoleSide,
  ConsoleSnapshot,
  ConsoleStatus,
  ConsoleWarning,
  EventJoin,
  FeedNote,
  FeedRecord,
  FeedTick,
  NoticeStanding,
  Outlook,
  ReceivedReport,
} from '@isthmus/picture';
import { type ConsoleUpdate, Kept, Trails, Updates } from './console-keep.ts';
import { contentOf, isSame } from './console-shapes.ts';
import { LIMITS } from './limits.ts';

export type { ConsoleUpdate } from './console-keep.ts';

export interface ConsoleFeedOptions {
  readonly side: ConsoleSide;
  readonly speed: ConsoleClock['speed'];
  /**
   * Letters and digits that no other run of any node has: ids are `epoch.sequence`, and a console
   * must not go on with the numbers of a stranger.
   */
  readonly epoch: string;
}

type Changes = Omit<ConsoleDelta, 'kind' | 'clock' | 'status' | 'notes'>;

const UNCHANGED: Changes = {
  objects: [],
  events: [],
  warnings: [],
  reports: [],
  outlooks: [],
  joins: null,
  notices: null,
  trails: [],
  gone: { objects: [], events: [], warnings: [], reports: [], outlooks: [] },
};

export class ConsoleFeed {
  readonly #side: ConsoleSide;
  readonly #epoch: string;
  readonly #objects = new Kept<ConsoleObject>();
  readonly #events = new Kept<ConsoleEvent>();
  readonly #warnings = new Kept<ConsoleWarning>();
  readonly #reports = new Kept<ReceivedReport>();
  readonly #outlooks = new Kept<Outlook>();
  #joins: readonly EventJoin[] = [];
  #announced: readonly NoticeStanding[] = [];
  readonly #trails = new Trails();
  readonly #updates = new Updates();
  #notes: readonly FeedNote[] = [];
  /** Notes of a turn whose tick has not come yet. */
  #gathered: FeedNote[] = [];
  #clock: ConsoleClock;
  #status: ConsoleStatus;
  #snapshot: ConsoleUpdate | null = null;

  constructor(options: ConsoleFeedOptions) {
    this.#side = options.side;
    this.#epoch = options.epoch;
    this.#clock = { at: null, speed: options.speed, over: false };
    this.#status = {
      link: options.side.partner === null ? 'off' : linkStateAt(null, instant(0)),
      counts: { released: 0, withheld: 0, received: 0, refused: 0 },
      recording: true,
    };
  }

  /** When the picture is; null before the first tick. */
  get at(): Instant | null {
    return this.#clock.at;
  }

  /**
   * Takes one record. The notes of a turn wait for its tick and come out in one update with it;
   * notes whose tick never came come out before whatever is next.
   */
  take(record: FeedRecord): readonly ConsoleUpdate[] {
    if (record.kind === 'tick') return [this.#update(this.#apply(record))];
    const isStale = this.#gathered.length > 0 && this.#gathered[0]?.at !== record.at;
    const before = isStale ? [this.#update(UNCHANGED)] : [];
    this.#gathered.push(record);
    if (this.#gathered.length > LIMITS.consoleNotes) this.#gathered.shift();
    return before;
  }

  /** Says that the pace has changed or that the exercise is over. */
  setClock(change: Partial<Pick<ConsoleClock, 'speed' | 'over'>>): readonly ConsoleUpdate[] {
    const { speed, over } = this.#clock;
    this.#clock = { ...this.#clock, ...change };
    if (this.#clock.speed === speed && this.#clock.over === over) return [];
    return [this.#update(UNCHANGED)];
  }

  /** The fold of every update so far. */
  snapshot(): ConsoleSnapshot {
    return {
      kind: 'snapshot',
      side: this.#side,
      clock: this.#clock,
      status: this.#status,
      objects: this.#objects.values(),
      events: this.#events.values(),
      warnings: this.#warnings.values(),
      reports: this.#reports.values(),
      outlooks: this.#outlooks.values(),
      joins: this.#joins,
      notices: this.#announced,
      notes: this.#notes,
      trails: this.#trails.list(),
    };
  }

  /** The snapshot as it is sent; made once an update, and only if somebody asks. */
  snapshotUpdate(): ConsoleUpdate {
    this.#snapshot ??= { id: this.#id(), text: JSON.stringify(this.snapshot()) };
    return this.#snapshot;
  }

  /** The updates after the one of that id, or null when only a snapshot will do. */
  since(id: string): readonly ConsoleUpdate[] | null {
    const [epoch, sequence = '', ...rest] = id.split('.');
    if (epoch !== this.#epoch || rest.length > 0 || !/^\d{1,15}$/.test(sequence)) return null;
    return this.#updates.since(Number(sequence));
  }

  #apply(tick: FeedTick): Changes {
    this.#clock = { ...this.#clock, at: tick.at };
    const { link, counts, recording, partnerClock, standing, sensors } = tick;
    const clock = partnerClock === undefined ? {} : { partnerClock };
    const word = standing === undefined ? {} : { standing };
    const states = sensors.length === 0 ? {} : { sensors };
    this.#status = { link, counts, recording, ...clock, ...word, ...states };
    const content = contentOf(tick);
    const objects = this.#objects.replace(content.objects);
    const events = this.#events.replace(content.events);
    const warnings = this.#warnings.replace(content.warnings);
    const reports = this.#reports.replace(content.reports);
    const outlooks = this.#outlooks.replace(content.outlooks);
    this.#trails.forget(objects.gone);
    const joins = isSame(tick.joins, this.#joins) ? null : tick.joins;
    this.#joins = tick.joins;
    const standings = tick.notices?.standings ?? [];
    const notices = isSame(standings, this.#announced) ? null : standings;
    this.#announced = standings;
    return {
      objects: objects.changed,
      events: events.changed,
      warnings: warnings.changed,
      reports: reports.changed,
      outlooks: outlooks.changed,
      joins,
      notices,
      trails: this.#trails.add(content.objects, tick.at),
      gone: {
        objects: objects.gone,
        events: events.gone,
        warnings: warnings.gone,
        reports: reports.gone,
        outlooks: outlooks.gone,
      },
    };
  }

  #update(changes: Changes): ConsoleUpdate {
    const notes = this.#gathered;
    this.#gathered = [];
    this.#notes = [...this.#notes, ...notes].slice(-LIMITS.consoleNotes);
    const delta: ConsoleDelta = {
      kind: 'delta',
      clock: this.#clock,
      status: this.#status,
      ...changes,
      notes,
    };
    const update = { id: this.#id(1), text: JSON.stringify(delta) };
    this.#updates.add(update);
    this.#snapshot = null;
    return update;
  }

  #id(ahead = 0): string {
    return `${this.#epoch}.${this.#updates.newest + ahead}`;
  }
}
