import { actions, h } from "./dom.js";

/**
 * A row of a list that is opened: its content lies under it, comes into view and gets the focus; Escape closes it and gives the focus back.
 * Rows and their buttons have `data-action="open"` and `data-name`.
 *
 * @param element of the view
 * @param label what the opened content is
 * @param choose shows the row of a name, or of null none
 */
export function opening(element, label, choose) {
  let chosen = null;
  /** What gets the focus once it is drawn: the content, or the row of the one that has been closed. */
  let next = null;

  function close() {
    next = { closed: chosen };
    choose(null);
  }

  const isSelected = (row) => !getSelection().isCollapsed && getSelection().containsNode(row, true);

  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen !== null) {
      close();
    }
  });
  actions(element, {
    open(row) {
      const name = row.getAttribute("data-name");
      // The click may have ended the selection of a text.
      if (!isSelected(row)) {
        name === chosen ? close() : choose(name);
      }
    },
    close,
  });
  return {
    /** Attributes of a row, and the button in it. */
    row: (name) => ({ class: "opens", "data-action": "open", "data-name": name }),
    button: (name, text) => h("button", { type: "button", class: "link", "data-action": "open", "data-name": name, "aria-expanded": String(name === chosen) }, text),
    section: (...content) => h("section", { "data-opened": "", tabindex: "-1", "aria-label": label }, content),
    /** Another one is chosen, or with null none. */
    chosen(name) {
      if (name !== null && name !== chosen) {
        next = { opened: true };
      }
      chosen = name;
    },
    /** After each drawing. */
    drawn(isWhole) {
      if (next?.opened && isWhole) {
        const section = element.querySelector("[data-opened]");
        section?.scrollIntoView({ block: "nearest" });
        section?.focus({ preventScroll: true });
        next = null;
      } else if (next?.closed && chosen === null) {
        [...element.querySelectorAll("button[data-action=open]")].find((button) => button.getAttribute("data-name") === next.closed)?.focus();
        next = null;
      }
    },
  };
}
