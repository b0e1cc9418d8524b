"""Papers that prove what dossiers hold: copies of documents, kept as they came, scanned, never altered."""
