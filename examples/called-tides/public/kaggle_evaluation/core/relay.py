"""Calls of functions by their name over gRPC, from the gateway's container to the notebook's."""
import concurrent.futures
import json
import math
import os
import socket
import time

import grpc
import numpy
import pandas

METHOD = "/kaggle_evaluation_client.KaggleEvaluationService/Send"
PORTS = [50051, *range(60053, 60063)]
UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
START_SECONDS = 900
IS_RERUN = os.getenv("KAGGLE_IS_COMPETITION_RERUN") is not None


class ServerNeverStarted(Exception):
    """Nobody answered in time."""


class MissingEndpoint(Exception):
    """The notebook has no function of this name."""


def packed(value):
    """A value as JSON has it; what it has not is a list of its kind and its content."""
    if type(value).__module__.partition(".")[0] == "polars":
        value = value.to_pandas()  # an image that has polars has pyarrow, which this needs
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return ["float", repr(float(numpy.float32(value)))]  # Kaggle's relay has 32 bits for it
    if isinstance(value, numpy.generic):
        return ["number", value.dtype.str, packed_number(value.item())]
    if isinstance(value, pandas.DataFrame):
        return ["frame", len(value), [[str(name), *packed_column(value[name])] for name in value.columns]]
    if isinstance(value, pandas.Series):
        return ["series", "" if value.name is None else str(value.name), *packed_column(value)]
    if isinstance(value, list):
        return ["list", [packed(each) for each in value]]
    if isinstance(value, tuple):
        return ["tuple", [packed(each) for each in value]]
    if isinstance(value, dict):
        return ["dict", {key: packed(each) for key, each in value.items()}]
    raise TypeError(f"Type {type(value)} not supported")


def packed_number(value):
    return repr(value) if isinstance(value, float) and not math.isfinite(value) else value


def packed_column(column):
    missing = column.isna() if column.dtype == object else [False] * len(column)
    values = [None if gone else packed_number(each) for each, gone in zip(column.tolist(), missing)]
    return column.dtype.str, values


def unpacked(value):
    if not isinstance(value, list):
        return value
    kind, *content = value
    if kind == "float":
        return float(content[0])
    if kind == "number":
        return numpy.dtype(content[0]).type(content[1])
    if kind == "frame":
        rows, columns = content
        return pandas.DataFrame({name: column(form, values) for name, form, values in columns}, index=range(rows))
    if kind == "series":
        return column(*content[1:]).rename(content[0] or None)
    if kind == "list":
        return [unpacked(each) for each in content[0]]
    if kind == "tuple":
        return tuple(unpacked(each) for each in content[0])
    return {key: unpacked(each) for key, each in content[0].items()}


def column(form, values):
    if numpy.dtype(form) == object:
        return pandas.Series(values, dtype=object)
    return pandas.Series([float(each) if isinstance(each, str) else each for each in values], dtype=numpy.dtype(form))


def to_bytes(value):
    return json.dumps(value).encode()


class Client:
    """The gateway's side. The first call has no deadline."""

    def __init__(self):
        self.channel = self.timeout_seconds = None
        self.host = "inference_server" if IS_RERUN else "localhost"

    def send(self, name, *args, **kwargs):
        first = self.channel is None
        if first:
            self.channel = self.connected()
        call = self.channel.unary_unary(METHOD, request_serializer=to_bytes, response_deserializer=json.loads)
        request = {"name": name, "args": packed(list(args)), "kwargs": packed(kwargs)}
        try:
            return unpacked(call(request, timeout=None if first else self.timeout_seconds)["payload"])
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.UNIMPLEMENTED:
                raise MissingEndpoint(error.details()) from None
            raise

    def connected(self):
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            for port in PORTS:
                try:
                    socket.create_connection((self.host, port), 1).close()
                except OSError:
                    continue
                return grpc.insecure_channel(f"{self.host}:{port}", UNLIMITED)
            time.sleep(0.2)
        raise ServerNeverStarted(f"nothing listens at {self.host}")


class Handler(grpc.GenericRpcHandler):
    def __init__(self, functions):
        self.functions = functions

    def service(self, details):
        if details.method != METHOD:
            return None
        return grpc.unary_unary_rpc_method_handler(
            self.answer, request_deserializer=json.loads, response_serializer=to_bytes
        )

    def answer(self, request, context):
        function = self.functions.get(request["name"])
        if function is None:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"there is no endpoint {request['name']}")
        answer = function(*unpacked(request["args"]), **unpacked(request["kwargs"]))
        return {"payload": packed(answer)}


def serve(functions):
    """A server with one thread, so that calls never overlap, on the first port that is free."""
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(1), [Handler(functions)], options=[*UNLIMITED, ("grpc.so_reuseport", 0)])
    for port in PORTS:
        try:
            if server.add_insecure_port(f"[::]:{port}") == port:
                break
        except RuntimeError:
            continue
    server.start()
    return server
