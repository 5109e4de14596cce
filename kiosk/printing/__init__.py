"""The way from a badge's PDF to paper: CUPS, IPP printers, Windows, or a folder."""
