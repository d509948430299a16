import pytest

from sandbox import limits
from sandbox.models import Assistant, Trouble
from sandbox.trouble import switches

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["vapi", "twilio"])
def provider(request):
    return request.param


@pytest.fixture
def ask(provider, vapi, twilio):
    return (lambda: vapi("GET", "/assistant")) if provider == "vapi" else (lambda: twilio("GET", ".json"))


@pytest.mark.variants
@pytest.mark.parametrize("status", [401, 402, 429, 500, 503])
def test_provider_answers_as_told_for_as_long_as_told(provider, ask, status):
    switches.switch_on(provider, str(status), times=2)
    assert [ask().status_code for _time in range(3)] == [status, status, 200]


def test_trouble_lasts_until_it_is_switched_off(provider, ask):
    switches.switch_on(provider, "500")
    assert [ask().status_code for _time in range(3)] == [500] * 3
    switches.switch_off(provider, "500")
    assert ask().status_code == 200


def test_too_many_says_when_to_come_back(provider, ask):
    switches.switch_on(provider, "429", seconds=7)
    assert ask().headers["Retry-After"] == "7"


def test_answer_may_be_no_json(provider, ask):
    switches.switch_on(provider, "html")
    assert ask().headers["Content-Type"].startswith("text/html")


def test_answer_may_be_ten_megabytes(provider, ask):
    switches.switch_on(provider, "large")
    assert sum(len(piece) for piece in ask().streaming_content) > 10_000_000


def test_late_answer_comes_after_the_work_was_done(vapi, monkeypatch):
    waited = []
    monkeypatch.setattr("time.sleep", lambda seconds: waited.append((seconds, Assistant.objects.count())))
    switches.switch_on("vapi", "hang", seconds=600)
    assert vapi("POST", "/assistant", {}).status_code == 201
    assert waited == [(switches.LONGEST_HANG, 1)]


def test_one_provider_suffers_and_the_other_does_not(vapi, twilio):
    switches.switch_on("vapi", "503")
    assert (vapi("GET", "/assistant").status_code, twilio("GET", ".json").status_code) == (503, 200)
    switches.switch_off()
    assert vapi("GET", "/assistant").status_code == 200


def test_stranger_uses_up_no_trouble(vapi):
    switches.switch_on("vapi", "500", times=1)
    assert vapi("GET", "/assistant", key="wrong").status_code == 401
    assert vapi("GET", "/assistant").status_code == 500


@pytest.mark.parametrize(
    ("provider", "kind"), [("twilio", "erasing"), ("webhooks", "500"), ("vapi", "x"), ("x", "500")]
)
def test_unknown_trouble_is_refused(provider, kind):
    with pytest.raises(ValueError, match=kind):
        switches.switch_on(provider, kind)


def test_switching_on_again_counts_anew(vapi):
    switches.switch_on("vapi", "500", times=1)
    switches.switch_on("vapi", "500", times=3)
    assert Trouble.objects.get().remaining == 3


def test_requests_are_counted_by_where_they_come_from(provider, ask, settings, monkeypatch):
    settings.AVA_RATE_LIMITS = True
    monkeypatch.setattr(limits, "REQUESTS", limits.Limit("sandbox-test", 1, limits.REQUESTS.per))
    assert ask().status_code == 200
    answer = ask()
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
