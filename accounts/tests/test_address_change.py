"""The address change: whatever the order of clicks, one consistent account remains."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import AuthSession, LoginToken, User
from accounts.secrets import digest
from accounts.tests.factories import UserFactory, make_link
from accounts.tests.helpers import dump, link_secret, text_of
from core.models import AuditEvent

ADDRESS = "/fr/settings/profile/address"
CONFIRM = "/fr/address/confirm"
UNDO = "/fr/address/undo"
VERIFY = "/fr/verify-magic-link"
PAGE = "/fr/settings/profile"
RunTasks = Callable[..., None]


def secret_in(message: EmailMessage, path: str) -> str:
    (line,) = [line.strip() for line in str(message.body).splitlines() if f"{path}?token=" in line]
    return parse_qs(urlsplit(line).query)["token"][0]


def mails_to(address: str) -> list[EmailMessage]:
    return [message for message in mail.outbox if message.to == [address]]


def email_of(user: User) -> str:
    return User.objects.get(pk=user.pk).email


class Mover:
    """A user at the profile page, and the mailed links, newest last."""

    def __init__(self, user: User, client: Client, run_tasks: RunTasks) -> None:
        self.user, self.client, self.run_tasks = user, client, run_tasks

    def ask(self, address: str) -> str:
        """Request another address; the secret mailed to it, empty if no mail went out."""
        before = len(mails_to(address))
        answer = self.client.post(ADDRESS, {"email": address})
        assert answer.status_code == 302, answer.context["address_form"].errors
        self.run_tasks()
        sent = mails_to(address)[before:]
        return secret_in(sent[0], "/address/confirm") if sent else ""

    def move(self, address: str) -> str:
        """Change the address and confirm; the secret of the undo link."""
        old = email_of(self.user)
        before = len(mails_to(old))
        assert press(CONFIRM, self.ask(address)).context["state"] == "done"
        self.run_tasks()
        return secret_in(mails_to(old)[before:][-1], "/address/undo")


def press(path: str, secret: str) -> Any:
    return Client().post(path, {"token": secret})


@pytest.fixture
def mover(owner: User, as_user: Callable[..., Client], run_tasks: RunTasks) -> Mover:
    return Mover(owner, as_user(owner), run_tasks)


@pytest.mark.django_db
def test_the_new_address_has_to_confirm(owner, mover):
    secret = mover.ask("new@example.com")
    assert email_of(owner) == "owner@example.com"
    assert [message.to for message in mail.outbox] == [["new@example.com"]]
    answer = press(CONFIRM, secret)
    assert (answer.status_code, answer.context["state"]) == (200, "done")
    assert email_of(owner) == "new@example.com"
    assert mover.client.get(PAGE).status_code == 200  # the user stays signed in


@pytest.mark.django_db
def test_the_profile_names_the_address_it_waits_for(owner, mover):
    mover.ask("first@example.com")
    secret = mover.ask("second@example.com")
    page = text_of(mover.client.get(PAGE))
    assert "second@example.com" in page
    assert "first@example.com" not in page
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert "second@example.com" not in text_of(mover.client.get(PAGE))
    press(CONFIRM, secret)
    assert mover.client.get(PAGE).context["awaited_address"] == ""


@pytest.mark.django_db
def test_the_window_is_called_what_the_page_says(owner, mover):
    replaced, secret = mover.ask("first@example.com"), mover.ask("new@example.com")
    asked = Client().get(CONFIRM, {"token": secret})
    pages = [text_of(page) for page in (asked, press(CONFIRM, replaced), press(CONFIRM, secret))]
    titles = [re.findall(r"<title>(.*) · AvaFirst AI</title>", page) for page in pages]
    assert titles == [re.findall(r"<h1>(.*)</h1>", page) for page in pages]
    assert len({title for (title,) in titles}) == 3


@pytest.mark.django_db
def test_the_old_address_hears_of_it_with_the_way_back(owner, mover):
    undo = mover.move("new@example.com")
    (notice,) = mails_to("owner@example.com")
    assert "n•••••@example.com" in notice.body
    assert "new@example.com" not in notice.body
    answer = press(UNDO, undo)
    assert (answer.status_code, answer.context["state"]) == (200, "done")
    assert email_of(owner) == "owner@example.com"
    assert mover.client.get(PAGE).status_code == 302  # the session that changed it is ended
    assert AuthSession.objects.filter(user=owner).live().count() == 0


@pytest.mark.django_db
def test_sign_in_follows_the_address(owner, mover, run_tasks):
    mover.move("new@example.com")
    for address, count in (("new@example.com", 1), ("owner@example.com", 0)):
        mail.outbox.clear()
        Client().post("/fr/auth", {"email": address})
        run_tasks()
        assert len(mail.outbox) == count


@pytest.mark.django_db
@pytest.mark.parametrize("locale", ["he", "en"])
def test_both_mails_are_in_the_users_language(owner, mover, locale):
    User.objects.filter(pk=owner.pk).update(locale=locale)
    mover.move("new@example.com")
    for message in mail.outbox:
        assert f"/{locale}/address/" in message.body
        assert f'lang="{locale}"' in message.alternatives[0][0]


@pytest.mark.django_db
@pytest.mark.parametrize("path", [CONFIRM, UNDO])
def test_reading_the_page_changes_nothing(mover, path):
    undo = mover.move("new@example.com")
    secret = undo if path == UNDO else mover.ask("newer@example.com")
    before = dump()
    for client in (Client(), mover.client):
        for method in ("get", "head"):
            assert getattr(client, method)(path, {"token": secret}).status_code == 200
        assert client.post(path, {"token": secret, "show": "1"}).context["state"] == "confirm"
    after = dump()
    before.pop("accounts_authsession"), after.pop("accounts_authsession")  # its last_seen_at
    assert after == before


@pytest.mark.django_db
@pytest.mark.parametrize("path", [CONFIRM, UNDO])
def test_without_csrf_proof_nothing_changes(owner, mover, path):
    undo = mover.move("new@example.com")
    secret = undo if path == UNDO else mover.ask("newer@example.com")
    assert Client(enforce_csrf_checks=True).post(path, {"token": secret}).status_code == 403
    assert email_of(owner) == "new@example.com"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["", "camille@", "a b@example.com", "ca\u200bmille@example.com", "x" * 300 + "@a.fr"]
)
def test_invalid_address_is_refused(owner, mover, typed):
    answer = mover.client.post(ADDRESS, {"email": typed})
    assert answer.status_code == 422
    assert len(answer.context["address_form"].errors["email"]) == 1
    assert 'aria-invalid="true"' in text_of(answer)
    assert not LoginToken.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["owner@example.com", " OWNER@Example.com "])
def test_the_present_address_is_refused(mover, typed):
    assert mover.client.post(ADDRESS, {"email": typed}).status_code == 422
    assert not LoginToken.objects.exists()


@pytest.mark.django_db
def test_an_address_with_an_account_is_answered_like_any_other(as_user, owner, admin, run_tasks):
    """The profile page does not reveal which addresses have accounts."""
    answers = []
    for address in ("free@example.com", admin.email):
        answer = as_user(owner).post(ADDRESS, {"email": address})
        said = [str(message) for message in get_messages(answer.wsgi_request)]
        answers.append((answer.status_code, answer.url, said))
    assert answers[0] == answers[1]
    assert len(answers[0][2]) == 1
    run_tasks()
    assert mails_to(admin.email) == []


@pytest.mark.django_db
def test_address_taken_meanwhile_changes_nothing_and_says_so(owner, mover):
    secret = mover.ask("new@example.com")
    UserFactory(email="new@example.com")
    answer = press(CONFIRM, secret)
    assert (answer.status_code, answer.context["state"]) == (410, "taken")
    assert email_of(owner) == "owner@example.com"
    assert LoginToken.objects.get(purpose="email_change").used_at is None
    assert not LoginToken.objects.filter(purpose="email_undo").exists()


@pytest.mark.django_db
def test_old_address_taken_meanwhile_cannot_be_undone_and_sessions_stay(owner, mover):
    undo = mover.move("new@example.com")
    other = UserFactory(email="owner@example.com")
    answer = press(UNDO, undo)
    assert (answer.status_code, answer.context["state"]) == (410, "taken")
    assert (email_of(owner), email_of(other)) == ("new@example.com", "owner@example.com")
    assert mover.client.get(PAGE).status_code == 200


@pytest.mark.django_db
def test_each_link_works_once(owner, mover):
    secret = mover.ask("new@example.com")
    assert [press(CONFIRM, secret).context["state"] for _ in range(2)] == ["done", "done"]
    mover.run_tasks()
    undo = secret_in(mails_to("owner@example.com")[-1], "/address/undo")
    assert [press(UNDO, undo).context["state"] for _ in range(2)] == ["done", "done"]
    assert Client().get(UNDO, {"token": undo}).context["state"] == "done"
    assert press(CONFIRM, secret).status_code == 410  # the account has the old address again
    assert email_of(owner) == "owner@example.com"
    actions = AuditEvent.objects.values_list("action", flat=True)
    assert [list(actions).count(f"accounts.address_change{end}") for end in ("d", "_undone")] == [1, 1]


@pytest.mark.django_db
def test_a_second_request_replaces_the_first(owner, mover):
    first, second = mover.ask("b@example.com"), mover.ask("c@example.com")
    assert press(CONFIRM, first).context["state"] == "superseded"
    assert press(CONFIRM, second).context["state"] == "done"
    assert email_of(owner) == "c@example.com"


@pytest.mark.django_db
def test_links_on_their_way_to_the_old_address_die(owner, mover):
    pending = make_link(owner)
    mover.move("new@example.com")
    assert Client().post(VERIFY, {"token": pending.secret}).status_code == 410


@pytest.mark.django_db
def test_links_on_their_way_to_the_address_in_the_middle_die_with_the_undo(owner, mover, run_tasks):
    undo = mover.move("new@example.com")
    Client().post("/fr/auth", {"email": "new@example.com"})
    run_tasks()
    pending = link_secret(mails_to("new@example.com")[-1])
    change = mover.ask("newer@example.com")
    press(UNDO, undo)
    assert Client().post(VERIFY, {"token": pending}).status_code == 410
    assert press(CONFIRM, change).status_code == 410
    assert email_of(owner) == "owner@example.com"


@pytest.mark.django_db
def test_two_changes_are_undone_one_after_the_other(owner, mover):
    first, second = mover.move("b@example.com"), mover.move("c@example.com")
    assert press(UNDO, second).context["state"] == "done"
    assert email_of(owner) == "b@example.com"
    assert press(UNDO, first).context["state"] == "done"
    assert email_of(owner) == "owner@example.com"


@pytest.mark.django_db
def test_the_first_undo_takes_later_changes_with_it(owner, mover):
    """An intruder who changed the address twice cannot take the account back from the address in between."""
    first, second = mover.move("b@example.com"), mover.move("c@example.com")
    assert press(UNDO, first).context["state"] == "done"
    assert press(UNDO, second).context["state"] == "superseded"
    assert email_of(owner) == "owner@example.com"


@pytest.mark.variants
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "good_for"), [("confirm", timedelta(hours=1)), ("undo", timedelta(hours=72))]
)
@pytest.mark.parametrize(("early", "status"), [(timedelta(seconds=1), 200), (timedelta(0), 410)])
def test_the_links_live_as_long_as_they_say(mover, kind, good_for, early, status):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        secret = mover.ask("new@example.com") if kind == "confirm" else mover.move("new@example.com")
        path = CONFIRM if kind == "confirm" else UNDO
        clock.shift(good_for - early)
        assert Client().get(path, {"token": secret}).status_code == status
        assert press(path, secret).status_code == status


@pytest.mark.django_db
def test_a_link_of_one_kind_does_nothing_as_another(owner, mover):
    login = make_link(owner).secret
    change = mover.ask("new@example.com")
    assert press(CONFIRM, login).status_code == press(UNDO, login).status_code == 410
    assert press(UNDO, change).status_code == press(VERIFY, change).status_code == 410
    assert press(CONFIRM, change).status_code == 200
    mover.run_tasks()
    undo = secret_in(mails_to("owner@example.com")[-1], "/address/undo")
    assert press(CONFIRM, undo).status_code == press(VERIFY, undo).status_code == 410
    assert press(UNDO, undo).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", [CONFIRM, UNDO])
@pytest.mark.parametrize("secret", ["x", "a" * 43, "a" * 100_000, "🍞"])
def test_an_unknown_link_is_410(db, path, secret):
    assert Client().get(path, {"token": secret}).status_code == 410
    assert press(path, secret).status_code == 410


@pytest.mark.django_db
@pytest.mark.parametrize("path", [CONFIRM, UNDO])
def test_without_a_link_the_page_redirects_to_sign_in(db, path):
    assert Client().get(path).url == "/fr/auth"


@pytest.mark.django_db
def test_a_deactivated_user_cannot_change_the_address(owner, mover):
    secret = mover.ask("new@example.com")
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert press(CONFIRM, secret).status_code == 410
    assert email_of(owner) == "owner@example.com"


@pytest.mark.django_db
def test_a_change_forgets_that_mail_to_the_old_address_came_back(owner, mover):
    User.objects.filter(pk=owner.pk).update(mail_trouble="bounced", mail_trouble_at=timezone.now())
    mover.move("new@example.com")
    person = User.objects.get(pk=owner.pk)
    assert (person.mail_trouble, person.mail_trouble_at) == ("", None)


@pytest.mark.django_db
def test_each_step_is_written_down(owner, mover):
    press(UNDO, mover.move("new@example.com"))
    happened = AuditEvent.objects.filter(subject_id=owner.pk, action__contains="address")
    assert [event.action for event in happened.order_by("at")] == [
        "accounts.address_change_asked",
        "accounts.address_changed",
        "accounts.address_change_undone",
    ]


@pytest.mark.django_db
def test_the_tables_hold_no_secret_of_the_mails(mover):
    undo, change = mover.move("new@example.com"), mover.ask("newer@example.com")
    stolen = str(dump())
    assert digest(undo) in stolen
    assert digest(change) in stolen
    assert undo not in stolen
    assert change not in stolen


# Any order of steps.

ADDRESSES = [f"{letter}@example.com" for letter in "abc"]
RECENT = st.sampled_from([0, 0, 0, 1, 2])  # mostly the latest mail
STEPS = st.one_of(
    st.tuples(st.just("ask"), st.sampled_from(ADDRESSES)),
    st.tuples(st.just("confirm"), RECENT),
    st.tuples(st.just("confirm"), RECENT),
    st.tuples(st.just("undo"), RECENT),
    st.tuples(st.just("link"), st.sampled_from(ADDRESSES)),
    st.tuples(st.just("sign-in link"), st.none()),
    st.tuples(st.just("sign in"), RECENT),
    st.tuples(st.just("another account"), st.sampled_from(ADDRESSES)),
    st.tuples(st.just("wait"), st.sampled_from([0.1, 1, 26, 50])),
)


@contextmanager
def forgotten_afterwards() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Story:
    """One user, all the mailed links, and what must hold after each step."""

    def __init__(self, run_tasks: RunTasks, clock: Any) -> None:
        mail.outbox.clear()
        self.clock, self.run_tasks = clock, run_tasks
        self.user = UserFactory(email=ADDRESSES[0])
        self.secrets: dict[str, list[str]] = {"confirm": [], "undo": [], "sign in": []}

    def collect(self) -> None:
        self.run_tasks()
        for message in mail.outbox:
            for kind, path in (("confirm", "/address/confirm"), ("undo", "/address/undo")):
                if f"{path}?token=" in str(message.body):
                    self.secrets[kind].append(secret_in(message, path))
            if "/verify-magic-link?token=" in str(message.body):
                self.secrets["sign in"].append(link_secret(message))
        mail.outbox.clear()

    def do(self, step: str, what: Any) -> None:
        if step == "ask":
            client = Client()
            client.force_login(User.objects.get(pk=self.user.pk))
            assert client.post(ADDRESS, {"email": what}).status_code in {302, 422}
        elif step == "link":
            assert Client().post("/fr/auth", {"email": what}).status_code == 303
        elif step == "sign-in link":
            assert Client().post("/fr/auth", {"email": email_of(self.user)}).status_code == 303
        elif step == "another account":
            if not User.objects.filter(email=what).exists():
                UserFactory(email=what)
        elif step == "wait":
            self.clock.shift(timedelta(hours=what))
        elif self.secrets[step]:
            self.use(step, self.secrets[step][-1 - what % len(self.secrets[step])])
        self.collect()
        self.check()

    def use(self, kind: str, secret: str) -> None:
        path = {"confirm": CONFIRM, "undo": UNDO, "sign in": VERIFY}[kind]
        row = LoginToken.objects.get(token_hash=digest(secret))
        answer = press(path, secret)
        assert answer.status_code in {200, 303, 410}
        if answer.status_code == 410:
            return
        if row.state == "used" and kind != "sign in":
            # Pressed again, it says that the change is done.
            assert (answer.context["state"], email_of(self.user)) == ("done", row.email)
            return
        # A link that worked was valid, and made its change.
        assert row.state == "issued"
        if kind == "sign in":
            session = AuthSession.objects.get(login_token=row)
            assert session.user.email == row.email
        else:
            assert email_of(self.user) == row.email
        if kind == "undo":
            assert not AuthSession.objects.filter(user=self.user).live().exists()

    def check(self) -> None:
        emails = list(User.objects.values_list("email", flat=True))
        assert len(emails) == len(set(emails))
        sent = [digest(secret) for secret in self.secrets["sign in"]]
        for row in LoginToken.objects.redeemable().filter(token_hash__in=sent):
            assert row.user is not None
            assert row.user.email == row.email, "a live link for an address that its owner left"
        assert LoginToken.objects.unfinished().filter(user=self.user, purpose="email_change").count() <= 1


@pytest.mark.slow
@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(steps=[("link", ADDRESSES[0]), ("ask", ADDRESSES[1]), ("confirm", 0), ("undo", 0), ("sign in", 0)])
@example(steps=[("ask", ADDRESSES[1]), ("confirm", 0), ("sign-in link", None), ("undo", 0), ("sign in", 0)])
@given(steps=st.lists(STEPS, min_size=4, max_size=14))
def test_in_whatever_order_one_consistent_account_remains(run_tasks, steps):
    with forgotten_afterwards(), time_machine.travel(timezone.now(), tick=False) as clock:
        story = Story(run_tasks, clock)
        for step, what in steps:
            clock.shift(1)
            story.do(step, what)


# Races.


@pytest.fixture
def _pages_without_words(monkeypatch):
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *args, **options: "")


def race(*runners: Callable[[], Any]) -> list[int]:
    gate, results = threading.Barrier(len(runners)), [0] * len(runners)

    def run(place: int, runner: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=20)
            results[place] = runner().status_code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def mailed(user: User, purpose: LoginToken.Purpose, address: str) -> str:
    """A minted link of another purpose."""
    from accounts.login.tokens import mint

    minted = mint(LoginToken.objects.create(purpose=purpose, email=address, user=user, locale="fr").id)
    assert minted is not None
    return minted.secret


Purpose = LoginToken.Purpose


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_pages_without_words")
def test_confirm_and_undo_at_once_end_where_the_undo_says(rounds):
    for number in range(rounds):
        user = UserFactory(email=f"b{number}@example.com")
        undo = mailed(user, Purpose.EMAIL_UNDO, f"a{number}@example.com")
        change = mailed(user, Purpose.EMAIL_CHANGE, f"c{number}@example.com")
        statuses = race(partial(press, UNDO, undo), partial(press, CONFIRM, change))
        assert statuses[0] == 200
        assert statuses[1] in {200, 410}
        assert email_of(user) == f"a{number}@example.com"
        left = LoginToken.objects.unfinished().filter(user=user)
        assert not left.exists(), "a way to move the account on survived the undo"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_pages_without_words")
def test_one_link_confirmed_many_times_at_once_changes_once(rounds):
    for number in range(rounds):
        user = UserFactory(email=f"a{number}@example.com")
        change = mailed(user, Purpose.EMAIL_CHANGE, f"b{number}@example.com")
        assert sorted(race(*[partial(press, CONFIRM, change)] * 6)) == [200] * 6
        assert LoginToken.objects.filter(user=user, purpose=Purpose.EMAIL_UNDO).count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_pages_without_words")
def test_two_users_confirm_one_address_at_once_and_one_gets_it(rounds):
    for number in range(rounds):
        address = f"wanted{number}@example.com"
        people = [UserFactory(), UserFactory()]
        links = [mailed(user, Purpose.EMAIL_CHANGE, address) for user in people]
        assert sorted(race(*[partial(press, CONFIRM, link) for link in links])) == [200, 410]
        assert User.objects.filter(email=address).count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_pages_without_words")
def test_a_sign_in_and_an_undo_at_once_leave_no_thief_inside(rounds):
    """A sign-in by a link to the address in between is ended, or refused."""
    for number in range(rounds):
        user = UserFactory(email=f"b{number}@example.com")
        undo = mailed(user, Purpose.EMAIL_UNDO, f"a{number}@example.com")
        link = make_link(user).secret
        statuses = race(partial(press, UNDO, undo), partial(press, VERIFY, link))
        assert statuses[0] == 200
        assert statuses[1] in {303, 410}
        assert email_of(user) == f"a{number}@example.com"
        assert not AuthSession.objects.filter(user=user).live().exists()
