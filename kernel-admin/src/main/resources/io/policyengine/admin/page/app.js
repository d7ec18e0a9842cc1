import { get, readiness, token } from "./api.js";
import { signIn, signInForm } from "./dialogs.js";
import { badge, clean, duration, h, say, short, update } from "./dom.js";
import * as history from "./history.js";
import { exchanges } from "./exchanges.js";
import { findings } from "./findings.js";
import { generations } from "./generations.js";
import { overrides } from "./overrides.js";
import { overview } from "./overview.js";
import { routes } from "./routes.js";
import { workers } from "./workers.js";

const PERIOD_MS = 2000;
/** The first differences come sooner. */
const FIRST_PERIOD_MS = 700;
const SLOW_EVERY = 3;

/** What all views know: the last answers, and how to ask again at once. */
const context = {
  stats: null,
  readiness: null,
  overrides: [],
  workers: [],
  problem: null,
  /** Asks for all again, after a change or a sign-in. */
  refresh: () => tick(true),
  /** Says something to those who cannot see it appear. */
  announce: (text) => say(document.getElementById("said"), text),
  /** Shows a view, as `routes`, `routes/NAME` or `exchanges?code=CODE`. */
  go: (where) => {
    location.hash = where;
  },
};

const views = [overview, routes, workers, exchanges, generations, overrides, findings].map((make) => make(context));
let shown = views[0];
let round = 0;
let timer = 0;
let asking = false;

// ---- tabs (ARIA authoring practices: tabs with automatic activation)

const tabs = views.map((view) =>
  h("a", { id: "tab-" + view.id, href: "#" + view.id, role: "tab", "aria-controls": "view-" + view.id, onclick: (event) => choose(event, view) }, view.title),
);

function choose(event, view) {
  event.preventDefault();
  context.go(view.id);
}

