// SPDX-License-Identifier: Apache-2.0
// The browser that the tests of the console use: Debian's chromium, installed when it is missing and
// this is root on a machine with apt-get. Elsewhere those tests are skipped, and say so.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The path of a chromium, after an attempt to install one; null where there is none. */
export function ensureChromium() {
  const found = () => process.env.CHROMIUM ?? PLACES.find((path) => existsSync(path)) ?? null;
  const isRoot = process.getuid?.() === 0;
  if (found() !== null || !isRoot || !existsSync('/usr/bin/apt-get')) return found();
  process.stderr.write('Installing chromium for the tests of the console …\n');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['-qq', 'update'],
    ['-qq', '-y', '--no-install-recommends', 'install', 'chromium', 'fonts-dejavu-core'],
  ]) {
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env });
  }
  return found();
}
