"""A host of its own, as far as one kernel can be two: network, hostname, boot id, pids; its plug can be pulled."""

import contextlib
import os
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# One host's worth of addresses that no route of a real machine leads to (RFC 2544, benchmarking).
HERE_ADDRESS, THERE_ADDRESS, PREFIX = "198.18.77.1", "198.18.77.2", "30"


def ip(*arguments: str) -> None:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"ip {' '.join(arguments)}: {done.stderr.strip()} (takes root and CAP_NET_ADMIN)")


@dataclass(frozen=True)
class OtherHost:
    name: str
    link: str
    boot_id: Path

    @property
    def wrap(self) -> tuple[str, ...]:
        """To stand before a program that shall run there."""
        inside = (
            f'hostname {self.name} && mount --bind {self.boot_id} /proc/sys/kernel/random/boot_id && exec "$0" "$@"'
        )
        spaces = ("--uts", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
        return ("nsenter", f"--net=/run/netns/{self.name}", "unshare", *spaces, "sh", "-c", inside)

    def pull_the_plug(self) -> None:
        """Nothing that is sent from now on arrives, a connection's end included."""
        ip("link", "set", self.link, "down")

    def plug_in(self) -> None:
        """What neither side has given up meanwhile goes on."""
        ip("link", "set", self.link, "up")


@contextlib.contextmanager
def other_host(folder: Path) -> Iterator[OtherHost]:
    # Two hosts of one address would be half reachable each.
    if subprocess.run(["ip", "-o", "addr", "show", "to", HERE_ADDRESS], capture_output=True, check=True).stdout:
        raise RuntimeError(f"{HERE_ADDRESS} is taken: another check has a second host up; wait for its end")
    name, link = f"pulse{os.getpid()}", f"pulse{os.getpid()}"
    boot_id = folder / "boot_id"
    boot_id.write_text(f"{uuid.uuid4()}\n")
    ip("netns", "add", name)
    try:
        ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", name)
        ip("addr", "add", f"{HERE_ADDRESS}/{PREFIX}", "dev", link)
        ip("link", "set", link, "up")
        ip("-n", name, "addr", "add", f"{THERE_ADDRESS}/{PREFIX}", "dev", "eth0")
        ip("-n", name, "link", "set", "eth0", "up")
        ip("-n", name, "link", "set", "lo", "up")
        yield OtherHost(name, link, boot_id)
    finally:
        with contextlib.suppress(RuntimeError):
            ip("link", "del", link)
        ip("netns", "del", name)
