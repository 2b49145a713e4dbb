"""The form in which the API gives a chart of counts: a list a column, in the order of time."""

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rest_framework import serializers

from analytics.count_places import PlaceKind
from analytics.count_series import CountChart, Heat, PlaceSeries
from analytics.engine.counts.days import ONE_DAY, Period
from analytics.engine.counts.lines import Quality, Summary


class CountSummarySerializer(serializers.Serializer):
    """Of a period. Of several cameras together, the peak is at most as large as this, the lowest at least."""

    mean = serializers.FloatField(allow_null=True, help_text="Weighted with time.")
    lowest = serializers.FloatField(allow_null=True)
    peak = serializers.FloatField(allow_null=True)
    peak_at = serializers.SerializerMethodField(help_text="When the bucket of the peak begins.")
    known = serializers.FloatField(help_text="The part of the time for which a count was known, 0 to 1.")
    alarm_s = serializers.FloatField(help_text="Seconds in alarm; areas only.")
    limited = serializers.BooleanField()

    def get_peak_at(self, summary: Summary) -> datetime | None:
        return None if summary.peak_at_s is None else datetime.fromtimestamp(summary.peak_at_s, UTC)


class CountSeriesSerializer(serializers.Serializer):
    """One place. All lists are of the same length; a number that nobody knows is null (CNT-6)."""

    place = serializers.CharField(source="place.key")
    kind = serializers.ChoiceField(source="place.kind", choices=list(PlaceKind))
    name = serializers.CharField(source="place.name")
    where = serializers.CharField(source="place.where")
    time_zone = serializers.CharField(source="place.site.time_zone")
    simulated = serializers.SerializerMethodField(help_text="Drawn or made up by the portal: nobody was there.")
    summary = CountSummarySerializer()
    before = CountSummarySerializer(help_text="Of the period before.")
    at = serializers.SerializerMethodField(help_text="When each bucket begins.")
    mean = serializers.SerializerMethodField()
    minimum = serializers.SerializerMethodField()
    maximum = serializers.SerializerMethodField()
    previous = serializers.SerializerMethodField(help_text="The mean of the period before, bucket beside bucket.")
    quality = serializers.SerializerMethodField(
        help_text="live: counted all the time; stale: for a part of it; limited: pictures were skipped or too full, "
        "or one of several cameras was away; unknown."
    )

    def get_simulated(self, series: PlaceSeries) -> bool:
        return series.simulated

    def get_at(self, series: PlaceSeries) -> list[datetime]:
        return [datetime.fromtimestamp(at, UTC) for at in series.line.at_s.tolist()]

    def get_mean(self, series: PlaceSeries) -> list[float | None]:
        return numbers(series.line.mean)

    def get_minimum(self, series: PlaceSeries) -> list[float | None]:
        return numbers(series.line.minimum)

    def get_maximum(self, series: PlaceSeries) -> list[float | None]:
        return numbers(series.line.maximum)

    def get_previous(self, series: PlaceSeries) -> list[float | None]:
        return numbers(series.previous)

    def get_quality(self, series: PlaceSeries) -> list[Quality]:
        return series.line.quality()


class CountHeatSerializer(serializers.Serializer):
    """The mean of each hour of the week of the first place."""

    place = serializers.CharField(source="place.key")
    first = serializers.DateField()
    last = serializers.SerializerMethodField()
    hours = serializers.SerializerMethodField(help_text="Seven days from Monday on, each of 24 hours.")

    def get_last(self, heat: Heat) -> date:
        return heat.end - ONE_DAY

    def get_hours(self, heat: Heat) -> list[list[float | None]]:
        return [numbers(day) for day in heat.hours]


class CountChartSerializer(serializers.Serializer):
    """first, last: by the clock of each place's site."""

    period = serializers.ChoiceField(choices=list(Period))
    first = serializers.DateField()
    last = serializers.SerializerMethodField()
    before = serializers.DateField(help_text="The first day of the period before.")
    series = CountSeriesSerializer(many=True)
    heat = CountHeatSerializer(allow_null=True)

    def get_last(self, chart: CountChart) -> date:
        return chart.end - ONE_DAY


def numbers(values: NDArray[np.float64], digits: int = 2) -> list[float | None]:
    """For JSON, where what is unknown is null."""
    found: list[Any] = values.round(digits).tolist()
    return [None if value != value else value for value in found]  # noqa: PLR0124 (NaN is no number, not even itself)
