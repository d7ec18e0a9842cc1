import { get, path } from "./api.js";
import { actions, badge, brief, duration, h, note, short, table, time, update } from "./dom.js";
import { filters } from "./filters.js";
import { opening } from "./opened.js";

const LIMIT = 50;
/** An answer makes every event loop look through what it keeps, so not each round asks. */
const EVERY = 3;
const KINDS = { denied: "warn", passed: "good", observed: "good", cancelled: "plain" };
const VERDICTS = { denied: "warn", failed: "bad", not_reached: "plain", skipped: "plain" };

/** Exchanges of which the flight recorder keeps what became of them, and each explained entry by entry. */
export function exchanges(context) {
  const form = filters((query, id) => {
    found = null;
    go(id, query === "" ? "" : "?" + query);
    context.refresh();
  });
  const above = h("div");
  const list = h("div");
  const element = h(
    "div",
    {},
    h("h2", {}, "Denied, failed and slow exchanges"),
    form.element,
    above,
    list,
  );
  let found = null;
  let problem = null;
  let chosen = null;
  let explained = null;
  let round = 0;

  const go = (id, query) => context.go("exchanges" + (id ? "/" + encodeURIComponent(id) : "") + query);
  const detail = opening(element, "Chosen exchange", (wanted) => go(wanted, form.suffix));
  actions(element, {
    copy: (button) => copy(button.parentElement.querySelector("[data-whole-id]")),
    route: (button) => context.go("routes/" + encodeURIComponent(button.getAttribute("data-name"))),
  });

  /** Copies a text, or selects it where the browser lets only pages of HTTPS and localhost copy. */
  async function copy(whole) {
    try {
      await navigator.clipboard.writeText(whole.textContent);
      context.announce("Copied.");
    } catch {
      getSelection().selectAllChildren(whole);
      context.announce("Selected.");
    }
  }

  const isListed = (id) => id !== null && found !== null && found.rows.some((one) => one.request_id === id);

  /** While one is open, or the focus is in the list, the list stands still: nothing moves under a reader's eyes. */
  const isStill = () => isListed(chosen) || (found !== null && list.contains(document.activeElement));

  async function load(wanted) {
    if (!isStill() && (found === null || wanted || round++ % EVERY === 0)) {
      await find();
    }
    if (chosen !== null && explained?.id !== chosen) {
      try {
        explained = { id: chosen, exchanges: (await get(path("exchanges", chosen))).exchanges };
        problem = null;
      } catch (refusal) {
        explained = { id: chosen, exchanges: [] };
        problem = refusal;
      }
    }
  }

  /** What the address has asked for; the answer to what it asked for before is of no use. */
  async function find() {
    const asked = form.suffix;
    const answer = await answered().catch((refusal) => ({ rows: [], missing: [], problem: refusal.message }));
    if (asked === form.suffix) {
      found = answer;
      form.judge(answer.problem ?? "");
    }
  }

  async function answered() {
    const unknown = form.unknown();
    if (unknown !== null) {
      throw new Error(`The address has the unknown filter '${unknown}'. Known filters: ${form.known}`);
    }
    const entry = form.entry();
    const query = form.query();
    query.set("limit", LIMIT);
    if (entry === null) {
      const { exchanges: rows, complete, located, overwritten_before: overwritten } = await get("exchanges?" + query);
      const missing = [
        !complete && "An event loop did not answer in time: some may be missing.",
        !located && "Files of earlier generations were not read in time: places may be missing.",
        rows.length === 0 && overwritten && ["Exchanges from before ", time(overwritten), " may have been overwritten."],
      ];
      return { rows, missing: missing.filter(Boolean) };
    }
    const { denials: rows, unanswered } = await get("shadow-denials?" + query);
    return { rows, entry, missing: unanswered.map(({ replica, reason }) => `${replica} did not answer, so some may be missing: ${reason}`) };
  }

  function draw() {
    update(
      list,
      found === null
        ? note("Asking…")
        : found.problem !== undefined
          ? h("p", { class: "problem", role: "alert" }, found.problem)
          : found.rows.length === 0
            ? note("None is kept that is like that.")
            : found.entry !== undefined
              ? table(
                  `What ${found.entry} would have denied, the newest first`,
                  ["Request id", "Time", "Route", { text: "Status", number: true }, "Code", "Reason", "Phase", "Client", "Request"],
                  found.rows.map(shadowRow),
                )
              : table(
                  "Exchanges, the newest first",
                  ["Request id", "Time", "Route", { text: "Status", number: true }, "Outcome", "Decided by", "Code", "Reason", { text: "Held", number: true }],
                  found.rows.map(row),
                ),
      found && found.missing.map(note),
      isStill() && note("The list stands still while one is open, or has the focus."),
    );
    update(above, chosen !== null && !isListed(chosen) && opened());
    detail.drawn(explained?.id === chosen);
  }

  /** The chosen exchange, entry by entry. */
  const opened = () =>
    detail.section(
      h(
        "p",
        { class: "buttons" },
        h("b", { "data-whole-id": "" }, chosen),
        h("button", { type: "button", "data-action": "copy" }, "Copy the id"),
        h("button", { type: "button", "data-action": "close" }, "Close"),
      ),
      wouldHave(),
      explained?.id !== chosen ? note("Asking…") : problem ? refused() : explained.exchanges.map(explanation),
    );

  const wouldHave = () => found?.entry !== undefined && found.rows.filter((one) => one.request_id === chosen).map(wouldBe);

  /** What passes is kept as a sample only. */
  const refused = () =>
    problem.status === 404 && found?.entry !== undefined ? note("The recorder has not kept the exchange itself.") : h("p", { class: "problem" }, problem.message);

  /** What an entry in shadow mode would have done. */
  const wouldBe = (one) =>
    h(
      "p",
      { "data-would-be": "" },
      `${one.entry}${one.entry === one.policy ? "" : ` (${one.policy})`}, in shadow mode on ${one.worker}, would have denied the ${one.phase}`,
      one.status === 0 ? "" : ` with ${one.status}`,
      one.code || one.reason ? `: ${[coded(one), one.reason].filter(Boolean).join(", ")}` : "",
      ".",
    );

  /** A row that can be opened. */
  const line = (id, at, place, cells) => ({
    key: `${id} ${at}`,
    action: detail.row(id),
    // A client may have sent the same id twice: only the newest has what is said of both.
    below: id === chosen && found.rows.findIndex((other) => other.request_id === chosen) === place && opened(),
    cells: [detail.button(id, brief(id)), ...cells],
  });

  const shadowRow = (denial, place) =>
    line(denial.request_id, `${denial.time} ${denial.phase}`, place, [
      time(denial.time),
      denial.route,
      { number: statusOf(denial) },
      coded(denial) ?? "–",
      denial.reason || "–",
      denial.phase,
      denial.client || "–",
      `${denial.method} ${denial.path}`,
    ]);

  const row = (exchange, place) =>
    line(exchange.request_id, exchange.arrived, place, [
      time(exchange.arrived),
      exchange.chosen.route_policy ?? (exchange.chosen.route || "none"),
      { number: statusOf(exchange.end) },
      badge(KINDS[exchange.end.outcome] ?? "bad", exchange.end.outcome.replaceAll("_", " ")),
      exchange.end.decided_by || "–",
      coded(exchange.end) ?? "–",
      exchange.end.failure ?? (exchange.end.reason || "–"),
      { number: duration(exchange.end.held_ms) },
    ]);

  /** The code, with the rule that denied. */
  const coded = ({ code, rule }) => (code && rule ? `${code}:${rule}` : code);

  const statusOf = ({ status }) => (status === 0 ? "–" : String(status));

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
        end.code ? `: ${coded(end)}` : "",
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
          [entry.status ? String(entry.status) : null, coded(entry), entry.reason].filter(Boolean).join(", ") || "–",
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
    show(wanted, query) {
      if (form.take(query)) {
        found = null;
      }
      detail.chosen(wanted);
      chosen = wanted;
      problem = null;
      if (explained?.id !== wanted) {
        explained = null;
      }
    },
  };
}
