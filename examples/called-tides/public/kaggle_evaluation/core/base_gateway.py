"""What calls a notebook batch by batch, and writes the submission of its answers."""
import enum
import json
import os
import sys

import grpc
import numpy
import pandas

from kaggle_evaluation.core import relay


class ErrorType(enum.Enum):
    SERVER_NEVER_STARTED = 1
    SERVER_CONNECTION_FAILED = 2
    SERVER_RAISED_EXCEPTION = 3
    SERVER_MISSING_ENDPOINT = 4
    GATEWAY_RAISED_EXCEPTION = 5
    INVALID_SUBMISSION = 6
    GRPC_DEADLINE_EXCEEDED = 7


class GatewayRuntimeError(Exception):
    def __init__(self, kind, details):
        super().__init__(f"{kind.name}: {details}")
        self.kind, self.details = kind, details


OF_STATUS = {
    grpc.StatusCode.DEADLINE_EXCEEDED: ErrorType.GRPC_DEADLINE_EXCEEDED,
    grpc.StatusCode.UNAVAILABLE: ErrorType.SERVER_CONNECTION_FAILED,
}


class Gateway:
    """A competition says its id, its target, and `generate_data_batches`: arguments of `predict`, and the rows' ids."""

    row_id = target = None

    def __init__(self, timeout_seconds):
        self.client = relay.Client()
        self.timeout_seconds = self.client.timeout_seconds = timeout_seconds

    def run(self):
        result = {"Succeeded": True}
        try:
            self.write_submission(pandas.concat([self.predict(*batch) for batch in self.generate_data_batches()]))
        except GatewayRuntimeError as error:
            if not relay.IS_RERUN:
                raise
            result = told(error.kind, error.details)
        except Exception as error:
            if not relay.IS_RERUN:
                raise
            result = told(ErrorType.GATEWAY_RAISED_EXCEPTION, f"{type(error).__name__}: {error}")
        if relay.IS_RERUN:
            with open("result.json", "w", encoding="utf-8") as file:
                json.dump(result, file)

    def predict(self, batch, ids):
        try:
            answer = self.client.send("predict", *batch)
        except relay.ServerNeverStarted as error:
            raise GatewayRuntimeError(ErrorType.SERVER_NEVER_STARTED, str(error)) from None
        except relay.MissingEndpoint as error:
            raise GatewayRuntimeError(ErrorType.SERVER_MISSING_ENDPOINT, str(error)) from None
        except grpc.RpcError as error:
            kind = OF_STATUS.get(error.code(), ErrorType.SERVER_RAISED_EXCEPTION)
            raise GatewayRuntimeError(kind, error.details()) from None
        return self.rows(answer, ids)

    def rows(self, answer, ids):
        if answer is None:
            raise GatewayRuntimeError(ErrorType.INVALID_SUBMISSION, "No prediction received")
        if isinstance(answer, (int, float, str, numpy.float64, numpy.int64)):
            answer = pandas.DataFrame({self.target: [answer]})
        if isinstance(answer, pandas.Series):
            answer = answer.to_frame(answer.name or self.target)
        if not isinstance(answer, pandas.DataFrame):
            kind = type(answer).__name__
            raise GatewayRuntimeError(ErrorType.INVALID_SUBMISSION, f"Invalid prediction data type: {kind}")
        if len(answer) != len(ids):
            words = f"{len(answer)} predictions for {len(ids)} rows"
            raise GatewayRuntimeError(ErrorType.INVALID_SUBMISSION, words)
        return pandas.DataFrame({self.row_id: ids, **{name: answer[name].tolist() for name in answer.columns if name != self.row_id}})

    def write_submission(self, frame):
        """Kaggle's gateways mostly write Parquet; the image of this one need not have a writer for it."""
        frame.to_csv(os.path.join(os.getcwd(), "submission.csv"), index=False)


def told(kind, details):
    print(f"{kind.name}: {details}", file=sys.stderr, flush=True)
    return {"Succeeded": False, "ErrorType": kind.value, "ErrorName": kind.name, "ErrorDetails": str(details)[:8000]}
