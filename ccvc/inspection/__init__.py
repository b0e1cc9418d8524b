"""Proving to others what a dossier held, who approved it and that the log never changed: bundles anyone can check."""
