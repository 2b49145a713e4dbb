"""Whom we tell: news of alarms on its way out."""
