"""The national register: what component nodes send is judged, one record at a time, and kept."""
