"""Send badge PDFs to printers: CUPS, IPP, Windows, or a folder."""
