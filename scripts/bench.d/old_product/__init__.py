"""The product that Pulse replaces, at its best: one of RQ's workers in Python, in an environment of its own."""

import hashlib
import subprocess
import sys
from pathlib import Path

import queued
from local.tei.weights import model_folder
from processes import clean_environment, running
from stack import COLLECTION, ROOT
from stand_ins import StandIns
from worker_run import Run, measured

HERE = Path(__file__).parent
VENV = ROOT / ".cache/bench/venv"
REQUIREMENTS = HERE / "requirements.txt"


def python() -> Path:
    """Of the environment, made when it is missing or other packages are asked for."""
    stamp, value = VENV / "requirements.sha256", hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != value:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        install = [VENV / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*install, "-r", REQUIREMENTS], check=True)
        stamp.write_text(value)
    return VENV / "bin/python"


def tokenizer() -> Path:
    """MiniLM's, out of the wheel that the local stack has."""
    return model_folder() / "tokenizer.json"


def settings(tei: str, qdrant: str) -> dict[str, str]:
    return {"TEI_URL": tei, "QDRANT_URL": qdrant, "COLLECTION": COLLECTION, "TOKENIZER": str(tokenizer())}


def run(folder: Path, stand_ins: StandIns, kind: str, count: int) -> Run:
    """`kind`: RQ's class, "Worker" (one process for each job) or "SimpleWorker"."""
    stand_ins.forget()
    queued.fill(stand_ins, count)
    command = [str(python()), str(HERE / "start.py"), stand_ins.server.url, kind]
    environment = clean_environment() | settings(stand_ins.tei, stand_ins.qdrant)
    log = folder / f"rq-{kind}.log"
    with log.open("wb") as file, running(command, environment, 30, stdout=file, stderr=file) as process:
        try:
            return measured(stand_ins, process, count)
        except (RuntimeError, TimeoutError) as error:
            raise RuntimeError(f"rq {kind}: {error}\n{log.read_text()[-1000:]}") from None
