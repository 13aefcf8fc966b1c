// Jobs by the minute over the last hour: finished ones above the line, failed ones stacked on them.

import { clock, number } from "/page/elements.js";

const SVG = "http://www.w3.org/2000/svg";
const MINUTES = 60;
// On a narrow screen fewer units across keep the lettering readable.
const shapes = { wide: { width: 1100, height: 190 }, narrow: { width: 340, height: 170 } };
const edge = { left: 44, right: 4, top: 10, bottom: 24 };

function drawn(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

/** The least round number that nothing is above and whose half is whole. */
export function ceiling(most) {
  let step = 1;
  while (step * 10 < most) step *= 10;
  const rounds = [1, 1.5, 2, 3, 4, 6, 8, 10].map((factor) => factor * step);
  return Math.max(4, rounds.find((value) => value >= most && value % 2 === 0) ?? 4);
}

/** The last hour as minutes, oldest first; null where this process knows nothing yet. */
export function lastHour(minutes, now) {
  const known = new Map(minutes.map((minute) => [minute.at, minute]));
  const last = Math.floor(now / 60) * 60;
  return Array.from({ length: MINUTES }, (_, index) => {
    const at = last - (MINUTES - 1 - index) * 60;
    return { at, counts: known.get(at) ?? null };
  });
}

export function draw(figure, hour, isNarrow) {
  const { width, height } = isNarrow ? shapes.narrow : shapes.wide;
  const across = (width - edge.left - edge.right) / MINUTES;
  const tall = height - edge.top - edge.bottom;
  const top = ceiling(Math.max(...hour.map(({ counts }) => (counts ? counts.finished + counts.failed : 0))));
  const y = (value) => edge.top + tall * (1 - value / top);
  const svg = drawn("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", focusable: "false" });
  const unknown = hour.findIndex(({ counts }) => counts);
  const gap = unknown < 0 ? MINUTES : unknown;
  if (gap > 0) {
    svg.append(drawn("rect", { class: "unknown", x: edge.left, y: edge.top, width: gap * across, height: tall, rx: 4 }));
  }
  for (const value of [0, top / 2, top]) {
    svg.append(drawn("line", { class: "grid", x1: edge.left, x2: width - edge.right, y1: y(value), y2: y(value) }));
    svg.append(drawn("text", { x: edge.left - 8, y: y(value) + 4, "text-anchor": "end" }, number(value)));
  }
  hour.forEach(({ at, counts }, index) => {
    const x = edge.left + index * across;
    const every = isNarrow ? 20 : 10;
    if (index % every === 0 && index + 2 < MINUTES) {
      svg.append(drawn("text", { x, y: height - 6 }, clock(at)));
    }
    if (!counts) return;
    const bar = { x: x + across * 0.12, width: across * 0.76 };
    const { finished, failed } = counts;
    if (finished > 0) svg.append(drawn("rect", { class: "finished", ...bar, y: y(finished), height: tall * finished / top, rx: 1.5 }));
    if (failed > 0) svg.append(drawn("rect", { class: "failures", ...bar, y: y(finished + failed), height: Math.max(2, tall * failed / top), rx: 1.5 }));
    const hit = drawn("rect", { class: "hit", x, width: across, y: edge.top, height: tall });
    hit.append(drawn("title", {}, `${clock(at)}: ${number(finished)} finished, ${number(failed)} failed`));
    svg.append(hit);
  });
  figure.replaceChildren(svg);
}

/** The same in a sentence, for whoever does not see it. */
export function told(hour) {
  const known = hour.filter(({ counts }) => counts);
  if (known.length === 0) return "Nothing is known yet: the first minute is being counted.";
  const sum = (name) => known.reduce((total, { counts }) => total + counts[name], 0);
  const span = known.length === 1 ? "the last minute" : `the last ${known.length} minutes`;
  const busiest = known.reduce((a, b) => (b.counts.finished > a.counts.finished ? b : a));
  const peak = busiest.counts.finished > 0
    ? ` Busiest was ${clock(busiest.at)} with ${number(busiest.counts.finished)}.` : "";
  return `In ${span}: ${number(sum("finished"))} finished, ${number(sum("failed"))} failed.${peak}`;
}
