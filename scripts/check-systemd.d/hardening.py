"""The sandbox as systemd itself scores it."""

import re

from results import must
from session import Session

LIMIT = 2.0


def exposure_is_low(session: Session) -> str:
    printed = session.container.run("systemd-analyze", "security", "--no-pager", "pulse.service").stdout
    found = re.search(r"Overall exposure level for pulse\.service: ([0-9.]+) (\S+)", printed)
    must(found, f"systemd-analyze security says: {printed[-300:]}")
    assert found is not None
    must(float(found[1]) <= LIMIT, f"exposure {found[1]}, more than {LIMIT}")
    return f"systemd-analyze security: {found[1]} {found[2]} (at most {LIMIT})"


CHECKS = [exposure_is_low]
