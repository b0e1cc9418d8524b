"""Monthly closing: the state of an agency, reviewed, signed, sent and compared with the national register."""
