"""The player in a real browser: it seeks, and the conversation follows it."""

import io
import re

import pytest
from playwright.sync_api import expect

from calls.models import Recording
from calls.recordings.services import store_recording
from calls.tests.factories import RecordingFactory, call_with
from core.tests.browser import axe_violations, visit
from core.web import byte_ranges
from sandbox.calls.recordings import Recording as Babble

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TURNS = [("assistant" if number % 2 == 0 else "caller", f"Phrase {number}") for number in range(20)]


@pytest.fixture
def recording(bakery, monkeypatch) -> Recording:
    """A minute, of which a request gets four seconds."""
    monkeypatch.setattr(byte_ranges, "LONGEST_PART", 32 * 1024)
    call = call_with(TURNS, organization=bakery)
    recording = RecordingFactory(waiting=True, call=call)
    babble = Babble([{"role": "bot", "at": 0.0, "lasts": 60.0}], 60)
    store_recording(recording, io.BytesIO(b"".join(babble.part(0, babble.size))), content_type="audio/wav")
    return recording


@pytest.mark.parametrize("locale", ["fr", "he"])
def test_player_seeks_and_the_conversation_follows(new_browser, site, recording, owner, locale):
    page = new_browser(owner, viewport={"width": 390, "height": 844})
    visit(page, f"/{locale}/o/bakery/calls/{recording.call_id}#t15")
    at = "player => player.querySelector('audio').currentTime"
    player, play = page.locator(".player"), page.locator(".player__play")
    expect(play).to_be_visible()
    assert player.evaluate(at) == pytest.approx(45, abs=0.5)
    expect(page.locator(".is-spoken")).to_have_attribute("id", "t15")
    expect(page.locator("#t15")).to_be_in_viewport()
    assert axe_violations(page) == []

    page.locator("#t7 .turn__at").click()
    expect(player).to_have_class(re.compile("is-playing"))
    expect(page.locator(".is-spoken")).to_have_attribute("id", "t7")
    assert 20.9 <= player.evaluate(at) < 25

    expect(page.locator(".is-spoken")).to_have_attribute(
        "id", "t8"
    )  # it goes on, over the end of what it was sent
    page.locator(".player__speed").select_option("2")
    play.click()
    expect(player).not_to_have_class(re.compile("is-playing"))

    before = player.evaluate(at)
    page.locator(".player__track input").press("ArrowRight")
    assert player.evaluate(at) == pytest.approx(before + 5, abs=0.5)
    page.locator(".player__track input").fill("54")
    expect(page.locator(".is-spoken")).to_have_attribute("id", "t18")
    expect(page.locator(".player time")).to_have_text(re.compile(r"0:54 / 1:00"))
    play.focus()
    page.keyboard.press("Space")
    expect(player).to_have_class(re.compile("is-playing"))
