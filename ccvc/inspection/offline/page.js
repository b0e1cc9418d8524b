"use strict";
// Checks a proof bundle (ccvc-proof/1) with what every browser has. Asks no network; shares no line with CCVC.

class Bad extends Error {}
class Unknown extends Error {}

const text = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
const bytesOf = (string) => new TextEncoder().encode(string);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (string) => {
  if (!/^([0-9a-f]{2})*$/.test(string)) throw new Bad("hex");
  return Uint8Array.from(string.match(/../g) || [], (pair) => parseInt(pair, 16));
};
const base64 = (string) => Uint8Array.from(atob(string), (letter) => letter.charCodeAt(0));
const base64url = (string) => {
  const plain = string.replace(/-/g, "+").replace(/_/g, "/");
  const found = base64(plain + "=".repeat((4 - (plain.length % 4)) % 4));
  const again = btoa(String.fromCharCode(...found)).replace(/=+$/, "").replace(/\+/g, "-").replace(/\//g, "_");
  if (again !== string) throw new Bad("base64url");
  return found;
};
const joined = (...parts) => {
  const found = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  parts.reduce((at, part) => (found.set(part, at), at + part.length), 0);
  return found;
};
const digest = async (bytes, name = "SHA-256") => new Uint8Array(await crypto.subtle.digest(name, bytes));
const day = (at) => at.toLocaleDateString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh" });

// ---- DER, certificates, revocation lists

function der(data, at = 0) {
  let size = data[at + 1];
  let start = at + 2;
  if (size === 0x80) throw new Unknown("BER");
  if (size & 0x80) {
    const count = size & 0x7f;
    size = data.slice(start, start + count).reduce((sum, byte) => sum * 256 + byte, 0);
    start += count;
  }
  if (!(start + size <= data.length)) throw new Bad("DER");
  const body = data.slice(start, start + size);
  return { tag: data[at], body, raw: data.slice(at, start + size), parts: () => parts(body) };
}

function parts(body) {
  const found = [];
  for (let at = 0; at < body.length; at += found[found.length - 1].raw.length) found.push(der(body, at));
  return found;
}

function moment(element) {
  let said = text(element.body);
  if (element.tag === 0x17) said = (said.slice(0, 2) >= "50" ? "19" : "20") + said;
  const [, y, m, d, h, i, s, part] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(said);
  return new Date(Date.UTC(+y, m - 1, +d, +h, +i, +s) + Math.floor(Number(part || 0) * 1000));
}

function oid(element) {
  const numbers = [];
  let value = 0;
  for (const byte of element.body) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    numbers.push(value);
    value = 0;
  }
  const first = Math.min(Math.floor(numbers[0] / 40), 2);
  return [first, numbers[0] - 40 * first, ...numbers.slice(1)].join(".");
}

function inner(element) {
  const found = element.parts();
  if (found.length !== 1) throw new Bad("DER");
  return found[0];
}

const fromPem = (pem) => base64(pem.split("\n").filter((line) => !line.startsWith("-----")).join(""));

function signed(data) {
  const top = der(data);
  if (top.raw.length !== data.length) throw new Bad("DER");
  const [part, how, signature] = top.parts();
  return { data, part, how, algorithm: oid(how.parts()[0]), signature: signature.body.slice(1) };
}

function extensionsOf(rest) {
  const values = {};
  const critical = [];
  for (const wrapped of rest.filter((part) => part.tag === 0xa3 || part.tag === 0xa0)) {
    for (const one of wrapped.parts()[0].parts()) {
      const [id, ...more] = one.parts();
      values[hex(id.body)] = more[more.length - 1].body;
      if (more.length === 2 && more[0].body[0]) critical.push(hex(id.body));
    }
  }
  return { values, critical };
}

async function certificate(data) {
  const found = signed(data);
  let fields = found.part.parts();
  if (fields[0].tag === 0xa0) fields = fields.slice(1);
  const [since, until] = fields[3].parts().map(moment);
  const names = {};
  for (const rdn of fields[4].parts()) {
    for (const item of rdn.parts()) names[hex(item.parts()[0].body)] = text(item.parts()[1].body);
  }
  const { values, critical } = extensionsOf(fields.slice(6));
  const uses = values["551d25"] ? der(values["551d25"]).parts().map((use) => hex(use.body)) : [];
  return {
    ...found, since, until, uses, critical, values,
    serial: hex(fields[0].body), issuer: hex(fields[2].raw), subject: hex(fields[4].raw), key: keyOf(fields[5]),
    fingerprint: hex(await digest(data)),
    name: names["550403"] || "?", agency: names["550461"] || "", account: names["0992268993f22c640101"] || "",
  };
}

