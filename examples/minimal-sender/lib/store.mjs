// §9: what must be remembered, durably. One folder, one JSON file that is replaced whole; that rename is the moment
// at which something has happened. (With many people in it, use a database and a transaction.)
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, realpathSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { hex, sha256, Later } from './base.mjs';

/** §11.2 too: written under a name beginning with a dot, flushed, renamed; then the folder is flushed. */
export function writeDurably(path, bytes, mode = 0o600) {
  const hidden = join(dirname(path), `.${basename(path)}.part`);
  const file = openSync(hidden, 'w', mode);
  const buffer = Buffer.from(bytes);
  for (let at = 0; at < buffer.length;) at += writeSync(file, buffer, at);
  fsyncSync(file);
  closeSync(file);
  renameSync(hidden, path);
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

export const fileNumber = (sequence) => String(sequence).padStart(12, '0');

export class Store {
  constructor(folder) {
    this.folder = folder;
    for (const name of ['', 'outbox', 'inbox', 'keys']) mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
    this.path = join(folder, 'state.json');
    this.data = existsSync(this.path) ? JSON.parse(readFileSync(this.path, 'utf8')) : {
      agency: null,
      crls: [], // newest lists fetched
      encrypt: null, // newest encryption certificate of the national node fetched
      mailbox: { manifest_sha256: null, sequence: 0 }, // the receipts' stream: (N, D) of §9
      packages: [], // number 1 first: {sequence, id, manifest_sha256, records, own_key, period,
      // standard, taken, answered, problem}; `records` gives by index {id, person, number, base, refused, again} of each change
      people: {}, // person → {number, version} of the newest statement (§8 says which refused ones count)
      stopped: null, // code of a fork: nothing new is packed until the receiver takes a package again
      unreported: { notices: [], receipts: [] }, // read, but the report is not written yet
    };
  }

  save() { writeDurably(this.path, JSON.stringify(this.data)); }
  get last() { return this.data.packages.at(-1); }
  outbox(sequence) { return join(this.folder, 'outbox', `${fileNumber(sequence)}.ccvc`); }
  inbox(sequence) { return join(this.folder, 'inbox', `${fileNumber(sequence)}.ccvc`); }

  /** §9: two senders on one state would fork the stream. The name is free again when the process ends, however it ends. */
  async lock() {
    const name = `ccvc-sender-${hex(sha256(realpathSync(this.folder))).slice(0, 32)}`;
    const path = { linux: `\0${name}`, win32: `\\\\.\\pipe\\${name}` }[process.platform] ?? join(tmpdir(), name);
    const listen = () => new Promise((resolve, reject) => createServer().unref().once('error', reject).listen(path, resolve));
    const alive = () => new Promise((resolve) => createConnection(path, () => resolve(true)).once('error', () => resolve(false)).unref());
    await listen().catch(async () => {
      if (await alive()) throw new Later('another sender works on this state');
      if (path.startsWith(tmpdir())) unlinkSync(path); // the file of one that was killed
      await listen();
    });
  }
}
