import { field } from "./dialogs.js";
import { actions, h } from "./dom.js";

/** The longest text that the API takes in a query. */
const MAX_TEXT = "1024";
const KEPT = [
  ["denied", "Denied"],
  ["error", "Failed"],
  ["slow", "Slow"],
  ["sampled", "Others"],
  ["all", "All"],
];
const USUAL = KEPT[0][0];
/** Fields by the API's names of their query parameters. */
const TEXTS = [
  ["since", "Since", "2h, or 2026-01-31T16:30Z"],
  ["until", "Until", "as for since"],
  ["client", "Client", "address or network"],
  ["path", "Path", "with paths below, or /ord*"],
  ["status", "Status", "401, or 4xx for a class"],
  ["code", "Code", "such as TOKEN_EXPIRED"],
  ["route", "Route", "in Envoy or configuration"],
  ["would_deny", "Would be denied by", "an entry in shadow mode"],
];
const NAMES = ["kept", ...TEXTS.map(([name]) => name)];

const input = (maxlength) => h("input", { type: "search", maxlength, autocomplete: "off", autocapitalize: "none", spellcheck: "false" });

/**
 * The form that finds exchanges. What is found is what the address says, so that a link has it; the form shows it, and writes another.
 *
 * @param find shows what the address would be with the texts of the form: `(query, id)`, where an empty id is none
 */
export function filters(find) {
  const kept = h("select", {}, KEPT.map(([value, text]) => h("option", { value }, text)));
  const id = input("128");
  const fields = new Map([["kept", kept], ...TEXTS.map(([name]) => [name, input(MAX_TEXT)])]);
  const element = h(
    "form",
    { class: "filters", "aria-label": "Filters" },
    field("Exchanges", kept),
    TEXTS.map(([name, label, hint]) => field(label, fields.get(name), hint)),
    field("Request id", id, "among all that are kept"),
    h("p", { class: "buttons" }, h("button", { type: "submit" }, "Find"), h("button", { type: "button", "data-action": "clear" }, "Clear")),
  );
  /** What the address says, as it is. */
  let wanted = new URLSearchParams();

  element.addEventListener("submit", (event) => {
    event.preventDefault();
    find(written(), id.value.trim());
  });
  kept.addEventListener("change", () => find(written(), ""));
  fields.get("would_deny").addEventListener("input", settle);
  actions(element, {
    clear() {
      show(new URLSearchParams());
      id.value = "";
      find("", "");
    },
  });

  /** The workers keep what an entry would have denied, whatever the recorder keeps. */
  function settle() {
    kept.disabled = fields.get("would_deny").value.trim() !== "";
  }

  function written() {
    const texts = [...fields].filter(([, one]) => !one.disabled).map(([name, one]) => [name, one.value.trim()]);
    return String(new URLSearchParams(texts.filter(([name, text]) => text !== "" && !(name === "kept" && text === USUAL))));
  }

  function show(query) {
    for (const [name, one] of fields) {
      one.value = query.get(name) ?? (one === kept ? USUAL : "");
      one.removeAttribute("aria-invalid");
    }
    settle();
  }

  return {
    element,
    /** The entry in shadow mode that is asked about, or null. */
    entry: () => wanted.get("would_deny") || null,
    /** Takes what the address says; true if that is something else than before. */
    take(query) {
      if (query === String(wanted)) {
        return false;
      }
      wanted = new URLSearchParams(query);
      show(wanted);
      return true;
    },
    /** The part of the address that says it again. */
    get suffix() {
      return wanted.size === 0 ? "" : "?" + wanted;
    },
    /** A name in the address that no field has, which would filter unseen, or null. */
    unknown: () => [...wanted.keys()].find((name) => !NAMES.includes(name)) ?? null,
    /** The API's query. It says what is wrong with a text, and refuses a name that comes twice. */
    query() {
      const query = new URLSearchParams(wanted);
      if (wanted.get("kept") === "all") {
        query.delete("kept");
      } else if (!wanted.has("kept") && !wanted.get("would_deny")) {
        query.set("kept", USUAL);
      }
      return query;
    },
    /** Marks the field that a refusal is about, or with "" none. */
    judge(message) {
      for (const [name, one] of fields) {
        message.startsWith(`'${name}'`) ? one.setAttribute("aria-invalid", "true") : one.removeAttribute("aria-invalid");
      }
    },
    known: NAMES.join(", "),
  };
}
