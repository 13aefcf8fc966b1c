"""Prints free TCP ports of 127.0.0.1, so that a run of the local stack meets no other: `python -m local.ports 3`."""

import socket
import sys


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    # All are held until the last is found, else the kernel may hand out one twice.
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    print(*(held.getsockname()[1] for held in sockets))
    return 0


if __name__ == "__main__":
    sys.exit(main())
