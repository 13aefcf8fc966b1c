// Making and changing elements. Everything that comes from outside goes through textContent or an attribute's value, so
// that no text can become markup.

/** `parts`: class, text, and any other attribute; those that are null or undefined are left out. */
export function element(name, parts = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(parts)) {
    if (value === undefined || value === null) continue;
    if (key === "text") made.textContent = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter(Boolean));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Writes only what is new: a live region that is written again is read out again. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function show(node, visible) {
  if (node.hidden === visible) node.hidden = !visible;
}

/**
 * One child of `parent` for each item, in their order. A child whose item looks as before stays as it is, and one that
 * changed is replaced in its place: whoever has the focus in a row keeps it.
 */
export function keyed(parent, items, key, make) {
  const former = [...parent.children];
  const known = new Map(former.map((child) => [child.dataset.key, child]));
  const placed = new Set();
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    const print = JSON.stringify(item);
    let child = known.get(name);
    known.delete(name);
    if (!child || child.dataset.print !== print) {
      const fresh = make(item);
      fresh.dataset.key = name;
      fresh.dataset.print = print;
      if (child) {
        const focused = child.contains(document.activeElement);
        child.replaceWith(fresh);
        if (place === child) place = fresh;
        if (focused) fresh.querySelector("button, a, summary")?.focus();
      }
      child = fresh;
    }
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
    placed.add(child);
  }
  // Also those that shared a key with another.
  for (const child of former) if (!placed.has(child)) child.remove();
}

/** A row that says its roles: laid out as a card it would lose those of a table. */
export const row = (...cells) => element("tr", { role: "row" }, ...cells);
export const head = (...children) => element("th", { scope: "row", role: "rowheader" }, ...children);
export const cell = (label, { text, ...parts } = {}, ...children) =>
  element("td", { role: "cell", "data-label": label, ...parts }, element("div", { text }, ...children));

export const pill = (state) =>
  element("span", { class: "pill", "data-state": state },
    element("span", { class: "dot", "aria-hidden": "true" }), document.createTextNode(state));

export const number = (value) => value.toLocaleString("en");

/** "3m 12s": the two largest units. */
export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const units = [["d", 86400], ["h", 3600], ["m", 60], ["s", 1]];
  const first = units.findIndex(([, size]) => whole >= size);
  if (first < 0) return "0s";
  let rest = whole;
  const parts = [];
  for (const [name, size] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || parts.length === 0) parts.push(`${count}${name}`);
  }
  return parts.join(" ");
}

export const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
