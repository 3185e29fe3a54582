"""What the notebook starts: beside it lies the bridge's package, and nothing else that a name could mean."""
from julia_kaggle_bridge.evaluate import main

main()
