import os

import polars


class TideGateway:
    timeout_seconds = 120

    def __init__(self, server):
        self.server = server

    def generate_data_batches(self, rows=(2, 1)):
        start = 0
        for count in rows:
            ids = list(range(start, start + count))
            start += count
            yield (polars.DataFrame({"id": ids, "x": [i / 2 for i in ids]}),), ids

    def run(self, which):
        answers = []
        for batch, ids in self.generate_data_batches((2, 1) if which == "published" else (3, 1, 2)):
            answer = self.server.send("predict", *batch)
            assert len(answer) == len(ids)
            answers.append(answer.with_columns(id=polars.Series(ids)).select("id", "height"))
        polars.concat(answers).write_parquet(os.path.join(os.getcwd(), "submission.parquet"))
        print(f"{which}: {len(answers)} calls")
