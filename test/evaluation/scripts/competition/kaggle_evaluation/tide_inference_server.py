import kaggle_evaluation.core.templates
from kaggle_evaluation.tide_gateway import TideGateway


class TideInferenceServer(kaggle_evaluation.core.templates.InferenceServer):
    def _get_gateway_for_test(self, data_paths):
        return TideGateway(self.server)
