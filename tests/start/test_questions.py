"""What is asked, assumed, refused and left unmapped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from exports import douyin
from retro.errors import RetroError
from retro.sources import load_source, open_tables
from retro.start import Asker, Question, Start, lines, start

ROOT = Path(__file__).parents[2]


def put(project: Path, text: str, name: str = "sales.csv", encoding: str = "utf-8") -> Path:
    folder = project / "exports"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding=encoding)
    return folder


def rows(header: str, form: str, days: int = 30) -> str:
    return header + "\n" + "".join(form.format(day=f"{1 + day % 9:02d}", n=day, user=day % 7) + "\n" for day in range(days))


def begin(folder: Path, **answers: str) -> tuple[Start, Asker]:
    asker = Asker({"timezone": "UTC", "currency": "EUR", **{key.replace("__", "."): v for key, v in answers.items()}})
    return start(folder, "shop", asker), asker


def opened() -> object:
    return open_tables(load_source(Path("params/shop/source.yaml")), "source.yaml")


def test_dates_that_fit_both_orders_are_asked_for(project: Path) -> None:
    folder = put(project, rows("order_id,user_id,order_date,amount", "a{n},u{user},{day}/05/2025 10:00,5.00"))

    with pytest.raises(RetroError, match=r"open: date_order.order_date \(none\)"):
        begin(folder)
    begin(folder, date_order__order_date="day")
    source = load_source(Path("params/shop/source.yaml"))
    assert opened().orders.ordered_at.max().execute().isoformat() == "2025-05-09T10:00:00"  # type: ignore[attr-defined]
    assert "order_date is day/month/year" in source.tables["orders"].note["en"]


def test_dates_that_fit_one_order_are_not_asked_for(project: Path) -> None:
    folder = put(project, rows("order_id,user_id,order_date,amount", "a{n},u{user},05/2{day}/2025,5.00".replace("2{day}", "13")))
    _, asker = begin(folder)

    assert asker.asked == []
    assert "order_date is month/day/year" in load_source(Path("params/shop/source.yaml")).tables["orders"].note["en"]


def test_header_that_nobody_knows_is_asked_for_and_not_invented(project: Path) -> None:
    folder = put(project, rows("单据号,客户编号,开单时刻,应收,成本", "a{n},u{user},2025-05-{day} 10:00:00,{n}.50,1.00"))
    asker = Asker(assume=True)
    result = start(folder, "shop", asker)

    assert [question.key for question in asker.asked] == ["orders.ordered_at", "orders.amount", *[]][: len(asker.asked)]
    assert "orders" not in result.proposal.tables or asker.assumed["orders.amount"] == "应收"


def test_a_sixth_question_is_not_put(project: Path) -> None:
    asker = Asker(assume=True)
    answers = [asker.ask(Question(f"key{n}", "?", default="yes")) for n in range(7)]

    assert answers == ["yes"] * 7
    assert len(asker.asked) == 5
    assert [question.key for question in asker.unasked] == ["key5", "key6"]


def test_answers_that_fit_no_question_are_refused(project: Path) -> None:
    folder = put(project, rows("order_id,user_id,order_date,amount", "a{n},u{user},2025-05-{day} 10:00:00,5.00"))

    with pytest.raises(RetroError, match="--answer: key must be that of a question, got 'orders.amont'"):
        begin(folder, orders__amont="x")


def test_several_currencies_are_refused(project: Path) -> None:
    folder = put(project, rows("order_id,user_id,order_date,amount,currency", "a{n},u{user},2025-05-{day},5.00,EUR") + "z,u,2025-05-01,1,USD\n")

    with pytest.raises(RetroError, match="column 'currency' must hold one currency, got EUR, USD"):
        begin(folder)


def test_statuses_that_nobody_knows_are_asked_for(project: Path) -> None:
    folder = put(project, rows("订单号,用户编号,下单时间,实付金额,订单状态", "a{n},u{user},2025-05-{day} 10:00:00,5.00,神秘"))
    asker = Asker({"timezone": "UTC", "currency": "CNY"}, assume=True)
    start(folder, "shop", asker)

    assert asker.assumed == {"orders.status": "pending"}
    assert opened().orders.status.execute().unique().tolist() == ["pending"]  # type: ignore[attr-defined]


def test_a_line_above_the_header_gbk_fen_and_personal_keys(project: Path) -> None:
    text = "2025年5月导出\n\n" + rows("订单号,买家邮箱,下单时间,实付金额（分）", "00{n},Ann{user}@x.cn,2025/05/{day} 10:00,1999")
    folder = put(project, text.replace("买家邮箱", "customer email"), encoding="gb18030")
    start(folder, "shop", Asker())
    spec = load_source(Path("params/shop/source.yaml")).raw["sales"]
    orders = opened().orders.execute()  # type: ignore[attr-defined]

    assert (spec.encoding, spec.header_row) == ("gbk", 3)
    assert set(map(str, orders["amount"])) == {"19.99"}
    assert "007" in set(orders["order_id"])
    assert orders["user_id"].str.fullmatch("[0-9a-f]{32}").all()


def test_a_projects_own_aliases_come_first(project: Path) -> None:
    (project / "params" / "aliases.yaml").write_text(
        "tables:\n  orders:\n    amount: [应收]\n    ordered_at: [开单时刻]\n    user_id: [客户编号]\n    order_id: [单据号]\n", encoding="utf-8"
    )
    folder = put(project, rows("单据号,客户编号,开单时刻,应收,金额", "a{n},u{user},2025-05-{day} 10:00:00,{n}.50,1.00"))
    start(folder, "shop", Asker(assume=True))

    assert float(opened().orders.amount.sum().execute()) == sum(n + 0.5 for n in range(30))  # type: ignore[attr-defined]


def test_a_file_that_cannot_be_read_is_named_and_the_others_go_on(project: Path) -> None:
    folder = put(project, rows("order_id,user_id,order_date,amount", "a{n},u{user},2025-05-{day} 10:00:00,5.00"))
    (folder / "broken.xlsx").write_bytes(b"not a workbook")
    result, _ = begin(folder)

    assert "broken.xlsx" in result.proposal.unread
    assert "orders" in result.proposal.tables


def test_what_is_found_is_told(project: Path) -> None:
    folder = project / "exports"
    folder.mkdir()
    douyin(folder)
    asker = Asker(assume=True)
    told = "\n".join(lines(start(folder, "shop", asker), asker))

    assert "Douyin export of orders" in told
    assert "No report yet: orders name no user" in told
    assert "with campaign_costs: Campaign cost" in told


def test_no_terminal_and_no_yes_is_one_line(project: Path) -> None:
    folder = put(project, rows("order_id,user_id,order_date,amount", "a{n},u{user},2025-05-{day} 10:00:00,5.00"))
    done = subprocess.run(
        [sys.executable, "-m", "retro", "start", str(folder)], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
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

    with pytest.raises(RetroError, match="folder must hold exports as .csv, .tsv, .xlsx or .parquet, got none"):
        begin(folder)
