// §5: every signature and the wrapping of the content key.
import { createPrivateKey } from 'node:crypto';
import { CompactEncrypt, CompactSign, compactDecrypt, FlattenedSign, flattenedVerify } from 'jose';
import { b64u, fromBase64, members, now, seconds, CLOCK_SLACK, Stop } from './base.mjs';
import { Certificate } from './certificates.mjs';

/** A private key with its certificate chain. */
export class Signer {
  constructor(keyPem, chainPem) {
    this.key = createPrivateKey(keyPem);
    this.chain = Certificate.chain(chainPem);
    [this.certificate] = this.chain;
  }

  header(at) {
    return {
      alg: 'ES256',
      iat: seconds(at),
      kid: this.certificate.fingerprint,
      x5c: this.chain.filter(({ selfSigned }) => !selfSigned).map(({ der }) => der.toString('base64')), // the anchor left out
    };
  }

  /** General JSON serialization with one signature. */
  async sign(payload, at = now()) {
    const { signature, protected: header } = await new FlattenedSign(Buffer.from(payload)).setProtectedHeader(this.header(at)).sign(this.key);
    return { payload: b64u(payload), signatures: [{ protected: header, signature }] };
  }

  /** Compact serialization, for request tokens. */
  token(payload) {
    return new CompactSign(Buffer.from(payload)).setProtectedHeader(this.header(now())).sign(this.key);
  }
}

/** The header of one signature, read but not believed yet. */
export function readHeader(signature) {
  const header = JSON.parse(fromBase64(signature.protected).toString('utf8'));
  members(header, 'EXC-ENVELOPE', ['alg', 'kid', 'x5c', 'iat']);
  if (header.alg !== 'ES256') throw new Stop('EXC-ALGORITHM', header.alg);
  return header;
}

/** §10 steps 4 and 5: the first signature, then its certificate. Gives back the payload. */
export async function verify(jws, trust, use, agency) {
  members(jws, 'EXC-ENVELOPE', ['payload', 'signatures']);
  if (!Array.isArray(jws.signatures) || jws.signatures.length < 1 || jws.signatures.length > 4) throw new Stop('EXC-ENVELOPE', 'signatures');
  for (const one of jws.signatures) members(one, 'EXC-ENVELOPE', ['protected', 'signature']);
  const [first] = jws.signatures;
  const header = readHeader(first);
  const chain = header.x5c.map((der) => new Certificate(fromBase64(der, 'base64')));
  if (chain[0]?.fingerprint !== header.kid) throw new Stop('EXC-SIGNATURE', 'kid is not of the first certificate');
  const input = { payload: jws.payload, protected: first.protected, signature: first.signature };
  await flattenedVerify(input, chain[0].node.publicKey, { algorithms: ['ES256'] })
    .catch((error) => { throw new Stop('EXC-SIGNATURE', error.message); });
  if (!Number.isSafeInteger(header.iat) || header.iat > seconds(now()) + CLOCK_SLACK) throw new Stop('EXC-SIGNATURE', 'signed in the future');
  await trust.verify(chain, use, { agency });
  return fromBase64(jws.payload);
}

/** §5 `key`: the content key for whoever holds this certificate. */
export const wrapKey = (contentKey, certificate) => new CompactEncrypt(contentKey)
  .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: certificate.fingerprint })
  .encrypt(certificate.node.publicKey);

export async function unwrapKey(jwe, privateKey) {
  const { plaintext } = await compactDecrypt(jwe, privateKey, { keyManagementAlgorithms: ['ECDH-ES+A256KW'], contentEncryptionAlgorithms: ['A256GCM'] })
    .catch((error) => { throw new Stop('EXC-KEY', error.message); });
  if (plaintext.length !== 32) throw new Stop('EXC-KEY', 'not 32 bytes');
  return Buffer.from(plaintext);
}

/** The kid of a wrapped key: for which certificate it was wrapped. */
export const wrappedFor = (jwe) => JSON.parse(fromBase64(jwe.split('.')[0]).toString('utf8')).kid;

