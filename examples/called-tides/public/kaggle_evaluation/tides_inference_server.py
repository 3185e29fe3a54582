import kaggle_evaluation.core.templates
from kaggle_evaluation.tides_gateway import TidesGateway


class TidesInferenceServer(kaggle_evaluation.core.templates.InferenceServer):
    def _get_gateway_for_test(self, data_paths=None):
        return TidesGateway(data_paths)
