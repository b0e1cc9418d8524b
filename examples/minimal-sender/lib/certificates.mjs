// §13 certificate profile, §10 step 5: chain, dates, use, revocation.
import { X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { now, sha256, hex, Stop, Later, within } from './base.mjs';

const ORGANISATION = '2.5.4.97';
const UID = '0.9.2342.19200300.100.1.1';
const COMMON_NAME = '2.5.4.3';
const ARC = '2.25.282424043245899912649103521522143755836';
export const USE = {
  sign: { extended: `${ARC}.1`, bits: ['digitalSignature'] },
  encrypt: { extended: `${ARC}.2`, bits: ['keyAgreement'] },
  approve: { extended: '1.3.6.1.5.5.7.3.36', beside: '1.3.6.1.5.5.7.3.4', bits: ['digitalSignature', 'contentCommitment'] },
};
const BITS = ['digitalSignature', 'contentCommitment', 'keyEncipherment', 'dataEncipherment', 'keyAgreement', 'keyCertSign', 'cRLSign'];
const KEY_USAGE = '2.5.29.15', BASIC = '2.5.29.19', EXTENDED = '2.5.29.37', CRL_NUMBER = '2.5.29.20';
const ECDSA_SHA256 = '1.2.840.10045.4.3.2';

const pem = (text, label) => [...String(text).matchAll(new RegExp(`-----BEGIN ${label}-----([^-]*)-----END ${label}-----`, 'g'))]
  .map(([, body]) => Buffer.from(body, 'base64'));
export const toPem = (der, label) => `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64').match(/.{1,64}/g).join('\n')}\n-----END ${label}-----\n`;

/** One certificate: Node's for the key, the signature and the dates, PKI.js for what lies inside. */
export class Certificate {
  constructor(der) {
    this.der = Buffer.from(der);
    try {
      this.node = new X509Certificate(this.der);
      this.inside = pkijs.Certificate.fromBER(this.der);
    } catch (error) { throw new Stop('EXC-CERT-UNKNOWN', `not a certificate: ${error.message}`); }
    this.fingerprint = hex(sha256(this.der)); // §5: kid
    this.from = this.inside.notBefore.value;
    this.to = this.inside.notAfter.value;
  }

  static chain(text) { return pem(text, 'CERTIFICATE').map((der) => new Certificate(der)); }
  subject(oid) { return this.inside.subject.typesAndValues.find(({ type }) => type === oid)?.value.valueBlock.value; }
  get agency() { return this.subject(ORGANISATION); }
  get account() { return this.subject(UID); }
  get name() { return this.subject(COMMON_NAME); }
  get selfSigned() { return this.inside.subject.isEqual(this.inside.issuer); }
  extension(oid) { return this.inside.extensions?.find(({ extnID }) => extnID === oid)?.parsedValue; }

  get bits() {
    const value = this.extension(KEY_USAGE);
    const bytes = value ? Buffer.from(value.valueBlock.valueHexView) : [];
    return BITS.filter((_, bit) => (bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7)));
  }

  isFor(use) {
    const extended = this.node.keyUsage ?? []; // Node's name for the extended key usage; PKI.js cannot write an arc of 128 bits
    const asked = extended.filter((purpose) => purpose !== USE[use].beside);
    return asked.length === 1 && asked[0] === USE[use].extended && USE[use].bits.every((bit) => this.bits.includes(bit));
  }

  signedBy(issuer) {
    return this.inside.issuer.isEqual(issuer.inside.subject) && this.inside.signatureAlgorithm.algorithmId === ECDSA_SHA256
      && issuer.node.publicKey.asymmetricKeyDetails?.namedCurve === 'prime256v1' && this.node.verify(issuer.node.publicKey);
  }
}

/** The anchors of the scheme and the newest revocation list of each authority. */
export class Trust {
  constructor(certificates, crls) {
    this.anchors = Certificate.chain(certificates).filter((certificate) => certificate.selfSigned);
    this.crls = crls.flatMap((text) => pem(text, 'X509 CRL')).map((der) => ({ der, list: pkijs.CertificateRevocationList.fromBER(der) }));
  }

  /** §13: what two administrators compare by voice. */
  get fingerprint() { return this.anchors.map(({ fingerprint }) => fingerprint).sort().join('+'); }

