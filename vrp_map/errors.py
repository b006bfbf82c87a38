"""The two kinds of failure: the user's to mend (a message, no traceback) and ours."""


class VrpError(Exception):
    """Base of everything this package raises on purpose."""

    exit_code = 70


class UserError(VrpError):
    """Something the person can put right.

    Args:
        message: what happened and where (file, feature, option), without any row value.
        hint: what to do next, one sentence.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class FileRefused(UserError):
    """A whole file could not be taken; the other files of the same build still load."""

    exit_code = 3

    def __init__(self, file: str, message: str, *, hint: str = "") -> None:
        super().__init__(f"{file}: {message}", hint=hint)
        self.file = file
        self.problem = message


class MethodRefused(UserError):
    """The grade of the data does not allow the method asked for."""

    exit_code = 4


class NotAllowed(UserError):
    """The person asking may not see this."""

    exit_code = 5


class BuildFailed(VrpError):
    """A check inside the build did not hold; nothing was published."""

    exit_code = 71
