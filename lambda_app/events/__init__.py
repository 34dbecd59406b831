"""Events as AWS sends them."""
