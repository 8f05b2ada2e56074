// SPDX-License-Identifier: Apache-2.0
// What is asked of a request, and said with every answer, before anything else looks at it.

import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Nothing from elsewhere, no frames, no forms. The globe compiles WebAssembly and runs workers and
 * textures from blobs; the component library puts its styles in the page.
 */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self' blob:",
    "img-src 'self' data: blob:",
    "connect-src 'self' data: blob:",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=(), clipboard-read=()',
};

/** Puts the headers on an answer; false when it was refused and answered already. */
export function admit(request: IncomingMessage, response: ServerResponse, port: number): boolean {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  if (!namesUs(request.headers.host, port)) {
    // A page from elsewhere whose name was made to lead here (DNS rebinding) has another Host.
    refuse(response, 421, 'This address serves a console on this machine, under that name alone.');
    return false;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    refuse(response, 405, 'A console reads. There is nothing to send here.');
    return false;
  }
  return true;
}

export function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(`${sentence}\n`);
}

function namesUs(host: string | undefined, port: number): boolean {
  return [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`].includes(host ?? '');
}
