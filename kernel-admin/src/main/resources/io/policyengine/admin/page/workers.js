import { badge, duration, h, note, short, table, update } from "./dom.js";
import * as history from "./history.js";

const FAULTS = ["policy_error", "timeout", "deadline_exceeded", "unavailable", "overloaded", "worker_error", "failure", "failed"];

/** Workers with their replicas, and policies. */
export function workers(context) {
  const list = h("div");
  const policies = h("div");
  const element = h("div", {}, h("h2", {}, "Workers"), list, h("h2", {}, "Policies"), policies);

  function draw() {
    update(list, context.workers.length === 0 ? note("No worker is configured.") : context.workers.map(worker));
    const known = context.stats?.policies ?? [];
    update(
      policies,
      known.length === 0
        ? note("No policy has run since somebody looks.")
        : table(
            "Policies",
            ["Policy", ...["Runs/s", "Denied/s", "Failed/s", "p50", "p99", "Runs since the start"].map((text) => ({ text, number: true }))],
            [...known].sort((a, b) => busy(b) - busy(a)).map(policy),
          ),
    );
  }

  const busy = ({ name }) => history.sum(history.rates((sample) => sample.policies.get(name)));

  function policy({ name, verdicts }) {
    const rate = history.rates((sample) => sample.policies.get(name));
    const latency = history.latencies((sample) => sample.policies.get(name));
    return [
      name,
      { number: rate ? short(history.sum(rate)) : "–" },
      { number: rate ? marked(rate.denied ?? 0, "is-warn") : "–" },
      { number: rate ? marked(faults(rate), "is-bad") : "–" },
      { number: duration(latency.p50) },
      { number: duration(latency.p99) },
      { number: short(history.sum(verdicts)) },
    ];
  }

  const marked = (rate, kind) => (rate > 0 ? h("b", { class: kind }, short(rate)) : short(rate));
  const faults = (rate) => FAULTS.reduce((all, name) => all + (rate[name] ?? 0), 0);

  function worker(one) {
    const figures = context.stats?.workers.find(({ name }) => name === one.name);
    const rate = history.rates((sample) => sample.workers.get(one.name));
    const latency = history.latencies((sample) => sample.workers.get(one.name));
    return h(
      "section",
      { class: "card", "aria-label": "Worker " + one.name, "data-key": one.name },
      h("h3", {}, one.name, " ", one.available ? badge("good", "available") : badge("bad", "cannot be called"), one.fail_open ? badge("warn", "fails open") : null),
      h(
        "dl",
        {},
        fact("Calls/s", rate ? short(history.sum(rate)) : "–"),
        fact("Denied/s", rate ? short(rate.denied ?? 0) : "–"),
        fact("Failed/s", rate ? short(faults(rate)) : "–", rate && faults(rate) > 0 ? "is-bad" : null),
        fact("Under way", figures ? short(figures.in_flight) : "–"),
        fact("p50", duration(latency.p50)),
        fact("p99", duration(latency.p99)),
        fact("Version", one.version ?? "–"),
        fact("Protocol", one.protocol_version ?? "–"),
      ),
      table(
        "Replicas of " + one.name,
        ["Replica", "State", "Policies that are not well"],
        one.replicas.map((replica) => [
          replica.address,
          replica.callable ? badge("good", "callable") : h("span", {}, badge("bad", "not callable"), " ", replica.unavailable_reason),
          replica.unwell_policies.length === 0 ? "none" : replica.unwell_policies.map(({ policy: name, reason }) => h("p", {}, `${name}: ${reason}`)),
        ]),
      ),
      one.refused_policies.length > 0 && h("ul", {}, one.refused_policies.map(({ policy: name, reason }) => h("li", {}, `${name} may not run: ${reason}`))),
    );
  }

  const fact = (name, value, kind) => h("div", { class: kind ?? null }, h("dt", {}, name), h("dd", {}, value));

  return { id: "workers", title: "Workers", element, draw };
}
