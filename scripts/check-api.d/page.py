"""The status page in a browser: who sees it, how it looks, what hostile text does, what it says of things away."""

import os
import signal
import subprocess
from pathlib import Path

import orjson

from browser import Browser, browsing
from context import Context
from front import BEARER, SECRET, WITH_SECRETS, Front, fronting
from processes import clean_environment
from redis_server import QUEUE, RedisServer, redis_serving
from results import Failed, must
from waiting import until

NAME = "page"
FAILING = Path(__file__).with_name("failing")
WIDTHS, SCHEMES = (1400, 400), ("light", "dark")
# A page that takes this for markup runs it.
EVIL = "<script>window.hacked = 1; alert(1)</script>"
EVIL_IMAGE = '<img src=x onerror="window.hacked = 2">'
HOSTILE = [
    {"url": f"https://example.org/{EVIL}", "title": EVIL, "content": "Text."},
    {"url": "https://example.org/image", "title": EVIL_IMAGE, "content": "Text."},
    {"url": "https://example.org/tides?" + "a" * 300, "title": "No blank " + "x" * 200, "content": "Text."},
]
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
DIRECTIVES = {"default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"}
# Texts whose colour and ground are less than 4.5:1 apart (WCAG 2.2, 1.4.3), each with its figure.
PALE = """(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => channels(colour).slice(0, 3).map((value) => value / 255)
    .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if ((channels(colour)[3] ?? 1) > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const pale = [];
  for (const node of document.body.querySelectorAll("*")) {
    const text = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!text || !node.checkVisibility() || node.closest("svg, noscript")) continue;
    const [a, b] = [light(getComputedStyle(node).color), light(ground(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) pale.push(`${node.textContent.slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return pale;
})()"""
FAILED_ROWS = "document.querySelectorAll('#failed tr').length"


def check_headers(front: Front) -> None:
    for path in ("/", "/page.css", "/page.js", "/page/icon.svg", "/page/chart.js"):
        answer = front.ask("GET", path, headers=[("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")])
        must(answer.status == 200, f"{path}: {answer}")
        for name, value in HEADERS.items():
            must(answer.headers[name] == value, f"{path}: {name} is {answer.headers[name]}")
        told = {part.strip() for part in (answer.headers["Content-Security-Policy"] or "").split(";")}
        must(told >= DIRECTIVES, f"{path}: Content-Security-Policy is {told}")
    answer = front.ask("GET", "/", headers=[("Accept", "text/html")])
    must(b"<!doctype html>" in answer.body and b"<style" not in answer.body, f"/ as a page: {answer}")
    must("service" in front.ask("GET", "/", headers=[("Accept", "*/*")]).json, "curl gets the page, not JSON")
    for path in ("/api/status", "/api/jobs?state=failed"):
        must(front.ask("GET", path).status == 401, f"{path} without the secret: {front.ask('GET', path)}")


def fail_hostile_jobs(context: Context, front: Front, redis: RedisServer) -> list[str]:
    """Failed by a Python worker, with a traceback."""
    ids = []
    for document in HOSTILE:
        answer = front.post("/api/index", document, BEARER)
        must(answer.status == 202, f"/api/index: {answer}")
        ids.append(answer.json["job_id"])
    command = [str(context.python), "-m", "rq.cli", "worker", "--burst", "--url", redis.url]
    command += ["--worker-class", "rq.SimpleWorker", QUEUE]
    environment = clean_environment() | {"PYTHONPATH": str(FAILING), "TZ": "UTC"}
    subprocess.run(command, env=environment, capture_output=True, timeout=60, check=True)
    return ids


