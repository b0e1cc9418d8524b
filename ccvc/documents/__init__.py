"""Documents drawn from dossiers: laid out, numbered, signed by a person and by the agency, checked by anyone."""
