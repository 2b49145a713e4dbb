"""What is measured, and what is to be reached."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. least, most: its target; goal: what we would like."""

    name: str
    unit: str = ""
    least: float | None = None
    most: float | None = None
    goal: float | None = None

    def target(self) -> str:
        """The target in words."""
        if self.least is not None:
            return f">= {self.least:g}" + (f" (goal {self.goal:g})" if self.goal else "")
        return f"<= {self.most:g}" if self.most is not None else ""

    def verdict(self, value: float) -> str:
        """ok, or missed; nothing where there is no target."""
        if self.least is None and self.most is None:
            return ""
        missed = (self.least is not None and value < self.least) or (self.most is not None and value > self.most)
        return "missed" if missed else "ok"


FIGURES = (
    Figure("chain_over_bare", least=0.72, goal=0.80),
    Figure("chain_over_bare_pvb", least=0.88, goal=0.93),
    Figure("both_over_bare_pvb", most=1.15),
    Figure("both_over_bare", most=1.25),
    Figure("chain_over_peer", least=1.2, goal=1.4),
    Figure("chain_over_peer_40_objects", least=1.4, goal=1.8),
    Figure("quiet_gain", least=2.0),
    Figure("quiet_gain_pvb", least=2.3),
    Figure("quiet_error_change", most=0.05),
    Figure("quiet_error_change_pvb", most=0.05),
    Figure("saturated_over_bare", least=0.60),
    Figure("saturated_over_bare_pvb", least=0.80),
    Figure("sixteen_drops", most=0.001),
    Figure("cameras_at_5fps"),
    Figure("cameras_at_5fps_fastestdet"),
    Figure("device_looks_per_s"),
    Figure("viewers_200_p50_ms", unit="ms", most=60),
    Figure("viewers_200_least_served", least=0.9),
    Figure("history_try_s", unit="s", most=3),
    Figure("count_bytes_per_minute", most=12),
    Figure("count_chart_ms", unit="ms", most=200),
    Figure("count_csv_rows_per_s", least=100_000),
    Figure("count_csv_wire8_rows_per_s", least=100_000),
    Figure("count_csv_mb", unit="MB", most=150),
    Figure("scene_ms_per_frame", unit="ms", most=0.3),
    Figure("scenes_us_per_frame", unit="µs", most=100),
    Figure("clip_ring_mb", unit="MB", most=10),
    Figure("clip_chain_ratio", least=0.98),
    Figure("clip_encode_ms", unit="ms"),
    Figure("camera_table_ms", unit="ms", most=300),
    Figure("overview_ms", unit="ms", most=300),
    Figure("site_page_ms", unit="ms", most=300),
    Figure("large_site_page_ms", unit="ms", most=300),
    Figure("frame_40_objects_ms", unit="ms"),
    Figure("reconcile_round_ms", unit="ms", most=200),
    Figure("writer_share_of_core", most=0.2),
    Figure("reconcile_round_ms_postgres", unit="ms", most=200),
    Figure("writer_share_of_core_postgres", most=0.2),
    Figure("simulated_overview_ms", unit="ms", most=300),
    Figure("camera_memory_mb", unit="MB", most=15),
    Figure("drained_blind_ms", unit="ms", most=500),
    Figure("news_counts_p95_ms", unit="ms", most=500),
    Figure("news_alarms_p95_ms", unit="ms", most=500),
    Figure("news_alarms_missed", most=0),
    Figure("screen_alarm_p95_ms", unit="ms", most=500),
    Figure("two_operators_ms", unit="ms", most=1000),
    Figure("timeline_ms", unit="ms", most=300),
    Figure("timeline_cold_ms", unit="ms"),
    Figure("api_list_p95_ms", unit="ms", most=100),
    Figure("alarms_missed_or_doubled", most=0),
    Figure("profile_200_s", unit="s", most=20),
    Figure("events_lost_or_doubled", most=0),
    Figure("events_resumed_s", unit="s"),
    Figure("events_500_p95_ms", unit="ms"),
    Figure("deliveries_per_s", least=200),
    Figure("first_byte_p95_ms", unit="ms", most=300),
    Figure("first_boxes_s", unit="s", most=15),
    Figure("worker_killed_resume_s", unit="s", most=10),
    Figure("alarms_lost_or_doubled", most=0),
)


def table(found: Mapping[str, float]) -> str:
    """The figures that were measured beside their targets, in the order above; unknown ones last."""
    known = {figure.name: figure for figure in FIGURES}
    names = [*(name for name in known if name in found), *(name for name in found if name not in known)]
    lines = [f"{'figure':<30}{'measured':>12}   {'target':<22}"]
    for name in names:
        figure = known.get(name, Figure(name))
        value = f"{found[name]:.4g} {figure.unit}".strip()
        lines.append(f"{name:<30}{value:>12}   {figure.target():<22}{figure.verdict(found[name])}")
    return "\n".join(lines)
