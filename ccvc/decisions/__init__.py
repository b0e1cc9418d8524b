"""Decisions: from draft to signature to effect in the dossier, with no second typing."""
