"""The facts of an organisation, one row a topic, with the spans, closures and questions that belong to some of them."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

TEXT_LENGTH = 400
WORD_LENGTH = 60
QUESTION_LENGTH = 120
ANSWER_LENGTH = 300
MOST_CLOSURES = 10
MOST_QUESTIONS = 12


class Topic(models.TextChoices):
    """What callers ask about, in the order in which an organisation is asked."""

    HOURS = "hours", _("Opening hours")
    CLOSURES = "closures", _("Closures")
    ADDRESS = "address", _("Address")
    ACCESS = "access", _("Access")
    PRICES = "prices", _("Prices")
    PAYMENT = "payment", _("Means of payment")
    BOOKING = "booking", _("Orders and appointments")
    EMERGENCIES = "emergencies", _("Emergencies")
    EXCLUSIONS = "exclusions", _("What we do not do")
    TEAM = "team", _("Who works here")
    CONTACT = "contact", _("Website and e-mail")
    QUESTIONS = "questions", _("Your own questions")


class Hours(models.TextChoices):
    """The kinds of opening hours. By appointment there may be spans too: the times one may come."""

    WEEKLY = "weekly", _("At set hours")
    APPOINTMENT = "appointment", _("By appointment only")
    ALWAYS = "always", _("Day and night")


class Fact(models.Model):
    """An answered topic. Without a row the topic is open; one that does not apply to the organisation holds nothing."""

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="facts",
    )
    topic = models.CharField(_("topic"), max_length=16, choices=Topic.choices)
    applies = models.BooleanField(_("applies to the organisation"), default=True)
    text = models.TextField(_("text"), max_length=TEXT_LENGTH, blank=True)
    hours = models.CharField(_("kind of hours"), max_length=16, choices=Hours.choices, blank=True)
    phone = PhoneNumberField(_("phone number"), blank=True)  # type: ignore[no-untyped-call]
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ["organization_id", "topic"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "topic"], name="fact_once"),
            models.CheckConstraint(name="fact_topic_known", condition=Q(topic__in=Topic.values)),
            models.CheckConstraint(
                name="fact_hours_have_a_kind",
                condition=Q(topic=Topic.HOURS, applies=True, hours__in=Hours.values)
                | Q(hours="") & ~Q(topic=Topic.HOURS, applies=True),
            ),
            models.CheckConstraint(
                name="fact_phone_is_for_emergencies", condition=Q(phone="") | Q(topic=Topic.EMERGENCIES)
            ),
            models.CheckConstraint(
                name="fact_that_does_not_apply_is_empty", condition=Q(applies=True) | Q(text="", phone="")
            ),
        ]

    def __str__(self) -> str:
        return self.get_topic_display()


class OpeningSpan(models.Model):
    """A time of the week at which the organisation is open. One that ends before it begins ends on the next day."""

    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, related_name="opening_spans"
    )
    weekday = models.PositiveSmallIntegerField(_("day of the week"), validators=[MaxValueValidator(6)])
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "weekday", "opens"], name="opening_span_once"),
            models.CheckConstraint(name="opening_span_weekday_known", condition=Q(weekday__range=(0, 6))),
            models.CheckConstraint(name="opening_span_lasts", condition=~Q(opens=F("closes"))),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Closure(models.Model):
    """Days on which the organisation is closed, both ends included."""

    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, related_name="closures"
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    word = models.CharField(_("reason"), max_length=WORD_LENGTH, blank=True)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["first_day"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "first_day"], name="closure_once"),
            models.CheckConstraint(name="closure_ends_last", condition=Q(last_day__gte=F("first_day"))),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"


class Question(models.Model):
    """A question of callers that the organisation wrote down, with its answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, related_name="questions"
    )
    position = models.PositiveSmallIntegerField(_("position"))
    question = models.CharField(_("question"), max_length=QUESTION_LENGTH)
    answer = models.CharField(_("answer"), max_length=ANSWER_LENGTH)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "position"], name="question_has_its_place"),
            models.CheckConstraint(name="question_is_answered", condition=~Q(question="") & ~Q(answer="")),
            models.CheckConstraint(name="question_in_bounds", condition=Q(position__lt=MOST_QUESTIONS)),
        ]

    def __str__(self) -> str:
        return self.question
