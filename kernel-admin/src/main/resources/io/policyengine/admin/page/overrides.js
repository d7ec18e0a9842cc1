import { get, path, put, remove } from "./api.js";
import { confirm, field } from "./dialogs.js";
import { actions, badge, h, note, table, time, update } from "./dom.js";

const KINDS = ["policy", "route", "worker"];
const MODES = { off: "off: it does not run", shadow: "shadow: it runs, and nothing follows" };

/** The emergency switch: what is off or in the shadow, why, and until when. */
export function overrides(context) {
  const list = h("div");
  const problem = h("p", { class: "problem", role: "alert" });
  const element = h(
    "div",
    {},
    h("h2", {}, "Overrides"),
    h("p", {}, h("button", { type: "button", class: "primary", "data-action": "add" }, "Switch something off…")),
    problem,
    list,
  );
  actions(element, {
    add: () => add(),
    remove: (button) => take(button.getAttribute("data-kind"), button.getAttribute("data-name")),
  });

  async function add() {
    const kind = h("select", {}, KINDS.map((one) => h("option", { value: one }, one)));
    const name = h("input", { type: "text", required: true, autocomplete: "off", spellcheck: "false", list: "override-names" });
    const names = h("datalist", { id: "override-names" });
    const mode = h("select", {}, Object.entries(MODES).map(([value, text]) => h("option", { value }, text)));
    const hours = h(
      "select",
      {},
      [
        ["1", "for an hour"],
        ["4", "for four hours"],
        ["24", "for a day"],
        ["", "until it is removed"],
      ].map(([value, text]) => h("option", { value }, text)),
    );
    const suggest = async () => {
      names.replaceChildren(...(await known(kind.value, name.value)).slice(0, 50).map((value) => h("option", { value })));
    };
    kind.addEventListener("change", suggest);
    name.addEventListener("input", suggest);
    suggest();
    const content = [
      h("p", {}, "A policy, a route or a worker is switched off wherever it is used. Requests pass without what it would have done."),
      field("Kind", kind),
      field("Name", name),
      names,
      field("Mode", mode),
      field("Time", hours),
    ];
    await change("Switch something off", content, "Switch", async (reason) => {
      const until = hours.value && { until: new Date(Date.now() + Number(hours.value) * 3600e3).toISOString().replace(/\.\d+Z/, "Z") };
      await put(path("overrides", kind.value, name.value.trim()), { mode: mode.value, reason, ...until });
      return `${kind.value} ${name.value} is ${mode.value}.`;
    });
  }

  async function known(kind, part) {
    try {
      if (kind === "route") {
        return (await get("stats?" + new URLSearchParams({ filter: part.slice(0, 256), limit: "50", sort: "traffic" }))).routes.items.filter(({ route }) => route).map(({ name }) => name);
      }
      return kind === "worker" ? context.workers.map(({ name }) => name) : [...new Set(context.workers.flatMap(({ policies }) => policies))].sort();
    } catch {
      return [];
    }
  }

  function take(kind, name) {
    return change(`Remove the override of ${kind} ${name}?`, h("p", {}, "Its chains run as they are written again, at once."), "Remove", async (reason) => {
      await remove(path("overrides", kind, name), { reason });
      return `The override of ${kind} ${name} is removed.`;
    });
  }

  async function change(title, content, label, act) {
    problem.textContent = "";
    const done = await confirm(title, content, label, act);
    if (typeof done === "string") {
      context.announce(done);
      context.refresh();
    }
  }

  function draw() {
    update(
      list,
      context.overrides.length === 0
        ? note("None is in force: chains run as they are written.")
        : table(
            "Overrides",
            ["Name", "Kind", "Mode", "State", "Reason", "Until", "Written in", "Actions"],
            context.overrides.map((one) => ({
              key: `${one.kind} ${one.name}`,
              cells: [
                one.name,
                one.kind,
                badge("warn", one.mode),
                one.state === "active" ? badge("warn", "in force") : badge("plain", "over"),
                one.reason,
                one.until ? time(one.until) : "it is removed",
                one.kept === "memory" ? "memory only: lost when the kernel ends" : one.location,
                h(
                  "button",
                  { type: "button", "data-action": "remove", "data-kind": one.kind, "data-name": one.name },
                  "Remove…",
                  h("span", { class: "hidden" }, ` the override of ${one.kind} ${one.name}`),
                ),
              ],
            })),
          ),
    );
  }

  return { id: "overrides", title: "Overrides", element, draw };
}
