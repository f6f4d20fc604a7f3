"""What the screens remember: for one browser session, and for all of them."""
