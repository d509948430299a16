"""The pages on which an assistant is tried, as the tests read them."""

import re

from assistants.models import Assistant


def text_of(response) -> str:
    return response.content.decode()


def path_of(assistant: Assistant, action: str = "") -> str:
    return f"/fr/o/bakery/assistants/{assistant.id}/preview{action}"


def thread_of(page: str) -> str:
    found = re.search(r'name="thread" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def bubbles(page: str) -> list[str]:
    """What was said; not the empty bubble that the script fills."""
    return re.findall(r'<p class="bubble" dir="auto">([^<].*?)</p>', page, re.DOTALL)


def input_of(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert found is not None
    return found[0]
