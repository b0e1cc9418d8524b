// §2 Conventions: canonical JSON, Merkle root, time; and the two ways in which a step can fail.
import { createHash } from 'node:crypto';

export const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
export const hex = (bytes) => Buffer.from(bytes).toString('hex');
export const b64u = (bytes) => Buffer.from(bytes).toString('base64url');

/** Someone has to look: the sender stops. `code` is the receiver's, or our own for what we found ourselves. */
export class Stop extends Error {
  constructor(code, message) { super(`${code}: ${message}`); this.code = code; }
}

/** Something passing is in the way: the same step again, later. */
export class Later extends Error {
  constructor(message, afterSeconds = 0) { super(message); this.afterSeconds = afterSeconds; }
}

/** Buffer.from is lenient about base64; what is not the one right spelling is refused. */
export function fromBase64(text, encoding = 'base64url') {
  const bytes = Buffer.from(String(text), encoding);
  if (bytes.toString(encoding) !== text) throw new Stop('EXC-ENVELOPE', `not ${encoding}`);
  return bytes;
}

/** §2: keys sorted by code point (as UTF-8 sorts; JavaScript's own order differs above U+FFFF), no floats. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const keys = Object.keys(value).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return `{${keys.map((key) => `${canonical(key)}:${canonical(value[key])}`).join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new TypeError(`${value}: decimals are strings`);
  if (typeof value === 'string' && !value.isWellFormed()) throw new TypeError('half a character (lone surrogate)');
  if (value === undefined) throw new TypeError('undefined is no JSON');
  return JSON.stringify(value); // escapes exactly what §2 says
}

/** Parses bytes that must be canonical: this also refuses a key given twice. */
export function parseCanonical(bytes, code) {
  let value;
  try { value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)); } catch { /* below */ }
  if (value === null || typeof value !== 'object' || canonical(value) !== Buffer.from(bytes).toString('utf8')) {
    throw new Stop(code, 'not canonical JSON');
  }
  return value;
}

/** §2: "a member this document does not name is refused". */
export function members(value, code, required, optional = []) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Stop(code, 'not an object');
  for (const name of required) if (!Object.hasOwn(value, name)) throw new Stop(code, `${name} is missing`);
  for (const name of Object.keys(value)) {
    if (!required.includes(name) && !optional.includes(name)) throw new Stop(code, `${name} is unknown`);
  }
  return value;
}

export const leafHash = (bytes) => sha256(Buffer.of(0), bytes);

/** §2, RFC 9162 section 2.1: root over leaf hashes. */
export function merkleRoot(leaves) {
  if (leaves.length === 0) return sha256(Buffer.alloc(0));
  if (leaves.length === 1) return leaves[0];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Buffer.of(1), merkleRoot(leaves.slice(0, split)), merkleRoot(leaves.slice(split)));
}

/** §17.3: every question for the time goes through here. */
export const now = () => new Date(Date.now() + Number(process.env.SENDER_CLOCK_OFFSET ?? 0) * 1000);
export const seconds = (date) => Math.floor(date.getTime() / 1000);
export const rfc3339 = (date) => `${date.toISOString().slice(0, 19)}Z`;
/** §4 `period`: the day in Viet Nam. */
export const day = (date) => new Date(date.getTime() + 7 * 3_600_000).toISOString().slice(0, 10);
export const CLOCK_SLACK = 300;

/** §2: an agency, or one below it. */
export const within = (agency, above) => agency === above || agency.startsWith(`${above}.`);