def check_door(browser: Browser, front: Front) -> None:
    browser.open(f"http://localhost:{front.port}/")
    browser.until("the door is there", "!document.getElementById('door').hidden")
    must(browser.evaluate("document.getElementById('figures').hidden"), "figures without the secret")
    must(browser.evaluate("document.activeElement.id") == "secret", "the door does not have the focus")
    browser.type("wrong")
    browser.press("Enter", "\r")
    browser.until("a wrong secret is told", "document.getElementById('door-wrong').textContent !== ''")
    browser.type(SECRET)
    browser.press("Enter", "\r")
    browser.until("the figures are there", "!document.getElementById('figures').hidden")
    must(browser.evaluate("document.cookie") == "", "a cookie was set")
    must(browser.evaluate("Object.values(sessionStorage).join()") == SECRET, "the secret is not in sessionStorage")
    must(browser.evaluate("localStorage.length") == 0, "something stays after the tab")
    must(SECRET not in browser.evaluate("location.href"), "the secret stands in the address")
    must(SECRET not in browser.evaluate("document.documentElement.outerHTML"), "the secret stands in the page")


def check_hostile(browser: Browser) -> None:
    browser.until("the failed jobs are there", f"{FAILED_ROWS} === {len(HOSTILE)}")
    text = browser.evaluate("document.getElementById('failed').textContent")
    for part in (EVIL, EVIL_IMAGE, f"https://example.org/{EVIL}", f"{EVIL} in exc_string"):
        must(part in text, f"not shown as text: {part}; there is {text[:600]}")
    made = browser.evaluate("[document.scripts.length, document.images.length, typeof window.hacked].join()")
    must(made == "1,1,undefined", f"scripts, images, hacked: {made}")
    must(browser.dialogs == 0, f"{browser.dialogs} dialogs")


def check_names(browser: Browser) -> int:
    """What can be used has a name, and the page its headings."""
    told = browser.accessible()
    nameless = [role for role, name in told if role in ("button", "textbox", "link", "table", "region") and not name]
    must(not nameless, f"without a name for a screen reader: {nameless}")
    headings = [name for role, name in told if role == "heading"]
    for wanted in ("Services", "Queue", "Throughput", "Workers", "Failed jobs"):
        must(any(name.startswith(wanted) for name in headings), f"no heading {wanted}: {headings}")
    requeues = [name for role, name in told if role == "button" and name.startswith("Requeue ")]
    must(len(requeues) == len(HOSTILE), f"buttons that say what they requeue: {requeues}")
    must(sum(role == "rowheader" for role, _ in told) >= len(HOSTILE), "rows without a heading")
    return len(told)


def take_pictures(browser: Browser, context: Context, name: str) -> None:
    grounds = {}
    for width in WIDTHS:
        for scheme in SCHEMES:
            browser.look(width, scheme)
            browser.until("it is laid out", "new Promise(done => requestAnimationFrame(() => done(true)))")
            wide = browser.evaluate("document.documentElement.scrollWidth")
            must(wide <= width, f"{name}: {wide} pixels wide on a screen of {width}")
            grounds[scheme] = browser.evaluate("getComputedStyle(document.body).backgroundColor")
            # A transition of colours is over, or the ground is still that of before.
            what = f"{name}-{width}-{scheme}: enough contrast"
            until(what, 5, lambda: not browser.evaluate(PALE), lambda: browser.evaluate(PALE))
            if context.screenshots:
                browser.picture(context.screenshots / f"{name}-{width}-{scheme}.png")
    must(grounds["light"] != grounds["dark"], f"light and dark are alike: {grounds}")
    browser.look(WIDTHS[0], SCHEMES[0])


def check_requeue(browser: Browser, redis: RedisServer) -> None:
    """By the keyboard alone; the focus goes on to the next row's button."""
    job = browser.evaluate("document.querySelector('#failed tr').dataset.key")
    for _ in range(200):
        if browser.evaluate("document.activeElement.closest?.('#failed tr')?.dataset.key ?? ''") == job:
            break
        browser.press("Tab")
    else:
        raise Failed("200 tabs do not lead to the first Requeue")
    browser.press("Enter", "\r")
    browser.until("the row is gone", f"{FAILED_ROWS} === {len(HOSTILE) - 1}")
    must(redis.client.hget(f"rq:job:{job}", "status") == "queued", "the job was not requeued")
    said = browser.until("it is said", "document.getElementById('said').textContent")
    must(f"requeued {job}" in said, f"it says {said}")
    focus = browser.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.tagName")
    must(focus.startswith("Requeue "), f"the focus went to {focus}")


