"""What stands on the board and the wall: tiles, the lane of advice, seen and shelved, notices."""
