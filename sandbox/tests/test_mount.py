import runpy

import pytest
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RegexPattern


@pytest.mark.parametrize("path", ["/sandbox/", "/sandbox/vapi/assistant", "/fr/sandbox"])
def test_sandbox_is_absent_where_it_is_not_asked_for(settings, path):
    settings.AVA_SANDBOX = False
    patterns = runpy.run_path(f"{settings.BASE_DIR}/avafirst/urls.py")["urlpatterns"]
    with pytest.raises(Resolver404):
        URLResolver(RegexPattern(r"^/"), patterns).resolve(path)
