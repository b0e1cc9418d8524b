// Signing with a token in the reader's own machine: the node's page hands the signing program what is to be signed, the
// officer reads and signs it in the program's own window, and the page brings the signature back.
"use strict";

const TOKEN = "ccvc-signer";

class Told extends Error {}

for (const form of document.querySelectorAll("form[data-signer]")) prepare(form);

function prepare(form) {
  const choice = form.querySelector("[name=means]");
  const show = () => {
    const local = "certificates" in form.dataset || choice?.selectedOptions[0]?.dataset.kind === "local";
    for (const part of form.querySelectorAll("[data-where]")) {
      part.hidden = (part.dataset.where === "local") !== local;
      for (const field of part.querySelectorAll("[data-needed]")) field.required = !part.hidden;
    }
  };
  choice?.addEventListener("change", show);
  show();
  form.querySelector("[data-sign]").addEventListener("click", () => sign(form));
}

async function sign(form) {
  const button = form.querySelector("[data-sign]");
  button.disabled = true;
  try {
    await pair(form);
    const { id, ...given } = await ask(form, form.dataset.begin, await about(form));
    const waiting = await program(form, "/v1/requests", given);
    say(form, form.dataset.reading, waiting.confirm);
    window.open(waiting.confirm, "_blank", "noopener");
    const fields = new FormData();
    fields.set("id", id);
    fields.set("signature", await signed(form, waiting.id));
    location.assign((await ask(form, form.dataset.complete, fields)).next);
  } catch (problem) {
    if (!(problem instanceof Told)) throw problem;
    say(form, problem.message);
  } finally {
    button.disabled = false;
  }
}

async function pair(form) {
  if (sessionStorage.getItem(TOKEN)) return;
  const code = form.querySelector("[data-code]");
  const box = code.closest("[data-pairing]");
  if (box.hidden || !code.value.trim()) {
    box.hidden = false;
    code.focus();
    throw new Told(form.dataset.pair);
  }
  const answer = await program(form, "/v1/pair", { code: code.value });
  sessionStorage.setItem(TOKEN, answer.token);
  code.value = "";
  box.hidden = true;
}

async function about(form) {
  const fields = new FormData(form);
  if (!("certificates" in form.dataset)) return fields;
  const found = await program(form, "/v1/certificates");
  fields.set("chain", found.chain);
  fields.set("algorithm", found.algorithm);
  return fields;
}

async function signed(form, id) {
  for (;;) {
    await new Promise((done) => setTimeout(done, 700));
    const answer = await program(form, `/v1/requests/${id}`);
    if (answer.state === "signed") return answer.signature;
    if (answer.state === "refused") throw new Told(form.dataset.refused);
  }
}

async function program(form, path, body) {
  const headers = { Authorization: `Bearer ${sessionStorage.getItem(TOKEN) ?? ""}` };
  let answer;
  try {
    answer = await fetch(form.dataset.signer + path, {
      method: body ? "POST" : "GET",
      headers: body ? { ...headers, "Content-Type": "application/json" } : headers,
      body: body && JSON.stringify(body),
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
  } catch {
    throw new Told(form.dataset.missing);
  }
  if (answer.status === 401) sessionStorage.removeItem(TOKEN);
  return read(form, answer);
}

async function ask(form, address, fields) {
  const csrf = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(address, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": csrf },
    body: fields,
  });
  return read(form, answer);
}

async function read(form, answer) {
  const found = await answer.json().catch(() => ({}));
  if (answer.ok) return found;
  const problem = found.problem ?? found;
  throw new Told([problem.message ?? form.dataset.failed, problem.next ?? ""].join(" "));
}

function say(form, text, link) {
  form.querySelector("[data-told]").textContent = text;
  const open = form.querySelector("[data-window]");
  open.hidden = !link;
  if (link) open.href = link;
}
