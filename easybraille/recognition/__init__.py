"""Finds the cells of a page and puts them into lines."""
