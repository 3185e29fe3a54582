"""
Measures what the bridge to Julia adds to a call, beside a relay alone that does what Kaggle's does (frames of polars as Arrow
with LZ4, over gRPC), a large frame, and the memory of many calls. A figure is a line of JSON.

Arguments: folder of the bridge, Julia, folder with the package Echo, number of calls.
"""
import concurrent.futures
import gc
import io
import json
import os
import sys
import time

import grpc
import numpy
import polars

BRIDGE, JULIA, PACKAGES, MANY = sys.argv[1:]
sys.path.insert(0, os.path.dirname(BRIDGE))

from julia_kaggle_bridge.julia_process import Julia

SHAPES = ((1, 99), (1000, 92), (100, 813))
ROUNDS = 101
METHOD = "/bench/Send"
UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


def tell(**facts):
    print(json.dumps(facts), flush=True)


def frame_of(rows, columns):
    values = numpy.random.default_rng(22).random((rows, columns))
    return polars.DataFrame({f"x{at}": values[:, at] for at in range(columns)})


def to_arrow(frame):
    buffer = io.BytesIO()
    frame.write_ipc_stream(buffer, compression="lz4")
    return buffer.getvalue()


def of_arrow(data):
    return polars.read_ipc_stream(io.BytesIO(data))


class Relay(grpc.GenericRpcHandler):
    """Both ends in this process, as in a saved run."""

    def __init__(self):
        self.server = grpc.server(concurrent.futures.ThreadPoolExecutor(1), [self], options=UNLIMITED)
        port = self.server.add_insecure_port("127.0.0.1:0")
        self.server.start()
        channel = grpc.insecure_channel(f"127.0.0.1:{port}", UNLIMITED)
        self.send = channel.unary_unary(METHOD, request_serializer=to_arrow, response_deserializer=of_arrow)

    def service(self, details):
        return grpc.unary_unary_rpc_method_handler(
            lambda frame, _: frame.select("x0"), request_deserializer=of_arrow, response_serializer=to_arrow
        )


def seconds_of(call):
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def medians(*calls):
    """In turns, so that what else the machine does meets all of them."""
    times = [[] for _ in calls]
    for turn in range(ROUNDS + 5):
        for call, taken in zip(calls, times):
            seconds = seconds_of(call)
            if turn >= 5:  # compiled
                taken.append(1000 * seconds)
    return [sorted(taken)[len(taken) // 2] for taken in times]


def held(process):
    with open(f"/proc/{process}/status", encoding="utf-8") as file:
        return sum(1024 * int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def main():
    command = [JULIA, "--startup-file=no", os.path.join(BRIDGE, "bridge.jl")]
    environment = {**os.environ, "JULIA_LOAD_PATH": f"{PACKAGES}:@stdlib"}
    julia = Julia(command, {"first_column": "Echo.first_column"}, environment=environment)
    ask = lambda frame: julia.call("first_column", [frame])
    relay = Relay()
    for rows, columns in SHAPES:
        frame = frame_of(rows, columns)
        assert relay.send(frame).height == rows and len(ask(frame)) == rows
        alone, bridged = medians(lambda: relay.send(frame), lambda: ask(frame))
        tell(kind="call", rows=rows, columns=columns, relay=alone, bridge=bridged, megabytes=8 * rows * columns / 1e6)
    large = frame_of(1_000_000, 8)
    ask(large)
    tell(kind="large", rows=1_000_000, columns=8, seconds=min(seconds_of(lambda: ask(large)) for _ in range(3)))
    del large
    frame = frame_of(1, 20)
    for at in range(int(MANY)):
        ask(frame)
        if at == int(MANY) // 10:
            gc.collect()
            before = held(os.getpid()), held(julia.process.pid)
    gc.collect()
    after = held(os.getpid()), held(julia.process.pid)
    tell(kind="many", calls=int(MANY), python=(after[0] - before[0]) / 1e6, julia=(after[1] - before[1]) / 1e6)
    julia.close()


main()
