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
  const [, y, m, d, h, i, s] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(said);
  return new Date(Date.UTC(+y, m - 1, +d, +h, +i, +s));
}

const fromPem = (pem) => base64(pem.split("\n").filter((line) => !line.startsWith("-----")).join(""));
const ALGORITHMS = {
  "2a8648ce3d040302": "ES256",
  "2a8648ce3d040303": "ES384",
  "2a864886f70d01010b": "RS256",
  "2a864886f70d01010a": "PS256",
};

function signed(data) {
  const top = der(data);
  if (top.raw.length !== data.length) throw new Bad("DER");
  const [part, algorithm, signature] = top.parts();
  return { data, part, algorithm: hex(algorithm.parts()[0].body), signature: signature.body.slice(1) };
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
  let inner = found.part.parts();
  if (inner[0].tag === 0xa0) inner = inner.slice(1);
  const [since, until] = inner[3].parts().map(moment);
  const names = {};
  for (const rdn of inner[4].parts()) {
    for (const item of rdn.parts()) names[hex(item.parts()[0].body)] = text(item.parts()[1].body);
  }
  const { values, critical } = extensionsOf(inner.slice(6));
  const uses = values["551d25"] ? der(values["551d25"]).parts().map((use) => hex(use.body)) : [];
  return {
    ...found, since, until, uses, critical, values,
    serial: hex(inner[0].body), issuer: hex(inner[2].raw), subject: hex(inner[4].raw), spki: inner[5].raw,
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
  let inner = found.part.parts();
  if (inner[0].tag === 2) inner = inner.slice(1);
  const dated = inner[3] && [0x17, 0x18].includes(inner[3].tag);
  const revoked = {};
  for (const part of inner.slice(3).filter((item) => item.tag === 0x30)) {
    for (const entry of part.parts()) revoked[hex(entry.parts()[0].body)] = moment(entry.parts()[1]);
  }
  const number = extensionsOf(inner.slice(3)).values["551d14"];
  const count = number ? der(number).body.reduce((sum, byte) => sum * 256 + byte, 0) : 0;
  return { ...found, issuer: hex(inner[1].raw), until: dated ? moment(inner[3]) : null, revoked, number: count };
}

// ---- signatures

async function verifies(cert, data, signature, algorithm, { raw = false } = {}) {
  try {
    const curve = algorithm.startsWith("ES") && (algorithm === "ES256" ? 256 : 384);
    const hash = algorithm === "ES384" ? "SHA-384" : "SHA-256";
    const names = { RS256: { name: "RSASSA-PKCS1-v1_5", hash }, PS256: { name: "RSA-PSS", hash } };
    const kind = curve ? { name: "ECDSA", namedCurve: `P-${curve}` } : names[algorithm];
    const key = await crypto.subtle.importKey("spki", cert.spki, kind, false, ["verify"]);
    const pair = curve && !raw ? sideBySide(signature, curve / 8) : signature;
    const how = curve ? { name: "ECDSA", hash } : algorithm === "PS256" ? { name: "RSA-PSS", saltLength: 32 } : kind;
    return await crypto.subtle.verify(how, key, pair, data);
  } catch {
    return false;
  }
}

function sideBySide(signature, size) {
  const numbers = der(signature).parts().map((part) => {
    const bare = part.body[0] === 0 ? part.body.slice(1) : part.body;
    return joined(new Uint8Array(size - bare.length), bare);
  });
  return joined(...numbers);
}

const signedBy = (one, above) => verifies(above, one.part.raw, one.signature, ALGORITHMS[one.algorithm] || "");

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
