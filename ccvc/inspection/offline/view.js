// ---- what people see

let lang = 0;
let given = { bundle: null, name: "", file: null };
const at = (id) => document.getElementById(id);
const element = (tag, name, words) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (words) made.textContent = words;
  return made;
};

function speak(chosen) {
  lang = chosen;
  document.documentElement.lang = lang ? "en" : "vi";
  for (const one of document.querySelectorAll("[data-vi]")) one.textContent = lang ? one.dataset.en : one.dataset.vi;
  for (const button of document.querySelectorAll("[data-lang]")) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.lang) === lang));
  }
  if (given.bundle !== null) show();
}

async function show() {
  const marks = at("fingerprint").value.toLowerCase().split(/[\s+:,]+/).filter(Boolean);
  const bundle = text(given.bundle);
  const steps = await check(bundle, marks, given.file);
  const verdict = verdictOf(steps);
  at("verdict").className = `verdict ${verdict}`;
  at("verdict").textContent = VERDICTS[verdict][lang];
  at("file").textContent = given.name;
  at("versions").replaceChildren(...versions(bundle));
  const list = [...steps].sort((one, other) => ORDER.indexOf(one.status) - ORDER.indexOf(other.status));
  at("steps").replaceChildren(...list.map(line));
  at("result").hidden = false;
  return verdict;
}

const ORDER = ["bad", "unknown", "note", "ok"];

function line(step) {
  const row = element("li", step.status);
  row.append(element("b", "", LABELS[step.status][lang]), element("span", "", WORDS[step.code][lang]));
  const more = [step.code, step.about, step.detail].filter(Boolean).join(" · ");
  row.append(element("small", "", more));
  return row;
}

function versions(bundle) {
  try {
    return JSON.parse(bundle).items.map(version);
  } catch {
    return [];
  }
}

function version(item) {
  const box = element("details", "");
  if (!item.statement) {
    box.append(element("summary", "", lang ? "A version whose content is withheld" : "Một phiên bản không cho xem nội dung"));
    return box;
  }
  const stated = JSON.parse(item.statement);
  const title = lang ? `Version ${stated.number}` : `Phiên bản ${stated.number}`;
  box.append(element("summary", "", `${title} · ${stated.valid_from.split("-").reverse().join("/")} · ${stated.reason}`));
  const done = { declare: ["Kê khai", "Declared"], check: ["Kiểm tra", "Checked"], verify: ["Thẩm định", "Verified"] };
  const steps = element("ul", "");
  for (const step of stated.steps) {
    steps.append(element("li", "", `${(done[step.step] || [step.step, step.step])[lang]}: ${step.name}, ${step.at}`));
  }
  box.append(steps);
  if (item.document) box.append(element("pre", "", JSON.stringify(JSON.parse(item.document), null, 1)));
  return box;
}

async function take(files, role) {
  if (!files.length) return;
  const data = new Uint8Array(await files[0].arrayBuffer());
  given = role === "file" ? { ...given, file: data } : { bundle: data, name: files[0].name, file: null };
  if (given.bundle !== null) await show();
}

at("bundle").addEventListener("change", (event) => take(event.target.files, "bundle"));
at("compare").addEventListener("change", (event) => take(event.target.files, "file"));
at("fingerprint").addEventListener("input", () => given.bundle !== null && show());
for (const button of document.querySelectorAll("[data-lang]")) {
  button.addEventListener("click", () => speak(Number(button.dataset.lang)));
}
for (const name of ["dragenter", "dragover", "drop"]) {
  at("drop").addEventListener(name, (event) => {
    event.preventDefault();
    if (name === "drop") take(event.dataTransfer.files, "bundle");
  });
}
if (!globalThis.crypto || !crypto.subtle) at("unable").hidden = false;
speak(0);
