// SPDX-License-Identifier: Apache-2.0
// The console of an opened side, where its side.yaml asks for one.

import { join } from 'node:path';
import { consoleAddress, sensorsOf } from '@isthmus/node';
import { type ConsoleServer, startConsoleServer } from '@isthmus/node/adapters';
import type { Speed } from '../arguments.ts';
import { ROOT } from '../repository.ts';
import { UserError } from '../user-error.ts';
import { buildHeader } from './build.ts';
import type { OpenedSide } from './open-side.ts';

/** Serves the side's console, or null where none is asked for. */
export async function serveConsole(
  { document, terms }: Pick<OpenedSide, 'document' | 'terms'>,
  options: { readonly speed: Speed; readonly onFault: (text: string) => void },
): Promise<ConsoleServer | null> {
  if (document.console === undefined) return null;
  const { listen } = document.console;
  const { name, version } = terms.agreement;
  try {
    return await startConsoleServer({
      side: {
        side: document.side,
        partner: document.partner,
        mode: document.mode,
        agreement: { name, version },
        sensors: sensorsOf(document),
        build: buildHeader(document.side).build,
      },
      speed: options.speed,
      address: consoleAddress(listen),
      folder: join(ROOT, 'apps/console/dist'),
      onFault: options.onFault,
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UserError(
      code === 'EADDRINUSE'
        ? `console: ${listen} is taken; name another port in side.yaml, or 0 to have one found`
        : `console: ${listen} cannot be used (${code ?? String(error)})`,
      { cause: error },
    );
  }
}
