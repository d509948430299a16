"""Validates bodies against the providers' published schemas, if these are beside the checkout.

They are not ours to hand out, so a clone elsewhere skips these tests with a sentence. Where the folder is there, it
must be readable: a test that silently stopped comparing would be worse than none.
"""

import importlib.util
from functools import cache
from typing import Any

import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR.parent / "shared" / "specs"


@cache
def _judge() -> Any:
    spec = importlib.util.spec_from_file_location("published_contract", FOLDER / "contract.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def need_schemas() -> None:
    """Skip the test where the published schemas are absent."""
    if not FOLDER.exists():
        pytest.skip("The providers' published schemas are not beside this checkout (../shared/specs).")


def published(provider: str) -> dict[str, Any]:
    """The provider's schemas by name, as published but for the faults that `contract.py` mends."""
    need_schemas()
    contents = _judge()._registry()[f"urn:{provider}"].contents
    schemas: dict[str, Any] = contents["components"]["schemas"]
    return schemas


def faults(provider: str, schema: str, body: Any) -> list[str]:
    """Each way in which `body` breaks the provider's `schema` ("vapi" or "twilio"); an empty list where it holds."""
    need_schemas()
    found: list[str] = _judge().faults(provider, schema, body)
    return found


def holds(provider: str, schema: str, body: Any) -> bool:
    """Assert that it does; without schemas do nothing, for tests that prove something else too."""
    found = faults(provider, schema, body) if FOLDER.exists() else []
    assert not found, "\n".join(found)
    return True
