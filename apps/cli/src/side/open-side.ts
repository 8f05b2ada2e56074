// SPDX-License-Identifier: Apache-2.0
// Opens one side from its side.yaml: agreement and its signatures, keys, ledger, mirror, plots and
// the link's worker, all checked before anything starts.

import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { instant } from '@isthmus/earth';
import {
  checkMirror,
  type Ledger,
  type MirrorOptions,
  openLedger,
  openMirror,
  type Storage,
} from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import {
  type LinkAddress,
  type LinkWorkerConfig,
  type PartnerRevision,
  startLinkWorker,
  type TlsIdentity,
} from '@isthmus/link/adapters';
import {
  checkAgreementNote,
  identifierMaker,
  type LinkLife,
  NodeError,
  type NodeOptions,
  type NodeOutputs,
  NodeShell,
  type PartnerKeys,
  parseSide,
  partnerKeysOf,
  policyVersionOf,
  type SideDocument,
  type SideKeys,
  type StepTerms,
  sensorsOf,
  sideKeyName,
} from '@isthmus/node';
import { openPlotFile } from '@isthmus/node/adapters';
import type { PolicySource, Terms } from '@isthmus/release';
import {
  encodeHex,
  type KeyRegister,
  keysOf,
  type RegisteredKey,
  randomBytes,
  SealError,
} from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import type { ElementSet } from '@isthmus/tracking';
import { agreementHashOf, loadAgreement } from '../agreement-file.ts';
import { loadDocument } from '../documents.ts';
import { policyReader, readPolicyAt } from '../policy-file.ts';
import { UserError } from '../user-error.ts';
import { type ActInbox, openActInbox } from './act-files.ts';
import { AlertFiles, readPlaces } from './alert-files.ts';
import { buildHeader } from './build.ts';
import { outOfAge, readCatalogue } from './catalogue-file.ts';
import { lockFolder } from './folder-lock.ts';
import { readOwnRegister, readRegister, readSecret, readSideKeys, readText } from './key-files.ts';
import { readNotices, watchNotices } from './notices-file.ts';
import { watchRegister } from './watch-register.ts';

export interface OpenedSide {
  readonly document: SideDocument;
  readonly terms: Terms;
  readonly shell: NodeShell;
  /** What officers do while it runs. */
  readonly acts: ActInbox;
  /** Writes warnings as CAP messages; null where side.yaml asks for none. */
  readonly alerts: AlertFiles | null;
  close(): Promise<void>;
}

/** What of a side can be read without its secrets: enough for an auditor's copy of its folder. */
export interface PublicSide {
  readonly document: SideDocument;
  /** A path of the document, made absolute. */
  readonly path: (name: string) => string;
  /** This side's own register; its log is read with all ledger keys of it. */
  readonly ownRegister: KeyRegister;
  readonly ownLedgerKeys: readonly RegisteredKey[];
  /** What the partner handed over, and its keys by what they are used for. */
  readonly register: KeyRegister;
  readonly partnerKeys: PartnerKeys;
  readonly data: string;
}

export interface ReadSide extends PublicSide {
  readonly keys: SideKeys;
  readonly terms: Terms;
  /** What the core is given: the terms, the side's markings, and how its policy is read. */
  readonly given: StepTerms;
  /** The policy as side.yaml has it; null where it names none. */
  readonly policy: PolicySource | null;
}

/** Which life of which link a side.yaml is about. */
export function linkLife(document: SideDocument): LinkLife {
  const { side, partner, mode } = document;
  return { side, partner, mode, epoch: document.epoch ?? 1 };
}

/** Name of the log the partner writes for us. */
export function partnerOrigin(document: SideDocument): string {
  return sideKeyName('ledger', asPartner(linkLife(document)));
}

export function asPartner(of: LinkLife): LinkLife {
  return { ...of, side: of.partner, partner: of.side };
}

/** Reads and checks the documents and keys of a side; starts nothing. */
export async function readSide(config: string): Promise<ReadSide> {
  const at = await readDocument(config);
  const { document, path } = at;
  const of = linkLife(document);
  const keys = await readSideKeys(path(document.keys), of);
  const side = await withRegisters(at, await readOwnRegister(path(document.keys), of, keys));
  const parties = [partnerKeysOf(side.ownRegister).agreement, side.partnerKeys.agreement];
  const terms = await readTerms(document, path, { keys, parties });
  const readPolicy = await policyReader(terms.agreement);
  const policy =
    document.policy === undefined ? null : await readPolicyAt(path(document.policy), readPolicy);
  const { marking = {} } = document;
  return { ...side, keys, terms, policy, given: { terms, readPolicy, marking } };
}

/** Reads what needs no secret of the side; no key file is opened. */
export async function readPublicSide(config: string): Promise<PublicSide> {
  const at = await readDocument(config);
  const { document, path } = at;
  return withRegisters(at, await readRegister(path(document.keys), linkLife(document)));
}

type AtHand = Pick<PublicSide, 'document' | 'path'>;

