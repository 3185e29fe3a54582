import os

import kaggle_evaluation.core.relay as relay


class InferenceServer:
    def __init__(self, *listeners):
        self.server = relay.Server(listeners)

    def _get_gateway_for_test(self, data_paths):
        raise NotImplementedError

    def serve(self):
        """Kaggle's blocks for ever; this one ends with the hidden data."""
        assert "KAGGLE_IS_COMPETITION_RERUN" in os.environ
        self._get_gateway_for_test(None).run("hidden")

    def run_local_gateway(self, data_paths=None):
        self._get_gateway_for_test(data_paths).run("published")
