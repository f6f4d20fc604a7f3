"""What a machine's state is, what is told of it and who attends to it: decided here for every screen."""
