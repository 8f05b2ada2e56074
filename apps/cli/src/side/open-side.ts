// SPDX-License-Identifier: Apache-2.0
// Opens one side from its side.yaml: agreement and its signatures, keys, ledger, mirror, plots and
// the link's worker, all checked before anything starts.

import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { openLedger, openMirror } from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import {
  type LinkAddress,
  type LinkWorkerConfig,
  startLinkWorker,
  type TlsIdentity,
} from '@isthmus/link/adapters';
import {
  checkAgreementNote,
  identifierMaker,
  NodeError,
  type NodeOutputs,
  NodeShell,
  type PartnerKeys,
  parseSide,
  publicKeysOf,
  type SideDocument,
  type SideKeys,
  sensorsOf,
} from '@isthmus/node';
import { openPlotFile } from '@isthmus/node/adapters';
import { canonicalAgreement, parseAgreement, type Terms } from '@isthmus/release';
import { encodeHex, encodeText, randomBytes, SealError, sha256 } from '@isthmus/seal';
import { loadDocument, loadJson } from '../documents.ts';
import { UserError } from '../user-error.ts';
import { buildHeader } from './build.ts';
import { lockFolder } from './folder-lock.ts';
import { readPartnerKeys, readSecret, readSideKeys, readText } from './key-files.ts';

export interface OpenedSide {
  readonly document: SideDocument;
  readonly terms: Terms;
  readonly shell: NodeShell;
  close(): Promise<void>;
}

export interface ReadSide {
  readonly document: SideDocument;
  /** A path of the document, made absolute. */
  readonly path: (name: string) => string;
  readonly keys: SideKeys;
  readonly partnerKeys: PartnerKeys;
  readonly terms: Terms;
  readonly data: string;
}

/** Reads and checks the documents and keys of a side; starts nothing. */
export async function readSide(config: string): Promise<ReadSide> {
  const document = await loadDocument(config, parseSide);
  const folder = dirname(resolve(config));
  const path = (name: string): string => resolve(folder, name);
  const keys = await readSideKeys(path(document.keys));
  const partnerKeys = await readPartnerKeys(path(document.partnerKeys));
  const terms = await readTerms(document, path, { keys, partnerKeys });
  return { document, path, keys, partnerKeys, terms, data: path(document.data) };
}

/** Opens the side of `config`; nothing is sent before `shell.start()`. */
export async function openSide(
  config: string,
  outputs: NodeOutputs,
  options: { readonly conducted: boolean },
): Promise<OpenedSide> {
  const read = await readSide(config);
  const { document, path, keys, partnerKeys, terms, data } = read;
  await mkdir(join(data, 'ledger'), { recursive: true, mode: 0o700 });
  const unlock = await lockFolder(data);
  const storage = createFileStorage(data);
  const ledger = await openLedger({
    storage,
    folder: 'ledger/out',
    origin: keys.ledger.name,
    signer: keys.ledger,
    salt: () => randomBytes(16),
    cosigner: partnerKeys.cosign,
    isMirrored: true,
  });
  const plots = await openPlotFile(path(document.plots));
  const tls = await readTlsIdentity(document, path);
  const shell = await NodeShell.open({
    side: document.side,
    partner: document.partner,
    sensors: sensorsOf(document),
    terms: { terms },
    header: buildHeader(document.side),
    storage,
    ledger,
    plots,
    outputs,
    mirrored: async (from) => {
      // Before the worker has it: what is held and not yet applied comes from the file once.
      const mirror = await openMirror({
        storage,
        folder: 'ledger/in',
        origin: partnerKeys.ledger.name,
        verifier: partnerKeys.ledger,
      });
      return mirror.size > from ? mirror.read(from, mirror.size) : [];
    },
    link: (events, now) => startLinkWorker({ config: linkConfig(read, tls, options), events, now }),
  });
  return {
    document,
    terms,
    shell,
    async close() {
      await shell.close();
      await plots.close();
      await unlock();
    },
  };
}

async function readTerms(
  document: SideDocument,
  path: (name: string) => string,
  all: { readonly keys: SideKeys; readonly partnerKeys: PartnerKeys },
): Promise<Terms> {
  const file = path(document.agreement);
  const agreement = file.endsWith('.json')
    ? await loadJson(file, parseAgreement)
    : await loadDocument(file, parseAgreement);
  if (agreement.mode !== document.mode) {
    throw new UserError(
      `${file}: the agreement is for ${agreement.mode}, this side is ${document.mode}: they never mix`,
    );
  }
  const agreementHash = encodeHex(sha256(encodeText(canonicalAgreement(agreement))));
  const noteFile = path(document.agreementNote);
  try {
    checkAgreementNote(await readText(noteFile), agreementHash, [
      publicKeysOf(all.keys).agreement,
      all.partnerKeys.agreement,
    ]);
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
function linkConfig(
  side: ReadSide,
  tls: TlsIdentity,
  options: { readonly conducted: boolean },
): LinkWorkerConfig {
  const { document, keys, partnerKeys, terms, data } = side;
  const parties = { self: document.side, partner: document.partner, mode: document.mode };
  return {
    terms: { ...parties, agreementHash: terms.agreementHash, epoch: 1 },
    keys: {
      ...parties,
      own: { hello: keys.hello, cosign: keys.cosign, ledger: publicKeysOf(keys).ledger },
      theirs: partnerKeys,
    },
    tls,
    address: addressOf(document),
    storage: { root: data, out: 'ledger/out', in: 'ledger/in' },
    // A conducted run comes out the same only if a mark never overtakes what it follows.
    holdMarks: options.conducted,
  };
}

function addressOf(document: SideDocument): LinkAddress {
  const role = 'listen' in document.link ? 'listen' : 'dial';
  const text = 'listen' in document.link ? document.link.listen : document.link.dial;
  const cut = text.lastIndexOf(':');
  return { role, host: text.slice(0, cut), port: Number(text.slice(cut + 1)) };
}

async function readTlsIdentity(
  document: SideDocument,
  path: (name: string) => string,
): Promise<TlsIdentity> {
  const keys = path(document.keys);
  return {
    certificatePem: await readText(join(keys, 'link-certificate.pem')),
    keyPem: await readSecret(join(keys, 'link-key.pem')),
    partnerCertificatesPem: [
      await readText(join(path(document.partnerKeys), 'link-certificate.pem')),
    ],
  };
}
