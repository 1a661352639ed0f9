"""Footfall: a self-hosted customer event platform that speaks Brevo's Events API."""

__version__ = "0.1.0"
