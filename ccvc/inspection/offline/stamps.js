// ---- time stamps (RFC 3161), and what is kept beside an approval

const [TST_INFO, STAMPS] = ["1.2.840.113549.1.9.16.1.4", "2b06010505070308"];
const SIGNING_CERTIFICATES = { "1.2.840.113549.1.9.16.2.47": "SHA-256", "1.2.840.113549.1.9.16.2.12": "SHA-1" };
const SKEW = 300e3;

async function stampOf(token) {
  const [kind, content] = der(token).parts();
  if (oid(kind) !== "1.2.840.113549.1.7.2") throw new Bad("token");
  const [, , enclosed, ...rest] = inner(content).parts();
  const [what, wrapped] = enclosed.parts();
  if (oid(what) !== TST_INFO) throw new Bad("tst_info");
  const info = inner(wrapped).body;
  const told = rest.filter((part) => part.tag === 0xa0).flatMap((part) => part.parts());
  const chain = await Promise.all(told.map((one) => certificate(one.raw)));
  const signedInfo = inner(rest[rest.length - 1]).parts();
  const [, , imprint, , made] = der(info).parts();
  const [algorithm, value] = imprint.parts();
  const signer = chain.find((cert) => isNamed(cert, signedInfo[1]));
  if (!signer) throw new Bad("signer");
  return { info, chain, signer, fields: signedInfo, digest: hashOf(algorithm), imprint: hex(value.body), at: moment(made) };
}

function isNamed(cert, named) {
  if (named.tag === 0x80) return hex((cert.values["551d0e"] || new Uint8Array()).slice(2)) === hex(named.body);
  const [issuer, serial] = named.parts();
  return hex(issuer.raw) === cert.issuer && hex(serial.body) === cert.serial;
}

async function fits(stamp, covered) {
  if (hex(await digest(covered, stamp.digest)) !== stamp.imprint) throw new Bad("imprint");
  const [, , algorithm, attributes, how, signature] = stamp.fields;
  const name = hashOf(algorithm);
  if (attributes.tag !== 0xa0) throw new Bad("attributes");
  const told = Object.fromEntries(attributes.parts().map((one) => [oid(one.parts()[0]), one.parts()[1].parts()[0]]));
  const kind = oid(told["1.2.840.113549.1.9.3"]) === TST_INFO;
  const hashed = hex(told["1.2.840.113549.1.9.4"].body) === hex(await digest(stamp.info, name));
  const over = joined([0x31], attributes.raw.slice(1));
  const held = await holdsDer(stamp.signer.key, over, signature.body, schemeOf(how, name));
  if (!(kind && hashed && held && (await namesSigner(stamp, told)))) throw new Bad("signature");
}

async function namesSigner(stamp, told) {
  for (const [kind, usual] of Object.entries(SIGNING_CERTIFICATES)) {
    if (!told[kind]) continue;
    const first = told[kind].parts()[0].parts()[0].parts();
    const dated = first[0].tag === 0x30 && first.length > 1 && first[1].tag === 4;
    const name = first[0].tag === 0x30 ? hashOf(first[0]) : usual;
    return hex(await digest(stamp.signer.data, name)) === hex((dated ? first[1] : first[0]).body);
  }
  return false;
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}

async function evidenceOf(given, jws) {
  const items = given.etsiU;
  const first = items.flatMap((item, place) => ("sigTst" in item ? [place] : []));
  const single = items.every((item) => Object.keys(item).length === 1);
  if (!items.length || items.length > 64 || !single || !["", "0"].includes(first.join())) throw new Bad("etsiU");
  const found = { certs: [], lists: [], answers: [], stamps: [] };
  const [member] = jws.signatures;
  for (const [place, item] of items.entries()) {
    const held = item.tstVD || item;
    for (const one of held.xVals || []) found.certs.push(await certificate(base64(one.x509Cert.val)));
    for (const one of held.rVals?.crlVals || []) found.lists.push(revocationList(base64(one.val)));
    for (const one of held.rVals?.ocspVals || []) found.answers.push(await ocspAnswer(base64(one.val)));
    const tokens = item.sigTst || item.arcTst;
    if (!tokens) continue;
    if (tokens.tstTokens.length !== 1) throw new Bad("tstTokens");
    const before = JSON.stringify({ etsiU: sorted(items.slice(0, place)) });
    const whole = [member.protected, jws.payload, member.signature, before].join(".");
    const covered = bytesOf(item.sigTst ? member.signature : whole);
    found.stamps.push({ stamp: await stampOf(base64(tokens.tstTokens[0].val)), covered });
  }
  return found;
}

