// Choosing a name or coming back with a key, the account card, signing out.

import { Problem, register, signIn } from "./api.js";
import { attribute, find, write } from "./dom.js";
import { causes, explain } from "./problems.js";
import { forget, remember, state } from "./state.js";
import { toast } from "./toasts.js";

const KEY = /^astra1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

export function mount(joined) {
  const dialog = find("#welcome");
  const form = find("#welcome-form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    enter(form, dialog, joined);
  });
  form.elements.username.addEventListener("input", () => refuse(form, ""));
  find("#look").addEventListener("click", () => dialog.close());
  find("#join").addEventListener("click", open);
  find("#who").addEventListener("click", card);
  find("#account-close").addEventListener("click", () => find("#account").close());
  find("#sign-out").addEventListener("click", forget);
  find("#copy-key").addEventListener("click", copy);
  shown();
}

export function open() {
  find("#welcome").showModal();
  find("#welcome input").focus();
}

export function shown() {
  const guest = state.user === null;
  find("#join").hidden = !guest;
  find("#who").hidden = guest;
  if (guest) return;
  const name = state.user.username;
  write(find("#who .name"), name);
  write(find("#who .avatar"), name.charAt(0));
  attribute(find("#who"), "aria-label", `Account of ${name}`);
  write(find(".account-name b"), name);
  write(find(".account-name .avatar"), name.charAt(0));
}

function refuse(form, text) {
  write(find("#welcome-fault"), text);
  attribute(form.elements.username, "aria-invalid", text === "" ? null : "true");
}

async function enter(form, dialog, joined) {
  const name = form.elements.username.value.trim();
  const isKey = KEY.test(name);
  if (name === "") {
    refuse(form, "Every pilot needs a name.");
    form.elements.username.focus();
    return;
  }
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    const { token, user } = await (isKey ? signIn(name) : register(name));
    remember(token, user);
    form.reset();
    dialog.close();
    shown();
    await joined();
  } catch (fault) {
    if (!(fault instanceof Problem)) throw fault;
    const unknown = isKey && (fault.status === 401 || fault.status === 404);
    const plain = unknown ? "This access key is not known here." : explain(fault);
    refuse(form, `${plain} (${causes(fault)})`);
    form.elements.username.focus();
  } finally {
    button.disabled = false;
  }
}

function card() {
  find("#account").showModal();
}

async function copy() {
  try {
    await navigator.clipboard.writeText(state.token);
    toast("good", "Access key copied", "Keep it somewhere safe.", { symbol: "check" });
  } catch (fault) {
    if (!(fault instanceof DOMException)) throw fault;
    toast("bad", "The browser did not allow copying", "", { symbol: "alert" });
  }
}
