// What GET /api/status tells, as a person reads it.

import { byId, cell, clock, element, head, keyed, number, pill, row, show, span, write } from "/page/elements.js";
import { draw, lastHour, told } from "/page/chart.js";

const SERVICES = ["redis", "qdrant", "tei"];
const STATES = [
  ["queued", "waiting"], ["started", "running"], ["scheduled", "scheduled"], ["deferred", "deferred"],
  ["failed", "failed"], ["finished", "finished"],
];
const narrow = matchMedia("(max-width: 46rem)");
let drawnFor = "";
let latest;
narrow.addEventListener("change", () => { if (latest) flow(latest); });

export function showFigures(status) {
  latest = status;
  lead(status);
  services(status.services);
  queue(status);
  flow(status);
  workers(status);
}

function lead({ supervisor, supervisor_reason }) {
  const word = supervisor ? supervisor.status : "unknown";
  byId("lead-word").dataset.state = word;
  write(byId("lead-text"), supervisor ? word : "the supervisor does not answer");
  write(byId("lead-summary"), supervisor ? sentence(supervisor) : `${supervisor_reason}. What Redis holds is shown all the same.`);
  keyed(byId("notes"), supervisor?.notes ?? [], (note) => note, (note) => element("li", { text: note }));
  write(byId("facts"), supervisor
    ? `version ${supervisor.version}, ${supervisor.state}, up ${span(supervisor.uptime_seconds)}` : "");
  document.title = `${word} - Pulse`;
}

/** The summary without the word that stands above it. */
function sentence({ status, summary }) {
  return summary.startsWith(`${status}: `) ? summary.slice(status.length + 2) : summary;
}

function services(known) {
  const items = SERVICES.map((name) => ({ name, ...(known[name] ?? { state: "unknown" }) }));
  keyed(byId("services"), items, ({ name }) => name, ({ name, state, reason, remedy, reporters }) =>
    element("li", { "data-state": state },
      element("h3", {}, document.createTextNode(name), pill(state)),
      element("p", { text: [reason, reporters && `say ${reporters}`].filter(Boolean).join("; ") }),
      element("p", { class: "remedy", text: remedy })));
}

function queue({ queues, queues_reason, is_paused }) {
  const total = (state) => queues.reduce((sum, one) => sum + one[state], 0);
  const items = queues
    ? STATES.map(([state, label]) => ({ state, label, count: total(state) }))
    : STATES.map(([state, label]) => ({ state, label, count: null }));
  keyed(byId("queue"), items, ({ state }) => state, ({ state, label, count }) =>
    element("div", { class: state === "failed" && count > 0 ? "alarming" : null },
      element("dt", { text: label }), element("dd", { text: count === null ? "?" : number(count) })));
  const names = queues?.map((one) => one.queue).join(", ");
  const paused = is_paused ? "paused: no worker takes a job" : "";
  write(byId("queue-aside"), queues ? [names, paused].filter(Boolean).join("; ") : `not known: ${queues_reason}`);
}

function flow({ throughput, timestamp }) {
  const hour = lastHour(throughput.minutes, timestamp);
  // Drawn anew only when there is something new: a tooltip that is open stays open.
  const print = JSON.stringify([hour, narrow.matches]);
  if (print === drawnFor) return;
  drawnFor = print;
  draw(byId("chart"), hour, narrow.matches);
  write(byId("chart-text"), told(hour));
  const known = hour.filter(({ counts }) => counts);
  const whole = known.slice(0, -1).at(-1);
  write(byId("flow-aside"), whole ? `${number(whole.counts.finished)} in the last whole minute` : "");
  keyed(byId("flow-rows"), known.toReversed(), ({ at }) => at, ({ at, counts }) =>
    element("tr", {}, element("th", { scope: "row", text: clock(at) }),
      ...["accepted", "finished", "failed"].map((name) => element("td", { class: "number", text: number(counts[name]) }))));
}

function workers({ supervisor, slots }) {
  keyed(byId("workers"), slots, ({ slot }) => slot, (slot) => row(
    head(document.createTextNode(slot.slot), slot.pid ? element("span", { class: "small", text: `pid ${slot.pid}` }) : null),
    cell("State", {}, pill(slot.activity === "waiting" && slot.state === "ready" ? "waiting" : slot.state), soon(slot), death(slot)),
    cell("Up", { class: "number", text: slot.uptime_seconds === undefined ? "" : span(slot.uptime_seconds) }),
    cell("Restarts", { class: "number", text: number(slot.restarts) }),
    cell("Done", { class: "number", text: counted(slot, slot.done) }),
    cell("Failed", { class: "number", text: counted(slot, slot.failed) }),
    cell("Now", { class: "now" }, ...present(slot))));
  const own = slots.filter(({ program }) => program === "worker");
  const ready = own.filter(({ state }) => state === "ready").length;
  write(byId("workers-aside"), !supervisor ? "" : own.length > 0 ? `${ready} of ${own.length} ready` : "none here: PULSE_WORKERS is 0");
  show(byId("workers-empty"), slots.length === 0);
  write(byId("workers-empty"), supervisor
    ? "This supervisor runs no process."
    : "Not known while the supervisor does not answer.");
}

// Only workers end jobs; the API's report has the same fields.
const counted = ({ program }, count) => program === "api" || count === undefined ? "" : number(count);

const soon = ({ next_start_seconds }) => next_start_seconds === undefined ? null
  : element("span", { class: "small", text: `starts in ${span(next_start_seconds)}` });

const death = ({ last_death }) => last_death
  ? element("span", { class: "small", text: `last ${last_death.how} at ${clock(last_death.at)}` }) : null;

function present({ current, in_flight, text }) {
  if (!current?.length) return text ? [element("span", { class: "small", text })] : [];
  const first = element("span", { text: current[0].url ?? current[0].id });
  const more = in_flight > 1 ? element("span", { class: "small", text: `and ${number(in_flight - 1)} more` }) : null;
  return [first, more].filter(Boolean);
}
