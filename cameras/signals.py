"""News of this application; whoever listens lies above it."""

from django.dispatch import Signal

camera_changed = Signal()
"""After the commit of a change that a running worker must see; arguments: camera_id, version (the new one)."""

camera_removed = Signal()
"""In the transaction that removes a camera, while its row is still there; arguments: camera."""

extension_removed = Signal()
"""In the transaction that uninstalls an extension, while its row is still there; arguments: camera_id, kind."""
