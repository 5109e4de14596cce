"""Pages around the badges: signs, cards, certificates, test pages."""
