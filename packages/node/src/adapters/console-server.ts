// SPDX-License-Identifier: Apache-2.0
// Serves one side's console on loopback: the built page, and the feed as server-sent events. It
// reads and answers; nothing that comes in reaches the node.

import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join, sep } from 'node:path';
import type { ConsoleClock, ConsoleSide, FeedRecord } from '@isthmus/picture';
import { encodeHex, randomBytes } from '@isthmus/seal';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ConsoleFeed, type ConsoleUpdate } from '../console-feed.ts';
import { LIMITS } from '../limits.ts';
import { admit, refuse } from './console-headers.ts';
import { ConsoleStreams } from './console-streams.ts';

/** Wall time between two signs of life. */
const BEAT_MS = 2000;

const NOT_BUILT =
  'The console is not built. Run: npm run console:build, and load this page again. The feed itself is served at /feed.\n';

export interface ConsoleServerOptions {
  readonly side: ConsoleSide;
  readonly speed: ConsoleClock['speed'];
  readonly address: LoopbackAddress;
  /** The built console: index.html and assets/. It may be missing, and may come later. */
  readonly folder: string;
  readonly onFault: (text: string) => void;
}

/** `host` is 127.0.0.1 or ::1; port 0 takes one that is free. */
export interface LoopbackAddress {
  readonly host: '127.0.0.1' | '::1';
  readonly port: number;
}

export interface ConsoleServer {
  /** `http://HOST:PORT/`. */
  readonly url: string;
  /** Takes a record of the node, in order. Never waits for a console, and never throws. */
  take(record: FeedRecord): void;
  /** A fault of the node, as a note at the picture's time. */
  fault(text: string): void;
  setClock(change: Partial<Pick<ConsoleClock, 'speed' | 'over'>>): void;
  /** Ends every stream and connection. */
  close(): Promise<void>;
}

/** Listens, or rejects with the error of the platform (`EADDRINUSE` and such). */
export async function startConsoleServer(options: ConsoleServerOptions): Promise<ConsoleServer> {
  const feed = new ConsoleFeed({
    side: options.side,
    speed: options.speed,
    epoch: encodeHex(randomBytes(8)),
  });
  const streams = new ConsoleStreams(feed);
  const app = await createApp(options, feed, streams);
  await app.listen({ host: options.address.host, port: options.address.port });
  const timer = setInterval(() => streams.beat(), BEAT_MS);
  // A console alone keeps no node alive.
  timer.unref();
  let isBroken = false;
  const send = (make: () => readonly ConsoleUpdate[]): void => {
    if (isBroken) return;
    try {
      for (const update of make()) streams.send(update);
    } catch (error) {
      // Warning goes on without its console: the side is whole alone, of its own page too.
      isBroken = true;
      streams.end();
      options.onFault(`the console has stopped: ${String(error)}`);
    }
  };
  return {
    url: `http://${options.address.host === '::1' ? '[::1]' : '127.0.0.1'}:${portOf(app.server)}/`,
    take: (record) => send(() => feed.take(record)),
    fault(text) {
      const { at } = feed;
      if (at === null) return;
      send(() => feed.take({ kind: 'note', at, about: 'system', partner: null, text }));
    },
    setClock: (change) => send(() => feed.setClock(change)),
    async close() {
      clearInterval(timer);
      streams.end();
      await app.close();
    },
  };
}

async function createApp(
  options: ConsoleServerOptions,
  feed: ConsoleFeed,
  streams: ConsoleStreams,
): Promise<FastifyInstance> {
  // A sixth of what a command loads, and only a node with a console serves one.
  const [{ fastify }, { default: fastifyStatic }] = await Promise.all([
    import('fastify'),
    import('@fastify/static'),
  ]);
  const app = fastify({
    logger: false,
    forceCloseConnections: true,
    // In front of everything, the framework's own answers to malformed addresses included.
    serverFactory: (handler) => guarded(handler),
  });
  app.get('/healthz', (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return { ok: true, side: options.side.side, at: feed.at, consoles: streams.size };
  });
  app.get('/feed', (request, reply) => serveFeed(request, reply, streams));
  app.get('/', (_request, reply) => {
    if (existsSync(join(options.folder, 'index.html'))) return reply.sendFile('index.html');
    return reply
      .code(503)
      .header('cache-control', 'no-store')
      .type('text/plain; charset=utf-8')
      .send(NOT_BUILT);
  });
  app.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .header('cache-control', 'no-store')
      .type('text/plain; charset=utf-8')
      .send('There is nothing here.\n'),
  );
  await app.register(fastifyStatic, {
    root: options.folder,
    index: false,
    redirect: false,
    dotfiles: 'deny',
    preCompressed: true,
    cacheControl: false,
    // The folder may be built after the node was started.
    suppressWarning: true,
    setHeaders(reply, path) {
      const isHashed = path.startsWith(join(options.folder, 'assets') + sep);
      reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  return app;
}

function guarded(handler: (request: IncomingMessage, response: ServerResponse) => void): Server {
  const server = createServer((request, response) => {
    if (admit(request, response, portOf(server))) handler(request, response);
  });
  server.maxConnections = LIMITS.consoleConnections;
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function serveFeed(request: FastifyRequest, reply: FastifyReply, streams: ConsoleStreams): void {
  const response = reply.raw;
  reply.hijack();
  if (streams.isOver) {
    refuse(response, 503, 'This console has stopped. Its node tells why, and goes on without it.');
    return;
  }
  if (streams.size >= LIMITS.consoleClients) {
    response.setHeader('retry-after', '10');
    refuse(response, 503, `${LIMITS.consoleClients} consoles are open already; close one.`);
    return;
  }
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  response.flushHeaders();
  streams.open(response, lastIdOf(request));
}

/** The last id a console has: the browser's header on a reconnection, or `?after=` of the page. */
function lastIdOf(request: FastifyRequest): string | null {
  const header = request.headers['last-event-id'];
  if (typeof header === 'string') return header;
  const { after } = request.query as { readonly after?: unknown };
  return typeof after === 'string' ? after : null;
}
