"""An agency's proposal for appointment beside the record: every claim, and every condition with its article."""
