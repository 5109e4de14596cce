"""Set text in every script: fonts, shaping, bidi, fitting."""
