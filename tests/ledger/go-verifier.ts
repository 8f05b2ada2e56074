// SPDX-License-Identifier: Apache-2.0
// Builds the verifier in tests/go with Debian's Go and its packages, without a network.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../apps/cli/src/repository.ts';

const GO = '/usr/bin/go';
const PACKAGES = '/usr/share/gocode';

/** False where the verifier cannot be built: what needs it is then skipped. */
export const IS_GO_THERE: boolean =
  existsSync(GO) && existsSync(join(PACKAGES, 'src/golang.org/x/mod/sumdb/tlog'));

export interface Verdict {
  readonly code: number | null;
  readonly said: string;
}

/** Builds the verifier in a folder; the result runs it on an export. */
export function buildVerifier(folder: string): (exported: string, key: string) => Verdict {
  const program = join(folder, 'verify');
  execFileSync(GO, ['build', '-o', program, join(ROOT, 'tests/go/main.go')], {
    env: {
      ...process.env,
      GO111MODULE: 'off',
      GOPATH: PACKAGES,
      GOCACHE: join(folder, 'go-cache'),
      GOFLAGS: '',
    },
  });
  return (exported, key) => {
    const { status, stdout, stderr } = spawnSync(program, [key, exported], { encoding: 'utf8' });
    return { code: status, said: (stdout + stderr).trim() };
  };
}