function mayIssue(cert, below) {
  const basic = cert.values["551d13"] ? der(cert.values["551d13"]).parts() : [];
  const usage = cert.values["551d0f"] ? der(cert.values["551d0f"]).body[1] : 0;
  const depth = basic.find((part) => part.tag === 2);
  return basic[0]?.tag === 1 && basic[0].body[0] && usage & 4 && (!depth || below <= depth.body[0]);
}

function revocationList(data) {
  const found = signed(data);
  let fields = found.part.parts();
  if (fields[0].tag === 2) fields = fields.slice(1);
  const dated = fields[3] && [0x17, 0x18].includes(fields[3].tag);
  const revoked = {};
  for (const entry of fields.slice(3).filter((item) => item.tag === 0x30).flatMap((item) => item.parts())) {
    const [serial, since, ...more] = entry.parts();
    const told = more.flatMap((wrapped) => wrapped.parts().map((one) => one.parts()));
    const why = told.find((one) => oid(one[0]) === "2.5.29.21");
    const reason = why ? der(why[why.length - 1].body).body[0] : 0;
    revoked[hex(serial.body)] = { since: moment(since), reason };
  }
  const { values, critical } = extensionsOf(fields.slice(3));
  if (critical.length) throw new Unknown(`CRL ${critical}`);
  const number = values["551d14"];
  const count = number ? der(number).body.reduce((sum, byte) => sum * 256 + byte, 0) : 0;
  const until = dated ? moment(fields[3]) : null;
  return { ...found, issuer: hex(fields[1].raw), asOf: moment(fields[2]), until, revoked, number: count };
}

// ---- signatures

const HASHES = {
  "1.3.14.3.2.26": "SHA-1",
  "2.16.840.1.101.3.4.2.1": "SHA-256",
  "2.16.840.1.101.3.4.2.2": "SHA-384",
  "2.16.840.1.101.3.4.2.3": "SHA-512",
};
const [PKCS1, PSS] = ["RSASSA-PKCS1-v1_5", "RSA-PSS"];
const SCHEMES = {
  "1.2.840.10045.4.3.2": ["ECDSA", "SHA-256"],
  "1.2.840.10045.4.3.3": ["ECDSA", "SHA-384"],
  "1.2.840.10045.4.3.4": ["ECDSA", "SHA-512"],
  "1.2.840.113549.1.1.11": [PKCS1, "SHA-256"],
  "1.2.840.113549.1.1.12": [PKCS1, "SHA-384"],
  "1.2.840.113549.1.1.13": [PKCS1, "SHA-512"],
};
const JOSE = {
  ES256: ["ECDSA", "SHA-256", 32], ES384: ["ECDSA", "SHA-384", 48],
  RS256: [PKCS1, "SHA-256"], RS384: [PKCS1, "SHA-384"], RS512: [PKCS1, "SHA-512"],
  PS256: [PSS, "SHA-256"], PS384: [PSS, "SHA-384"], PS512: [PSS, "SHA-512"],
};
const CURVES = { "1.2.840.10045.3.1.7": ["secp256r1", "P-256", 32], "1.3.132.0.34": ["secp384r1", "P-384", 48] };

function keyOf(info) {
  const [algorithm, value] = info.parts();
  const ids = algorithm.parts();
  const kind = oid(ids[0]);
  const bits = value.body.slice(1);
  if (kind === "1.2.840.113549.1.1.1") {
    const modulus = hex(der(bits).parts()[0].body).replace(/^0+/, "");
    const size = (modulus.length - 1) * 4 + parseInt(modulus[0], 16).toString(2).length;
    return { spki: info.raw, bits, name: `rsa${size}`, rsa: size };
  }
  const named = kind === "1.2.840.10045.2.1" ? oid(ids[1]) : kind;
  const [name, curve, half] = CURVES[named] || [named];
  return { spki: info.raw, bits, name, curve, half };
}

