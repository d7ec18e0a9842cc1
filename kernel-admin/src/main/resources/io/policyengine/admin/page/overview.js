import { chart, numbers } from "./charts.js";
import { actions, badge, duration, h, note, short, table, update } from "./dom.js";
import * as history from "./history.js";

const LINES = [
  ["passed", "first"],
  ["denied", "second"],
  ["failed", "third"],
];

/** The first view: what is wrong, and how it goes. */
export function overview(context) {
  const wrong = h("div");
  const charts = h("div", { class: "charts" });
  const data = h("div");
  const worst = h("div");
  const element = h(
    "div",
    {},
    h("h2", {}, "What is wrong"),
    wrong,
    h("h2", {}, "Last minutes"),
    charts,
    h("details", {}, h("summary", {}, "The numbers of the charts"), data),
    h("h2", {}, "Routes with failures"),
    worst,
  );
  actions(element, { route: (button) => context.go("routes/" + encodeURIComponent(button.getAttribute("data-name"))), view: (button) => context.go(button.getAttribute("data-name")) });

  function draw() {
    drawWrong();
    const rates = LINES.map(([name, kind]) => ({
      name,
      kind,
      points: history.exchangeSeries((now, before, seconds) => history.outcomes(now.exchanges, before.exchanges, seconds)[name]),
    }));
    const quantiles = [
      ["p50", 0.5, "first"],
      ["p99", 0.99, "second"],
    ].map(([name, share, kind]) => ({ name, kind, points: history.series((now, before) => quantile(share, now, before), (moment) => moment.calls?.[name + "_ms"]) }));
    const lag = history.series((now, before) => history.quantile(0.99, now.loop_lag, before?.loop_lag), (moment) => moment.loop_lag?.p99_ms);
    const lags = [{ name: "p99", kind: "first", points: lag }];
    update(
      charts,
      chart("Exchanges per second", rates),
      chart("Durations of worker calls", quantiles, duration),
      chart("Lag of event loops", lags, duration),
    );
    update(data, numbers("Exchanges per second", rates, short), numbers("Durations of worker calls", quantiles, duration));
    drawWorst();
  }

  function drawWrong() {
    const found = problems(context);
    update(
      wrong,
      found.length === 0
        ? h("p", {}, badge("good", "Nothing"), " that the engine knows of.")
        : h(
            "ul",
            { class: "problems" },
            found.map(({ kind, word, text, view }) =>
              h("li", {}, badge(kind, word), " ", text, view && [" ", h("button", { type: "button", class: "link", "data-action": "view", "data-name": view }, "Show", h("span", { class: "hidden" }, ` ${word}: ${text}`))]),
            ),
          ),
    );
  }

  function drawWorst() {
    const items = (context.stats?.routes.items ?? []).filter(({ recent }) => recent.failed + recent.denied > 0).slice(0, 10);
    const seconds = (context.stats?.routes.recent_ms ?? 1000) / 1000;
    update(
      worst,
      items.length === 0
        ? note("No route has denied or failed lately.")
        : table(
            "Routes with failures and denials",
            ["Route", ...["Failed/s", "Denied/s", "Exchanges/s", "p99"].map((text) => ({ text, number: true }))],
            items.map((item) => [
              h("button", { type: "button", class: "link", "data-action": "route", "data-name": item.name }, item.name),
              { number: short(item.recent.failed / seconds) },
              { number: short(item.recent.denied / seconds) },
              { number: short(item.recent.exchanges / seconds) },
              { number: duration(history.latencies((sample) => sample.routes.get(item.name)).p99) },
            ]),
          ),
    );
  }

  return { id: "overview", title: "Overview", element, draw, query: () => ({ limit: "20", sort: "failed" }) };
}

/** The calls of all workers together. */
function quantile(share, now, before) {
  const all = (sample) => {
    const buckets = new Map();
    for (const { durations } of sample.workers.values()) {
      durations.bounds_ms.forEach((bound, i) => buckets.set(bound, (buckets.get(bound) ?? 0) + durations.counts[i]));
    }
    return { bounds_ms: [...buckets.keys()], counts: [...buckets.values()] };
  };
  return history.quantile(share, all(now), before && all(before));
}

/** What an operator should know first, the worst first. */
function problems({ problem, readiness, workers, overrides, stats }) {
  const found = [];
  if (problem) {
    found.push({ kind: "bad", word: "No answer", text: problem.message });
  }
  for (const text of readiness?.problems ?? []) {
    found.push({ kind: "bad", word: "Not ready", text });
  }
  for (const worker of workers) {
    const callable = worker.replicas.filter((replica) => replica.callable).length;
    if (callable < worker.replicas.length) {
      found.push({
        kind: worker.available ? "warn" : "bad",
        word: "Worker",
        text: `${worker.name}: ${callable} of ${worker.replicas.length} replicas can be called`,
        view: "workers",
      });
    }
  }
  if (stats?.gauges.stuck_loops > 0) {
    found.push({ kind: "bad", word: "Stuck", text: `${stats.gauges.stuck_loops} event loops do not get on` });
  }
  for (const one of overrides.filter(({ state }) => state === "active")) {
    found.push({ kind: "warn", word: "Override", text: `${one.kind} ${one.name} is ${one.mode}: ${one.reason}`, view: "overrides" });
  }
  for (const text of readiness?.notes ?? []) {
    found.push({ kind: "warn", word: "Note", text });
  }
  return found;
}
