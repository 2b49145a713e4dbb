"""`/metrics` for Prometheus (RUN-5): what all processes of the portal together do, read at the moment of asking.

The figures lie in the key-value server and the database, not in the process that is asked: any web process answers for
all of them, on whatever host, and counters go on when it is started anew. `collect.py` asks for all, the other files
are the figures, by what they are about.
"""

from portal.metrics.collect import PortalCollector
from portal.metrics.view import MetricsView

__all__ = ["MetricsView", "PortalCollector"]
