"""Read registration files of ticket platforms, forms and spreadsheets."""
