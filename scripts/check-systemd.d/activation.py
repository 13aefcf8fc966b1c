"""pulse.socket and pulse-api.socket: whoever asks while nobody serves is answered as soon as somebody does."""

from results import must
from session import Session
from waiting import Stopwatch, until

SOCKET = "/run/pulse/supervisor.sock"


def in_folder(session: Session) -> list[str]:
    return session.container.run("find", "/run/pulse", "-mindepth", "1").stdout.split()


def asked(session: Session, when: str) -> float:
    """Seconds until `pulsectl status` was answered."""
    watch = Stopwatch()
    done = session.unit.pulsectl("status", seconds=60)
    must(done.returncode == 0, f"{when}: pulsectl status left with {done.returncode}: {done.stderr.strip()}")
    return watch.seconds


def first_question_starts_it(session: Session) -> str:
    unit = session.unit
    unit.fresh(PULSE_WORKERS="2")
    unit.systemctl("start", "pulse.socket")
    must(unit.is_active() == "inactive", f"pulse.service is {unit.is_active()} before anybody asked")
    owner = session.container.run("stat", "-c", "%a %U:%G", "/run/pulse", SOCKET).stdout.split("\n")
    must(owner[:2] == ["750 pulse:pulse", "660 pulse:pulse"], f"owners and modes of the folder and the socket: {owner}")
    first = asked(session, "before the start")
    unit.await_state("active", 60)
    unit.await_ready(2, 30)
    unit.systemctl("stop", "pulse")
    must(in_folder(session) == [SOCKET], f"after the service's stop the folder holds {in_folder(session)}")
    second = asked(session, "after a stop")
    unit.await_state("active", 60)
    return f"answered {first:.2f} s after the question with nobody running, {second:.2f} s after a stop"


def nobody_is_refused_meanwhile(session: Session) -> str:
    """Questions one after the other through restarts and a crash: exit status 3 would be a refusal."""
    unit = session.unit
    unit.fresh(PULSE_WORKERS="2")
    unit.systemctl("start", "pulse.socket", "pulse.service")
    script = "while [ ! -e /tmp/enough ]; do pulsectl health >/dev/null 2>/tmp/error; echo $?; done; cat /tmp/error"
    session.container.run("rm", "-f", "/tmp/enough")
    with session.background(*session.container.inside("sh", "-c", script)) as asking:
        for _ in range(3):
            unit.systemctl("restart", "pulse")
        main = unit.show()["MainPID"]
        unit.systemctl("kill", "--signal=KILL", "--kill-whom=main", "pulse")
        after_crash = asked(session, "right after the supervisor was killed")
        shown = unit.await_state("active", 60)
        unit.await_ready(2, 30)
        session.container.run("touch", "/tmp/enough")
        told = asking.communicate(timeout=60)[0].split("\n")
    must(shown["MainPID"] != main, "the killed supervisor was not replaced")
    codes = [code for code in told if code.isdigit()]
    refused = sum(code not in "012" for code in codes)
    must(len(codes) > 5 and refused == 0, f"{refused} of {len(codes)} questions were refused: {told[-3:]}")
    through = f"{len(codes)} questions through 3 restarts and a kill"
    return f"{through}, none refused; the one after the kill was answered in {after_crash:.2f} s"


def stop_leaves_no_file(session: Session) -> str:
    unit = session.unit
    unit.fresh(PULSE_WORKERS="2")
    unit.systemctl("start", "pulse.socket", "pulse.service")
    unit.systemctl("stop", "pulse.socket", "pulse.service")
    must(in_folder(session) == [], f"left in the folder: {in_folder(session)}")
    unit.systemctl("start", "pulse.service")
    must(SOCKET in in_folder(session), "without pulse.socket the service makes no socket of its own")
    asked(session, "without pulse.socket")
    unit.systemctl("stop", "pulse.service")
    must(in_folder(session) == [], f"left in the folder by the service alone: {in_folder(session)}")
    return "nothing is left in /run/pulse, with pulse.socket and without"


# Requests one after the other, each by a connection of its own, until /tmp/enough is there: answered, lost, refused.
PRODUCER = """
import os, socket
counts = [0, 0, 0]
while True:
    try:
        end = socket.create_connection(("127.0.0.1", 52100), timeout=90)
    except OSError:
        counts[2] += 1
        continue
    try:
        end.sendall(b"GET /livez HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n")
        is_answered = end.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        is_answered = False
    counts[0 if is_answered else 1] += 1
    end.close()
    if os.path.exists("/tmp/enough"):
        break
print(*counts)
"""


def producers_are_not_refused_meanwhile(session: Session) -> str:
    """The API's socket is systemd's: it outlives the API, the supervisor and the service."""
    unit = session.unit
    unit.fresh(PULSE_WORKERS="2")
    unit.systemctl("start", "pulse-api.socket")
    must(unit.is_active() == "inactive", f"pulse.service is {unit.is_active()} before anybody asked")
    session.container.run("rm", "-f", "/tmp/enough")
    with session.background(*session.container.inside("python3", "-c", PRODUCER)) as asking:
        unit.await_state("active", 60)
        slots = unit.slots()
        must("api.1" in slots, f"there is no API among {sorted(slots)}")
        session.container.run("kill", "-KILL", str(slots["api.1"].pid))
        for _ in range(3):
            unit.systemctl("restart", "pulse")
        unit.systemctl("kill", "--signal=KILL", "--kill-whom=main", "pulse")
        unit.await_state("active", 60)
        session.container.run("touch", "/tmp/enough")
        told = asking.communicate(timeout=120)[0].split()
    unit.systemctl("stop", "pulse-api.socket", "pulse.service")
    must(len(told) == 3, f"the producer said {told}")
    answered, lost, refused = map(int, told)
    # Whoever is being answered by a process that is killed loses its answer: at most one for each kill.
    must(answered > 20 and refused == 0 and lost <= 2, f"{answered} answered, {lost} lost, {refused} refused")
    return f"{answered} requests through a kill of the API, 3 restarts and a kill of Pulse: {lost} lost, none refused"


def a_wrong_setting_costs_no_socket(session: Session) -> str:
    """Connections make systemd start it again and again, until it gives up on both; mended, both come back."""
    unit = session.unit
    unit.fresh(PULSE_WORKERS="2")
    unit.systemctl("enable", "--now", "pulse-api.socket")
    unit.systemctl("start", "pulse")
    unit.await_ready(3, 30)
    unit.systemctl("stop", "pulse")
    unit.settings(PULSE_WORKERS="many")
    session.container.run("python3", "-c", PRODUCER.replace("timeout=90", "timeout=1").replace("/tmp/enough", "/run"))
    state = lambda: session.container.run("systemctl", "is-active", "pulse-api.socket").stdout.strip()  # noqa: E731
    until("systemd gives up on the socket too", 60, lambda: state() == "failed", state)
    unit.settings(PULSE_WORKERS="2")
    unit.systemctl("reset-failed", "pulse*")
    unit.systemctl("start", "pulse")
    slots = unit.await_ready(3, 60)
    must("api.1" in slots, f"the API did not come back: {sorted(slots)}")
    return "stopped by a wrong setting and too many starts, back with the next start: 2 workers and the API"


CHECKS = [
    a_wrong_setting_costs_no_socket,
    first_question_starts_it,
    nobody_is_refused_meanwhile,
    producers_are_not_refused_meanwhile,
    stop_leaves_no_file,
]
