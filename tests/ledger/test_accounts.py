import pytest

from app.ledger.interface import open_account, open_accounts
from app.ledger.models import AccountKind, LedgerUnit


def test_an_account_is_opened_once_by_its_code(bank):
    again = open_account(code="test:zhang", kind=AccountKind.WALLET)
    assert again == bank.zhang


def test_a_batch_opens_what_is_missing_and_finds_what_is_there(bank):
    codes = ["test:zhang", "test:new", "test:new"]
    ids = open_accounts(codes, kind=AccountKind.WALLET)
    assert ids["test:zhang"] == bank.zhang
    assert set(ids) == set(codes)


def test_no_codes_open_no_accounts(bank):
    assert open_accounts([], kind=AccountKind.WALLET) == {}


@pytest.mark.parametrize(
    ("kind", "unit"),
    [(AccountKind.VOID, LedgerUnit.POINTS), (AccountKind.WALLET, LedgerUnit.MINUTES)],
)
def test_a_code_is_never_two_kinds_of_account(bank, kind, unit):
    with pytest.raises(ValueError, match="is open as wallet in points"):
        open_account(code="test:zhang", kind=kind, unit=unit)
