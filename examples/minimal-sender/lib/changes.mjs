// §7 records of changes: statement, approval line, change line.
import { canonical, hex, leafHash, members, merkleRoot, now, rfc3339, sha256, Stop } from './base.mjs';
import { LIMITS } from './package.mjs';

const INPUT = ['document', 'id', 'kind', 'person', 'reason', 'steps', 'unit', 'valid_from'];

/** A line of input (§17.3) becomes a statement; `last` is what we remember of the person: {number, version}. */
export function state(line, agency, last) {
  members(line, 'SENDER-INPUT', INPUT);
  const document = canonical(line.document);
  const digest = hex(sha256(Buffer.from(document)));
  const personalId = line.document.identity?.personal_id;
  const number = (last?.number ?? 0) + 1;
  const base = last?.version ?? null; // the leaf hash of the version before
  const statement = Buffer.from(canonical({
    agency,
    base,
    document_sha256: digest,
    format: 'ccvc-change/1',
    kind: line.kind,
    national_sha256: digest, // here the whole document is its national part
    number,
    person: line.person,
    personal_id: /^\d{12}$/.test(personalId) ? personalId : null,
    reason: line.reason,
    standard: line.document.standard,
    steps: line.steps,
    unit: line.unit,
    valid_from: line.valid_from,
  }));
  const leaf = leafHash(statement);
  const record = { id: line.id, person: line.person, number, base };
  return { record, document, statement, leaf, standard: line.document.standard, next: { number, version: hex(leaf) } };
}

/** One signature of the approver over all statements of this step: the `jws` and `leaves` of the approval line. */
export async function approve(changes, approver, agency) {
  const at = now();
  const leaves = changes.map(({ leaf }) => leaf);
  const payload = canonical({
    agency,
    approver: { account: approver.certificate.account, name: approver.certificate.name },
    at: rfc3339(at),
    count: leaves.length,
    format: 'ccvc-approval/1',
    merkle_root: hex(merkleRoot(leaves)),
    purpose: 'phê duyệt',
  });
  return { at, jws: await approver.sign(payload, at), leaves: Buffer.concat(leaves).toString('base64') };
}

/** Content lines of one package: the approval, then the changes. `statement` and `document` go in as the bytes that were signed. */
export function contentLines(approval, changes) {
  const head = canonical({ index: 0, jws: approval.jws, leaves: approval.leaves, type: 'approval' });
  const lines = [head, ...changes.map(({ document, statement, position }) => (
    `{"approval":0,"document":${document},"leaf":${position},"statement":${statement.toString('utf8')},"type":"change"}`))];
  return lines.map((line) => {
    const bytes = Buffer.from(line);
    if (bytes.length > LIMITS.line) throw new Stop('SENDER-INPUT', 'a line has more than 16 MiB');
    return bytes;
  });
}

/** §14: packages of at most 5,000 changes, well below the limits of size; one version of the standard each. */
export function* portions(changes, overhead) {
  let portion = [], size = overhead;
  for (const change of changes) {
    const bytes = change.document.length * 3 + change.statement.length;
    if (portion.length && (portion.length >= LIMITS.changes || size + bytes > LIMITS.package / 2 || portion[0].standard !== change.standard)) {
      yield portion;
      [portion, size] = [[], overhead];
    }
    portion.push(change);
    size += bytes;
  }
  if (portion.length) yield portion;
}
