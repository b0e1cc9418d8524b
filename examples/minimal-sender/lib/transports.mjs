// §11 transports: they carry bytes and know nothing else.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import https from 'node:https';
import { join } from 'node:path';
import { canonical, now, rfc3339, Later, Stop } from './base.mjs';
import { fileNumber, writeDurably } from './store.mjs';
import { LIMITS } from './package.mjs';

const PATH = '/exchange/v1';

/** §11.1 */
export class Https {
  constructor({ endpoint, authorities, signer, sender, receiver }) {
    Object.assign(this, { signer, sender, receiver });
    this.base = new URL(endpoint);
    this.agent = new https.Agent({ ca: authorities, minVersion: 'TLSv1.2', keepAlive: false });
  }

  async token(method, target) {
    const payload = { at: rfc3339(now()), format: 'ccvc-request/1', method, receiver: this.receiver, sender: this.sender, target };
    return `CCVC ${await this.signer.token(canonical(payload))}`;
  }

  async request(method, target, { body, token = false, timeout = 8000 } = {}) {
    const headers = { accept: '*/*' };
    if (body) Object.assign(headers, { 'content-type': 'application/vnd.ccvc.package', 'content-length': body.length });
    if (token) headers.authorization = await this.token(method, target);
    const answer = await new Promise((resolve, reject) => {
      const request = https.request(new URL(target, this.base), { method, headers, agent: this.agent, signal: AbortSignal.timeout(timeout) }, (response) => {
        const parts = [];
        let size = 0;
        response.on('data', (part) => {
          size += part.length;
          if (size > LIMITS.package) request.destroy(new Error('the answer is too long'));
          else parts.push(part);
        });
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }));
      });
      request.on('error', reject);
      request.end(body);
    }).catch((error) => { throw new Later(`no answer: ${error.code ?? error.message}`); });
    return this.judge(answer);
  }

  /** The table of §11.1. */
  judge(answer) {
    const { status, headers, body } = answer;
    if (status >= 200 && status < 300) return answer;
    if (status === 429 || status >= 500) throw new Later(`the receiver answers ${status}`, Number(headers['retry-after']) || 0);
    let error = {};
    try { error = JSON.parse(body.toString('utf8')) ?? {}; } catch { /* not an answer of ours */ }
    const stop = new Stop(typeof error.code === 'string' ? error.code : `HTTP-${status}`, `${error.message ?? ''} ${error.next ?? ''}`.trim());
    stop.expected = error.expected;
    throw stop;
  }

  json(answer) {
    try { return JSON.parse(answer.body.toString('utf8')); } catch { throw new Stop('SENDER-ANSWER', 'the answer is no JSON'); }
  }

  async health() { return this.json(await this.request('GET', `${PATH}/health`, { timeout: 4000 })); }
  async trust() { return this.json(await this.request('GET', `${PATH}/trust`)); }

  /** Gives {manifest_sha256, sequence, status} as the receiver says it. */
  async send(sequence, bytes) { return this.json(await this.request('POST', `${PATH}/packages`, { body: bytes, timeout: 15000 })); }

  /** The package after number `after`, or null. */
  async next(after) {
    const answer = await this.request('GET', `${PATH}/mailbox?after=${after}`, { token: true });
    return answer.status === 204 ? null : answer.body;
  }
}

/** §11.2 */
export class Folder {
  constructor({ folder, sender, receiver }) { Object.assign(this, { folder, sender, receiver }); }
  file(from, to, sequence) { return join(this.folder, to, `${from}-${fileNumber(sequence)}.ccvc`); }

  /**
   * A folder gives no answer: that a package was taken is known by its receipt alone. One that lay there before and is
   * gone was fetched; one that still lies there may have been refused, and a better copy (signed again) takes its place.
   */
  async send(sequence, bytes, before) {
    mkdirSync(join(this.folder, this.receiver), { recursive: true });
    const path = this.file(this.sender, this.receiver, sequence);
    const lies = existsSync(path);
    if (lies ? !readFileSync(path).equals(bytes) : !before) writeDurably(path, bytes, 0o664);
    return null;
  }

  async next(after) {
    const path = this.file(this.receiver, this.sender, after + 1);
    return existsSync(path) ? readFileSync(path) : null;
  }
}
