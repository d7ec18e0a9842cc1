import { h, short, svg, table } from "./dom.js";

const WIDTH = 400;
const HEIGHT = 150;
const LEFT = 58;
const BOTTOM = 22;
const TOP = 8;

/** The least "round" number that is not below: 1, 2 or 5 times a power of ten. */
function round(number) {
  if (!(number > 0)) {
    return 1;
  }
  const power = 10 ** Math.floor(Math.log10(number));
  return [1, 2, 5, 10].map((times) => times * power).find((one) => one >= number * 0.999);
}

/** Where a value is missing the line is broken; a value between two that are missing is a dot. */
function line(points, x, y) {
  let pen = "M";
  return points
    .map(({ ago, value }) => {
      if (!Number.isFinite(value)) {
        pen = "M";
        return "";
      }
      const step = `${pen}${x(ago).toFixed(1)} ${y(value).toFixed(1)}${pen === "M" ? "h0" : ""}`;
      pen = "L";
      return step;
    })
    .join("");
}

/** Seconds that the axis has at least: what is known fills the chart from the start. */
const SHORTEST = 4;

/**
 * Lines over the last minutes, with a sentence and a table that say the same.
 *
 * @param title of the chart
 * @param lines each `{ name, kind, points }`; `kind` is a class that gives colour and dashes
 * @param unit makes a text of a value
 */
export function chart(title, lines, unit = short) {
  const points = lines.flatMap((one) => one.points);
  const longest = Math.max(SHORTEST, ...points.map(({ ago }) => ago));
  const top = round(Math.max(...points.map(({ value }) => value).filter(Number.isFinite), 0));
  const x = (ago) => WIDTH - 4 - (ago / longest) * (WIDTH - LEFT - 4);
  const y = (value) => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
  const now = lines.map((one) => `${one.name} ${unit(one.points.at(-1)?.value ?? NaN)}`).join(", ");
  const grid = [0, 0.5, 1].map((share) => [
    svg("line", { class: "grid", x1: LEFT, x2: WIDTH, y1: y(top * share), y2: y(top * share) }),
    svg("text", { x: LEFT - 6, y: y(top * share) + 4, "text-anchor": "end" }, unit(top * share)),
  ]);
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, title),
    svg(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${title}: now ${now}` },
      grid,
      svg("text", { x: LEFT, y: HEIGHT - 4 }, longest >= 120 ? `${Math.round(longest / 60)} min ago` : `${Math.round(longest)} s ago`),
      svg("text", { x: WIDTH - 4, y: HEIGHT - 4, "text-anchor": "end" }, "now"),
      lines.map((one) => svg("path", { class: "line " + one.kind, d: line(one.points, x, y) })),
    ),
    h(
      "ul",
      { class: "legend" },
      lines.map((one) => h("li", {}, h("span", { class: "swatch " + one.kind, "aria-hidden": "true" }), `${one.name} `, h("b", {}, unit(one.points.at(-1)?.value ?? NaN)))),
    ),
  );
}

/** The numbers of charts with the same times, as a table. */
export function numbers(caption, lines, unit) {
  const last = (lines[0]?.points ?? []).slice(-10).reverse();
  return table(
    caption,
    ["Seconds ago", ...lines.map((one) => ({ text: one.name, number: true }))],
    last.map(({ ago }) => [
      String(Math.round(ago)),
      ...lines.map((one) => ({ number: unit(one.points.find((point) => point.ago === ago)?.value ?? NaN) })),
    ]),
  );
}
