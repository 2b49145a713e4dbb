"""From a camera's row to its running loop: leases, streams, state, and the task that owns a camera (DESIGN 1, 2)."""
