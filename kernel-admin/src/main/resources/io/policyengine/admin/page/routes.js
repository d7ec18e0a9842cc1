import { get, path } from "./api.js";
import { field } from "./dialogs.js";
import { actions, badge, duration, h, note, short, svg, table, update } from "./dom.js";
import * as history from "./history.js";
import { opening } from "./opened.js";

const PAGE = 50;
/** What an entry may have decided, as operators count it: the verdicts, and the class that gives the colour. */
const DECISIONS = [
  ["passed", ["proceed", "changed", "skip_remaining"], "good"],
  ["denied", ["denied"], "warn"],
  ["failed", ["failed"], "bad"],
  ["in shadow", ["shadow"], "plain"],
  ["skipped", ["skipped"], "plain"],
];
/** These are told even if there were none. */
const ALWAYS = ["passed", "denied", "failed"];
const STATES = { active: "good", waiting: "warn", refused: "bad" };

/** Routes a page at a time, however many there are, and the chain of the one that is chosen. */
export function routes(context) {
  const filter = h("input", { type: "search", maxlength: "256", autocomplete: "off", spellcheck: "false" });
  const sort = h(
    "select",
    {},
    [
      ["traffic", "Most exchanges"],
      ["failed", "Most failures"],
      ["denied", "Most denials"],
      ["files", "As in the files"],
    ].map(([value, text]) => h("option", { value }, text)),
  );
  const state = h(
    "select",
    {},
    [
      ["", "All"],
      ["active", "Active"],
      ["waiting", "Waiting"],
      ["refused", "Refused"],
    ].map(([value, text]) => h("option", { value }, text)),
  );
  const list = h("div");
  const pages = h("p", { class: "buttons" });
  const above = h("div");
  const element = h(
    "div",
    {},
    h("h2", {}, "Routes"),
    h("div", { class: "filters" }, field("Name contains", filter), field("Order", sort), field("State", state)),
    above,
    list,
    pages,
  );
  let offset = 0;
  let chosen = null;
  let plan = null;
  let planProblem = null;
  let order = [];

  const again = () => {
    offset = 0;
    context.refresh();
  };
  let typing = 0;
  filter.addEventListener("input", () => {
    // At once: the pause must not undo a turn to another page.
    offset = 0;
    clearTimeout(typing);
    typing = setTimeout(context.refresh, 250);
  });
  sort.addEventListener("change", again);
  state.addEventListener("change", again);
  const detail = opening(element, "Chosen route", (name) => context.go(name === null ? "routes" : "routes/" + encodeURIComponent(name)));
  actions(element, {
    next: () => turn(PAGE),
    previous: () => turn(-PAGE),
    denials: (button) => context.go("exchanges?would_deny=" + encodeURIComponent(button.getAttribute("data-name"))),
  });

  function turn(by) {
    offset = Math.max(0, offset + by);
    context.refresh();
  }

  async function load() {
    if (chosen === null) {
      return;
    }
    try {
      plan = await get(path("routes", chosen, "plan"));
      planProblem = null;
    } catch (refusal) {
      plan = null;
      planProblem = refusal;
    }
  }

  /** While somebody is in the table, or has opened a row of it, its rows stay where they are. */
  function settled(items) {
    if (chosen !== null || list.contains(document.activeElement)) {
      const places = new Map(order.map((name, place) => [name, place]));
      return [...items].sort((a, b) => (places.get(a.name) ?? Infinity) - (places.get(b.name) ?? Infinity));
    }
    order = items.map(({ name }) => name);
    return items;
  }

  function draw() {
    const page = context.stats?.routes;
    if (!page) {
      return update(list, note("Asking…"));
    }
    const seconds = page.recent_ms / 1000;
    update(
      list,
      page.items.length === 0
        ? note("No route is like that.")
        : table(
            "Routes",
            ["Route", "State", ...["Exchanges/s", "Denied/s", "Failed/s", "p50", "p99"].map((text) => ({ text, number: true })), "Policies"],
            settled(page.items).map((item) => row(item, seconds)),
          ),
    );
    const last = page.offset + page.items.length;
    update(
      pages,
      h("button", { type: "button", "data-action": "previous", disabled: page.offset === 0 }, "Previous"),
      h("button", { type: "button", "data-action": "next", disabled: last >= page.matching }, "Next"),
      h("span", {}, ` ${page.items.length === 0 ? 0 : page.offset + 1}–${last} of ${page.matching}${page.matching === page.total ? "" : ` (${page.total} in all)`}; rates of the last ${Math.round(seconds)} s`),
    );
    const isListed = page.items.some(({ name }) => name === chosen);
    update(above, chosen !== null && !isListed && opened(null));
    detail.drawn(plan?.route === chosen || planProblem !== null);
  }

  function row(item, seconds) {
    const latency = history.latencies((sample) => sample.routes.get(item.name));
    const policies = item.route ? [...item.route.request, ...item.route.response] : [];
    const cells = [
      detail.button(item.name, item.name),
      item.route ? badge(STATES[item.route.state], item.route.state) : badge("plain", "no route"),
      { number: short(item.recent.exchanges / seconds) },
      { number: marked(item.recent.denied / seconds, "is-warn") },
      { number: marked(item.recent.failed / seconds, "is-bad") },
      { number: duration(latency.p50) },
      { number: duration(latency.p99) },
      h("span", { class: "policies" }, policies.join(" · ") || "none"),
    ];
    return { key: item.name, action: detail.row(item.name), below: item.name === chosen && opened(item), cells };
  }

  const marked = (rate, kind) => (rate > 0 ? h("b", { class: kind }, short(rate)) : short(rate));

  /** The chosen route; its figures are null if it is not on the page of the list. */
  const opened = (item) =>
    detail.section(
      h("h3", {}, chosen, " ", h("button", { type: "button", "data-action": "close" }, "Close")),
      planProblem && h("p", { class: "problem" }, planProblem.message),
      plan && plan.route === chosen && chain(plan, item),
    );

  function chain(found, item) {
    return [
      h("p", {}, badge(STATES[found.state], found.state), " ", found.reason ?? "", item?.route ? h("span", { class: "hint" }, ` ${item.route.location}`) : null),
      item?.route?.who && h("p", { "data-who": "" }, h("b", {}, "Who gets in: "), item.route.who),
      h(
        "div",
        { class: "flows" },
        flow("Request", found.request),
        h("p", { class: "upstream" }, "upstream"),
        flow("Response", found.response),
      ),
      item && verdicts(item),
      h("p", { class: "hint" }, `${found.predicted.calls} worker calls for an exchange; Envoy sends ${found.predicted.messages.join(", ")}.`),
    ];
  }

  function flow(title, phase) {
    const workerOf = new Map(phase.calls.flatMap((call) => call.entries.map((entry) => [entry.name, { call, entry }])));
    return h(
      "div",
      {},
      h("h4", {}, title + (phase.body === "none" ? "" : `, body ${phase.body}`)),
      phase.chain.length === 0
        ? note("No policy.")
        : h("ol", { class: "chain" }, phase.chain.map((entry) => step(entry, workerOf.get(entry.name), title.toLowerCase()))),
    );
  }

  function step(entry, placed, part) {
    const off = entry.mode === "off" || entry.mode === "shadow";
    const found = history.increase((sample) => sample.entries.get(`${chosen} ${part} ${entry.name}`), (context.stats.entries_ms ?? 0) / 1000);
    return h(
      "li",
      { class: off ? "is-off" : null },
      h("b", {}, entry.policy),
      entry.name === entry.policy ? null : h("span", { class: "hint" }, entry.name),
      off ? badge("warn", entry.mode) : null,
      entry.mode === "shadow" ? h("button", { type: "button", class: "link", "data-action": "denials", "data-name": entry.name }, "what it would have denied") : null,
      placed && !placed.call.available ? badge("bad", "worker cannot be called") : null,
      h("span", { class: "hint" }, placed ? `on ${placed.call.worker}; on failure: ${placed.entry.on_failure}` : "not called"),
      entry.override ? h("span", { class: "hint" }, `override: ${entry.override.reason}`) : null,
      found ? decided(found) : h("span", { class: "verdicts" }, "no exchange lately"),
    );
  }

  /** What an entry has decided in the last minutes: a bar, and its numbers. */
  function decided({ verdicts: counts, seconds }) {
    const all = DECISIONS.map(([name, of, kind]) => ({ name, kind, count: of.reduce((sum, one) => sum + (counts[one] ?? 0), 0) }));
    const total = all.reduce((sum, { count }) => sum + count, 0);
    let x = 0;
    return [
      svg(
        "svg",
        { class: "bar", viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" },
        all.map(({ kind, count }) => {
          const width = total === 0 ? 0 : (100 * count) / total;
          x += width;
          return svg("rect", { class: kind, x: x - width, y: 0, width, height: 6 });
        }),
      ),
      h(
        "span",
        { class: "verdicts" },
        all
          .filter(({ name, count }) => count > 0 || ALWAYS.includes(name))
          .map(({ name, kind, count }) => h("span", { class: count > 0 && kind !== "good" ? "is-" + kind : null }, `${name} `, h("b", {}, short(count)), " ")),
        h("span", { class: "hint" }, `in ${minutes(seconds)}`),
      ),
    ];
  }

  const minutes = (seconds) => (seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`);

  function verdicts(item) {
    return table(
      "Worker calls of the route by how they ended",
      ["Verdict", { text: "Since the start", number: true }],
      Object.entries(item.verdicts)
        .filter(([, count]) => count > 0)
        .map(([verdict, count]) => [verdict, { number: short(count) }]),
    );
  }

  return {
    id: "routes",
    title: "Routes",
    element,
    draw,
    load,
    query: () => ({ filter: filter.value, sort: sort.value, limit: String(PAGE), offset: String(offset), ...(state.value === "" ? {} : { state: state.value }), ...(chosen === null ? {} : { entries: chosen }) }),
    show(name) {
      detail.chosen(name);
      chosen = name;
      if (plan?.route !== name) {
        plan = null;
      }
      planProblem = null;
    },
  };
}
