"""Files of any shape: where the headings stand, which column is what, which rows are people."""
