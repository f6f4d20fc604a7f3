"""What the screens share: who is looking, words and numbers, the frame, tiles, flag buttons, reasons."""
