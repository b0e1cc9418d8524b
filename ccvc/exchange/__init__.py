"""Moving: approved changes leave in signed, encrypted packages; packages come and are answered."""
