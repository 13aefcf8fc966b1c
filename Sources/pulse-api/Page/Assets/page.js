// The page's course: the door when a secret is wanted, else the figures, asked for again and again while somebody looks.

import { ask, secret } from "/page/asking.js";
import { byId, show, span, write } from "/page/elements.js";
import { showFigures } from "/page/figures.js";
import { failedUnknown, more, refreshFailed } from "/page/failed.js";

const PAUSE = 3000;
let heard = null; // when the last figures came, by performance.now()
let trouble = "";
let timer;
// An answer to a question of before the secret changed must not be shown.
let era = 0;

async function look() {
  clearTimeout(timer);
  const mine = ++era;
  try {
    const status = await ask("/api/status");
    if (mine !== era) return;
    heard = performance.now();
    trouble = "";
    openFigures();
    showFigures(status);
    const failed = status.queues?.reduce((sum, queue) => sum + queue.failed, 0);
    if (failed === undefined) failedUnknown(status.queues_reason);
    else await refreshFailed(failed, status.timestamp);
  } catch (error) {
    if (mine !== era) return;
    if (error.status === 401) return openDoor();
    trouble = error.message ?? String(error);
  }
  if (mine !== era) return;
  freshness();
  if (!document.hidden) timer = setTimeout(look, PAUSE);
}

function openDoor() {
  clearTimeout(timer);
  heard = null;
  trouble = "";
  show(byId("figures"), false);
  show(byId("forget"), false);
  write(byId("door-wrong"), secret.known ? "The service did not accept that secret." : "");
  secret.forget();
  show(byId("door"), true);
  freshness();
  byId("secret").focus();
}

function openFigures() {
  const wasAtDoor = !byId("door").hidden;
  show(byId("door"), false);
  show(byId("figures"), true);
  show(byId("forget"), secret.known !== null);
  if (wasAtDoor) byId("main").focus();
}

/** Figures that are old are shown as old. */
function freshness() {
  const age = heard === null ? null : Math.round((performance.now() - heard) / 1000);
  write(byId("fresh"), age === null ? "" : age < 5 ? "The figures are fresh; they are asked for every 3 s." : `The last figures are ${span(age)} old.`);
  const isOld = trouble !== "" && age !== null;
  byId("figures").classList.toggle("old", isOld);
  write(byId("lead-age"), isOld ? `${span(age)} ago` : "");
  const banner = byId("banner");
  show(banner, trouble !== "");
  banner.classList.toggle("bad", trouble !== "" && heard === null);
  // Not the age itself, which changes every second and would be read out each time.
  write(banner, trouble === "" ? "" : heard === null
    ? `No figures: ${trouble}. Asked again every 3 s.`
    : `What is shown is old: ${trouble}. Asked again every 3 s.`);
}

byId("door").addEventListener("submit", (event) => {
  event.preventDefault();
  secret.remember(byId("secret").value);
  byId("secret").value = "";
  look();
});
byId("forget").addEventListener("click", () => {
  era += 1;
  secret.forget();
  openDoor();
});
byId("more").addEventListener("click", () => more().catch(() => {}));
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
setInterval(freshness, 1000);
look();
