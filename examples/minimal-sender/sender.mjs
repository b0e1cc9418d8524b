#!/usr/bin/env node
// The smallest correct sender of the exchange protocol (docs/exchange-protocol.md). Section numbers below are of that document.
//   sender.mjs request AGENCY NAME > request.json        §13, makes the keys
//   sender.mjs take-up answer.json FINGERPRINT           §13
//   sender.mjs approver-request AGENCY ACCOUNT NAME      §17.1, a test approver for the mock
//   sender.mjs approver-take-up answer.json              §17.1
//   sender.mjs send | receive                            §17.3
//   sender.mjs again NUMBER                              §11.2, a person was told that the receiver misses packages from NUMBER
import { existsSync, readFileSync, unlinkSync } from 'node:fs';
import { createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { approve, contentLines, portions, state } from './lib/changes.mjs';
import { CLOCK_SLACK, day, fromBase64, now, rfc3339, seconds, Later, Stop } from './lib/base.mjs';
import { Certificate, toPem, Trust } from './lib/certificates.mjs';
import * as enrolment from './lib/enrolment.mjs';
import { build, contentOf, open, renew, split } from './lib/package.mjs';
import { readNotices, readReceipt, settle } from './lib/receipts.mjs';
import { readHeader, Signer, unwrapKey, wrapKey, wrappedFor } from './lib/signatures.mjs';
import { Store, writeDurably } from './lib/store.mjs';
import { Folder, Https } from './lib/transports.mjs';

const { SENDER_KEYS = 'keys', SENDER_STATE = 'state', SENDER_ENDPOINT, SENDER_INPUT, SENDER_REPORT } = process.env;
const PATIENCE = 20_000; // milliseconds; a step ends within 30 s, and the next one goes on
const DAMAGED = ['EXC-EMPTY', 'EXC-MAGIC', 'EXC-TRUNCATED', 'EXC-TRAILING', 'EXC-BLOB-DIGEST']; // on the way: the same package again
const started = Date.now();
const say = (...words) => console.error(...words);
const key = (name) => readFileSync(join(SENDER_KEYS, name), 'utf8');

/** Everything a step works with. */
class Node {
  static async open() {
    const node = new Node();
    node.store = new Store(SENDER_STATE);
    await node.store.lock();
    const { data } = node.store;
    node.answer = JSON.parse(key('answer.json'));
    node.agency = node.answer.agency;
    node.national = node.answer.national;
    if (data.agency && data.agency !== node.agency) throw new Stop('SENDER-STATE', `this state belongs to ${data.agency}`);
    data.agency = node.agency;
    node.signer = new Signer(key('sign.key.pem'), key('sign.crt.pem'));
    [node.own] = Certificate.chain(key('encrypt.crt.pem'));
    // Keys are renewed, but what was encrypted to an earlier one may still wait for us: every key is kept, by its certificate.
    const kept = join(SENDER_STATE, 'keys', `${node.own.fingerprint}.pem`);
    if (!existsSync(kept)) writeDurably(kept, key('encrypt.key.pem'));
    node.readTrust();
    node.transport = SENDER_ENDPOINT || node.national.transport === 'https'
      ? new Https({ endpoint: SENDER_ENDPOINT ?? node.national.address, authorities: key('trust.pem'), signer: node.signer, sender: node.agency, receiver: node.national.agency })
      : new Folder({ folder: node.national.address, sender: node.agency, receiver: node.national.agency });
    return node;
  }

  readTrust() { this.trust = new Trust(key('trust.pem'), [key('trust.crl.pem'), ...this.store.data.crls]); }

  decryptionKey(kid) {
    const path = join(SENDER_STATE, 'keys', `${kid}.pem`);
    if (!/^[0-9a-f]{64}$/.test(kid) || !existsSync(path)) throw new Stop('EXC-KEY', `no key for certificate ${kid}`);
    return createPrivateKey(readFileSync(path));
  }

  /** §11.1 `trust`, §13: newer lists, and the node's encryption certificate. A failure leaves what we hold. */
  async refreshTrust() {
    if (!this.transport.trust) return;
    const { data } = this.store;
    try {
      const fetched = await this.transport.trust();
      const all = new Trust(key('trust.pem'), [key('trust.crl.pem'), ...data.crls, ...fetched.crls]);
      const newest = await Promise.all(Certificate.chain(key('trust.pem')).map((authority) => all.crlOf(authority)));
      data.crls = newest.filter(Boolean).map((list) => toPem(list.toSchema(true).toBER(), 'X509 CRL'));
      this.readTrust();
      await this.trust.verify(Certificate.chain(fetched.encrypt), 'encrypt', { agency: this.national.agency });
      data.encrypt = fetched.encrypt;
    } catch (error) { say(`trust not refreshed: ${error.message}`); }
    this.store.save();
  }

  /** The receiver's encryption certificate: of the enrolment answer or a later one that verifies. */
  async recipient() {
    const chains = [this.store.data.encrypt, this.national.encrypt].filter(Boolean).map((text) => Certificate.chain(text))
      .sort(([a], [b]) => b.from - a.from);
    const check = () => this.trust.verify(chains[0], 'encrypt', { agency: this.national.agency });
    return check().catch(() => this.refreshTrust().then(check));
  }
}

/** Approves and packs what is new; afterwards it is durable, and delivery may be tried for as long as it takes. */
async function pack(node) {
  const { store, store: { data } } = node;
  const known = new Set(data.packages.flatMap(({ records }) => records.map((record) => record?.id)));
  const people = new Map();
  const changes = [];
  for (const [index, text] of (SENDER_INPUT ? readFileSync(SENDER_INPUT, 'utf8') : '').split('\n').entries()) {
    if (!text.trim()) continue;
    try {
      const line = JSON.parse(text);
      if (known.has(line.id)) continue; // taken up before (§17.3)
      const change = state(line, node.agency, people.get(line.person) ?? data.people[line.person]);
      people.set(line.person, change.next);
      known.add(line.id);
      changes.push({ ...change, position: changes.length });
    } catch (error) { throw new Stop('SENDER-INPUT', `line ${index + 1}: ${error.message}`); }
  }
  const again = data.packages.filter(({ records }) => records.some((record) => record?.again));
  if (!changes.length && !again.length) return;

  const recipient = await node.recipient();
  const made = [];
  const add = async (lines, records, standard, period) => {
    const before = made.at(-1) ?? store.last;
    const sequence = (before?.sequence ?? 0) + 1;
    const built = await build({
      lines, signer: node.signer, recipient, sequence, standard, period, previous: before?.manifest_sha256 ?? null,
      sender: node.agency, receiver: node.national.agency,
    });
    writeDurably(store.outbox(sequence), built.bytes);
    made.push({
      sequence, id: built.id, manifest_sha256: built.manifest_sha256, records, standard, period,
      own_key: await wrapKey(built.contentKey, node.own), // to sign, wrap or pack it again later
      taken: false, answered: false, problem: null,
    });
  };

  // §8: what was refused with its whole package, and what followed it, goes again, byte for byte, under the next number.
  for (const old of again) {
    const { envelope, blob } = split(readFileSync(store.outbox(old.sequence)));
    const contentKey = await unwrapKey(old.own_key, node.decryptionKey(wrappedFor(old.own_key)));
    const manifest = JSON.parse(fromBase64(envelope.manifest.payload).toString('utf8'));
    const wanted = (_, index) => index === 0 || old.records[index].again; // the approval line and what it approves
    const lines = contentOf(blob, manifest, contentKey).filter(wanted);
    await add(lines, old.records.filter(wanted).map((record) => record && { ...record, refused: false, again: false }), old.standard, old.period);
  }
  if (changes.length) {
    const approver = new Signer(key('approver.key.pem'), key('approver.crt.pem'));
    await node.trust.verify(approver.chain, 'approve', { agency: node.agency, revocation: false }); // revocation: the receiver judges it at `at`
    const approval = await approve(changes, approver, node.agency);
    const today = day(approval.at);
    for (const portion of portions(changes, approval.leaves.length)) {
      await add(contentLines(approval, portion), [null, ...portion.map(({ record }) => record)], portion[0].standard, { from: today, to: today });
    }
  }
  for (const old of again) for (const record of old.records) if (record) record.again = false;
  data.packages.push(...made);
  for (const [person, last] of people) data.people[person] = last;
  store.save(); // until here nothing had happened: killed before, the next step makes other packages under the same numbers
}

/** A package as it is to be sent today (§5, last paragraph). The manifest never changes. */
async function current(node, entry, newKey) {
  const path = node.store.outbox(entry.sequence);
  const bytes = readFileSync(path);
  const { envelope } = split(bytes);
  const header = readHeader(envelope.manifest.signatures[0]);
  const sign = header.kid !== node.signer.certificate.fingerprint || header.iat > seconds(now());
  const recipient = newKey ? await node.recipient() : null;
  const wrap = recipient && wrappedFor(envelope.key) !== recipient.fingerprint;
  if (!sign && !wrap) return bytes;
  const contentKey = wrap ? await unwrapKey(entry.own_key, node.decryptionKey(wrappedFor(entry.own_key))) : null;
  const renewed = await renew(bytes, { signer: sign ? node.signer : null, contentKey, recipient: wrap ? recipient : null });
  writeDurably(path, renewed);
  return renewed;
}

/** §9, §11.1: in order, again and again, until each is taken. */
async function deliver(node, report) {
  const { store, store: { data } } = node;
  const folder = node.transport instanceof Folder; // gives no answer: what has no receipt yet is looked at again
  let at = data.packages.findIndex((entry) => !(entry.taken && (entry.answered || !folder)));
  if (at < 0) return;
  let failures = 0, damaged = 0, gap = null, newKey = false;
  while (at < data.packages.length) {
    const entry = data.packages[at];
    try {
      const answer = await node.transport.send(entry.sequence, await current(node, entry, newKey), entry.taken);
      if (answer) {
        if (answer.manifest_sha256 !== entry.manifest_sha256 || answer.sequence !== entry.sequence) throw new Stop('SENDER-ANSWER', 'the answer is about another package');
        report.sent.push({ manifest_sha256: entry.manifest_sha256, sequence: entry.sequence, status: answer.status });
        say(`Package ${entry.sequence} is taken (${answer.status}).`);
      }
      entry.taken = true; // through a folder: lies there; the receipt tells the rest
      data.stopped = null;
      store.save();
      failures = 0;
      at += 1;
    } catch (error) {
      if (error instanceof Later) {
        // 2 s doubling, half of it random, or what the receiver asks for; beyond our patience the next step goes on.
        const wait = Math.max(error.afterSeconds * 1000, 2000 * 2 ** failures * (0.5 + Math.random() / 2));
        if (Date.now() - started + wait > PATIENCE) throw error;
        say(`Package ${entry.sequence}: ${error.message}; again in ${(wait / 1000).toFixed(1)} s`);
        failures += 1;
        await sleep(wait);
      } else if (error.code === 'EXC-GAP' && Number.isSafeInteger(error.expected) && error.expected >= 1 && error.expected < entry.sequence && gap !== error.expected) {
        gap = error.expected; // §9: the receiver was restored from a backup
        at = gap - 1;
      } else if (error.code === 'EXC-KEY' && !newKey) {
        newKey = true; // the receiver has a new encryption certificate
        await node.refreshTrust();
      } else if (DAMAGED.includes(error.code) && damaged < 2) {
        damaged += 1;
      } else {
        if (['EXC-FORK', 'EXC-CHAIN'].includes(error.code)) {
          data.stopped = error.code; // §9: must stop and call a person
          store.save();
        }
        throw error;
      }
    }
  }
}

/** A clock that is wrong would spoil the approval for ever, so it is asked about before anything is signed. */
async function checkClock(node) {
  const health = node.transport.health && await node.transport.health().catch(() => null); // no answer: packing goes on
  if (!health) return;
  if (Array.isArray(health.formats) && !health.formats.includes('ccvc-package/1')) throw new Stop('EXC-VERSION', `the receiver reads ${health.formats}`);
  const off = Math.abs(new Date(health.time) - now()) / 1000;
  if (off > CLOCK_SLACK) throw new Stop('SENDER-CLOCK', `our clock differs from the receiver's by ${Math.round(off)} s: set it (NTP)`);
}

async function send(node, report) {
  await checkClock(node);
  if (node.store.data.stopped) await deliver(node, report); // still a fork? then nothing new is packed
  await pack(node);
  await deliver(node, report);
}

/** §8, §9, §10, §11: takes, in order, what waits; nothing is believed before it verifies. */
async function receive(node, report) {
  const { store, store: { data } } = node;
  await node.refreshTrust();
  for (;;) {
    const wanted = data.mailbox.sequence + 1;
    const bytes = await node.transport.next(data.mailbox.sequence);
    if (!bytes) return;
    const { manifest, manifest_sha256: digest, lines } = await open(bytes, {
      trust: node.trust, sender: node.national.agency, receiver: node.agency, kinds: ['receipt', 'share'],
      keyFor: (kid) => node.decryptionKey(kid), kidOf: wrappedFor,
    });
    if (manifest.sequence !== wanted) throw new Stop(manifest.sequence > wanted ? 'EXC-GAP' : 'EXC-FORK', `package ${manifest.sequence} instead of ${wanted}`);
    if (manifest.previous !== data.mailbox.manifest_sha256) throw new Stop('EXC-CHAIN', `package ${wanted} does not continue the one before`);
    writeDurably(store.inbox(wanted), bytes);
    if (manifest.kind === 'receipt') {
      const { ours, receipt, words } = readReceipt(lines, wanted, (name) => data.packages.find(({ manifest_sha256: own }) => own === name));
      settle(data, ours, receipt);
      Object.assign(ours, { taken: true, answered: true });
      data.unreported.receipts.push(receipt);
      words.forEach((line) => say(line));
    } else {
      for (const { notice, words } of readNotices(lines)) {
        data.unreported.notices.push(notice);
        say(words);
      }
    }
    data.mailbox = { manifest_sha256: digest, sequence: wanted };
    store.save(); // number, verdicts and what follows from them become true together
  }
}

/** One step of §17.3, with its report and exit code. */
async function step(name) {
  const report = name === 'send' ? { sent: [], stopped: null } : { notices: [], receipts: [], stopped: null };
  let node = null, code = 0;
  try {
    node = await Node.open();
    await (name === 'send' ? send : receive)(node, report);
  } catch (error) {
    say(error instanceof Stop || error instanceof Later ? error.message : error.stack);
    code = error instanceof Later ? 75 : 1;
    if (code === 1) report.stopped = { code: error.code ?? 'SENDER-FAULT' };
  }
  if (name === 'receive' && node) Object.assign(report, node.store.data.unreported); // with what an earlier step, killed, could not report
  if (SENDER_REPORT) writeDurably(SENDER_REPORT, JSON.stringify(report));
  if (name === 'receive' && node) {
    node.store.data.unreported = { notices: [], receipts: [] };
    node.store.save();
  }
  return code;
}

async function sendAgain(number) {
  const { store } = await Node.open();
  for (const entry of store.data.packages) if (entry.sequence >= number) entry.taken = false;
  store.save();
}

const [command, ...rest] = process.argv.slice(2);
try {
  switch (command) {
    case 'send': case 'receive': process.exitCode = await step(command); break;
    case 'again': await sendAgain(Number(rest[0])); break;
    case 'request': console.log(await enrolment.request(SENDER_KEYS, { agency: rest[0], name: rest[1] })); break;
    case 'approver-request': console.log(await enrolment.approverRequest(SENDER_KEYS, { agency: rest[0], account: rest[1], name: rest[2] })); break;
    case 'approver-take-up': writeDurably(join(SENDER_KEYS, 'approver.crt.pem'), JSON.parse(readFileSync(rest[0], 'utf8')).certificate); break;
    case 'take-up': {
      const { national } = await enrolment.takeUp(SENDER_KEYS, readFileSync(rest[0], 'utf8'), rest[1]);
      console.log(`Enrolled; sending to ${national.agency} at ${national.address}.`);
      break;
    }
    default: say('sender.mjs request | take-up | approver-request | approver-take-up | send | receive | again'); process.exitCode = 64;
  }
} catch (error) { say(error.message); process.exitCode = 1; }
