// SPDX-License-Identifier: Apache-2.0
// isthmus, the one program: picks the command, prints what a user can mend, and sets the exit code
// (0 done, 1 the answer is no or something broke, 2 the input was wrong).

import { UserError } from './user-error.ts';

interface Command {
  readonly usage: string;
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** Commands load their rooms only when chosen, so that help and errors come at once. */
const COMMANDS: Record<string, Command> = {
  demo: {
    usage:
      'demo [SCENARIO] [--flight FILE] [--agreement NAME] [--seed N] [--speed X|max] [--console-port N] [--headless] [--keep DIR] [--json]   two sides on this machine',
    run: async (args) => (await import('./commands/demo.ts')).demo(args),
  },
  node: {
    usage: 'node --config side.yaml [--conducted [--speed X|max]]   one side',
    run: async (args) => (await import('./commands/node.ts')).node(args),
  },
  warning: {
    usage:
      'warning cancel|confirm|note --config side.yaml --warning ID --officer NAME --reason REASON|--text TEXT [--json] | history --config side.yaml   what an officer does to a warning of a running node; every warning there was',
    run: async (args) => (await import('./commands/warning.ts')).warning(args),
  },
  agreement: {
    usage:
      'agreement show FILE | check FILE… [--at INSTANT] | diff OLD NEW | sign side.yaml FILE --out NOTE [--with NOTE] | compliance FILE --ledger FOLDER… --keys FOLDER… [--json]   what two sides agreed, in words; its defects; what a version gives and takes; its signature; what was kept of it',
    run: async (args) => (await import('./commands/agreement.ts')).agreement(args),
  },
  release: {
    usage:
      'release explain side.yaml NAME|--entry N|--decision N [--at INSTANT] [--json] | preview AGREEMENT [--proposed OTHER] --config side.yaml|--scenario NAME --side NAME [--seed N] [--json] | disclose SCENARIO [--agreement NAME|FILE] [--from SIDE] [--seed N] [--limit KM] [--quick] [--out PICTURE.svg] [--json]   why something went to the partner, or did not; what would go under other terms; what a partner could infer about our sensors',
    run: async (args) => (await import('./commands/release.ts')).release(args),
  },
  policy: {
    usage:
      'policy test side.yaml|POLICY [--agreement FILE --side NAME] | propose side.yaml --policy POLICY --from INSTANT --officer NAME | approve side.yaml --version HASH --officer NAME [--json]   what this side releases within its agreement; two officers change it',
    run: async (args) => (await import('./commands/policy.ts')).policy(args),
  },
  pln: {
    usage:
      'pln check FILE… [--json] | match FILE --seen SEEN [--at INSTANT] [--place LAT,LON] [--json]   announced flights against physics and against what was seen',
    run: async (args) => (await import('./commands/pln.ts')).pln(args),
  },
  scenario: {
    usage:
      'scenario check FILE… [--json] | new NAME [--out FILE]   what is in a scenario; one to start from',
    run: async (args) => (await import('./commands/scenario.ts')).scenario(args),
  },
  simulate: {
    usage:
      'simulate SCENARIO --out DIR [--seed N] [--flight FILE]   truth, plots and sensors as files',
    run: async (args) => (await import('./commands/simulate.ts')).simulate(args),
  },
  track: {
    usage:
      'track PLOTS --sensors FILE --out TRACKS [--truth FILE] [--json]   the own tracker over a file of plots, scored against the truth',
    run: async (args) => (await import('./commands/track.ts')).track(args),
  },
  replay: {
    usage: 'replay side.yaml   a side from its journal: the same state, to the hash',
    run: async (args) => (await import('./commands/replay.ts')).replay(args),
  },
  init: {
    usage:
      'init DIR --side NAME --agreement FILE --sensors FILE --listen ADDRESS|--dial ADDRESS [--console ADDRESS] [--days N] [--json]   one side in a folder of its own, with fresh keys',
    run: async (args) => (await import('./commands/init.ts')).init(args),
  },
  pair: {
    usage:
      'pair side.yaml FOLDER [--fingerprint "XXXX …"] [--json]   takes over what the partner handed over, its fingerprint compared',
    run: async (args) => (await import('./commands/pair.ts')).pair(args),
  },
  doctor: {
    usage:
      'doctor side.yaml [--json]   what is wrong with a side, what soon will be, and what to do',
    run: async (args) => (await import('./commands/doctor.ts')).doctor(args),
  },
  status: {
    usage: 'status side.yaml [--json]   how a running node stands',
    run: async (args) => (await import('./commands/status.ts')).status(args),
  },
  partner: {
    usage:
      'partner suspend|resume side.yaml --officer NAME --reason TEXT [--json]   cuts the link of a running node, or lets it come up again',
    run: async (args) => (await import('./commands/partner.ts')).partner(args),
  },
  keys: {
    usage:
      'keys show|rotate|revoke|enrol side.yaml … [--json]   the keys of a side, their change and their end',
    run: async (args) => (await import('./commands/keys.ts')).keys(args),
  },
  export: {
    usage:
      'export side.yaml --ledger out|in --out DIR [--format tiles]   a ledger as files for an auditor’s own tools',
    run: async (args) => (await import('./commands/export.ts')).exportLedger(args),
  },
  restore: {
    usage:
      'restore side.yaml --from DIR [--json]   after an older copy was put back: takes the missing entries from an export of the partner’s mirror',
    run: async (args) => (await import('./commands/restore.ts')).restore(args),
  },
  audit: {
    usage:
      'audit LEDGER… --keys FOLDER… [--agreement FILE] [--decisions FILE…] [--known CHECKPOINT…] [--html FILE] [--json]   what crossed, proven offline from copies of the ledgers',
    run: async (args) => (await import('./commands/audit.ts')).audit(args),
  },
  conformance: {
    usage:
      'conformance [ADDRESS:PORT] --as side.yaml [--only CLAUSE]… [--json] | prepare --as side.yaml [--identity FILE]   does what listens there, or calls, keep the specification? Plays its partner, honest and hostile',
    run: async (args) => (await import('./commands/conformance.ts')).conformance(args),
  },
  evidence: {
    usage:
      'evidence event LEDGER --event ID --agreement FILE [--note FILE] --keys FOLDER… --out FILE | check FILE --key VKEY[,VKEY]|--keys FOLDER… [--json]   one event with all that proves it; what a piece of evidence shows',
    run: async (args) => (await import('./commands/evidence.ts')).evidence(args),
  },
};

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === 'help') {
    const lines = Object.values(COMMANDS).map((command) => `  isthmus ${command.usage}`);
    process.stdout.write(
      `Links missile-warning systems that must stay separate.\n\n${lines.join('\n')}\n`,
    );
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    throw new UserError(
      `there is no command "${name}"; there are ${Object.keys(COMMANDS).join(', ')}`,
    );
  }
  return command.run(rest);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UserError) {
    process.stderr.write(`isthmus: ${error.message}\n`);
    process.exitCode = 2;
  } else {
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 1;
  }
}
