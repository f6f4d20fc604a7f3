"""What every screen stands in: who looks, what the session keeps, the frame, the connection, an address."""