async function readDocument(config: string): Promise<AtHand> {
  const document = await loadDocument(config, parseSide);
  const folder = dirname(resolve(config));
  return { document, path: (name) => resolve(folder, name) };
}

async function withRegisters(at: AtHand, ownRegister: KeyRegister): Promise<PublicSide> {
  const { document, path } = at;
  const register = await readRegister(path(document.partnerKeys), asPartner(linkLife(document)));
  return {
    ...at,
    ownRegister,
    ownLedgerKeys: keysOf(ownRegister, 'ledger'),
    register,
    partnerKeys: partnerKeysOf(register),
    data: path(document.data),
  };
}

/** Opens the side of `config`; nothing is sent before `shell.start()`. */
export async function openSide(
  config: string,
  outputs: NodeOutputs,
  options: { readonly conducted: boolean },
): Promise<OpenedSide> {
  const read = await readSide(config);
  const { document, path, terms, data } = read;
  const catalogue = await openCatalogue(read, options.conducted ? null : outputs);
  const noticesFile = document.notices === undefined ? null : path(document.notices);
  const notices = await readNotices(noticesFile);
  const alerts = await openAlerts(read, (text) => outputs.onFault(text));
  const unlock = await claimFolder(data);
  const storage = createFileStorage(data);
  const ledger = await openOutLedger(read, storage);
  const plots = await openPlotFile(path(document.plots));
  const link = linkOf(read, await readTlsIdentity(read), { ...options, outputs });
  const shell = await NodeShell.open({
    side: document.side,
    partner: document.partner,
    sensors: sensorsOf(document),
    catalogue,
    notices,
    terms: read.given,
    ...(read.policy === null ? {} : { policy: read.policy }),
    header: buildHeader(document.side),
    storage,
    ledger,
    plots,
    outputs,
    mirrored: (from) => heldFrom(read, storage, from),
    link: link.start,
  }).catch(async (error: unknown) => {
    await plots.close();
    await storage.close();
    await unlock();
    throw mendable(error, config);
  });
  tellOtherPolicy(read, shell, outputs);
  const unwatchNotices = watchNotices(noticesFile, notices, {
    onChange: (messages) => shell.announce(messages),
    onFault: (text) => outputs.onFault(text),
  });
  const acts = await openActInbox(data, {
    officers: document.officers ?? [],
    shell,
    onFault: (text) => outputs.onFault(text),
  });
  return {
    document,
    terms,
    shell,
    acts,
    alerts,
    async close() {
      acts.close();
      unwatchNotices();
      await alerts?.idle();
      link.unwatch();
      await shell.close();
      await plots.close();
      await storage.close();
      await unlock();
    },
  };
}

/** How the link is started, whose partner's register is followed from then on. */
function linkOf(
  read: ReadSide,
  tls: TlsIdentity,
  { conducted, outputs }: { readonly conducted: boolean; readonly outputs: NodeOutputs },
) {
  const { document, path } = read;
  let unwatch = (): void => {};
  const start: NonNullable<NodeOptions['link']> = async (events, now) => {
    const config = linkConfig(read, tls, { conducted });
    const worker = await startLinkWorker({ config, events, now });
    unwatch = await watchRegister(path(document.partnerKeys), asPartner(linkLife(document)), {
      onChange: (register) => worker.revise(revisionOf(register)),
      onFault: (text) => outputs.onFault(text),
    });
    return worker;
  };
  return { start, unwatch: () => unwatch() };
}

/** The satellites that are known; said of those whose elements are too old, where it is known what time it is. */
async function openCatalogue(
  { document, path }: ReadSide,
  outputs: Pick<NodeOutputs, 'onFault'> | null,
): Promise<readonly ElementSet[]> {
  const { catalogue } = document;
  if (catalogue === undefined) return [];
  const sets = await readCatalogue(path(catalogue));
  const old = outOfAge(sets, instant(Date.now() * 1000));
  if (old !== null)
    outputs?.onFault(`${catalogue}: ${old}; put newer ones in its place, and start again`);
  return sets;
}

/** What side.yaml says and its record does not bear is for whoever wrote it to mend. */
function mendable(error: unknown, config: string): unknown {
  const isTheirs = error instanceof NodeError && error.code === 'config-invalid';
  return isTheirs ? new UserError(`${config}: ${error.message}`, { cause: error }) : error;
}

async function claimFolder(data: string): Promise<() => Promise<void>> {
  await mkdir(join(data, 'ledger'), { recursive: true, mode: 0o700 });
  return lockFolder(data);
}

/** A file changed by one person is no change: the officers hear that it is not what rules. */
function tellOtherPolicy(
  { policy, document }: ReadSide,
  { policyVersion }: NodeShell,
  outputs: NodeOutputs,
): void {
  const version = policy === null ? null : policyVersionOf(policy);
  if (policyVersion === null || version === policyVersion) return;
  const file = document.policy ?? 'side.yaml, which names none,';
  outputs.onFault(
    `the policy in force is ${policyVersion}, not what ${file} has: the one in force rules until two officers change it (isthmus policy propose)`,
  );
}