  /** The list with the greatest number that this authority signed (§11.1: what is not signed does not count). */
  async crlOf(authority) {
    let newest = null;
    for (const { list } of this.crls) {
      if (!list.issuer.isEqual(authority.inside.subject)) continue;
      if (list.crlExtensions?.extensions.some(({ critical }) => critical)) continue; // a delta or a partial list: we read neither
      if (!await list.verify({ issuerCertificate: authority.inside }).catch(() => false)) continue;
      const number = list.crlExtensions?.extensions.find(({ extnID }) => extnID === CRL_NUMBER)?.parsedValue?.valueBlock.valueHexView;
      const value = BigInt(`0x${hex(number ?? [0])}`);
      if (!newest || value > newest.value) newest = { value, list };
    }
    return newest?.list;
  }

  /** §10 step 5. Anything but a certain yes throws; a list that is missing or out of date is "cannot tell". */
  async verify(chain, use, { agency, at = now(), revocation = true } = {}) {
    const [leaf] = chain;
    if (!leaf) throw new Stop('EXC-CERT-UNKNOWN', 'no certificate');
    let certificate = leaf;
    for (let depth = 0; ; depth += 1) {
      if (at > certificate.to) throw new Stop('EXC-CERT-EXPIRED', `ended ${certificate.to.toISOString()}`);
      if (at < certificate.from) throw new Stop('EXC-CERT-NOT-YET', `begins ${certificate.from.toISOString()}`);
      const critical = certificate.inside.extensions?.find((e) => e.critical && ![KEY_USAGE, BASIC, EXTENDED].includes(e.extnID));
      if (critical) throw new Stop('EXC-CERT-UNKNOWN', `critical extension ${critical.extnID}`);
      if (depth > 0) {
        const basic = certificate.extension(BASIC);
        const pathLength = basic?.pathLenConstraint ?? Infinity;
        if (!basic?.cA || !certificate.bits.includes('keyCertSign') || depth - 1 > pathLength) {
          throw new Stop('EXC-CERT-UNKNOWN', 'an issuer is no authority');
        }
      }
      const { fingerprint } = certificate;
      if (this.anchors.some((anchor) => anchor.fingerprint === fingerprint)) break;
      const child = certificate;
      const issuer = [...this.anchors, ...chain.slice(1)].find((candidate) => child.signedBy(candidate));
      if (!issuer || depth > 4) throw new Stop('EXC-CERT-UNKNOWN', 'no chain to an authority of the scheme');
      if (revocation) {
        const list = await this.crlOf(issuer);
        if (!list || !list.nextUpdate || now() > list.nextUpdate.value) {
          throw new Later('EXC-CERT-STATUS: the revocation list is missing or out of date');
        }
        if (list.isCertificateRevoked(child.inside)) throw new Stop('EXC-CERT-REVOKED', child.fingerprint);
      }
      certificate = issuer;
    }
    if (leaf.extension(BASIC)?.cA || leaf === certificate || !leaf.isFor(use)) throw new Stop('EXC-CERT-USE', `not for ${use}`);
    if (agency && (use === 'approve' ? !within(leaf.agency ?? '', agency) : leaf.agency !== agency)) {
      throw new Stop('EXC-SENDER', `the certificate is of ${leaf.agency}, not of ${agency}`);
    }
    return leaf;
  }
}

/** §13: a certificate request (PKCS #10) that names the agency, signed by its own key. */
export async function certificateRequest(keys, { agency, name, account }) {
  const request = new pkijs.CertificationRequest();
  request.attributes = []; // RFC 2986: present even when empty
  const names = [[ORGANISATION, agency], [COMMON_NAME, name], ...(account ? [[UID, account]] : [])];
  const sequence = new asn1js.Sequence({ value: names.map(([type, value]) => new asn1js.Set({
    value: [new pkijs.AttributeTypeAndValue({ type, value: new asn1js.Utf8String({ value }) }).toSchema()] })) });
  request.subject = pkijs.RelativeDistinguishedNames.fromBER(sequence.toBER()); // one set for each name
  await request.subjectPublicKeyInfo.importKey(keys.publicKey);
  await request.sign(keys.privateKey, 'SHA-256');
  return toPem(request.toSchema(true).toBER(), 'CERTIFICATE REQUEST');
}
