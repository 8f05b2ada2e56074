// SPDX-License-Identifier: Apache-2.0
// Makes the self-signed certificate by which one side's end of a link is known. No authority stands
// behind it: the partner pins this very certificate, and two people compare its fingerprint.

import {
  decodeBase64,
  encodeBase64,
  encodeHex,
  randomBytes,
  SealError,
  sha256,
} from '@isthmus/seal';
import { LinkError } from '../errors.ts';
import type { Instant } from '../time.ts';
import { provideReflectMetadata } from './reflect-metadata.ts';

/** A certificate with its private key, both PEM. */
export interface SideCertificate {
  readonly certificatePem: string;
  /** PKCS #8. Only its side may read it. */
  readonly keyPem: string;
  /** SHA-256 of the certificate's DER bytes, 64 lower-case hex digits. */
  readonly fingerprint: string;
}

export interface CertificateOptions {
  /** Common name, for people; nothing is decided by it. 1 to 64 of [a-z0-9.-]. */
  readonly name: string;
  readonly from: Instant;
  readonly until: Instant;
  /** The one end it serves alone, which W-100 refuses at the other: a conformance test needs such a one. */
  readonly only?: 'server' | 'client';
}

// The key is made by the platform's own Web Cryptography, which the certificate library signs with;
// it never signs anything of the link, so it is none of `seal`'s keys.
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const USES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;

/**
 * Creates a key (ECDSA P-256, which every TLS 1.3 implementation must accept) and its certificate.
 *
 * @throws LinkError `bad-certificate` for a name or a period that makes no certificate
 */
export async function createSideCertificate(options: CertificateOptions): Promise<SideCertificate> {
  const { name, from, until, only } = options;
  if (!/^[a-z0-9.-]{1,64}$/.test(name)) {
    throw new LinkError('bad-certificate', `a certificate's name is 1 to 64 of [a-z0-9.-]`);
  }
  if (until <= from) throw new LinkError('bad-certificate', 'the period ends before it begins');
  provideReflectMetadata();
  const x509 = await import('@peculiar/x509');
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const uses = only === undefined ? Object.values(USES) : [USES[only]];
  const serial = randomBytes(16);
  // A serial number is positive: the top bit stays clear, the next is set so that no zero leads.
  serial[0] = ((serial[0] as number) & 0x3f) | 0x40;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: encodeHex(serial),
      name: `CN=${name}`,
      notBefore: new Date(Math.floor(from / 1000)),
      notAfter: new Date(Math.floor(until / 1000)),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension(uses, true),
      ],
    },
    crypto,
  );
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  const certificatePem = `${certificate.toString('pem')}\n`;
  return {
    certificatePem,
    keyPem: pem('PRIVATE KEY', new Uint8Array(pkcs8)),
    fingerprint: certificateFingerprint(certificatePem),
  };
}

/**
 * SHA-256 of the certificate, 64 lower-case hex digits.
 *
 * @throws LinkError `bad-certificate` when the text is no certificate
 */
export function certificateFingerprint(certificatePem: string): string {
  const body = PEM.exec(certificatePem)?.[1];
  if (body === undefined) throw new LinkError('bad-certificate', 'not a certificate in PEM');
  try {
    return encodeHex(sha256(decodeBase64(body.replaceAll('\n', ''))));
  } catch (cause) {
    if (!(cause instanceof SealError)) throw cause;
    throw new LinkError('bad-certificate', 'not a certificate in PEM', { cause });
  }
}

/** Exactly one certificate, and nothing that a second reader might take for another. */
const PEM = /^-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)-----END CERTIFICATE-----\n*$/;

function pem(label: string, bytes: Uint8Array): string {
  const lines = encodeBase64(bytes).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
