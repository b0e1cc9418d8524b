// §13 enrolment: request and answer.
import { createPrivateKey, createPublicKey, webcrypto } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical, members, now, rfc3339, Stop } from './base.mjs';
import { Certificate, certificateRequest, toPem, Trust } from './certificates.mjs';
import { writeDurably } from './store.mjs';

const ANSWER = ['format', 'agency', 'name', 'certificates', 'trust', 'national', 'created_at'];

/** A fresh key, written to `path`; gives its certificate request. */
async function makeKey(path, names) {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  writeDurably(path, toPem(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'));
  return certificateRequest(keys, names);
}

/** Step 1. The keys wait under `.new` names until the answer is taken up, so that renewing does not stop the exchange. */
export async function request(folder, { agency, name }) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return canonical({
    agency,
    created_at: rfc3339(now()),
    csr: {
      encrypt: await makeKey(join(folder, 'encrypt.key.pem.new'), { agency, name }),
      sign: await makeKey(join(folder, 'sign.key.pem.new'), { agency, name }),
      tls: null, // a sender is only ever a TLS client
    },
    dns: [],
    format: 'ccvc-enrolment-request/1',
    ip: [],
    name,
  });
}

/** What the mock's desk certifies (§17.1). A real approver has a certificate already. */
export async function approverRequest(folder, { agency, name, account }) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const csr = await makeKey(join(folder, 'approver.key.pem'), { agency, name, account });
  return canonical({ account, agency, csr, format: 'ccvc-mock-approver/1', name });
}

/** Step 3. Nothing of the answer is believed before the fingerprint, heard by voice, is the same. */
export async function takeUp(folder, text, fingerprint) {
  const answer = members(JSON.parse(text), 'SENDER-ENROLMENT', ANSWER);
  if (answer.format !== 'ccvc-enrolment-answer/1') throw new Stop('SENDER-ENROLMENT', `format ${answer.format}`);
  const trust = new Trust(answer.trust.certificates, answer.trust.crls);
  if (trust.fingerprint !== fingerprint) throw new Stop('SENDER-ENROLMENT', `the fingerprint is ${trust.fingerprint}`);
  const files = { 'answer.json': text, 'trust.pem': answer.trust.certificates, 'trust.crl.pem': answer.trust.crls.join('\n') };
  for (const use of ['sign', 'encrypt']) {
    const chain = Certificate.chain(answer.certificates[use]);
    await trust.verify(chain, use, { agency: answer.agency });
    const key = readFileSync(join(folder, `${use}.key.pem.new`), 'utf8');
    const mine = createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'der' });
    if (!mine.equals(chain[0].node.publicKey.export({ type: 'spki', format: 'der' }))) throw new Stop('SENDER-ENROLMENT', `${use}: not our key`);
    Object.assign(files, { [`${use}.key.pem`]: key, [`${use}.crt.pem`]: answer.certificates[use] });
  }
  await trust.verify(Certificate.chain(answer.national.encrypt), 'encrypt', { agency: answer.national.agency });
  for (const [name, content] of Object.entries(files)) writeDurably(join(folder, name), content);
  return answer;
}
