import { setToken, token } from "./api.js";
import { fill, h, say } from "./dom.js";

let number = 0;

/** A field with its label, and a hint. */
export function field(label, input, hint) {
  const id = "field-" + ++number;
  input.id = id;
  if (hint) {
    input.setAttribute("aria-describedby", id + "-hint");
  }
  return h("p", { class: "field" }, h("label", { for: id }, label), input, hint && h("span", { id: id + "-hint", class: "hint" }, hint));
}

/**
 * A dialog over the page; the browser keeps the focus in it, and Escape closes it.
 *
 * @param title of it
 * @param content elements
 * @param label of the button that goes on
 * @param act does it, and may fail; its message is shown, and the dialog stays
 */
function open(title, content, label, act) {
  const id = "dialog-" + ++number;
  const problem = h("div", { class: "problem", role: "alert" });
  const credentials = h("div");
  let tokenInput = null;
  const go = h("button", { type: "submit", class: "primary" }, label);
  const cancel = h("button", { type: "button", onclick: () => dialog.close() }, "Cancel");
  const form = h("form", { method: "dialog" }, h("h2", { id }, title), content, problem, credentials, h("p", { class: "buttons" }, go, cancel));
  const dialog = h("dialog", { "aria-labelledby": id }, form);
  return new Promise((resolve) => {
    let result = null;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      go.disabled = true;
      problem.textContent = "";
      try {
        if (tokenInput?.value) {
          setToken(tokenInput.value.trim());
        }
        result = await act();
        dialog.close();
      } catch (refusal) {
        fill(problem, list(refusal.problems) || refusal.message);
        if (tokenInput === null && (refusal.status === 401 || (refusal.status === 403 && !token()))) {
          tokenInput = secret();
          fill(credentials, field("Token", tokenInput, WHERE));
          tokenInput.focus();
        }
      } finally {
        go.disabled = false;
      }
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function list(problems) {
  return problems?.length > 0 && h("ul", {}, problems.slice(0, 20).map((problem) => h("li", {}, `${problem.file}:${problem.line}: ${problem.message}`)));
}

const WHERE = "One of observability.admin_tokens. It is kept in this tab, until you close it.";
const secret = () => h("input", { type: "password", autocomplete: "off", spellcheck: "false", maxlength: "512" });

/**
 * A form for a token that stands in the page, hidden unless it is needed.
 *
 * @param done is called once a token was given
 */
export function signInForm(done) {
  const input = secret();
  const why = h("p");
  const element = h(
    "form",
    { class: "card", "aria-label": "Sign in", hidden: true },
    h("h2", {}, "Sign in"),
    why,
    field("Token", input, WHERE),
    h("p", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, "Sign in")),
  );
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    setToken(input.value.trim());
    input.value = "";
    done();
  });
  return {
    element,
    /** Shows the form with the reason of a refusal, or hides it. */
    show(reason) {
      const wasHidden = element.hidden;
      element.hidden = reason === null;
      say(why, reason ?? "");
      if (wasHidden && reason !== null && document.activeElement === document.body) {
        input.focus();
      }
    },
  };
}

/** Asks for a token; gives true if one was given, or the old one was forgotten. */
export function signIn() {
  const input = secret();
  return open("Sign in", field("Token", input, WHERE + " Leave it empty to sign out."), "Use it", async () => {
    setToken(input.value.trim());
    return true;
  });
}

/**
 * Asks whether to make a change, and why.
 *
 * @param title the change
 * @param content what it means, and fields
 * @param act makes it; gets the reason
 */
export function confirm(title, content, label, act) {
  const reason = h("input", { type: "text", required: true, maxlength: "500", autocomplete: "off" });
  return open(title, [content, field("Reason", reason, "Others read it, and it stands in the audit log.")], label, async () => {
    if (reason.value.trim() === "") {
      throw new Error("Say why, for those who come after you.");
    }
    const done = await act(reason.value.trim());
    return done ?? true;
  });
}
