// ---- the bundle

const SIGNS = "6983a8f8f299d2c0b292d1bfc797bea49c81fc3c01";
const SEALS = "6983a8f8f299d2c0b292d1bfc797bea49c81fc3c03";
const APPROVES = "2b06010505070324";
const KNOWN = ["551d13", "551d0f", "551d25", "551d11", "551d0e", "551d23"];

async function message(jws) {
  if (jws.signatures.length !== 1) throw new Bad("signatures");
  const [member] = jws.signatures;
  const header = JSON.parse(text(base64url(member.protected)));
  const chain = await Promise.all(header.x5c.map((item) => certificate(base64(item))));
  const said = JSON.parse(text(base64url(jws.payload)));
  const covered = bytesOf(`${member.protected}.${jws.payload}`);
  const fits = await verifies(chain[0], covered, base64url(member.signature), header.alg, { raw: true });
  const at = new Date(said.at);
  if (Number.isNaN(at.getTime())) throw new Bad("at");
  return { chain, signer: chain[0], said, at, holds: fits && header.kid === chain[0].fingerprint && !("crit" in header) };
}

class Trust {
  static async of(given, fingerprints) {
    const found = new Trust();
    found.known = await Promise.all(given.certificates.map((pem) => certificate(fromPem(pem))));
    found.lists = given.crls.map((pem) => revocationList(fromPem(pem)));
    found.fingerprints = fingerprints;
    found.used = new Set();
    return found;
  }

  async faults() {
    const wrong = [];
    for (const one of [...this.known, ...this.lists]) {
      const above = this.known.filter((other) => other.subject === one.issuer);
      const held = await Promise.all(above.map((other) => signedBy(one, other)));
      if (!held.some(Boolean) && (one.name || above.length)) wrong.push(one.name || `CRL ${one.number}`);
    }
    return wrong;
  }

  async judge(found, use) {
    const path = await this.path(found.chain);
    if (!path) throw new Bad(`${found.signer.name}: issuer`);
    this.used.add(path[path.length - 1].fingerprint);
    const { uses } = found.signer;
    if (!uses.includes(use) || uses.includes(SEALS)) throw new Bad(`${found.signer.name}: use`);
    for (const one of path) {
      if (found.at < one.since || found.at > one.until) throw new Bad(`${one.name}: ${day(one.since)} – ${day(one.until)}`);
      if (one.critical.some((id) => !KNOWN.includes(id))) throw new Bad(`${one.name}: extension`);
    }
    for (let place = 0; place + 1 < path.length; place += 1) await this.revoked(path[place], path[place + 1], found.at);
  }

  async path(chain) {
    const paths = [[chain[0]]];
    while (paths.length) {
      const path = paths.pop();
      const last = path[path.length - 1];
      for (const above of [...this.known, ...chain.slice(1)]) {
        if (above.subject !== last.issuer || !mayIssue(above, path.length - 1) || !(await signedBy(last, above))) continue;
        if (above.subject === above.issuer && this.known.includes(above)) return [...path, above];
        if (path.length < 4 && !path.includes(above)) paths.push([...path, above]);
      }
    }
    return null;
  }

  async revoked(one, above, at) {
    let newest = null;
    for (const item of this.lists.filter((list) => list.issuer === above.subject)) {
      if ((await signedBy(item, above)) && (!newest || item.number > newest.number)) newest = item;
    }
    if (!newest) throw new Unknown(`${above.name}: CRL`);
    const since = newest.revoked[one.serial];
    if (since && since <= at) throw new Bad(`${one.name}: thu hồi / revoked ${day(since)}`);
    if (!newest.until || newest.until < at) throw new Unknown(`${above.name}: CRL ${newest.until}`);
  }
}

class Checker {
  constructor(bundle) {
    this.bundle = bundle;
    this.steps = [];
  }

  note(about, code, holds, detail = "") {
    this.steps.push({ about, code, status: holds ? "ok" : "bad", detail });
  }

  async attempt(about, code, act, detail) {
    try {
      await act();
      this.note(about, code, true, detail);
    } catch (error) {
      const status = error instanceof Unknown ? "unknown" : "bad";
      this.steps.push({ about, code, status, detail: error.message });
    }
  }

  async run(fingerprints) {
    const { bundle } = this;
    this.trust = await Trust.of(bundle.trust, fingerprints);
    const faults = await this.trust.faults();
    this.note("", "TRUST", !faults.length, faults.join("; "));
    const head = await this.message("HEAD", bundle.head, SIGNS, "ccvc-head/1", bundle.agency);
    const approvals = [];
    for (const [number, jws] of bundle.approvals.entries()) {
      approvals.push(await this.message("APPROVAL", jws, APPROVES, "ccvc-approval/1", null, `#${number + 1}`));
    }
    for (const entry of bundle.entries) await this.entry(entry, head);
    const before = {};
    for (const item of bundle.items) await this.item(item, approvals, before);
    for (const given of bundle.witnesses) await this.witness(given, head);
    for (const one of [...this.trust.used].sort()) {
      const status = fingerprints.has(one) ? "ok" : fingerprints.size ? "bad" : "unknown";
      this.steps.push({ about: "", code: "ANCHOR", status, detail: one });
    }
  }

