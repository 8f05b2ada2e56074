// SPDX-License-Identifier: Apache-2.0
export {
  type CertificateOptions,
  certificateFingerprint,
  createSideCertificate,
  type SideCertificate,
} from './certificate.ts';
export type { LinkAddress, LinkWorkerConfig, PartnerRevision } from './link-messages.ts';
export { type LinkWorker, startLinkWorker } from './link-worker.ts';
export {
  createMemoryNetwork,
  type Direction,
  type MemoryNetwork,
  type MemoryNetworkOptions,
  type NetworkStep,
} from './memory-network.ts';
export {
  ALPN_PROTOCOL,
  createTlsDialler,
  createTlsListener,
  type TlsDialOptions,
  type TlsIdentity,
  type TlsListener,
  type TlsListenOptions,
} from './tls-transport.ts';
