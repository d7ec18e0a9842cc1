// Elements are made from text only: nothing that the engine says is ever read as markup.

/** Control characters, marks that turn the direction of text, and invisible ones would let a name look like another. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** A text as it may be shown, without what would not be seen. */
export const clean = (text) => String(text).replace(UNSEEN, (unseen) => "\\u" + unseen.charCodeAt(0).toString(16).padStart(4, "0"));

function append(parent, child) {
  if (child === null || child === undefined || child === false) {
    return;
  }
  if (Array.isArray(child)) {
    child.forEach((one) => append(parent, one));
  } else if (child instanceof Node) {
    parent.append(child);
  } else {
    parent.append(clean(child));
  }
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) {
    return;
  }
  if (name.startsWith("on")) {
    element.addEventListener(name.slice(2), value);
  } else if (name === "value") {
    element.value = value;
  } else {
    element.setAttribute(name, value === true ? "" : clean(value));
  }
}

/** An element with attributes, listeners (`onclick`) and children: elements, lists, or text. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    set(element, key, value);
  }
  append(element, children);
  return element;
}

/** The same for SVG. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    set(element, key, value);
  }
  append(element, children);
  return element;
}

/** Puts children in the place of those that an element has. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** Sets a text if it is another: a live region says only what changes. */
export function say(element, text) {
  const shown = clean(text);
  if (element.textContent !== shown) {
    element.textContent = shown;
  }
}

/** A word in a coloured frame: `good`, `warn`, `bad` or `plain`; the word says what the colour does. */
export const badge = (kind, text) => h("span", { class: "badge " + kind }, text);

/** A remark in the place of content. */
export const note = (text) => h("p", { class: "note" }, text);

/**
 * A table in a region that scrolls by itself. In a narrow window each row is a card, whose cells have the heads of their columns; the roles
 * are written out, because browsers drop those of a table that is not laid out as one.
 *
 * @param caption what it shows
 * @param heads of columns; a text, or `{ text, number: true }`
 * @param rows each a list of cells: elements, texts, or `{ number }`; the first is the row's head. `{ key, cells }` for a row that may be
 *   elsewhere the next time: whoever clicks into it meets it, and no other that has taken its place. `below` is content over the whole
 *   width under the row; `action` has attributes of a row that can be clicked as a whole
 */
export function table(caption, heads, rows) {
  const texts = heads.map((head) => head.text ?? head);
  const cell = (content, index) => {
    const isNumber = content !== null && typeof content === "object" && !(content instanceof Node) && "number" in content;
    const attributes = isNumber ? { class: "number" } : {};
    return index === 0
      ? h("th", { scope: "row", role: "rowheader", ...attributes }, content)
      : h("td", { role: "cell", "data-label": texts[index], ...attributes }, isNumber ? content.number : content);
  };
  const line = (row) => [
    h("tr", { role: "row", "data-key": row.key, ...row.action }, (row.cells ?? row).map(cell)),
    row.below && h("tr", { role: "row", class: "below", "data-key": "below " + row.key }, h("td", { role: "cell", colspan: heads.length }, row.below)),
  ];
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h(
      "table",
      { role: "table" },
      h("caption", { class: "hidden" }, caption),
      h(
        "thead",
        { role: "rowgroup" },
        h("tr", { role: "row" }, heads.map((head, i) => h("th", { scope: "col", role: "columnheader", class: head.number ? "number" : null }, texts[i]))),
      ),
      h("tbody", { role: "rowgroup" }, rows.map(line)),
    ),
  );
}

/** Characters of an identifier that are shown where the whole one would not fit. */
const SHORT_ID = 8;

/** An identifier, shortened if it is long; the whole one is its title. */
export const brief = (id) => (id.length > SHORT_ID + 4 ? h("span", { title: id }, clean(id.slice(0, SHORT_ID)) + "…") : id);

/** A number with at most three digits that matter. */
export function short(number) {
  if (!Number.isFinite(number)) {
    return "–";
  }
  if (number >= 1e9) {
    return (number / 1e9).toFixed(1) + " G";
  }
  if (number >= 1e6) {
    return (number / 1e6).toFixed(1) + " M";
  }
  if (number >= 1e4) {
    return (number / 1e3).toFixed(1) + " k";
  }
  return number >= 100 || Number.isInteger(number) ? String(Math.round(number)) : number >= 1 ? number.toFixed(1) : number === 0 ? "0" : number.toFixed(2);
}

/** A duration of milliseconds. */
export function duration(ms) {
  if (!Number.isFinite(ms)) {
    return "–";
  }
  if (ms >= 1000) {
    return (ms / 1000).toFixed(2) + " s";
  }
  return ms >= 100 ? Math.round(ms) + " ms" : ms >= 1 ? ms.toFixed(1) + " ms" : Math.round(ms * 1000) + " µs";
}

/** A time as logs have it, in UTC; its title is the reader's own time. */
export function time(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) {
    return clean(iso);
  }
  const shown = at.toISOString().replace(/\.\d+Z$/, "Z");
  return h("time", { datetime: at.toISOString(), title: at.toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" }) }, shown);
}

const keyOf = (node) => (node instanceof Element ? node.getAttribute("data-key") : null);

function attributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    // A person opens and closes details.
    if (!fresh.hasAttribute(name) && name !== "open") {
      old.removeAttribute(name);
    }
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) {
      old.setAttribute(name, value);
    }
  }
}

function morph(old, fresh) {
  if (old.nodeName !== fresh.nodeName || keyOf(old) !== keyOf(fresh)) {
    old.replaceWith(fresh);
  } else if (old instanceof Element) {
    attributes(old, fresh);
    children(old, [...fresh.childNodes]);
  } else if (old.data !== fresh.data) {
    old.data = fresh.data;
  }
}

function children(parent, wanted) {
  const keys = new Set(wanted.map(keyOf));
  const keyed = new Map();
  for (const child of [...parent.children].filter(keyOf)) {
    if (keys.has(keyOf(child))) {
      keyed.set(keyOf(child), child);
    } else {
      child.remove();
    }
  }
  wanted.forEach((fresh, place) => {
    const here = parent.childNodes[place];
    const known = keyOf(fresh) && keyed.get(keyOf(fresh));
    if (known) {
      if (known !== here) {
        parent.insertBefore(known, here ?? null);
      }
      morph(known, fresh);
    } else if (here && !keyOf(fresh)) {
      morph(here, fresh);
    } else {
      parent.insertBefore(fresh, here ?? null);
    }
  });
  while (parent.childNodes.length > wanted.length) {
    parent.lastChild.remove();
  }
}

/**
 * Puts children in the place of those that an element has, and keeps those that stay the same, with their focus, selection and place in the
 * scroll. Listeners belong to the element around them, since elements that are kept keep theirs.
 */
export function update(parent, ...wanted) {
  const fresh = h("div", {}, wanted);
  children(parent, [...fresh.childNodes]);
}

/** Runs an action of a button within an element: `data-action` names it, and the handler gets the button. */
export function actions(element, handlers) {
  element.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-action]") : null;
    if (button && element.contains(button)) {
      handlers[button.getAttribute("data-action")]?.(button);
    }
  });
  return element;
}
