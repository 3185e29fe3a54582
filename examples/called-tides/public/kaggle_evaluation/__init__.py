"""How this competition calls a notebook: the same interface as Kaggle's package of this name, and none of its code."""
