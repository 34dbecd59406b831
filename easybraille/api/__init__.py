"""The HTTP application, the same in every deployment."""
