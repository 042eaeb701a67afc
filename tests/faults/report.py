"""What a fault run has seen, for the table in docs/reliability.md."""

import json
import os
from pathlib import Path


def report(name: str, **figures: object) -> None:
    """Print the figures, and add them to the file that FAULT_REPORT names."""
    line = json.dumps({"fault": name, **figures}, default=str)
    print(f"\n{line}")
    if file := os.environ.get("FAULT_REPORT"):
        with Path(file).open("a") as stream:
            stream.write(f"{line}\n")
