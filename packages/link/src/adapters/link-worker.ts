// SPDX-License-Identifier: Apache-2.0
// A link in a thread of its own, behind the same port as the driver in the owner's thread.

import { Worker } from 'node:worker_threads';
import { LinkError } from '../errors.ts';
import type { LinkEvents, LinkPort } from '../port.ts';
import type { Instant } from '../time.ts';
import type {
  FromLink,
  LinkWorkerConfig,
  LinkWorkerStart,
  PartnerRevision,
  ToLink,
} from './link-messages.ts';

/** A thread that does not end in order after this long is ended. */
const CLOSE_MS_MAX = 5_000;

/** A link in its own thread. */
export interface LinkWorker extends LinkPort {
  /** The port a listener got; a dialler's is the one it was given. */
  readonly port: number;
  /** Takes the partner's changed keys; what stands on one that has ended is cut. */
  revise(partner: PartnerRevision): void;
}

/**
 * Starts a link's thread; resolves once it listens or has begun to dial.
 *
 * @throws LinkError `worker-failed` with the reason: a record that does not open, a port taken
 */
export function startLinkWorker(options: {
  readonly config: LinkWorkerConfig;
  readonly events: LinkEvents;
  readonly now: Instant;
}): Promise<LinkWorker> {
  const { config, events, now } = options;
  const fromSource = import.meta.url.endsWith('.ts');
  const name = fromSource ? './link-thread-worker.ts' : './link-thread-worker.js';
  const start: LinkWorkerStart = { config, now };
  const worker = new Worker(new URL(name, import.meta.url), {
    workerData: start,
    name: `link ${config.terms.self}-${config.terms.partner}`,
    // Nothing of the environment is its business: no key log, no certificate store, no proxy.
    env: {},
    execArgv: fromSource ? ['--conditions=isthmus-source'] : [],
  });
  return new Promise((resolve, reject) => {
    const proxy = new WorkerProxy(worker, events, { resolve, reject });
    worker.on('message', (message: FromLink) => proxy.hear(message));
    worker.on('error', (error: unknown) => proxy.died(messageOf(error)));
    worker.on('exit', (code) => proxy.died(`the link's thread ended with ${code}`));
  });
}

class WorkerProxy implements LinkWorker {
  port = 0;
  readonly #worker: Worker;
  readonly #events: LinkEvents;
  #starting: {
    readonly resolve: (link: LinkWorker) => void;
    readonly reject: (error: LinkError) => void;
  } | null;
  #ended = false;
  #closing: { readonly promise: Promise<void>; readonly resolve: () => void } | null = null;

  constructor(
    worker: Worker,
    events: LinkEvents,
    starting: {
      readonly resolve: (link: LinkWorker) => void;
      readonly reject: (error: LinkError) => void;
    },
  ) {
    this.#worker = worker;
    this.#events = events;
    this.#starting = starting;
  }

  tick(now: Instant): void {
    this.#say({ kind: 'tick', now });
  }

  recorded(size: number): void {
    this.#say({ kind: 'recorded', size });
  }

  revise(partner: PartnerRevision): void {
    this.#say({ kind: 'revise', partner });
  }

  suspend(): void {
    this.#say({ kind: 'suspend' });
  }

  resume(): void {
    this.#say({ kind: 'resume' });
  }

  close(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    if (this.#closing === null) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#closing = { promise, resolve };
      this.#say({ kind: 'close' });
      const timer = setTimeout(() => void this.#worker.terminate(), CLOSE_MS_MAX);
      void promise.then(() => clearTimeout(timer));
    }
    return this.#closing.promise;
  }

  hear(message: FromLink): void {
    const events = this.#events;
    switch (message.kind) {
      case 'started':
        this.port = message.port;
        this.#starting?.resolve(this);
        this.#starting = null;
        break;
      case 'entries':
        this.#take(message.entries);
        break;
      case 'status':
        events.onStatus(message.status);
        break;
      case 'mark':
        events.onMark(message.at);
        break;
      case 'sent':
        events.onSent(message.size);
        break;
      case 'clock':
        events.onClock(message.estimate);
        break;
      case 'receipt':
        events.onReceipt(message.receipt);
        break;
      case 'held':
        events.onHeld(message.held);
        break;
      case 'error':
        if (message.fatal) this.died(message.message);
        else events.onError(new LinkError('worker-failed', message.message));
        break;
      case 'closed':
        void this.#worker.terminate();
        break;
      default:
        message satisfies never;
    }
  }

  /** The thread is gone, or must go: said once, and never mistaken for a quiet partner. */
  died(why: string): void {
    if (this.#ended) return;
    this.#ended = true;
    void this.#worker.terminate();
    const error = new LinkError('worker-failed', why);
    if (this.#starting !== null) {
      this.#starting.reject(error);
      this.#starting = null;
    } else if (this.#closing === null) {
      this.#events.onStatus({ state: 'closed', reason: 'internal', by: 'self', detail: why });
      this.#events.onError(error);
    }
    this.#closing?.resolve();
  }

  #say(message: ToLink): void {
    if (!this.#ended) this.#worker.postMessage(message);
  }

  #take(entries: Parameters<LinkEvents['onEntries']>[0]): void {
    const taken = this.#events.onEntries(entries);
    if (taken === undefined) {
      this.#say({ kind: 'taken' });
      return;
    }
    taken.then(
      () => this.#say({ kind: 'taken' }),
      (error: unknown) => this.died(messageOf(error)),
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
