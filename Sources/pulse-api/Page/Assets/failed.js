// Jobs that failed, each with its reason, and a button that puts it back into the queue.

import { ask } from "/page/asking.js";
import { byId, cell, element, head, keyed, number, row, show, span, write } from "/page/elements.js";

const STEP = 20, MOST = 200;
// Their titles stand in the jobs' own data: as long as their number is the same they are not read at every look.
const PAUSE = 15;
let limit = STEP;
let total = -1;
let seen = -Infinity; // when they were last listed, and what time it is, both by the service's clock
let now = 0;
// Requeued here, and when: an answer that was under way meanwhile may still name them.
const gone = new Map();
const FORGOTTEN = 10;

export async function refreshFailed(count, at) {
  now = at;
  if (count === total && now - seen < PAUSE) return;
  await list(count);
}

async function list(count) {
  const { jobs } = await ask(`/api/jobs?state=failed&limit=${limit}`);
  for (const [id, at] of gone) if (now - at > FORGOTTEN) gone.delete(id);
  total = count;
  seen = now;
  paint(jobs.filter(({ id }) => !gone.has(id)));
}

/** While the queue cannot be read: what is shown stays, and is said to be old. */
export function failedUnknown(reason) {
  total = -1;
  if (byId("failed").children.length > 0) return write(byId("failed-aside"), `as they were: ${reason}`);
  show(byId("failed-empty"), true);
  write(byId("failed-empty"), `Not known: ${reason}.`);
}

export function more() {
  limit = Math.min(MOST, limit + STEP);
  return list(total);
}

function paint(jobs) {
  // The moment is told to the minute, so that a row is not made anew at every look.
  keyed(byId("failed"), jobs.map((job) => ({ ...job, ago: ago(job) })), ({ id }) => id, line);
  show(byId("failed-empty"), jobs.length === 0);
  write(byId("failed-empty"), "No failed job. What cannot be indexed would stand here with its reason.");
  write(byId("failed-aside"), jobs.length > 0 ? (total > jobs.length ? `newest ${number(jobs.length)} of ${number(total)}` : number(jobs.length)) : "");
  show(byId("more"), jobs.length === limit && limit < MOST && total > jobs.length);
}

function ago({ ended_at }) {
  const seconds = now - Date.parse(ended_at) / 1000;
  if (!Number.isFinite(seconds)) return "";
  return seconds < 60 ? "just now" : `${span(Math.floor(seconds / 60) * 60)} ago`;
}

function line(job) {
  const name = job.title ?? job.url ?? job.description ?? job.id;
  const title = element("span", { class: "name", text: name });
  const address = job.title && job.url ? element("span", { class: "small address", text: job.url }) : null;
  const button = element("button", { type: "button", class: "quiet", text: "Requeue", "aria-label": `Requeue ${name}` });
  button.addEventListener("click", () => requeue(job, button));
  return row(
    head(title, address, element("span", { class: "small", text: job.id })),
    cell("Why", { class: "why", text: job.reason ?? "no reason was written" }),
    cell("When", { class: "when", text: job.ago, title: job.ended_at }),
    element("td", { role: "cell", class: "act" }, button));
}

async function requeue(job, button) {
  button.disabled = true;
  try {
    const { message } = await ask(`/api/jobs/${encodeURIComponent(job.id)}/requeue`, "POST");
    gone.set(job.id, now);
    say(message);
    leave(button.closest("tr"));
  } catch (error) {
    button.disabled = false;
    say(`Not requeued: ${error.message}`);
  }
}

/** Takes the row away and the focus on: to the next button, or to the heading when there is none. */
function leave(line) {
  const next = line.nextElementSibling ?? line.previousElementSibling;
  line.remove();
  (next?.querySelector("button") ?? byId("failed-title")).focus();
  list(Math.max(0, total - 1)).catch(() => {});
}

let silence;
function say(text) {
  const said = byId("said");
  said.textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => { said.textContent = ""; }, 8000);
}
