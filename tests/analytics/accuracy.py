"""How right the counts of the chain are on the clips with truth (analytics/training/counts.py judges).

`python -m tests.analytics.accuracy MEDIA NETWORKS ID…` prints the table for some networks, motion gate off and on; the
first two are folders.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from analytics.engine.inference.onnx import open_detector
from analytics.training.counts import judge, table, truths


def main(media: Path, networks: Path, ids: Sequence[str]) -> None:
    """Print the tables."""
    for network in ids:
        detector = open_detector(network, [networks])
        for motion_gate in (False, True):
            judged = [judge(truth, media, detector, motion_gate=motion_gate) for truth in truths(media)]
            print(f"\n{network}, motion gate {'on' if motion_gate else 'off'}")
            print(table([verdict for some in judged for verdict in some]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
