"""The means people and the agency sign with: theirs to keep, choose, replace and report lost."""
