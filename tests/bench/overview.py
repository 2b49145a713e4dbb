"""How long the overview and the page of a site take on the server (issue 7): 50 sites of 20 cameras, all running.

python -m tests.bench.overview     prints JSON: `overview_ms`, `site_page_ms`, and `large_site_page_ms` when all of them
are cameras of one site; each the median of fifteen; their queries
"""

import json
import sys

from tests.bench.fleet import CAMERAS, fleet, measure

SITES = 50


def main() -> None:
    """The pages, one after the other."""
    with fleet(SITES) as many:
        from cameras.models import Camera, Site

        overview_ms, overview_queries = measure(many, "/")
        site = Site.objects.order_by("pk")[0]
        site_ms, site_queries = measure(many, f"/sites/{site.pk}/")
        Camera.objects.update(site=site)
        large_ms, large_queries = measure(many, f"/sites/{site.pk}/")
    figures = {"overview_ms": overview_ms, "site_page_ms": site_ms, "large_site_page_ms": large_ms}
    queries = {"overview": overview_queries, "site": site_queries, "large_site": large_queries}
    sys.stdout.write(
        json.dumps({"figures": figures, "details": {"cameras": CAMERAS, "sites": SITES, "queries": queries}}) + "\n"
    )


if __name__ == "__main__":
    main()
