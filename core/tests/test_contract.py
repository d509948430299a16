import pytest

from core.tests import contract


def test_schemas_that_are_absent_skip_with_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(contract, "FOLDER", tmp_path / "nowhere")
    with pytest.raises(pytest.skip.Exception, match="published schemas"):
        contract.faults("vapi", "Assistant", {})
    assert contract.holds("vapi", "Assistant", {})


def test_schemas_that_are_there_but_unreadable_fail(monkeypatch, tmp_path):
    monkeypatch.setattr(contract, "FOLDER", tmp_path)
    contract._judge.cache_clear()
    with pytest.raises(OSError, match=r"contract\.py"):
        contract.faults("vapi", "Assistant", {})


def test_faults_are_told():
    assert contract.faults("vapi", "Assistant", {"id": 7})
    with pytest.raises(AssertionError, match="id"):
        contract.holds("vapi", "Assistant", {"id": 7})
