"""Deletion of old links, sessions and waiting addresses, and repair of links that a fast clock dated."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from accounts.lifetimes import CODE_LIFETIME, LIFETIMES
from accounts.models import LoginToken
from accounts.sessions.store import SessionStore
from accounts.waiting_list.services import delete_old_addresses
from core.queue.schedule import periodic

LINK_RETENTION = timedelta(days=30)


@periodic(every=timedelta(hours=1))
@task()
def clean_up() -> None:
    """Delete links a month after their request, sessions that expired long ago, and old addresses of the waiting list.

    The audit keeps its events.
    """
    LoginToken.objects.filter(created_at__lt=timezone.now() - LINK_RETENTION).delete()
    SessionStore.clear_expired()
    delete_old_addresses()


@periodic(every=timedelta(minutes=5))
@task()
def shorten_links() -> None:
    """Give links that end later than they can their usual time from now; until then they are refused."""
    now, links = timezone.now(), LoginToken.objects.unfinished()
    for purpose, lifetime in LIFETIMES.items():
        end = now + lifetime
        links.filter(purpose=purpose, expires_at__gt=end).update(expires_at=end)
    links.filter(code_expires_at__gt=now + CODE_LIFETIME).update(code_expires_at=now + CODE_LIFETIME)
