// §3 package, §4 manifest, §5 envelope, §6 blob.
import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import zstd from '@bokuweb/zstd-wasm';
import { Decompress } from 'fzstd';
import { canonical, fromBase64, hex, leafHash, members, merkleRoot, now, parseCanonical, rfc3339, sha256, Stop } from './base.mjs';
import { unwrapKey, verify, wrapKey } from './signatures.mjs';

await zstd.init();

const MAGIC = Buffer.from('CCVC1\n');
const MIB = 1024 * 1024;
export const LIMITS = { package: 64 * MIB, envelope: 256 * 1024, content: 256 * MIB, line: 16 * MIB, changes: 5000 }; // §14
const MANIFEST = ['blob_sha256', 'blob_size', 'created_at', 'format', 'id', 'kind', 'merkle_root', 'period', 'previous',
  'receiver', 'records', 'sender', 'sequence', 'standard'];

const frame = (envelope, blob) => {
  const json = Buffer.from(JSON.stringify(envelope));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([MAGIC, length, json, blob]);
};

/** §3: envelope and blob, unchecked. */
export function split(bytes) {
  if (bytes.length === 0) throw new Stop('EXC-EMPTY', 'no byte');
  if (bytes.length > LIMITS.package) throw new Stop('EXC-SIZE', `${bytes.length} bytes`);
  if (/^CCVC\d\n/.test(bytes.toString('latin1', 0, 6)) && bytes[4] !== MAGIC[4]) throw new Stop('EXC-VERSION', bytes.toString('latin1', 0, 5));
  if (!bytes.subarray(0, 6).equals(MAGIC)) throw new Stop('EXC-MAGIC', 'no package');
  if (bytes.length < 10) throw new Stop('EXC-TRUNCATED', `${bytes.length} bytes`);
  const length = bytes.readUInt32BE(6);
  if (length > LIMITS.envelope) throw new Stop('EXC-ENVELOPE-SIZE', `${length} bytes`);
  if (bytes.length < 10 + length) throw new Stop('EXC-TRUNCATED', `${bytes.length} bytes`);
  let envelope;
  try { envelope = JSON.parse(bytes.subarray(10, 10 + length).toString('utf8')); } catch { throw new Stop('EXC-ENVELOPE', 'no JSON'); }
  return { envelope: members(envelope, 'EXC-ENVELOPE', ['key', 'manifest']), blob: bytes.subarray(10 + length) };
}

/** Builds a package of kind `changes` from content lines (each a Buffer without its newline). */
export async function build({ lines, signer, recipient, sender, receiver, sequence, previous, standard, period }) {
  const id = randomUUID();
  const contentKey = randomBytes(32); // §6: encrypts this package only
  const nonce = randomBytes(12);
  const content = Buffer.concat(lines.flatMap((line) => [line, Buffer.of(0x0a)]));
  if (content.length > LIMITS.content) throw new Stop('EXC-CONTENT-SIZE', `${content.length} bytes`);
  const cipher = createCipheriv('aes-256-gcm', contentKey, nonce).setAAD(Buffer.from(id, 'ascii'));
  const sealed = [cipher.update(zstd.compress(content, 3)), cipher.final()]; // level 3: window of 2 MiB at most
  const blob = Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]);
  const manifest = Buffer.from(canonical({
    blob_sha256: hex(sha256(blob)),
    blob_size: blob.length,
    created_at: rfc3339(now()),
    format: 'ccvc-package/1',
    id,
    kind: 'changes',
    merkle_root: hex(merkleRoot(lines.map(leafHash))),
    period,
    previous,
    receiver,
    records: lines.length,
    sender,
    sequence,
    standard,
  }));
  const envelope = { key: await wrapKey(contentKey, recipient), manifest: await signer.sign(manifest) };
  return { bytes: frame(envelope, blob), id, contentKey, manifest_sha256: hex(sha256(manifest)) };
}

