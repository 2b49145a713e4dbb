"""Combined areas (DASH-6): several areas that are counted, and alarm, as one. Plain Python."""
