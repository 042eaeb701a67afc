"""The tables of analytics."""

from analytics.models.event import Event
from analytics.models.figures import DailyFigures

__all__ = ["DailyFigures", "Event"]
