"""Agencies and units: what they were called, coded and placed under, on any day."""
