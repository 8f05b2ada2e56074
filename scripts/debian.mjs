// SPDX-License-Identifier: Apache-2.0
// Programs of Debian that tests use, installed when they are missing and this is root on a machine with
// apt-get. Elsewhere the tests that need them are skipped, and say so.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** What is installed for which tests, and how to see that it is there. */
const WANTED = [
  {
    what: 'chromium for the tests of the console',
    packages: ['chromium', 'fonts-dejavu-core'],
    isThere: () => process.env.CHROMIUM !== undefined || CHROMIUM.some((path) => existsSync(path)),
  },
  {
    what: 'Go for the ledger’s second verifier',
    packages: ['golang-go', 'golang-golang-x-mod-dev'],
    isThere: () =>
      existsSync('/usr/bin/go') && existsSync('/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog'),
  },
  {
    what: 'ssh-agent for the tests of keys that live elsewhere',
    packages: ['openssh-client'],
    isThere: () => existsSync('/usr/bin/ssh-agent'),
  },
  {
    what: 'Python’s protobuf, cryptography and OpenSSL for the partner in another language',
    packages: ['python3-protobuf', 'python3-cryptography', 'python3-openssl', 'protobuf-compiler'],
    isThere: () =>
      existsSync('/usr/bin/protoc') &&
      ['google/protobuf', 'cryptography', 'OpenSSL'].every((name) =>
        existsSync(`/usr/lib/python3/dist-packages/${name}`),
      ),
  },
];

/** Installs what is missing, where it may. */
export function ensureDebianPackages() {
  const missing = WANTED.filter((one) => !one.isThere());
  const isRoot = process.getuid?.() === 0;
  if (missing.length === 0 || !isRoot || !existsSync('/usr/bin/apt-get')) return;
  const apt = (...args) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  apt('-qq', 'update');
  // Each by itself: one that is not to be had must not keep the others away.
  for (const { what, packages } of missing) {
    process.stderr.write(`Installing ${what} …\n`);
    apt('-qq', '-y', '--no-install-recommends', 'install', ...packages);
  }
}
