"""What a notebook starts."""
import types

from kaggle_evaluation.core import relay


class InferenceServer:
    def __init__(self, *endpoints):
        for each in endpoints:
            if type(each) is not types.FunctionType or each.__name__ == "<lambda>":
                raise TypeError(f"{each!r} is no plain function with a name")
        self.functions = {each.__name__: each for each in endpoints}

    def _get_gateway_for_test(self, data_paths=None):
        raise NotImplementedError

    def serve(self):
        """In a run that is scored: until the container is ended."""
        server = relay.serve(self.functions)
        if relay.IS_RERUN:
            server.wait_for_termination()

    def run_local_gateway(self, data_paths=None):
        """In any other run: with the published data."""
        server = relay.serve(self.functions)
        try:
            self._get_gateway_for_test(data_paths).run()
        finally:
            server.stop(0)
