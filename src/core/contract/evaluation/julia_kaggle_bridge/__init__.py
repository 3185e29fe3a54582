"""Lets Julia answer the calls of Kaggle's evaluation API. Its modules meet no other's: all are in this package."""
