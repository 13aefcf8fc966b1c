"""The container's processes as the host counts them."""

import os
from pathlib import Path

from container import Container
from sampler import own_pid


def host_pid(container: Container, pid: int) -> int:
    """The number on the host of the container's `pid`."""
    namespace = os.readlink(f"/proc/{container.leader}/ns/pid")
    for folder in Path("/proc").iterdir():
        try:
            is_inside = folder.name.isdigit() and os.readlink(folder / "ns/pid") == namespace
            if is_inside and own_pid(int(folder.name)) == pid:
                return int(folder.name)
        except OSError:
            continue  # gone while we looked
    raise RuntimeError(f"pid {pid} of the container is not there")
