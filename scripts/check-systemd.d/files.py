"""The files of the container that an operator would edit."""

import re
from pathlib import Path

from rootfs import ROOT

EXAMPLE = ROOT / "systemd/pulse.env.example"


class Files:
    def __init__(self, root: Path) -> None:
        self._settings = root / "etc/pulse/pulse.env"
        self._drop_in = root / "etc/systemd/system/pulse.service.d/check.conf"

    def reset(self) -> None:
        """As scripts/install lays it down; written over, not replaced, so that owner and mode stay."""
        self._settings.write_text(EXAMPLE.read_text())

    def set(self, values: dict[str, str]) -> None:
        content = self._settings.read_text()
        for name, value in values.items():
            content = re.sub(rf"^{name}=.*\n", "", content, flags=re.MULTILINE) + f"{name}={value}\n"
        self._settings.write_text(content)

    def drop_in(self, content: str | None) -> None:
        self._drop_in.parent.mkdir(exist_ok=True)
        self._drop_in.unlink(missing_ok=True)
        if content is not None:
            self._drop_in.write_text(content)
