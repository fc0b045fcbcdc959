"""What is asked, assumed, refused and left unmapped."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from exports import douyin
from retro.contracts import check_tables
from retro.errors import RetroError
from retro.periods import Window
from retro.start import Asker, Question, lines, start
from retro.start.proposal import Proposal, propose

ROOT = Path(__file__).parents[2]


def put(project: Path, text: str, name: str = "sales.csv", encoding: str = "utf-8") -> Path:
    folder = project / "exports"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding=encoding)
    return folder


def rows(header: str, form: str, days: int = 30) -> str:
    return (
        header
        + "\n"
        + "".join(form.format(day=f"{1 + day % 9:02d}", n=day, user=day % 7) + "\n" for day in range(days))
    )


def begin(folder: Path, *, assume: bool = False, **answers: str) -> tuple[Proposal, Asker]:
    """A proposal that passed the questions; contracts are tried by the tests of back offices."""
    given = {"timezone": "UTC", "currency": "EUR", **{key.replace("__", "."): v for key, v in answers.items()}}
    asker = Asker(given, assume=assume)
    proposal = propose(folder, "shop", asker, lambda _: None)
    asker.settle()
    return proposal, asker


def test_dates_that_fit_both_orders_are_asked_for(project: Path) -> None:
    folder = put(project, rows("order_id,user_id,order_date,amount", "a{n},u{user},{day}/05/2025 10:00,5.00"))

    with pytest.raises(RetroError, match=r"open: date_order.order_date \(none\)"):
        begin(folder)
    proposal, _ = begin(folder, date_order__order_date="day")
    assert proposal.open().orders.ordered_at.max().execute() == dt.datetime(2025, 5, 9, 10)
    assert "order_date is day/month/year" in proposal.tables["orders"].notes.lines


def test_dates_that_fit_one_order_are_not_asked_for(project: Path) -> None:
    folder = put(project, rows("order_id,user_id,order_date,amount", "a{n},u{user},05/13/2025,5.00"))
    proposal, asker = begin(folder)

    assert asker.asked == []
    assert "order_date is month/day/year" in proposal.tables["orders"].notes.lines


def test_header_that_nobody_knows_is_asked_for_and_not_invented(project: Path) -> None:
    folder = put(
        project, rows("订单号,用户编号,开单时刻,应收,成本", "a{n},u{user},2025-05-{day} 10:00:00,{n}.50,{n}.00")
    )

    assumed, asker = begin(folder, assume=True)
    assert asker.assumed == {"orders.ordered_at": "开单时刻", "orders.amount": "none"}
    assert "orders" not in assumed.tables  # of two amounts none is likelier
    assert "sales.csv" in assumed.unmapped
    answered, _ = begin(folder, orders__ordered_at="开单时刻", orders__amount="应收")
    assert answered.open().orders.amount.sum().execute() == Decimal("450.00")


def test_a_sixth_question_is_not_put() -> None:
    asker = Asker(assume=True)
    answers = [asker.ask(Question(f"key{n}", "?", default="yes")) for n in range(7)]

    assert answers == ["yes"] * 7
    assert len(asker.asked) == 5
    assert [question.key for question in asker.unasked] == ["key5", "key6"]


def test_a_person_is_asked_and_a_wrong_answer_refused() -> None:
    asker = Asker(person=lambda question: question.options[1])

    assert asker.ask(Question("orders.amount", "?", ("a", "b"))) == "b"
    assert asker.is_sure("orders.amount")
    with pytest.raises(
        RetroError, match=r"orders\.amount: answer must be one of amount, total, got 'totl'\. Did you mean 'total'\?"
    ):
        Asker({"orders.amount": "totl"}).ask(Question("orders.amount", "?", ("amount", "total")))


def test_a_person_is_asked_again_after_an_answer_that_does_not_fit() -> None:
    answers, told = iter(["c", "b"]), []
    asker = Asker(person=lambda _: next(answers), tell=told.append)

    assert asker.ask(Question("orders.amount", "?", ("a", "b"))) == "b"
    assert [text.split(". ")[0] for text in told] == ["orders.amount: answer must be one of a, b, got 'c'"]
    assert len(asker.asked) == 1


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"timezone": "Beijing"}, "timezone: answer must be an IANA name such as Asia/Shanghai or UTC, got 'Beijing'."),
        ({"currency": "yuan"}, "currency: answer must be an ISO code such as CNY or EUR, got 'yuan'."),
    ],
)
def test_a_zone_or_currency_that_is_none_is_refused_before_files_are_read(
    project: Path, given: dict[str, str], problem: str
) -> None:
    with pytest.raises(RetroError) as refused:
        start(project / "not there", "shop", Asker(given))
    assert str(refused.value) == problem


def test_a_clock_of_hours_without_its_begin_stays_unmapped_and_says_what_is_open(project: Path) -> None:
    folder = put(project, rows("person,event,hour,amount", "u{user},transaction,{n},{n}.50"))
    proposal, _ = begin(folder, assume=True)

    assert proposal.unmapped["sales.csv"] == "it looks like orders, but origin.hour has no answer"
    with pytest.raises(RetroError, match=r"origin\.hour: answer must be a moment such as 2018-07-27 .*, got 'May'"):
        begin(folder, origin__hour="May")


def test_no_report_says_which_answer_is_missing(project: Path) -> None:
    folder = put(project, rows("person,event,hour,amount", "u{user},transaction,{n},{n}.50") + "u,visit,3,\n")
    put(project, rows("user_id,registered_at", "u{n},2025-05-{day} 10:00:00"), "members.csv")

    result = start(folder, "shop", Asker(assume=True))

    assert result.why_none.endswith("; delete params/shop/ and start again with --answer origin.hour=...")


def test_answers_that_fit_no_question_are_refused(project: Path) -> None:
    folder = put(project, rows("order_id,user_id,order_date,amount", "a{n},u{user},2025-05-{day} 10:00:00,5.00"))

    with pytest.raises(RetroError, match=r"--answer: key must be that of a question, got 'orders\.amont'"):
        begin(folder, orders__amont="x")


def test_deposit_and_balance_of_a_presale_are_mapped(project: Path) -> None:
    header = "订单号,用户编号,下单时间,实付金额,定金金额,定金付款时间,尾款付款时间"
    at = "2025-05-{day} 10:00:00"
    folder = put(project, rows(header, f"a{{n}},u{{user}},{at},{{n}}9.00,5.00,{at},2025-05-20 20:00:00"))
    proposal, asker = begin(folder)
    orders = proposal.open().orders.execute()

    assert asker.asked == []
    assert set(map(str, orders["deposit_amount"])) == {"5.00"}
    assert (orders["deposit_paid_at"] == orders["ordered_at"]).all()
    assert set(orders["balance_paid_at"]) == {pd.Timestamp("2025-05-20 20:00")}


def test_several_currencies_are_refused(project: Path) -> None:
    text = rows("order_id,user_id,order_date,amount,currency", "a{n},u{user},2025-05-{day},5.{n},EUR")
    folder = put(project, text + "z,u,2025-05-01,1,USD\n")

    with pytest.raises(RetroError, match="column 'currency' must hold one currency, got EUR, USD"):
        begin(folder)


def test_nobody_is_asked_for_the_currency_of_a_shop_without_amounts(project: Path) -> None:
    folder = put(project, rows("user_id,event,occurred_at", "u{user},visit,2025-05-{day} 10:00:00"))
    asker = Asker({"timezone": "UTC"})
    proposal = propose(folder, "shop", asker, lambda _: None)

    assert asker.asked == []
    assert proposal.currency == "XXX"
    assert "currency XXX: there are no amounts, so it stands for none" in proposal.general.lines


def test_statuses_that_nobody_knows_are_asked_for(project: Path) -> None:
    folder = put(
        project, rows("订单号,用户编号,下单时间,实付金额,订单状态", "a{n},u{user},2025-05-{day} 10:00:00,5.00,神秘")
    )
    proposal, asker = begin(folder, assume=True)

    assert asker.assumed == {"orders.status": "pending"}
    assert set(proposal.open().orders.status.execute()) == {"pending"}


def test_lines_around_the_table_gbk_fen_and_personal_keys(project: Path) -> None:
    text = rows("订单号,customer email,下单时间,实付金额（分）", "00{n},Ann{user}@x.cn,2025/05/{day} 10:00,1999")
    folder = put(project, f"2025年5月导出\n\n{text}合计,,,59970\n", encoding="gb18030")
    proposal, asker = begin(folder)
    shape, orders = proposal.raws["sales"].shape, proposal.open().orders.execute()

    assert asker.asked == []
    assert (shape.encoding, shape.header_row, shape.footer) == ("gbk", 3, 1)
    assert set(map(str, orders["amount"])) == {"19.99"}
    assert "007" in set(orders["order_id"])
    assert orders["user_id"].str.fullmatch("[0-9a-f]{32}").all()


def test_a_projects_own_aliases_come_first(project: Path) -> None:
    own = "tables: {orders: {amount: [应收], ordered_at: [开单时刻], user_id: [客户编号], order_id: [单据号]}}\n"
    (project / "params" / "aliases.yaml").write_text(own, encoding="utf-8")
    folder = put(project, rows("单据号,客户编号,开单时刻,应收,金额", "a{n},u{user},2025-05-{day} 10:00:00,{n}.50,1.00"))
    proposal, asker = begin(folder)

    assert asker.asked == []
    assert proposal.open().orders.amount.sum().execute() == Decimal("450.00")


def test_a_file_that_cannot_be_read_is_named_and_the_others_go_on(project: Path) -> None:
    folder = put(project, rows("order_id,user_id,order_date,amount", "a{n},u{user},2025-05-{day} 10:00:00,5.00"))
    (folder / "broken.xlsx").write_bytes(b"not a workbook")
    proposal, _ = begin(folder)

    assert "broken.xlsx" in proposal.unread
    assert "orders" in proposal.tables


def test_a_workbook_of_two_sheets_is_two_tables(project: Path) -> None:
    folder = project / "exports"
    folder.mkdir()
    sold = pd.DataFrame({"订单号": ["23000000000000001", "23000000000000002"], "会员编号": ["001", "002"]})
    sold["下单时间"] = pd.Timestamp("2025-05-01 10:00")
    sold["实付金额"] = [19.9, 5.0]
    members = pd.DataFrame({"会员编号": ["001", "002"], "入会时间": pd.Timestamp("2025-04-01")})
    with pd.ExcelWriter(folder / "shop.xlsx") as book:
        sold.to_excel(book, sheet_name="订单", index=False)
        members.to_excel(book, sheet_name="会员", index=False)
    proposal, _ = begin(folder)
    tables = proposal.open()

    assert proposal.new_user == "registration"
    assert list(proposal.source()["raw"]) == ["orders_raw", "users_raw"]  # their names have no letter of SQL
    assert tables.orders.order_id.execute().tolist() == ["23000000000000001", "23000000000000002"]
    assert tables.users.user_id.execute().tolist() == ["001", "002"]


def test_what_is_found_is_told(project: Path) -> None:
    folder = project / "exports"
    folder.mkdir()
    douyin(folder)
    asker = Asker(assume=True)
    told = "\n".join(lines(start(folder, "shop", asker), asker))

    assert "Douyin export of orders" in told
    assert "there is no user id: orders count as sales, and figures of people are missing" in told
    assert "No report yet" not in told
    assert "with campaign_costs: Campaign cost" in told


def test_buyers_of_unpaid_orders_are_no_warning_where_users_were_taken_from_orders(project: Path) -> None:
    folder = put(
        project, rows("order_id,user_id,order_date,amount,status", "a{n},u{n},2025-05-{day} 10:00:00,5.00,paid")
    )
    with (folder / "sales.csv").open("a", encoding="utf-8") as file:
        file.write("late,nobody else,2025-05-09 10:00:00,5.00,cancelled\n")
    asker = Asker({"timezone": "UTC", "currency": "EUR"}, assume=True)

    result = start(folder, "shop", asker)

    assert result.proposal.new_user == "first_order"
    verdict = check_tables(
        result.proposal.open(),
        needed=(),
        wanted=("orders", "users"),
        folder="shop",
        contracts_dir=project / "data_contracts",
        window=Window(dt.datetime(2025, 5, 1), dt.datetime(2025, 5, 9)),
        cache_dir=project / "verdicts",
    )
    assert verdict.warnings == ()
    assert "counted_user.reference" in {result.rule for result in verdict.results}


def test_no_terminal_and_no_yes_is_one_line(project: Path) -> None:
    folder = put(project, rows("order_id,user_id,order_date,amount", "a{n},u{user},2025-05-{day} 10:00:00,5.00"))
    done = subprocess.run(
        [sys.executable, "-m", "retro", "start", str(folder)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "retro start: questions must be answered at a terminal, got none there; open: timezone (UTC), currency (XXX). "
        "Answer with --answer key=value, or let --yes assume what stands in brackets."
    )
    assert not (project / "params" / "exports").exists()


def test_a_folder_without_exports_is_refused(project: Path) -> None:
    folder = project / "exports"
    folder.mkdir()
    (folder / "notes.docx").write_text("x")

    with pytest.raises(RetroError, match=r"folder must hold exports as \.csv, \.tsv, \.xlsx or \.parquet, got none"):
        begin(folder)


def test_states_and_headers_that_name_people_stand_in_no_file(project: Path) -> None:
    states = ["paid", "call 13973104660", "ask ann@x.example", "paid", "paid"]
    lines_ = [f"o{n},u{n % 9},2025-01-{1 + n % 28:02d} 10:00:00,{n}.50,{states[n % 5]}" for n in range(60)]
    folder = put(project, "\n".join(["order_id,user_id,ordered_at,amount,status", *lines_]))
    put(project, "ann@x.example,13973104660,1\nbob@x.example,13973104661,2\n", "heads.csv")
    result, asker = begin(folder, assume=True)
    whole = start(folder, "named", asker)
    said = "\n".join([*lines(whole, asker), *(path.read_text() for path in whole.written)])
    assert "unknown states (" in said
    assert "heads.csv: not read: line 1 must hold the names of columns, got an e-mail address" in said
    assert [one for one in ("13973104660", "ann@x", "bob@x") if one in said] == []
    counted = result.open().orders.status.value_counts(name="n").execute().set_index("status").n.to_dict()
    assert counted == {"paid": 36, "pending": 24}
