import { get } from "./api.js";
import { badge, h, note, table, time, update } from "./dom.js";

/** What is probably not meant in the configuration, and what became of its last change. */
export function findings(context) {
  const reload = h("div");
  const list = h("div");
  const refused = h("div");
  const element = h(
    "div",
    {},
    h("h2", {}, "Last change"),
    reload,
    h("h2", {}, "Findings"),
    list,
    h("h2", {}, "Routes that are not served"),
    refused,
  );
  let config = null;
  let askedFor = null;

  /** A change that is rejected leaves the generation as it is, but readiness has a note of it. */
  const state = () => JSON.stringify([context.stats?.generation, context.readiness?.problems, context.readiness?.notes]);

  /** The answer takes the engine as much work as a reload: it is asked for once a state, and when somebody comes to look. */
  async function load() {
    const now = state();
    if (config === null || askedFor !== now) {
      config = await get("config");
      askedFor = now;
    }
  }

  function draw() {
    if (config === null) {
      update(list, note("Asking…"));
      return;
    }
    const last = config.last_reload;
    update(
      reload,
      config.pinned && h("p", {}, badge("warn", "Pinned"), " ", config.pinned),
      config.last_good && h("p", {}, badge("bad", "Last good"), ` generation ${config.last_good.id} runs, since the files could not be used at the start`),
      config.state_problem && h("p", {}, badge("warn", "State"), " ", config.state_problem),
      config.lost_routes.length > 0 && h("p", {}, badge("warn", "Lost routes"), " ", config.lost_routes.slice(0, 50).join(", "), config.lost_routes.length > 50 && " and more: GET /config has them"),
      config.opened_routes.length > 0 && h("p", {}, badge("warn", "Opened routes"), " ", config.opened_routes.slice(0, 50).join(", "), config.opened_routes.length > 50 && " and more: GET /config has them"),
      last
        ? [h("p", {}, badge(last.status === "failure" ? "bad" : "good", last.status), ` from ${last.origin} at `, time(last.time), `; generation ${last.generation} is in force`), last.rejected.length > 0 && h("p", {}, badge("bad", last.status === "failure" ? "Rejected" : "In part"), ` ${last.status === "failure" ? "the change would refuse" : "a part is left out, which would refuse"} the requests of `, [...new Set(last.rejected.map((one) => one.route))].slice(0, 50).join(", "), ", which stay served as before"), last.problems.length > 0 && problems("Problems of the last change", last.problems, last.problem_count)]
        : note("There was none since the start."),
    );
    update(list, config.warnings.length === 0 ? note("The lint finds nothing.") : problems("Findings", config.warnings, config.warning_count));
    update(
      refused,
      config.refused_routes.length === 0
        ? note("All are served.")
        : table(
            "Routes that are not served",
            ["Route", "State", "Reason", "Place"],
            config.refused_routes.slice(0, 200).map((route) => [route.name, badge(route.state === "waiting" ? "warn" : "bad", route.state), route.reason ?? "", route.location]),
          ),
      config.unserved > 200 && note(`${config.unserved - 200} more; the view of routes has them all.`),
    );
  }

  function problems(caption, all, count) {
    const shown = all.slice(0, 500);
    return [
      table(
        caption,
        ["Place", "Severity", "Code", "Finding"],
        shown.map((one) => [`${one.file}:${one.line}:${one.column}`, badge(one.severity === "error" ? "bad" : "warn", one.severity), one.code ?? "", one.message]),
      ),
      count > shown.length && note(`${count - shown.length} more; policy-engine validate prints them all.`),
    ];
  }

  return { id: "findings", title: "Findings", element, draw, load, show: () => (config = null) };
}