/** What the mirror holds from an entry on: before the worker has it, it comes from the file once. */
async function heldFrom(
  read: ReadSide,
  storage: Storage,
  from: number,
): Promise<readonly Uint8Array[]> {
  const mirror = await openMirror(mirrorPlace(read, storage));
  return mirror.size > from ? mirror.read(from, mirror.size) : [];
}

function mirrorPlace({ document, partnerKeys }: ReadSide, storage: Storage): MirrorOptions {
  return {
    storage,
    folder: 'ledger/in',
    origin: partnerOrigin(document),
    verifier: partnerKeys.ledger,
  };
}

/** Opens the ledger out, after the mirror of the partner's was looked at. */
async function openOutLedger(read: ReadSide, storage: Storage): Promise<Ledger> {
  const { keys, ownLedgerKeys, partnerKeys } = read;
  await checkMirror(mirrorPlace(read, storage));
  return openLedger({
    storage,
    folder: 'ledger/out',
    origin: keys.ledger.name,
    signer: openSigner(keys.ledger),
    keys: ownLedgerKeys,
    salt: () => randomBytes(16),
    cosigner: partnerKeys.cosign,
    isMirrored: true,
  });
}

async function openAlerts(
  { document, path, data }: Pick<ReadSide, 'document' | 'path' | 'data'>,
  onFault: (text: string) => void,
): Promise<AlertFiles | null> {
  const places = document.places === undefined ? null : await readPlaces(path(document.places));
  if (document.alerts === undefined) return null;
  const { addresses = [], ...sender } = document.alerts;
  const issuer = { ...sender, addresses, mode: document.mode };
  return AlertFiles.open(join(data, 'alerts'), { issuer, places, onFault });
}

async function readTerms(
  document: SideDocument,
  path: (name: string) => string,
  all: { readonly keys: SideKeys; readonly parties: readonly PartnerKeys['agreement'][] },
): Promise<Terms> {
  const file = path(document.agreement);
  const agreement = await loadAgreement(file);
  if (agreement.mode !== document.mode) {
    throw new UserError(
      `${file}: the agreement is for ${agreement.mode}, this side is ${document.mode}: they never mix`,
    );
  }
  const agreementHash = agreementHashOf(agreement);
  const noteFile = path(document.agreementNote);
  try {
    checkAgreementNote(await readText(noteFile), agreementHash, all.parties);
  } catch (error) {
    if (error instanceof SealError || error instanceof NodeError) {
      throw new UserError(`${noteFile}: ${error.message}`, { cause: error });
    }
    throw error;
  }
  return {
    agreement,
    from: document.side,
    to: document.partner,
    agreementHash,
    identify: identifierMaker(all.keys.identifiers, agreementHash),
  };
}

/** What the link's own thread is given. */
export function linkConfig(
  side: ReadSide,
  tls: TlsIdentity,
  options: { readonly conducted: boolean },
): LinkWorkerConfig {
  const { document, keys, partnerKeys, terms, data } = side;
  const parties = {
    self: document.side,
    partner: document.partner,
    mode: document.mode,
    epoch: linkLife(document).epoch,
  };
  return {
    terms: { ...parties, agreementHash: terms.agreementHash },
    keys: {
      ...parties,
      own: { hello: keys.hello, cosign: keys.cosign, ledger: side.ownLedgerKeys },
      theirs: partnerKeys,
    },
    tls,
    address: addressOf(document),
    storage: { root: data, out: 'ledger/out', in: 'ledger/in' },
    // A conducted run comes out the same only if a mark never overtakes what it follows.
    holdMarks: options.conducted,
  };
}

/** What a running link takes over of a new register; ended keys are in it, and refused there. */
function revisionOf(register: KeyRegister): PartnerRevision {
  const active = register.certificates.filter((one) => one.status === 'active');
  return {
    theirs: {
      hello: keysOf(register, 'hello'),
      cosign: keysOf(register, 'cosign'),
      ledger: keysOf(register, 'ledger'),
    },
    pins: active.map((one) => encodeHex(one.sha256)),
  };
}

function addressOf(document: SideDocument): LinkAddress {
  const role = 'listen' in document.link ? 'listen' : 'dial';
  const text = 'listen' in document.link ? document.link.listen : document.link.dial;
  const cut = text.lastIndexOf(':');
  return { role, host: text.slice(0, cut), port: Number(text.slice(cut + 1)) };
}

export async function readTlsIdentity({
  document,
  path,
  register,
}: ReadSide): Promise<TlsIdentity> {
  const keys = path(document.keys);
  const own = await readText(join(keys, 'link-certificate.pem'));
  const active = register.certificates.filter((one) => one.status === 'active');
  if (active.length === 0) {
    throw new UserError(
      `${path(document.partnerKeys)}: every certificate of the partner's register (serial ${register.serial}) has ended`,
    );
  }
  return {
    certificatePem: own,
    keyPem: await readSecret(join(keys, 'link-key.pem')),
    partnerPins: active.map((one) => encodeHex(one.sha256)),
  };
}
