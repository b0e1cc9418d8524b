"""Moving: approved changes leave as signed, encrypted packages; packages arrive and are answered by receipts."""
