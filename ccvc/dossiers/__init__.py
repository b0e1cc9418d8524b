"""Dossiers: one chain of approved versions per person, the current head, history, and the change feed."""