  async message(kind, jws, use, form, agency, about = "") {
    let found;
    try {
      found = await message(jws);
    } catch (error) {
      this.note(about, `${kind}-SIGNATURE`, false, error.message);
      throw error;
    }
    this.note(about, `${kind}-SIGNATURE`, found.holds && found.said.format === form, found.at.toISOString());
    await this.attempt(about, `${kind}-CERTIFICATE`, () => this.trust.judge(found, use), found.signer.name);
    const { said, signer } = found;
    if (kind === "APPROVAL") {
      const { approver } = said;
      const fits = signer.account ? approver.account === signer.account : approver.name === signer.name;
      this.note(about, "APPROVER", fits && said.agency === signer.agency, `${approver.name}, ${said.agency}`);
    } else if (signer.agency !== said.agency || (agency && said.agency !== agency)) {
      this.note(about, `${kind}-CERTIFICATE`, false, signer.agency);
    }
    return found;
  }

  async entry(entry, head) {
    const { at, index, kind, payload, subject } = entry;
    const covered = JSON.stringify({ at, format: "ccvc-ledger/1", index, kind, payload, subject });
    const found = await rootFrom(await leafHash(bytesOf(covered)), index, head.said.size, entry.path);
    this.note(`[${index}] ${kind}`, "LOG", found === head.said.root, `${at}, ${subject}`);
  }

  async item(item, approvals, before) {
    const approval = approvals[item.approval].said;
    if (!("statement" in item)) {
      const fresh = unhex(item.hash);
      await this.approved(item.hash.slice(0, 16), item, fresh, approval, null);
      await this.place(item.hash.slice(0, 16), item, fresh);
      return;
    }
    const fresh = await leafHash(bytesOf(item.statement));
    let stated;
    try {
      stated = JSON.parse(item.statement);
    } catch {
      this.note(hex(fresh).slice(0, 16), "STATEMENT", false);
      return;
    }
    const about = `${stated.person}/${stated.number}`;
    await this.approved(about, item, fresh, approval, stated);
    if ("document" in item) {
      const member = { whole: "document_sha256", national: "national_sha256" }[item.form];
      if (!member) throw new Bad("form");
      this.note(about, "DOCUMENT", hex(await digest(bytesOf(item.document))) === stated[member], item.form);
    }
    const last = before[stated.person];
    if (last) this.note(about, "CHAIN", stated.number === last.number + 1 && stated.base === last.hash);
    before[stated.person] = { number: stated.number, hash: hex(fresh) };
    await this.place(about, item, fresh);
  }

  async approved(about, item, fresh, approval, stated) {
    const { index, size, path } = item.leaf;
    const fits = (await rootFrom(fresh, index, size, path)) === approval.merkle_root && size === approval.count;
    const under = !stated || stated.agency === approval.agency || stated.agency.startsWith(`${approval.agency}.`);
    const detail = stated ? `${stated.kind}, ${stated.valid_from}: ${stated.reason}` : "?";
    this.note(about, "STATEMENT", fits && under, detail);
  }

  async place(about, item, fresh) {
    const { index, size, path, record } = item.place;
    const entry = this.bundle.entries[item.entry];
    const said = JSON.parse(entry.payload);
    const bound = record === undefined;
    const line = [record >>> 24, (record >>> 16) & 255, (record >>> 8) & 255, record & 255];
    const leaf = bound ? fresh : await leafHash(joined(line, fresh));
    const fits = (await rootFrom(leaf, index, size, path)) === said.root && size === said.count;
    this.note(about, "ENTRY", fits && entry.kind === (bound ? "versions" : "register"), `[${entry.index}]`);
  }

  async witness(given, head) {
    const found = await this.message("WITNESS", given.witness, SIGNS, "ccvc-witness/1", null);
    const { said } = found;
    const grown = await extendsLog(said.size, head.said.size, said.root, head.said.root, given.proof);
    this.note(said.agency, "WITNESS", said.of === this.bundle.agency && grown, `${said.size} → ${head.said.size}`);
  }
}

async function check(data, fingerprints, file = null) {
  let checker = null;
  let bundle = null;
  try {
    bundle = JSON.parse(data);
    if (bundle.format !== "ccvc-proof/1") throw new Bad(String(bundle.format));
    checker = new Checker(bundle);
    await checker.run(new Set(fingerprints));
  } catch (error) {
    const steps = checker ? checker.steps : [];
    if (steps.some((step) => step.status === "bad")) return steps;
    return [...steps, { about: "", code: "FORM", status: "bad", detail: String(error.message || error) }];
  }
  if (file) {
    const found = hex(await digest(file));
    const named = [...bundle.items.map((item) => item.statement || ""), ...bundle.entries.map((entry) => entry.payload)];
    const status = named.some((words) => words.includes(found)) ? "ok" : "bad";
    checker.steps.push({ about: "", code: "FILE", status, detail: found });
  }
  return checker.steps;
}

const verdictOf = (steps) => {
  const found = new Set(steps.map((step) => step.status));
  return found.has("bad") ? "invalid" : found.has("unknown") ? "unknown" : "valid";
};
