// The one script of the pages: menu, dialogs, copying, dismissing, reading out. Every page works without it.
"use strict";

document.documentElement.classList.add("js");

const acts = {
  toggle(button) {
    const target = document.getElementById(button.dataset.toggle);
    const open = target.classList.toggle(`${button.dataset.toggle}--open`);
    button.setAttribute("aria-expanded", String(open));
  },
  open(button) {
    document.getElementById(button.dataset.open).showModal();
  },
  close(button) {
    button.closest("dialog").close();
  },
  dismiss(button) {
    button.closest("[data-message]").remove();
  },
  async copy(button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    announce("Đã sao chép", "Copied");
  },
  print() {
    window.print();
  },
};

function announce(vietnamese, english) {
  const place = document.getElementById("announce");
  if (place) place.textContent = document.documentElement.lang === "en" ? english : vietnamese;
}

document.addEventListener("click", (event) => {
  for (const [name, act] of Object.entries(acts)) {
    const button = event.target.closest(`[data-${name}]`);
    if (button) return act(button);
  }
  if (event.target instanceof HTMLDialogElement) event.target.close(); // a click beside the window
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const field = document.querySelector(`[data-hotkey="${CSS.escape(event.key)}"]`);
  if (typing || !field || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  field.focus();
});

// A form is sent once, however often its button is pressed; coming back to the page frees it again.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("htmx:afterSettle", (event) => {
  const count = event.target.querySelector?.("[data-announce]");
  if (count) announce(count.textContent, count.textContent);
});
document.addEventListener("htmx:sendError", () => {
  announce("Không nối được máy chủ. Hãy thử lại.", "The server cannot be reached. Please try again.");
});

document.addEventListener("DOMContentLoaded", () => document.querySelector("form [data-focus]")?.focus());
