"""Write PDF objects, fonts, pictures and drawing operators."""
