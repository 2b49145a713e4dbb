"""The pages: each parses, asks selectors or one service, and answers."""
