// ---- the bundle

const SIGNS = "6983a8f8f299d2c0b292d1bfc797bea49c81fc3c01";
const SEALS = "6983a8f8f299d2c0b292d1bfc797bea49c81fc3c03";
const APPROVES = "2b06010505070324";
const KNOWN = ["551d13", "551d0f", "551d25", "551d11", "551d0e", "551d23", "551d1f", "2b06010505070101", NO_CHECK];

async function message(jws) {
  if (jws.signatures.length !== 1) throw new Bad("signatures");
  const [member] = jws.signatures;
  const header = JSON.parse(text(base64url(member.protected)));
  const chain = await Promise.all(header.x5c.map((item) => certificate(base64(item))));
  const said = JSON.parse(text(base64url(jws.payload)));
  const at = new Date(said.at);
  if (Number.isNaN(at.getTime())) throw new Bad("at");
  const signature = base64url(member.signature);
  return { jws, header, chain, signer: chain[0], said, at, signature };
}

async function requireSigned({ jws, header, signer, said, at, signature }, form) {
  const named = header.kid === signer.fingerprint && !("crit" in header) && said.format === form;
  const covered = bytesOf(`${jws.signatures[0].protected}.${jws.payload}`);
  if (!(await verifies(signer, covered, signature, header.alg)) || !named) throw new Bad(at.toISOString());
}

class Trust {
  static async of(given, fingerprints) {
    const found = new Trust();
    found.known = await Promise.all(given.certificates.map((pem) => certificate(fromPem(pem))));
    found.lists = given.crls.map((pem) => revocationList(fromPem(pem)));
    [found.answers, found.between] = [[], []];
    found.fingerprints = fingerprints;
    found.used = new Set();
    return found;
  }

  /** The same anchors, with what came along: none of it is believed without them. */
  knowing(evidence, chain) {
    const found = Object.assign(new Trust(), this);
    found.lists = [...this.lists, ...(evidence ? evidence.lists : [])];
    found.answers = [...this.answers, ...(evidence ? evidence.answers : [])];
    found.between = [...this.between, ...chain, ...(evidence ? evidence.certs : [])];
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

  async judge(signer, use, at) {
    const path = await this.path(signer);
    if (!path) throw new Bad(`${signer.name}: issuer`);
    this.used.add(path[path.length - 1].fingerprint);
    const { uses } = signer;
    if (!uses.includes(use) || uses.includes(SEALS) || (use === STAMPS && uses.length > 1)) throw new Bad(`${signer.name}: use`);
    for (const one of path) {
      if (at < one.since || at > one.until) throw new Bad(`${one.name}: ${day(one.since)} – ${day(one.until)}`);
      if (one.critical.some((id) => !KNOWN.includes(id))) throw new Bad(`${one.name}: extension`);
    }
    refuseBanned(algorithmsOf(path), at);
    for (const [one, above, told] of await this.words(path)) refuseRevoked(one, above, told, at);
  }

  /** Each certificate of a path below its anchor, with who issued it and all that is said of it. */
  async words(path) {
    const found = [];
    for (let place = 0; place + 1 < path.length; place += 1) {
      const [one, above] = [path[place], path[place + 1]];
      found.push([one, above, await wordsOn(one, above, this.lists, this.answers)]);
    }
    return found;
  }

  /** Which certificate of the path lost its key to another, as far as was known; empty where none did. */
  async taken(signer, until = null) {
    for (const [one, , told] of await this.words((await this.path(signer)) || [])) {
      const gone = told.find((word) => word.since && TAKEN.includes(word.reason) && (!until || word.since <= until));
      if (gone) return `${one.name}: ${day(gone.since)}`;
    }
    return "";
  }

  async path(signer) {
    const paths = [[signer]];
    while (paths.length) {
      const path = paths.pop();
      const last = path[path.length - 1];
      for (const above of [...this.known, ...this.between]) {
        if (above.subject !== last.issuer || !mayIssue(above, path.length - 1) || !(await signedBy(last, above))) continue;
        if (above.subject === above.issuer && this.known.includes(above)) return [...path, above];
        if (path.length < 4 && !path.includes(above)) paths.push([...path, above]);
      }
    }
    return null;
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

  async attempt(about, code, act, detail, told = true) {
    try {
      const said = await act();
      if (told) this.note(about, code, true, said || detail);
      return true;
    } catch (error) {
      const status = error instanceof Unknown ? "unknown" : "bad";
      this.steps.push({ about, code, status, detail: error.message });
      return false;
    }
  }

  async run(fingerprints) {
    const { bundle } = this;
    this.trust = await Trust.of(bundle.trust, fingerprints);
    const faults = await this.trust.faults();
    this.note("", "TRUST", !faults.length, faults.join("; "));
    const head = await this.message("HEAD", bundle.head, SIGNS, "ccvc-head/1", bundle.agency);
    const approvals = [];
    const proofs = bundle.evidence || [];
    if (proofs.length > bundle.approvals.length) throw new Bad("evidence");
    for (const [number, jws] of bundle.approvals.entries()) {
      const about = `#${number + 1}`;
      approvals.push(await this.message("APPROVAL", jws, APPROVES, "ccvc-approval/1", null, about, proofs[number]));
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

  async message(kind, jws, use, form, agency, about = "", proof = null) {
    let found;
    try {
      found = await message(jws);
    } catch (error) {
      this.note(about, `${kind}-SIGNATURE`, false, error.message);
      throw error;
    }
    const { said, signer, header } = found;
    await this.attempt(about, `${kind}-SIGNATURE`, () => requireSigned(found, form), found.at.toISOString());
    const plain = [this.trust.knowing(null, found.chain.slice(1)), found.at];
    const [known, when] = kind === "APPROVAL" ? await prove(this, about, found, proof) : plain;
    const used = [["jws", header.alg], ...algorithmsOf((await known.path(signer)) || found.chain)];
    await this.attempt(about, "ALGORITHM", () => refuseBanned(used, when), `${header.alg}, ${signer.key.name}`);
    await this.attempt(about, `${kind}-CERTIFICATE`, () => known.judge(signer, use, when), signer.name);
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
