"""A trained triage: rules, and perhaps learned weights; saved as numbers and JSON, never as code."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from minga.tools.base import ToolError
from minga.tools.triage.confidence import Confidence
from minga.tools.triage.features import Vocabulary
from minga.tools.triage.linear import Linear
from minga.tools.triage.settings import VERSION, Settings

FORMAT = "minga-triage-1"
LARGEST = 2 << 30
ARRAYS: Mapping[str, str] = {
    "keys": "uint64", "block": "uint8", "idf": "float32", "weights": "float32", "offset": "float32",
    "centre": "float64", "spread": "float64", "slopes": "float64",
}  # fmt: skip


@dataclass(frozen=True)
class Learned:
    """What training found. ``routes`` (K,) in order; ``sizes`` (K,) the texts of each; ``seed`` and ``strength``
    how it was fitted; ``data_hash`` of the file and ``rows`` what became of its rows. ``usual`` holds, for texts like
    those of the training, the number of ``cases``, the share of ``known`` stems, and how many cases each route is
    proposed for (``proposed``).
    """

    routes: tuple[str, ...]
    sizes: tuple[int, ...]
    linear: Linear
    confidence: Confidence
    strength: float
    seed: int
    data_hash: str
    rows: Mapping[str, int]
    usual: Mapping[str, Any]

    def arrays(self) -> dict[str, NDArray[Any]]:
        vocabulary, confidence = self.linear.vocabulary, self.confidence
        return {
            "keys": vocabulary.keys, "block": vocabulary.block, "idf": vocabulary.idf,
            "weights": self.linear.weights, "offset": self.linear.offset,
            "centre": confidence.centre, "spread": confidence.spread, "slopes": confidence.slopes,
        }  # fmt: skip

    @cached_property
    def weights_hash(self) -> str:
        """SHA-256 over the hash of the data and every learned number: the same under any rules, costs or columns."""
        digest = hashlib.sha256(json.dumps(self.about(), sort_keys=True, ensure_ascii=False).encode())
        for name, array in sorted(self.arrays().items()):
            digest.update(f"{name} {array.shape} {ARRAYS[name]}".encode())
            digest.update(np.ascontiguousarray(array, dtype=ARRAYS[name]).data)
        return digest.hexdigest()

    def about(self) -> dict[str, Any]:
        return {
            "routes": list(self.routes), "sizes": list(self.sizes), "warmth": self.confidence.warmth,
            "start": self.confidence.start, "strength": self.strength, "seed": self.seed, "data_hash": self.data_hash,
            "rows": dict(self.rows), "usual": dict(self.usual),
        }  # fmt: skip

    @classmethod
    def of(cls, about: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Self:
        vocabulary = Vocabulary(arrays["keys"], arrays["block"], arrays["idf"])
        linear = Linear(vocabulary, arrays["weights"], arrays["offset"])
        centre, spread, slopes = (arrays[name] for name in ("centre", "spread", "slopes"))
        confidence = Confidence(about["warmth"], centre, spread, slopes, about["start"])
        kept = {key: about[key] for key in ("strength", "seed", "data_hash", "rows", "usual")}
        return cls(tuple(about["routes"]), tuple(about["sizes"]), linear, confidence, **kept)


@dataclass(frozen=True)
class Model:
    """``learned`` is None where there are only rules."""

    settings: Settings
    learned: Learned | None = field(default=None, repr=False)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over the settings, the hash of the data and every learned number."""
        learned = "" if self.learned is None else self.learned.weights_hash
        return hashlib.sha256(f"{self.settings.content_hash} {learned}".encode()).hexdigest()

    def with_settings(self, settings: Settings) -> Model:
        """The same weights under other rules, costs or priorities."""
        return replace(self, settings=settings)

    def save(self, path: Path) -> None:
        """Write ``path`` (JSON) and, where something was learned, ``path`` with .npz instead of its ending (arrays)."""
        about = {
            "format": FORMAT, "version": VERSION, "content_hash": self.content_hash,
            "settings": self.settings.as_data(),
            "learned": None if self.learned is None else self.learned.about(),
        }  # fmt: skip
        try:
            if self.learned is not None:
                arrays = {name: array.astype(ARRAYS[name]) for name, array in self.learned.arrays().items()}
                with path.with_suffix(".npz").open("wb") as file:
                    np.savez_compressed(file, allow_pickle=False, **arrays)
            path.write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError as error:
            raise ToolError(
                f"The model cannot be written to {path} ({error.strerror}). The folder is missing or may not be "
                "written to. Give another place."
            ) from None

    @classmethod
    def load(cls, path: Path) -> Model:
        """A saved model; ToolError where a file is missing, damaged, or not what its content hash says."""
        try:
            about = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(about, dict) or about.get("format") != FORMAT:
                raise ToolError(f"{path} is no triage model of this version. Train it again with minga triage train.")
            learned = about["learned"]
            found = None if learned is None else Learned.of(learned, _arrays(path.with_suffix(".npz"), learned))
            model = cls(Settings.from_data(about["settings"], str(path)), found)
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise ToolError(
                f"{path} cannot be read as a triage model ({error}). It, or the .npz beside it, is missing or "
                "damaged. Train it again, or copy both files again."
            ) from None
        if model.content_hash != about.get("content_hash"):
            raise ToolError(
                f"{path} is not what its content hash says: it or the .npz beside it was changed after training. "
                "Train it again."
            )
        return model


def _arrays(path: Path, about: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    data = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(member.file_size for member in archive.infolist()) > LARGEST:
            raise ValueError(f"it unpacks to more than {LARGEST >> 30} GiB")
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        arrays = {name: held[name] for name in ARRAYS}
    features, routes = len(arrays["keys"]), len(about["routes"])
    shapes = {"weights": (features, routes), "offset": (routes,), "block": (features,), "idf": (features,)}
    for name, array in arrays.items():
        if array.dtype != ARRAYS[name] or array.shape != shapes.get(name, array.shape):
            raise ValueError(f"{name} has another shape or type than the model needs")
    return arrays