function schemeOf(algorithm, digestName = "") {
  const ids = algorithm.parts();
  const found = oid(ids[0]);
  if (found === "1.2.840.113549.1.1.1" && digestName) return [PKCS1, digestName];
  if (found === "1.2.840.113549.1.1.10") {
    const named = ids[1].parts().find((part) => part.tag === 0xa0);
    const hash = named && HASHES[oid(inner(named).parts()[0])];
    if (hash && hash !== "SHA-1") return [PSS, hash];
  }
  if (!SCHEMES[found]) throw new Unknown(`thuật toán chữ ký / signature algorithm ${found}`);
  return SCHEMES[found];
}

async function verifies(cert, data, signature, algorithm) {
  if (!JOSE[algorithm]) throw new Unknown(`thuật toán / algorithm ${algorithm}`);
  const [scheme, hash, half] = JOSE[algorithm];
  if (scheme === "ECDSA" && cert.key.half !== half) return false;
  return holds(cert.key, data, signature, scheme, hash);
}

/** A signature as JOSE has it: of ECDSA r and s side by side. */
async function holds(key, data, signature, scheme, hash) {
  if (!key.curve && !key.rsa) throw new Unknown(`khoá / key ${key.name}`);
  if ((scheme === "ECDSA") !== Boolean(key.curve) || (key.rsa && key.rsa < 2048)) return false;
  const size = { "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 }[hash];
  const kind = key.curve ? { name: scheme, namedCurve: key.curve } : { name: scheme, hash };
  const how = { ECDSA: { name: scheme, hash }, [PSS]: { name: PSS, saltLength: size } }[scheme] || { name: scheme };
  try {
    const opened = await crypto.subtle.importKey("spki", key.spki, kind, false, ["verify"]);
    return await crypto.subtle.verify(how, opened, signature, data);
  } catch {
    return false;
  }
}

/** A signature as X.509 and CMS have it: of ECDSA two numbers in DER. */
async function holdsDer(key, data, signature, [scheme, hash]) {
  const plain = scheme === "ECDSA" && key.curve ? sideBySide(signature, key.half) : signature;
  return holds(key, data, plain, scheme, hash);
}

function sideBySide(signature, size) {
  const numbers = der(signature).parts().map((part) => {
    const bare = part.body[0] === 0 ? part.body.slice(1) : part.body;
    if (bare.length > size) throw new Bad("DER");
    return joined(new Uint8Array(size - bare.length), bare);
  });
  return joined(...numbers);
}

async function signedBy(one, above) {
  try {
    return await holdsDer(above.key, one.part.raw, one.signature, schemeOf(one.how));
  } catch {
    return false;
  }
}

// ---- trees (RFC 9162); sizes pass 32 bits, so no bit operators

const half = (number) => Math.floor(number / 2);
const odd = (number) => number % 2 === 1;
const leafHash = (data) => digest(joined([0], data));
const nodeHash = (left, right) => digest(joined([1], left, right));

async function rootFrom(leaf, index, size, path) {
  if (!(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size)) return "";
  let [place, last, found] = [index, size - 1, leaf];
  for (const sibling of path.map(unhex)) {
    if (last === 0) return "";
    if (odd(place) || place === last) {
      found = await nodeHash(sibling, found);
      while (!odd(place) && place) [place, last] = [half(place), half(last)];
    } else {
      found = await nodeHash(found, sibling);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 ? hex(found) : "";
}

async function extendsLog(first, second, old, fresh, proof) {
  if (!(first > 0 && first <= second)) return false;
  if (first === second) return !proof.length && old === fresh;
  const power = Number.isInteger(Math.log2(first)) && 2 ** Math.round(Math.log2(first)) === first;
  const path = (power ? [old, ...proof] : proof).map(unhex);
  if (!path.length) return false;
  let [place, last] = [first - 1, second - 1];
  while (odd(place)) [place, last] = [half(place), half(last)];
  let [left, right] = [path[0], path[0]];
  for (const sibling of path.slice(1)) {
    if (last === 0) return false;
    if (odd(place) || place === last) {
      [left, right] = [await nodeHash(sibling, left), await nodeHash(sibling, right)];
      while (!odd(place) && place) [place, last] = [half(place), half(last)];
    } else {
      right = await nodeHash(right, sibling);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && hex(left) === old && hex(right) === fresh;
}
