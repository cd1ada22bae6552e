"""People who sign in, and the offices that the province gives them."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

import pghistory
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.taxonomy.models import Region

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class UserManager(BaseUserManager["User"]):
    """Makes people by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person; the address is normalised to lower case, since people type it as they like."""
        if not email:
            raise ValueError("an e-mail address is needed")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a technical administrator of the installation."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find by e-mail, whatever the case."""
        return self.get(email__iexact=username)


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractUser):
    """A person; signs in by e-mail and password."""

    username = None  # type: ignore[assignment]  # the e-mail address is the name to sign in with
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("电子邮箱"), unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    language = models.CharField(
        _("语言"), max_length=10, choices=[("zh-hans", "中文"), ("en", "English")], default="zh-hans"
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()  # type: ignore[assignment,misc]  # a manager of our own, without username

    if TYPE_CHECKING:
        offices: RelatedManager["Office"]

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(models.functions.Lower("email"), name="user_email_any_case")
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name as written."""
        return self.name

    def get_short_name(self) -> str:
        """The name as written: Chinese names are not cut."""
        return self.name


class OfficeQuerySet(models.QuerySet["Office"]):
    """Words for finding offices."""

    def administrators_of(self, region: Region) -> Self:
        """Administrators of a region or of the province above it."""
        return self.filter(
            models.Q(region__isnull=True) | models.Q(region=region) | models.Q(region__children=region),
            role=Office.Role.ADMINISTRATOR,
        )


@pghistory.track()
class Office(models.Model):
    """A role that a person holds: administrator of the province (no region) or of a city, or judge."""

    class Role(models.TextChoices):
        """What the office lets its holder do."""

        ADMINISTRATOR = "administrator", _("管理员")
        JUDGE = "judge", _("评委")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="offices", verbose_name=_("用户"))
    role = models.CharField(_("角色"), max_length=20, choices=Role)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("管辖地区")
    )

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "role", "region"], name="office_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
