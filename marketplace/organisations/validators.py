"""One validator for form, import and serializer."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength
from stdnum.exceptions import ValidationError as NumberError


def clean_credit_code(value: str) -> str:
    """Bring a 统一社会信用代码 into its normal form: no spaces, upper case."""
    return uscc.compact(value).strip().upper()


def validate_credit_code(value: str) -> None:
    """Check length, alphabet and check digit (GB 32100-2015); say which of them is wrong."""
    try:
        uscc.validate(value)
    except InvalidLength as error:
        raise ValidationError(
            _("统一社会信用代码应为 18 位，现在是 %(n)d 位。"), code="length", params={"n": len(value)}
        ) from error
    except InvalidFormat as error:
        raise ValidationError(
            _("统一社会信用代码只含数字和大写字母（不含 I、O、S、V、Z），请核对。"), code="format"
        ) from error
    except InvalidChecksum as error:
        raise ValidationError(_("统一社会信用代码的校验位不对，可能有一位抄错了，请核对。"), code="checksum") from error
    except NumberError as error:
        raise ValidationError(_("统一社会信用代码不正确，请核对。"), code="invalid") from error
