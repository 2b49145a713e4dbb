"""The ratios of the chain as parts of `make bench`: `python -m tests.bench.ratios bare|both|peer`."""

import json
import sys
from typing import Any

from portal import settings
from tests.bench.against_peer import chain_over_peer, chain_over_peer_40_objects
from tests.bench.both import both_over_bare, both_over_bare_pvb
from tests.bench.chain import chain_over_bare, chain_over_bare_pvb

PARTS = {
    "bare": (chain_over_bare, chain_over_bare_pvb),
    "both": (both_over_bare, both_over_bare_pvb),
    "peer": (chain_over_peer, chain_over_peer_40_objects),
}


def main(part: str) -> None:
    """Print the figures of one part as JSON."""
    if settings.MEDIA_CLIPS is None:
        sys.exit("no folder of clips (LOOKOUT_MEDIA): the chain is measured on real video")
    details: dict[str, Any] = {
        measure.__name__: measure(settings.MEDIA_CLIPS, settings.DATA, settings.NETWORK_FOLDERS)
        for measure in PARTS[part]
    }
    figures = {name: found["ratio"] for name, found in details.items()}
    sys.stdout.write(json.dumps({"figures": figures, "details": details}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