def check_absences(browser: Browser, context: Context, front: Front, redis: RedisServer) -> None:
    supervisor = front.supervisor.pid
    os.kill(supervisor, signal.SIGSTOP)
    try:
        text = "document.getElementById('lead-text').textContent"
        browser.until("a silent supervisor is told", f"{text} === 'the supervisor does not answer'")
        must(browser.evaluate(FAILED_ROWS) == len(HOSTILE) - 1, "failed jobs are gone with the supervisor")
        take_pictures(browser, context, "no-supervisor")
    finally:
        os.kill(supervisor, signal.SIGCONT)
    browser.until("it is back", f"{text} !== 'the supervisor does not answer'")

    redis.send(signal.SIGKILL)
    browser.until(
        "an absent Redis is told", "document.getElementById('queue-aside').textContent.startsWith('not known')"
    )
    must("?" in browser.evaluate("document.getElementById('queue').textContent"), "old counts are shown as new ones")
    take_pictures(browser, context, "no-redis")
    redis.start()
    browser.until("it is back", "!document.getElementById('queue-aside').textContent.startsWith('not known')")

    api = front.child()["pid"]
    os.kill(api, signal.SIGSTOP)
    try:
        browser.until("a silent service is told", "document.getElementById('banner').textContent.includes('old')")
        old = browser.until("its age is told", "document.getElementById('fresh').textContent.match(/are .* old/)?.[0]")
        must(" s" not in old or "s old" in old, f"the age reads {old}")
        take_pictures(browser, context, "silent")
    finally:
        os.kill(api, signal.SIGCONT)
    browser.until("it is fresh again", "document.getElementById('banner').hidden")


def check_open(browser: Browser, front: Front) -> None:
    """Without a secret, on this machine: at once, with workers and what they did."""
    for number in range(20):
        front.post("/api/index", {"url": f"https://example.org/page/{number}", "content": f"# Tides {number}\n\nText."})
    browser.open(f"http://localhost:{front.port}/")
    browser.until("the figures are there", "!document.getElementById('figures').hidden")
    browser.until("workers are there", "document.querySelectorAll('#workers tr').length === 3")
    browser.until("jobs show in the chart", "document.querySelectorAll('#chart .finished').length > 0")
    must(browser.evaluate("document.getElementById('door').hidden"), "the door without a secret")


def complaints(browser: Browser) -> list[str]:
    """What was not meant to happen: refusals at the door are shown in the console too, and so are absences."""
    meant = ("401", "net::ERR", "503", "504")
    return [line for line in browser.complaints if not any(part in line for part in meant)]


def check(context: Context) -> str:
    stack = context.stack()
    with redis_serving(context.folder / "redis") as redis, browsing(context.folder / "browser") as browser:
        settings = stack.settings | {"PULSE_REDIS_URL": redis.url, "PULSE_QDRANT_COLLECTION": "check_api_page"}
        with fronting(context.programs, context.folder / "secured", settings | WITH_SECRETS) as front:
            check_headers(front)
            ids = fail_hostile_jobs(context, front, redis)
            browser.look(WIDTHS[0], SCHEMES[0])
            check_door(browser, front)
            check_hostile(browser)
            names = check_names(browser)
            take_pictures(browser, context, "failed")
            check_requeue(browser, redis)
            check_absences(browser, context, front, redis)
            browser.evaluate("document.getElementById('forget').click()")
            must(browser.evaluate("sessionStorage.length") == 0, "the secret is not forgotten")
            take_pictures(browser, context, "door")
        with fronting(context.programs, context.folder / "open", settings, workers=2) as front:
            check_open(browser, front)
            take_pictures(browser, context, "open")
        must(not complaints(browser), f"the console complains: {orjson.dumps(complaints(browser)).decode()}")
    pictures = f", pictures in {context.screenshots}" if context.screenshots else ""
    return (
        f"{len(ids)} hostile documents shown as text, {names} nodes named, requeued by keyboard, "
        f"{len(WIDTHS) * len(SCHEMES)} looks each of 5 states{pictures}"
    )
