"""Real servers for tests: private, on free ports of loopback, ended by their process id."""
