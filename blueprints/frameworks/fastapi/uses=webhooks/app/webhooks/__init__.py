"""What other services tell this one, by requests that they sign."""
