"""How long the overview and the page of a site take on the server: 50 sites of 20 cameras, all running (issue 7).

python -m tests.bench.overview     prints JSON: `overview_ms` and `site_page_ms`, the median of nine each; their queries
"""

import json
import sys

from tests.bench.fleet import CAMERAS, fleet, measure

SITES = 50


def main() -> None:
    """Both pages, one after the other."""
    with fleet(SITES) as client:
        from cameras.models import Site

        overview_ms, overview_queries = measure(client, "/")
        site_ms, site_queries = measure(client, f"/sites/{Site.objects.order_by('pk')[0].pk}/")
    figures = {"overview_ms": overview_ms, "site_page_ms": site_ms}
    details = {"cameras": CAMERAS, "sites": SITES, "queries": {"overview": overview_queries, "site": site_queries}}
    sys.stdout.write(json.dumps({"figures": figures, "details": details}) + "\n")


if __name__ == "__main__":
    main()
