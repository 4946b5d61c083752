"""Assets: one module for each stretch of the way from the inbox to a release."""
