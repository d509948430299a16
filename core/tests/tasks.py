"""Tasks for the tests of the queue."""

from django_tasks import task

from core.queue.retry import PermanentError

done: list[str] = []


@task()
def note(text: str = "") -> None:
    done.append(text)


@task()
def fail() -> None:
    raise ValueError("not today, token=abc")


@task()
def be_told_to_wait(seconds: float | str) -> None:
    error = ValueError("not now")
    error.retry_after = seconds
    raise error


@task()
def give_up() -> None:
    raise PermanentError("never")
