"""The pages and live sockets that show all applications together."""
