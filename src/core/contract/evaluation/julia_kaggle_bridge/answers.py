"""
Looks at an answer before Kaggle's gateway gets it, which may be hours before it puts all together: its rows, its columns and
their types as the first time, and values that are missing.
"""
from .kinds import package


class WrongAnswer(RuntimeError):
    """Its text is one line."""


class Answers:
    """Those of one endpoint."""

    def __init__(self, name):
        self.name, self.first = name, None

    def checked(self, answer, arguments):
        """The answer, with the types of the first one. Raises WrongAnswer."""
        if answer is None:
            raise WrongAnswer(f"{self.name} gave nothing.")
        if not is_frame(answer):
            return self.like_first(answer, type(answer).__name__)
        given = [len(each) for each in arguments if is_frame(each)]
        if given and len(answer) not in (1, *given):
            rows = " or ".join(str(each) for each in sorted(set(given)))
            raise WrongAnswer(f"{self.name} gave {len(answer)} rows for {rows}.")
        columns = columns_of(answer)
        for name, column in columns.items():
            missing = int(column.is_null().sum() if hasattr(column, "is_null") else column.isna().sum())
            if missing:
                raise WrongAnswer(f"{self.name} gave {missing} missing values{named(name)}.")
        forms = {name: column.dtype for name, column in columns.items()}
        return self.like_first(answer, forms)

    def like_first(self, answer, forms):
        if self.first is None:
            self.first = forms
            return answer
        if forms == self.first:
            return answer
        if not isinstance(forms, dict) or not isinstance(self.first, dict):
            raise WrongAnswer(f"{self.name} gave {in_words(forms)}, and {in_words(self.first)} the first time.")
        if list(forms) != list(self.first):
            raise WrongAnswer(f"{self.name} gave the columns {list(forms)}, and {list(self.first)} the first time.")
        return self.with_types_of_first(answer)

    def with_types_of_first(self, answer):
        polars = package("polars")
        if polars is None:
            return answer
        columns = []
        for name, column in columns_of(answer).items():
            wanted = self.first[name]
            like = column.cast(wanted, strict=False)
            # Only what loses nothing is made another type: 2 of 2.0, not 2 of 2.5.
            if like.null_count() > 0 or not like.cast(column.dtype, strict=False).equals(column):
                raise WrongAnswer(
                    f"{self.name} gave {column.dtype}{named(name)}, and {wanted} the first time: give one type, such as Float64."
                )
            columns.append(like)
        return columns[0] if isinstance(answer, polars.Series) else polars.DataFrame(columns)


def is_frame(value):
    return type(value).__module__.partition(".")[0] in ("polars", "pandas") and hasattr(value, "shape")


def columns_of(answer):
    return {answer.name or "": answer} if len(answer.shape) == 1 else {str(n): answer[n] for n in answer.columns}


def named(name):
    return f" in {name}" if name else ""


def in_words(forms):
    return f"the columns {list(forms)}" if isinstance(forms, dict) else f"a {forms}"
