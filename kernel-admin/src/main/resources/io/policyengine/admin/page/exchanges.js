import { get, path } from "./api.js";
import { field } from "./dialogs.js";
import { actions, badge, duration, h, note, short, table, time, update } from "./dom.js";

const LIMIT = 50;
/** An answer makes every event loop look through what it keeps, so not each round asks. */
const EVERY = 3;
const KINDS = { denied: "warn", passed: "good", observed: "good", cancelled: "plain" };
const VERDICTS = { denied: "warn", failed: "bad", not_reached: "plain", skipped: "plain" };
const KEPT = [
  ["denied", "Denied"],
  ["error", "Failed"],
  ["slow", "Slow"],
  ["sampled", "Others"],
  ["", "All"],
];

/** Exchanges of which the flight recorder keeps what became of them, and each explained entry by entry. */
export function exchanges(context) {
  const kept = h("select", {}, KEPT.map(([value, text]) => h("option", { value }, text)));
  const route = h("input", { type: "search", maxlength: "256", autocomplete: "off", spellcheck: "false" });
  const id = h("input", { type: "search", maxlength: "128", autocomplete: "off", spellcheck: "false" });
  const list = h("div");
  const detail = h("section", { "aria-label": "Chosen exchange" });
  const element = h(
    "div",
    {},
    h("h2", {}, "Denied, failed and slow exchanges"),
    h(
      "form",
      { class: "filters" },
      field("Exchanges", kept),
      field("Route", route, "as Envoy or the configuration names it"),
      field("Request id", id, "finds it among all that are kept"),
      h("p", { class: "field" }, h("button", { type: "submit" }, "Find")),
    ),
    list,
    detail,
  );
  let found = null;
  let problem = null;
  let chosen = null;
  let explained = null;
  let round = 0;

  element.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    found = null;
    if (id.value.trim() !== "") {
      context.go("exchanges/" + encodeURIComponent(id.value.trim()));
    }
    context.refresh();
  });
  kept.addEventListener("change", () => {
    found = null;
    context.refresh();
  });
  actions(element, {
    open: (button) => context.go("exchanges/" + encodeURIComponent(button.getAttribute("data-id"))),
    close: () => context.go("exchanges"),
    route: (button) => context.go("routes/" + encodeURIComponent(button.getAttribute("data-name"))),
  });

  async function load(wanted) {
    if (found === null || wanted || round++ % EVERY === 0) {
      const query = new URLSearchParams({ limit: String(LIMIT) });
      if (kept.value !== "") {
        query.set("kept", kept.value);
      }
      if (route.value.trim() !== "") {
        query.set("route", route.value.trim());
      }
      found = await get("exchanges?" + query);
    }
    if (chosen !== null && explained?.id !== chosen) {
      try {
        explained = { id: chosen, exchanges: (await get(path("exchanges", chosen))).exchanges };
        problem = null;
      } catch (refusal) {
        explained = { id: chosen, exchanges: [] };
        problem = refusal.message;
      }
    }
  }

  function draw() {
    update(
      list,
      found === null
        ? note("Asking…")
        : found.exchanges.length === 0
          ? note("None is kept that is like that.")
          : table(
              "Exchanges, the newest first",
              ["Request id", "Time", "Route", { text: "Status", number: true }, "Outcome", "Decided by", "Code", "Reason", { text: "Held", number: true }],
              found.exchanges.map(row),
            ),
      found && !found.complete && note("An event loop did not answer in time: some may be missing."),
    );
    update(
      detail,
      chosen !== null && [
        h("h3", {}, chosen, " ", h("button", { type: "button", "data-action": "close" }, "Close")),
        problem && h("p", { class: "problem" }, problem),
        explained?.id === chosen && explained.exchanges.map(explanation),
      ],
    );
  }

  const row = (one) => ({
    key: `${one.request_id} ${one.arrived}`,
    cells: [
      h("button", { type: "button", class: "link", "data-action": "open", "data-id": one.request_id, "aria-expanded": String(one.request_id === chosen) }, one.request_id),
      time(one.arrived),
      one.chosen.route_policy ?? (one.chosen.route || "none"),
      { number: one.end.status === 0 ? "–" : String(one.end.status) },
      badge(KINDS[one.end.outcome] ?? "bad", one.end.outcome.replaceAll("_", " ")),
      one.end.decided_by || "–",
      one.end.code ?? "–",
      one.end.failure ?? (one.end.reason || "–"),
      { number: duration(one.end.held_ms) },
    ],
  });

  function explanation(one) {
    const { end, chosen: choice } = one;
    return h(
      "div",
      { class: "card" },
      h("p", {}, h("b", {}, `${one.method} ${one.authority}${one.path}`), `, from ${one.client || "an unknown address"}, at `, time(one.arrived)),
      h(
        "p",
        {},
        badge(KINDS[end.outcome] ?? "bad", end.outcome.replaceAll("_", " ")),
        end.status === 0 ? " " : ` ${end.status}`,
        end.decided_by ? `, decided by ${end.decided_by}` : "",
        end.code ? `: ${end.code}` : "",
        end.failure || end.reason ? ` (${end.failure || end.reason})` : "",
      ),
      h(
        "p",
        {},
        `Route ${choice.route || "(none)"}: `,
        choice.route_policy
          ? [h("button", { type: "button", class: "link", "data-action": "route", "data-name": choice.route_policy }, choice.route_policy), ` (${choice.matched}), ${choice.location ?? "no longer in force"}`]
          : "no route policy",
        `; generation ${choice.generation}.`,
        choice.overrides.length > 0 ? ` Overrides: ${choice.overrides.join(", ")}.` : "",
      ),
      h("p", { class: "hint" }, `Envoy waited ${duration(end.held_ms)} for the engine, of ${duration(end.took_ms)}: `, one.messages.map(({ by, kind, count }) => `${by === "envoy" ? "sent" : "was answered"} ${kind}${count > 1 ? " × " + count : ""}`).join(", ")),
      one.calls.map(call),
      one.more_calls + one.more_entries > 0 && note(`${one.more_calls} calls and ${one.more_entries} entries more.`),
    );
  }

  const call = (one) => [
    h(
      "p",
      {},
      h("b", {}, one.part.replaceAll("_", " ")),
      ` by ${one.worker}${one.replica ? " at " + one.replica : ""}, after ${duration(one.began_ms)}`,
      one.took_ms === undefined ? "" : ` for ${duration(one.took_ms)}`,
      `: ${one.status ?? "not over"}`,
      one.failure ? `, ${one.failure}` : "",
      one.attempts > 1 ? `, ${one.attempts} replicas tried` : "",
    ),
    one.entries.length > 0 &&
      table(
        `Entries of the ${one.part.replaceAll("_", " ")}`,
        ["Entry", "Verdict", { text: "Took", number: true }, "Reason", "Changes", "Written at"],
        one.entries.map((entry) => [
          entry.name === entry.policy ? entry.policy : `${entry.name} (${entry.policy})`,
          badge(VERDICTS[entry.verdict] ?? "good", entry.verdict.replaceAll("_", " ")),
          { number: entry.took_ms === undefined ? "–" : duration(entry.took_ms) },
          [entry.status ? String(entry.status) : null, entry.code, entry.reason].filter(Boolean).join(", ") || "–",
          entry.changes.map(({ kind, name }) => `${kind.replaceAll("_", " ")}${name ? " " + name : ""}`).join(", ") + (entry.more_changes > 0 ? ` and ${short(entry.more_changes)} more` : "") || "none",
          entry.location ?? "–",
        ]),
      ),
  ];

  return {
    id: "exchanges",
    title: "Denials",
    element,
    draw,
    load,
    show(wanted) {
      chosen = wanted;
      problem = null;
      if (explained?.id !== wanted) {
        explained = null;
      }
    },
  };
}
