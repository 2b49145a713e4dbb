"""Static files under names that carry their hash: a browser may keep them for ever, a new release is seen at once."""

from pathlib import PurePosixPath
from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

IMPORTS = ManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined] # not in the stubs


class HashedStaticStorage(ManifestStaticFilesStorage):
    """Rewrites `import { a } from "./b.js";` too (STYLE 9). Before `collectstatic` ran, files keep their own names."""

    support_js_module_import_aggregation = True
    # Only ours import each other. The megabytes of the packages' bundles took three of the seconds of a first start.
    _js_module_import_aggregation_patterns = ("js/*.js", IMPORTS)

    def stored_name(self, name: str) -> str:
        return super().stored_name(name) if self.hashed_files else name

    def hashed_name(self, name: str, *args: Any) -> str:
        """Ours always name their extension: what has none is a type in a comment of a package (django-htmx)."""
        return super().hashed_name(name, *args) if PurePosixPath(name).suffix else name
