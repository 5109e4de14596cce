"""The commands, one module per topic; `kiosk.ui.cli.main.SECTIONS` lists them."""
