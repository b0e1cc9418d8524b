// ---- which algorithms are allowed, and the word on certificates

const SHORT = {
  "1.2.840.10045.4.3.2": "ecdsa-with-SHA256", "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
  "1.2.840.10045.4.3.4": "ecdsa-with-SHA512", "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
  "1.2.840.113549.1.1.10": "RSASSA-PSS", "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
  "1.2.840.113549.1.1.12": "sha384WithRSAEncryption", "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
};

function allows(purpose, name, at) {
  const today = new Date(at.getTime() + 7 * 3600e3).toISOString().slice(0, 10);
  return ALLOWED.some((row) => row[0] === purpose && row[1] === name && row[2] <= today && (!row[3] || today <= row[3]));
}

function refuseBanned(used, at) {
  const banned = used.filter(([purpose, name]) => !allows(purpose, name, at)).map(([, name]) => SHORT[name] || name);
  if (banned.length) throw new Bad(`không được phép / not allowed: ${banned.join(", ")}`);
}

const algorithmsOf = (path) => path.flatMap((one) => [["certificate", one.algorithm], ["public_key", one.key.name]]);

const [TAKEN, FOR_NOW] = [[1, 2, 10], [6, 8]];
const [ANSWERS, NO_CHECK] = ["2b06010505070309", "2b0601050507300105"];
const minute = (at) => at.toISOString().slice(0, 16).replace("T", " ");

function hashOf(algorithm) {
  const found = oid(algorithm.parts()[0]);
  if (!HASHES[found]) throw new Unknown(`thuật toán băm / digest ${found}`);
  return HASHES[found];
}

async function ocspAnswer(data) {
  const [status, wrapped] = der(data).parts();
  if (status.body[0] !== 0 || !wrapped) throw new Bad("OCSP");
  const [kind, content] = inner(wrapped).parts();
  if (oid(kind) !== "1.3.6.1.5.5.7.48.1.1") throw new Bad("OCSP");
  const [part, how, signature, ...certs] = der(content.body).parts();
  let fields = part.parts();
  if (fields[0].tag === 0xa0) fields = fields.slice(1);
  const chain = await Promise.all(certs.flatMap((one) => inner(one).parts()).map((one) => certificate(one.raw)));
  const singles = fields[2].parts().map((one) => single(one.parts()));
  return { part, how, signature: signature.body.slice(1), chain, responder: fields[0], made: moment(fields[1]), singles };
}

function single(fields) {
  const [algorithm, name, key, serial] = fields[0].parts();
  const [state, asOf] = [fields[1], moment(fields[2])];
  const end = fields.slice(3).find((part) => part.tag === 0xa0);
  const told = state.tag === 0xa1 ? state.parts() : [];
  const word = {
    asOf,
    until: end ? moment(inner(end)) : new Date(asOf.getTime() + 3600e3),
    since: told.length ? moment(told[0]) : null,
    reason: told.length > 1 ? inner(told[1]).body[0] : 0,
    known: state.tag !== 0x82,
  };
  return { digest: hashOf(algorithm), name: hex(name.body), key: hex(key.body), serial: hex(serial.body), word };
}

async function wordOf(answer, cert, above) {
  for (const one of answer.singles) {
    const named = hex(await digest(unhex(above.subject), one.digest)) === one.name;
    const keyed = hex(await digest(above.key.bits, one.digest)) === one.key;
    if (named && keyed && one.serial === cert.serial && one.word.asOf <= cert.until) return one.word;
  }
  return null;
}

async function genuine(answer, above, lists) {
  const own = await signedOf(lists, above);
  for (const cert of [above, ...answer.chain]) {
    const told = inner(answer.responder);
    const byName = answer.responder.tag === 0xa1;
    const is = byName ? hex(told.raw) === cert.subject : hex(told.body) === hex(await digest(cert.key.bits, "SHA-1"));
    if (!is || (cert !== above && !(await mayAnswer(cert, above, answer, own)))) continue;
    if (await holdsDer(cert.key, answer.part.raw, answer.signature, schemeOf(answer.how))) return true;
  }
  return false;
}

async function mayAnswer(cert, above, answer, own) {
  if (cert.issuer !== above.subject || !cert.uses.includes(ANSWERS) || !(await signedBy(cert, above))) return false;
  if (own.some((item) => item.revoked[cert.serial])) return false;
  const marked = NO_CHECK in cert.values || own.length > 0;
  return cert.since <= answer.made && answer.made <= cert.until && marked;
}

async function signedOf(lists, above) {
  const named = lists.filter((item) => item.issuer === above.subject);
  const held = await Promise.all(named.map((item) => signedBy(item, above)));
  return named.filter((_, place) => held[place]);
}

/** All that genuine lists and answers say of a certificate, the newest first. */
async function wordsOn(cert, above, lists, answers) {
  const found = [];
  for (const answer of answers) {
    const said = await wordOf(answer, cert, above);
    if (said && (await genuine(answer, above, lists))) found.push(said);
  }
  const own = await signedOf(lists, above);
  const newest = own.reduce((one, item) => (!one || item.number > one.number || (item.number === one.number && item.asOf > one.asOf) ? item : one), null);
  for (const item of own) {
    const gone = item.revoked[cert.serial];
    if (item !== newest && (!gone || FOR_NOW.includes(gone.reason))) continue;
    found.push({ asOf: item.asOf, until: item.until || item.asOf, since: null, reason: 0, ...gone, known: true });
  }
  return found.sort((one, other) => other.asOf - one.asOf);
}

function refuseRevoked(one, above, told, at) {
  const gone = told.find((word, place) => word.since && word.since <= at && (place === 0 || !FOR_NOW.includes(word.reason)));
  if (gone) throw new Bad(`${one.name}: thu hồi / revoked ${day(gone.since)}`);
  const tells = (word) => word.known && (!word.since || word.since > at) && (at <= word.until || word.asOf > at);
  if (told.some(tells)) return;
  const last = told.reduce((until, word) => (!until || word.until > until ? word.until : until), null);
  throw new Unknown(`${above.name}: CRL, OCSP ${last ? day(last) : "—"}`);
}
