"""The people to sign in as, in the demonstration world."""

from dataclasses import dataclass

PASSWORD = "Changjing-2026"  # noqa: S105  # of invented people on a demonstration installation, printed at start
PROVINCE = "province@demo.example"
CITY = "hefei@demo.example"


@dataclass(frozen=True, slots=True)
class Account:
    """An account that the start-up message names."""

    email: str
    role_zh: str
    role_en: str


ACCOUNTS = (
    Account(PROVINCE, "省级管理员", "administrator of the province"),
    Account(CITY, "合肥市管理员", "administrator of Hefei"),
    Account("department@demo.example", "部门经办人", "officer of a department"),
    Account("company@demo.example", "企业负责人", "owner of a company"),
    Account("judge@demo.example", "评委", "judge"),
)


def lines() -> list[str]:
    """One line per account, for the terminal."""
    return [f"{account.email:<28} {PASSWORD}   {account.role_zh} · {account.role_en}" for account in ACCOUNTS]
