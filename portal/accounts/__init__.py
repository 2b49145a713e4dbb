"""Who may enter: users, sessions and API tokens."""