/** Notes what the evidence of an approval shows; gives what is known with it, and the time to judge the signer at. */
async function prove(checker, about, found, given) {
  let known = checker.trust.knowing(null, found.chain.slice(1));
  let at = null;
  if (given) {
    let evidence = null;
    await checker.attempt(about, "STAMP", async () => { evidence = await evidenceOf(given, found.jws); }, "", false);
    if (evidence) {
      const chains = evidence.stamps.flatMap(({ stamp }) => stamp.chain);
      known = checker.trust.knowing(evidence, [...found.chain.slice(1), ...chains]);
      at = await stamped(checker, known, about, evidence.stamps);
      await toldOf(checker, known, about, evidence, [...found.chain, ...chains]);
    }
  }
  return [known, await settled(checker, known, about, found, at)];
}

async function stamped(checker, known, about, stamps) {
  let [believed, first] = [null, null];
  for (const { stamp, covered } of [...stamps].reverse()) {
    const detail = `${stamp.signer.name}, ${stamp.at.toISOString()}`;
    const right = await checker.attempt(about, "STAMP", () => fits(stamp, covered), detail);
    const held = await checker.attempt(about, "STAMP-CERTIFICATE", () => stampHeld(known, stamp, believed), detail);
    first = right && held ? stamp.at : null;
    believed = first || believed;
  }
  return first;
}

async function stampHeld(known, stamp, believed) {
  if (!(await known.path(stamp.signer))) throw new Unknown(`${stamp.signer.name}: không rõ ai cấp / issuer unknown`);
  if (believed && stamp.at - believed > SKEW) throw new Bad("time");
  await known.judge(stamp.signer, STAMPS, stamp.at);
  refuseBanned([["digest", stamp.digest]], believed || stamp.at);
  const taken = await known.taken(stamp.signer, believed);
  if (taken) throw new Bad(taken);
}

async function toldOf(checker, known, about, evidence, chain) {
  const certs = [...chain, ...evidence.certs, ...known.known];
  for (const answer of evidence.answers) {
    await checker.attempt(about, "STATUS", () => answersFor(answer, certs, known), "OCSP");
  }
  for (const item of evidence.lists) {
    const held = await Promise.all(certs.map((cert) => item.issuer === cert.subject && signedBy(item, cert)));
    checker.note(about, "STATUS", held.some(Boolean), `CRL ${item.number}, ${day(item.asOf)}`);
  }
}

async function answersFor(answer, certs, known) {
  for (const one of certs) {
    for (const above of certs.filter((cert) => cert.subject === one.issuer)) {
      const word = await wordOf(answer, one, above);
      if (!word) continue;
      if (!(await genuine(answer, above, known.lists))) throw new Bad(`OCSP ${one.name}: signature`);
      return `OCSP ${one.name}, ${minute(word.asOf)} – ${minute(word.until)} UTC`;
    }
  }
  throw new Bad("OCSP: serial");
}

async function settled(checker, known, about, found, proved) {
  let at = proved;
  try {
    if (at) await known.judge(found.signer, APPROVES, at);
  } catch (error) {
    if (!(error instanceof Unknown)) at = null;
  }
  if (at) {
    checker.note(about, "TIME", found.at - at <= SKEW, at.toISOString());
    return at;
  }
  const taken = await known.taken(found.signer);
  checker.steps.push({ about, code: "TIME", status: taken ? "bad" : "note", detail: taken || found.at.toISOString() });
  return found.at;
}
