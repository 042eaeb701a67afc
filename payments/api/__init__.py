"""The payments part of the store API."""
