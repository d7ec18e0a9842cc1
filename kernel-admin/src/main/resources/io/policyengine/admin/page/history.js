// Answers of /stats of the last minutes. What is shown as "now" is a difference of two of them.

/** Samples that are kept: five minutes of one every two seconds. */
const KEPT = 150;
const KEPT_SECONDS = 300;
/** The time that rates and quantiles of tables are about. */
const WINDOW_MS = 30000;

const samples = [];
/** The engine's own figures from before the page was opened, oldest first: `{ at_ms, exchanges, calls, loop_lag }`. */
let past = [];
let hasPast = false;

/** Keeps an answer; those of another process, whose time begins again, are forgotten. */
export function keep(stats) {
  const last = samples.at(-1);
  if (last && (stats.at_ms < last.at_ms || sum(stats.exchanges) < sum(last.exchanges))) {
    samples.length = 0;
    past = [];
    hasPast = false;
  }
  if (stats.history) {
    past = stats.history.filter((one) => one.at_ms < (samples[0] ?? stats).at_ms);
    hasPast = true;
  }
  if (!last || stats.at_ms !== last.at_ms) {
    samples.push(index(stats));
  }
  if (samples.length > KEPT) {
    samples.shift();
  }
}

const byName = (list) => new Map(list.map((one) => [one.name, one]));

/** Only what differences need: the texts of a page of routes are not kept. */
function index(stats) {
  return {
    at_ms: stats.at_ms,
    exchanges: stats.exchanges,
    loop_lag: stats.loop_lag,
    routes: byName(stats.routes.items.map(({ name, durations }) => ({ name, durations }))),
    workers: byName(stats.workers),
    policies: byName(stats.policies),
    entries: new Map((stats.entries ?? []).map((one) => [`${stats.entries_of} ${one.part} ${one.entry}`, one])),
  };
}

export const sum = (numbers) => Object.values(numbers ?? {}).reduce((all, one) => all + one, 0);

/** The newest sample, and one from before it that is as old as the window, or null while there is none. */
export function span(find = (sample) => sample) {
  const now = samples.at(-1);
  const before = now && samples.find((sample) => now.at_ms - sample.at_ms <= WINDOW_MS && sample !== now && find(sample));
  return now && before && find(now) ? { now: find(now), before: find(before), seconds: (now.at_ms - before.at_ms) / 1000 } : null;
}

/**
 * Increase of numbers by name over the time that is kept: `{ verdicts, seconds }`, or null while there is none.
 *
 * @param counted seconds since which the engine counts them; if they are fewer than what is kept, all are meant
 */
export function increase(find, counted) {
  const newest = samples.at(-1);
  const now = newest && find(newest);
  if (!now) {
    return null;
  }
  const oldest = samples.find(find);
  const seconds = (newest.at_ms - oldest.at_ms) / 1000;
  const before = find(oldest).verdicts;
  const isWhole = counted <= KEPT_SECONDS || seconds === 0 || sum(now.verdicts) < sum(before);
  return isWhole
    ? { verdicts: now.verdicts, seconds: counted }
    : { verdicts: Object.fromEntries(Object.entries(now.verdicts).map(([name, count]) => [name, count - (before[name] ?? 0)])), seconds };
}

/** Whether the engine should give its own figures: they are asked for once, and again of another process. */
export const lacksPast = () => !hasPast;

/** What the engine has kept of the time that is shown. */
function known() {
  const newest = samples.at(-1);
  return newest ? past.filter((one) => newest.at_ms - one.at_ms <= KEPT_SECONDS * 1000) : [];
}

const ago = (one) => (samples.at(-1).at_ms - one.at_ms) / 1000;

/**
 * A number for each pair of neighbours, oldest first: `{ ago, value }`, seconds ago. Before them lies what the engine itself has measured;
 * where there is neither, the first answer stands for all since the start.
 *
 * @param value makes a number of two answers, or of one and null
 * @param measured the same number, as an earlier moment of the engine has it; undefined if it has none
 */
export function series(value, measured) {
  const earlier = known().map((one) => ({ ago: ago(one), value: measured(one) ?? NaN }));
  const later = pairs(samples, value);
  return samples.length === 1 && !earlier.some((one) => Number.isFinite(one.value)) ? [{ ago: 0, value: value(samples[0], null) }] : [...earlier, ...later];
}

/** The same for counts of exchanges, which two moments of the engine give, too. */
export const exchangeSeries = (value) => pairs([...known(), ...samples], value);

const pairs = (list, value) => list.slice(1).map((one, i) => ({ ago: ago(one), value: value(one, list[i], (one.at_ms - list[i].at_ms) / 1000) }));

/** Increase a second of numbers by name: `{ ok: 12.5 }`; null while it is not known. */
export function rates(find, numbers = (found) => found.verdicts) {
  const known = span(find);
  if (!known) {
    return null;
  }
  const before = numbers(known.before);
  return Object.fromEntries(
    Object.entries(numbers(known.now)).map(([name, count]) => [name, Math.max(0, count - (before[name] ?? 0)) / known.seconds]),
  );
}

/**
 * The duration below which a share of what came between two answers lies, in milliseconds; NaN if nothing came.
 *
 * @param now durations as the API gives them
 * @param before earlier ones, or null for all since the start
 */
export function quantile(share, now, before) {
  const counts = new Map(now.bounds_ms.map((bound, i) => [bound, now.counts[i]]));
  if (before) {
    before.bounds_ms.forEach((bound, i) => counts.set(bound, (counts.get(bound) ?? 0) - before.counts[i]));
  }
  const buckets = [...counts].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
  const wanted = share * buckets.reduce((all, [, count]) => all + count, 0);
  let seen = 0;
  for (const [bound, count] of buckets) {
    if (seen + count >= wanted) {
      // Bounds are a factor of 2^(1/8) apart.
      return bound * 2 ** (((wanted - seen) / count - 1) / 8);
    }
    seen += count;
  }
  return NaN;
}

/** Median and 99th percentile of the window, or of those since the start while there is no window; NaN if nothing came. */
export function latencies(find, durations = (found) => found.durations) {
  const known = span(find);
  const newest = samples.at(-1);
  const now = known ? known.now : newest && find(newest);
  if (!now) {
    return { p50: NaN, p99: NaN };
  }
  const before = known ? durations(known.before) : null;
  const of = (share) => quantile(share, durations(now), before);
  return { p50: of(0.5), p99: of(0.99) };
}

const FAULTS = ["failed", "overloaded", "protocol_error", "unknown_route"];

/** Exchanges a second by how an operator sees them. */
export function outcomes(now, before, seconds) {
  const rate = (names) => names.reduce((all, name) => all + Math.max(0, (now[name] ?? 0) - (before[name] ?? 0)), 0) / seconds;
  return { passed: rate(["passed", "observed"]), denied: rate(["denied"]), failed: rate(FAULTS), cancelled: rate(["cancelled"]) };
}