/** §5, last paragraph: the same manifest under today's certificate, the same content key for the receiver's one of today. */
export async function renew(bytes, { signer, contentKey, recipient }) {
  const { envelope, blob } = split(bytes);
  const manifest = signer ? await signer.sign(fromBase64(envelope.manifest.payload)) : envelope.manifest;
  const key = recipient ? await wrapKey(contentKey, recipient) : envelope.key;
  return frame({ key, manifest }, blob);
}

export function decrypt(blob, contentKey, id) {
  if (blob.length < 28) throw new Stop('EXC-DECRYPT', 'too short');
  try {
    const decipher = createDecipheriv('aes-256-gcm', contentKey, blob.subarray(0, 12), { authTagLength: 16 })
      .setAAD(Buffer.from(id, 'ascii')).setAuthTag(blob.subarray(-16));
    return Buffer.concat([decipher.update(blob.subarray(12, -16)), decipher.final()]);
  } catch { throw new Stop('EXC-DECRYPT', 'AES-GCM'); }
}

/** §6, §14: piece by piece, so that a small package cannot become more than the limit; several frames may follow each other. */
export function decompress(bytes) {
  const pieces = [];
  let size = 0;
  try {
    new Decompress((piece) => {
      size += piece.length;
      if (size > LIMITS.content) throw new Stop('EXC-CONTENT-SIZE', `more than ${LIMITS.content} bytes`);
      pieces.push(piece);
    }).push(bytes, true);
  } catch (error) { throw error instanceof Stop ? error : new Stop('EXC-COMPRESSION', error.message); }
  return Buffer.concat(pieces);
}

/** The content lines, each without its newline. */
export function splitLines(content) {
  const lines = [];
  for (let from = 0; from < content.length;) {
    const to = content.indexOf(0x0a, from);
    if (to < 0) throw new Stop('EXC-LINES', `the last ${content.length - from} bytes are no line`);
    if (to === from || to - from > LIMITS.line) throw new Stop('EXC-LINES', 'a line is empty or too long');
    lines.push(content.subarray(from, to));
    from = to + 1;
  }
  return lines;
}

/** The content of a package whose manifest has been believed (or is our own): §10 steps 9 to 13. */
export function contentOf(blob, manifest, contentKey) {
  if (blob.length < manifest.blob_size) throw new Stop('EXC-TRUNCATED', 'blob');
  if (blob.length > manifest.blob_size) throw new Stop('EXC-TRAILING', 'blob');
  if (hex(sha256(blob)) !== manifest.blob_sha256) throw new Stop('EXC-BLOB-DIGEST', 'blob');
  const lines = splitLines(decompress(decrypt(blob, contentKey, manifest.id)));
  if (lines.length !== manifest.records) throw new Stop('EXC-COUNT', `${lines.length} lines`);
  if (hex(merkleRoot(lines.map(leafHash))) !== manifest.merkle_root) throw new Stop('EXC-ROOT', 'Merkle root');
  return lines;
}

/** §10: what arrived, checked in the order of the document. `keyFor(kid)` gives our private key. */
export async function open(bytes, { trust, sender, receiver, keyFor, kinds, kidOf }) {
  const { envelope, blob } = split(bytes);
  const payload = await verify(envelope.manifest, trust, 'sign', sender);
  const manifest = parseCanonical(payload, 'EXC-MANIFEST-CANONICAL');
  members(manifest, 'EXC-MANIFEST', MANIFEST);
  if (manifest.format !== 'ccvc-package/1') throw new Stop('EXC-VERSION', manifest.format);
  if (!Number.isSafeInteger(manifest.sequence) || manifest.sequence < 1) throw new Stop('EXC-MANIFEST', 'sequence');
  if (manifest.sender !== sender) throw new Stop('EXC-SENDER', manifest.sender);
  if (manifest.receiver !== receiver) throw new Stop('EXC-RECEIVER', manifest.receiver);
  if (!kinds.includes(manifest.kind)) throw new Stop('EXC-KIND', manifest.kind);
  const contentKey = await unwrapKey(envelope.key, keyFor(kidOf(envelope.key)));
  return { manifest, manifest_sha256: hex(sha256(payload)), lines: contentOf(blob, manifest, contentKey) };
}
