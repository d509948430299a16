"""Sentences for the audit events of accounts."""

from django.utils.translation import gettext_lazy as _

from core.audit.descriptions import EventGroup, Words

SENTENCES: dict[str, Words] = {
    "accounts.link_sent": _("A sign-in link was sent."),
    "accounts.link_sent_by_staff": _("Our team sent you a sign-in link."),
    "accounts.link_printed": _("An operator made a sign-in link for you."),
    "accounts.signed_up": _("The account was created."),
    "accounts.signed_in": _("Signed in."),
    "accounts.sign_in_refused": _("A sign-in was refused: the link was no longer valid."),
    "accounts.code_locked": _("A code was typed wrong five times and locked."),
    "accounts.signed_out": _("Signed out."),
    "accounts.signed_out_others": _("The other devices were signed out."),
    "accounts.signed_out_everywhere": _("Signed out everywhere."),
    "accounts.session_revoked": _("A device was signed out."),
    "accounts.not_me": _("A sign-in was reported as not yours and ended."),
    "accounts.profile_changed": _("The profile was changed."),
    "accounts.address_change_asked": _("Another e-mail address was asked for."),
    "accounts.address_changed": _("The e-mail address was changed."),
    "accounts.address_change_undone": _("The change of address was undone."),
    "accounts.changed_by_staff": _("Our team changed the account."),
    "accounts.deactivated": _("The account was deactivated."),
    "accounts.closed": _("The account was closed."),
    "accounts.mail_trouble": _("An e-mail to you came back."),
}

EVENTS = {EventGroup("account"): SENTENCES}
