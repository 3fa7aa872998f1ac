"""What is wrong in a file that people write, and where, so that they can put it right."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a content file; `line` counts from 1 (1 also when the whole file is meant)."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"
