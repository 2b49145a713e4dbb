"""The WebSockets of the pages: who may listen, and to what. What they send is made elsewhere."""
