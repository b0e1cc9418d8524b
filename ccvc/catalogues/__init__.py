"""Code lists that live: change sets published after the programme was shipped, and what agencies' own values mean."""
