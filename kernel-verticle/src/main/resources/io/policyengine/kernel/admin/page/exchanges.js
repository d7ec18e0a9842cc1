import { h } from "./dom.js";

export function exchanges() {
  return { id: "exchanges", title: "Denials", element: h("h2", {}, "Denials") };
}