document.getElementById("tabs").append(...tabs);
document.getElementById("tabs").addEventListener("keydown", (event) => {
  const at = tabs.indexOf(document.activeElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (at >= 0 && to !== undefined) {
    event.preventDefault();
    const next = (to + tabs.length) % tabs.length;
    context.go(views[next].id);
    tabs[next].focus();
  }
});

const content = document.getElementById("content");
/** A refusal of what the view alone asked for. */
const refused = h("p", { class: "problem", role: "alert" });
/** Asks for a token in the place of what the API does not show without one. */
const door = signInForm(() => tick(true));
content.replaceChildren(
  door.element,
  refused,
  ...views.map((view) => h("section", { id: "view-" + view.id, role: "tabpanel", "aria-labelledby": "tab-" + view.id, hidden: true }, view.element)),
);

function show() {
  // Names in the path are encoded, so the first question mark begins the query.
  const [where, query = ""] = location.hash.slice(1).split(/\?(.*)/s);
  let [id, argument] = where.split(/\/(.*)/s);
  shown = views.find((view) => view.id === id) ?? views[0];
  try {
    argument = argument === undefined ? null : decodeURIComponent(argument);
  } catch {
    argument = null;
  }
  views.forEach((view, i) => {
    const isShown = view === shown;
    tabs[i].setAttribute("aria-selected", String(isShown));
    tabs[i].tabIndex = isShown ? 0 : -1;
    document.getElementById("view-" + view.id).hidden = !isShown;
  });
  document.title = shown.title + " – Policy engine";
  shown.show?.(argument, query);
  draw();
  tick(true);
}

// ---- asking

async function ask(wanted) {
  const query = shown.query?.() ?? { limit: "20", sort: "failed" };
  const stats = await get("stats?" + new URLSearchParams(history.lacksPast() ? { ...query, history: "true" } : query));
  stats.entries_of = query.entries;
  history.keep(stats);
  context.stats = stats;
  if (wanted || round % SLOW_EVERY === 0) {
    const [ready, found, known] = await Promise.all([readiness(), get("overrides"), get("workers")]);
    context.readiness = ready;
    context.overrides = found.overrides;
    context.workers = known.workers;
  }
}

/** One round: what is shown is never older than two of them, or the page says so. */
async function tick(wanted = false) {
  clearTimeout(timer);
  if (asking) {
    // The round under way was asked for by an older view: the next one begins at once.
    timer = setTimeout(tick, 50, wanted);
    return;
  }
  asking = true;
  try {
    if (!document.hidden || wanted) {
      await ask(wanted);
      round++;
      context.problem = null;
      await loadView(wanted);
    }
  } catch (refusal) {
    context.problem = refusal;
  } finally {
    asking = false;
    draw();
    clearTimeout(timer);
    timer = setTimeout(tick, round < 3 ? FIRST_PERIOD_MS : PERIOD_MS);
  }
}

async function loadView(wanted) {
  try {
    await shown.load?.(wanted);
    say(refused, "");
  } catch (refusal) {
    say(refused, refusal.message);
  }
}

// ---- the status line

let wasSaid = "";

const needsToken = () => context.problem?.status === 401 || context.problem?.status === 403;

function state() {
  if (context.problem) {
    return { kind: "bad", word: needsToken() ? "Sign in" : "No answer", why: [context.problem.message] };
  }
  if (!context.readiness) {
    return { kind: "plain", word: "Asking…", why: [] };
  }
  return context.readiness.ready
    ? { kind: "good", word: "Ready", why: [] }
    : { kind: "bad", word: "Not ready", why: context.readiness.problems };
}

function fact(name, value, kind) {
  return h("div", { class: kind ?? null }, h("dt", {}, name), h("dd", {}, value));
}

function draw() {
  const now = state();
  const known = history.span();
  const rate = known && history.outcomes(known.now.exchanges, known.before.exchanges, known.seconds);
  const inForce = context.overrides.filter((one) => one.state === "active").length;
  const lag = history.latencies((sample) => sample, (sample) => sample.loop_lag);
  update(
    document.getElementById("status"),
    h(
      "dl",
      {},
      fact("State", badge(now.kind, now.word)),
      fact("Generation", context.stats ? String(context.stats.generation) : "–"),
      fact("Passed/s", rate ? short(rate.passed) : "–"),
      fact("Denied/s", rate ? short(rate.denied) : "–", rate?.denied > 0 ? "is-warn" : null),
      fact("Failed/s", rate ? short(rate.failed) : "–", rate?.failed > 0 ? "is-bad" : null),
      fact("Open", context.stats ? short(context.stats.gauges.open_exchanges) : "–"),
      fact("Loop lag p99", duration(lag.p99)),
      fact("Overrides", String(inForce), inForce > 0 ? "is-warn" : null),
    ),
    now.why.length > 0 && h("ul", { class: "why" }, now.why.slice(0, 5).map((why) => h("li", {}, why))),
    now.why.length > 5 && h("p", { class: "why" }, `and ${now.why.length - 5} more`),
  );
  const sentence = `${now.word}${now.why.length > 0 ? ": " + now.why[0] : ""}. ${inForce} overrides.`;
  if (now.word !== "Asking…" && sentence !== wasSaid) {
    wasSaid = sentence;
    context.announce(sentence);
  }
  button.textContent = token() ? "Token set" : "Sign in";
  door.show(needsToken() ? context.problem.message : null);
  shown.draw?.();
}

// ---- tools

const button = h("button", { type: "button", onclick: async () => (await signIn()) && tick(true) }, "Sign in");

const THEME = "policy-engine-theme";
const theme = h(
  "select",
  { "aria-label": "Colours", onchange: () => paint(theme.value) },
  ["system", "light", "dark"].map((one) => h("option", { value: one }, clean(one))),
);

function paint(wanted) {
  theme.value = ["light", "dark"].includes(wanted) ? wanted : "system";
  document.documentElement.dataset.theme = theme.value;
  localStorage.setItem(THEME, theme.value);
}

paint(localStorage.getItem(THEME));
document.getElementById("tools").append(theme, button);
document.addEventListener("visibilitychange", () => !document.hidden && tick(true));
addEventListener("hashchange", show);
document.querySelector(".skip").addEventListener("click", (event) => {
  // The fragment names the view.
  event.preventDefault();
  content.focus();
});
show();
