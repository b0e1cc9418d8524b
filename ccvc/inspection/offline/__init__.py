"""The offline verifier: joined into one file that needs nothing but Python (see ccvc.inspection.verifiers)."""
