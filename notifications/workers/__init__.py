"""What holds connections and watches the clock for the outputs, under leases (DESIGN 7)."""
