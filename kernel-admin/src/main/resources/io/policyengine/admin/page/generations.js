import { get, path, post } from "./api.js";
import { confirm } from "./dialogs.js";
import { actions, badge, h, note, table, time, update } from "./dom.js";

/** The last configurations, what differs between them, and the way back. */
export function generations(context) {
  const list = h("div");
  const detail = h("section", { "aria-label": "Differences" });
  const element = h("div", {}, h("h2", {}, "Generations"), list, detail);
  let known = null;
  let knownFor = null;
  let diff = null;
  let problem = null;

  actions(element, {
    before: (button) => show(path("generations", button.getAttribute("data-id"), "diff")),
    running: (button) => show(path("generations", running(), "diff") + "?before=" + encodeURIComponent(button.getAttribute("data-id"))),
    rollback: (button) => rollBack(button.getAttribute("data-id")),
  });

  const running = () => String(known.find(({ active }) => active)?.id ?? known[0].id);

  async function show(where) {
    try {
      diff = await get(where);
      problem = null;
      context.announce(`Differences between generations ${diff.before} and ${diff.after}: ${diff.files.length + diff.left_out} files.`);
    } catch (refusal) {
      diff = null;
      problem = refusal.message;
    }
    draw();
    detail.scrollIntoView({ block: "nearest" });
  }

  async function rollBack(id) {
    const changes = await get(path("generations", id, "diff") + "?before=" + encodeURIComponent(running())).catch(() => null);
    const done = await confirm(
      `Roll back to generation ${id}?`,
      [
        h("p", {}, `The files of the conf directory become those of generation ${id} and are put into force. overrides.yaml stays as it is.`),
        changes &&
          h(
            "ul",
            {},
            changes.files.length === 0 ? h("li", {}, "No file differs from what is running.") : null,
            changes.files.slice(0, 10).map(({ file }) => h("li", {}, file)),
            changes.files.length + changes.left_out > 10 ? h("li", {}, `and ${changes.files.length + changes.left_out - 10} more`) : null,
          ),
      ],
      "Roll back",
      (reason) => post(path("generations", id) + ":rollback", { reason }),
    );
    if (done?.generation) {
      context.announce(`Rolled back: generation ${done.generation} is in force.`);
      known = null;
      context.refresh();
    }
  }

  async function load(wanted) {
    if (known && !wanted && knownFor === context.stats?.generation) {
      return;
    }
    known = (await get("generations")).generations;
    knownFor = context.stats?.generation;
  }

  function draw() {
    update(
      list,
      known === null
        ? note("Asking…")
        : table(
            "Generations, the newest first",
            ["Generation", "State", "In force since", "Origin", { text: "Files", number: true }, "Actions"],
            known.map((one) => ({
              key: one.id,
              cells: [
                String(one.id),
                one.active ? badge("good", "running") : badge("plain", one.in_use ? "earlier, in use" : "earlier"),
                time(one.time),
                one.origin,
                { number: String(one.files.length) },
                h(
                  "span",
                  { class: "buttons" },
                  button("before", one.id, "What it changed"),
                  one.active ? null : [button("running", one.id, "Compare with running"), button("rollback", one.id, "Roll back…")],
                ),
              ],
            })),
          ),
    );
    update(detail, problem && h("p", { class: "problem" }, problem), diff && shown());
  }

  const button = (action, id, text) =>
    h("button", { type: "button", "data-action": action, "data-id": String(id) }, text, h("span", { class: "hidden" }, ` (generation ${id})`));

  function shown() {
    return [
      h("h3", {}, `From generation ${diff.before} to ${diff.after}`),
      diff.files.length === 0 ? note("No file differs.") : diff.files.map(file),
      diff.left_out > 0 && note(`${diff.left_out} more files differ: policy-engine diff ${diff.before} ${diff.after} prints them all.`),
    ];
  }

  function file(one) {
    return h(
      "div",
      { class: "card" },
      h("h4", {}, one.file),
      h("pre", { tabindex: "0", role: "region", "aria-label": "Differences of " + one.file }, one.lines.slice(0, 2000).map(line)),
      one.lines.length > 2000 && note(`${one.lines.length - 2000} more lines.`),
    );
  }

  function line(text) {
    const isHead = text.startsWith("---") || text.startsWith("+++");
    const kind = isHead ? null : text.startsWith("+") ? "added" : text.startsWith("-") ? "removed" : null;
    return [h(kind === "added" ? "ins" : kind === "removed" ? "del" : "span", { class: kind }, text), h("br")];
  }

  return { id: "generations", title: "Generations", element, draw, load };
}
