"""Draw badges and signs as PDFs: text in every script, QR codes, layouts, sheets."""
