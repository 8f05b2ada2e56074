// SPDX-License-Identifier: Apache-2.0
// Warnings as CAP messages in a folder, for whatever carries them on: each message as one file, and
// beside the newest of each warning the message that takes it back, ready to go (`…-cancel.xml`),
// also when this node is no more. When a warning is withdrawn, that file gets its time and reason.

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  type CapContext,
  type CapMessage,
  type CapSeries,
  cancelOf,
  FeedsError,
  nextMessage,
  parsePlaces,
  writeCap,
} from '@isthmus/feeds';
import type { FeedRecord, FeedTick, Places, Warning } from '@isthmus/picture';
import { placesAtRisk } from '@isthmus/warning';
import { loadJson } from '../documents.ts';
import { UserError } from '../user-error.ts';

/** Messages made in a tick; the rest follow in the next, own evidence first: no flood holds a turn up. */
const MESSAGES_PER_TICK = 4;
/** What was said of open warnings, so that a node started again goes on with it. */
const SERIES_FILE = 'series.json';

/** What alerts are made with. */
export interface AlertOptions {
  readonly issuer: CapContext['issuer'];
  readonly places: Places | null;
  readonly onFault: (text: string) => void;
}

/** Reads the places of a side; their version is the hash of the file. */
export async function readPlaces(file: string): Promise<Places> {
  const places = await loadJson(file, (value) => {
    try {
      return parsePlaces(value);
    } catch (error) {
      if (!(error instanceof FeedsError)) throw error;
      throw new UserError(`${file}: ${error.message}`, { cause: error });
    }
  });
  return {
    version: createHash('sha256')
      .update(await readFile(file))
      .digest('hex'),
    places,
  };
}

export class AlertFiles {
  readonly #folder: string;
  readonly #options: AlertOptions;
  readonly #series: Map<string, CapSeries>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(folder: string, options: AlertOptions, series: Map<string, CapSeries>) {
    this.#folder = folder;
    this.#options = options;
    this.#series = series;
  }

  static async open(folder: string, options: AlertOptions): Promise<AlertFiles> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new AlertFiles(folder, options, await readSeries(join(folder, SERIES_FILE), options));
  }

  /** Takes a record of the feed; what is to be said of its warnings is written behind. */
  take(record: FeedRecord): void {
    if (record.kind !== 'tick') return;
    const messages = this.#messagesOf(record);
    if (messages.length === 0) return;
    const series = JSON.stringify([...this.#series]);
    this.#writing = this.#writing
      .then(() => this.#write(messages, series))
      .catch((error: unknown) => this.#options.onFault(`no alert was written: ${String(error)}`));
  }

  /** Resolves when all that was to be said is written. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  #messagesOf(tick: FeedTick): CapMessage[] {
    const { issuer, places } = this.#options;
    const context: CapContext = {
      issuer,
      at: tick.at,
      places:
        places === null
          ? null
          : (region) => ({
              version: places.version,
              atRisk: placesAtRisk(region, places.places),
            }),
    };
    const messages: CapMessage[] = [];
    for (const warning of ownFirst(tick.systemWarnings)) {
      if (messages.length >= MESSAGES_PER_TICK) break;
      const known = this.#series.get(warning.id);
      // A record begun anew numbers its warnings from one again.
      const isSame = known?.said.history[0]?.at === warning.history[0]?.at;
      const { series, message } = nextMessage(isSame ? (known ?? null) : null, warning, context);
      if (series !== null) this.#series.set(warning.id, series);
      if (message !== null) messages.push(message);
    }
    const there = new Set(tick.systemWarnings.map(({ id }) => id));
    for (const [id, { isOver }] of this.#series)
      if (isOver && !there.has(id)) this.#series.delete(id);
    return messages;
  }

  async #write(messages: readonly CapMessage[], series: string): Promise<void> {
    for (const message of messages) {
      await this.#place(`${message.identifier}.xml`, writeCap(message));
      if (message.msgType === 'Cancel') continue;
      const ready = cancelOf(message);
      await this.#place(`${ready.identifier}.xml`, writeCap(ready));
      // That of the message before would leave this one in force.
      const before = message.references.at(-1);
      if (before === undefined) continue;
      await rm(join(this.#folder, `${before.identifier}-cancel.xml`), { force: true });
    }
    await this.#place(SERIES_FILE, series);
  }

  /** Whole or not at all. */
  async #place(name: string, text: string): Promise<void> {
    const file = join(this.#folder, name);
    await writeFile(`${file}.next`, text, { mode: 0o600 });
    await rename(`${file}.next`, file);
  }
}

function ownFirst(warnings: readonly Warning[]): Warning[] {
  const isOwn = (warning: Warning): boolean =>
    warning.evidence.some((piece) => piece.party === 'own');
  return [...warnings.filter(isOwn), ...warnings.filter((warning) => !isOwn(warning))];
}

async function readSeries(
  file: string,
  { onFault }: AlertOptions,
): Promise<Map<string, CapSeries>> {
  try {
    return new Map(JSON.parse(await readFile(file, 'utf8')) as [string, CapSeries][]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      onFault(`${basename(file)} cannot be read: alerts begin anew, and name none from before`);
    }
    return new Map();
  }
}
