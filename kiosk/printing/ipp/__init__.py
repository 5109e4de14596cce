"""The Internet Printing Protocol: messages, HTTP transport, reports."""
