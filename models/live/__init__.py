"""The live loop: readings in, predictions, reasons and advice out."""
