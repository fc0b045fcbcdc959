"""Made-up exports in the shape of Taobao, JD and Douyin back offices: their public headers, a few invented rows a day.

Each writes a folder and returns what is true of it. Days 70 and 71 hold four times as many orders as the others.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

BEGIN = dt.date(2025, 1, 1)
DAYS = 90
PEAK = (70, 71)
STATES = 10
"""Every tenth order is closed after it was paid, and the one after it closed unpaid."""


@dataclass
class Truth:
    """What is true of an export: orders by status, their whole amount, items and refunds."""

    statuses: dict[str, int] = field(default_factory=dict)
    amount: Decimal = Decimal(0)
    items: int = 0
    refunds: int = 0

    def add(self, status: str, amount: Decimal) -> None:
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.amount += amount


def orders() -> Iterator[tuple[int, dt.datetime, str, list[tuple[str, int, Decimal]]]]:
    """Number, moment, user and lines (product, pieces, price) of each invented order."""
    number = 0
    for day in range(DAYS):
        for turn in range(48 if day in PEAK else 12):
            number += 1
            at = dt.datetime.combine(BEGIN, dt.time(8)) + dt.timedelta(days=day, minutes=17 * turn % 900)
            lines = [(f"00{100 + number % 7}", 1 + number % 2, Decimal(1990 + number % 5 * 250) / 100)]
            if number % 4 == 0:
                lines.append((f"00{200 + number % 3}", 1, Decimal("9.90")))
            yield number, at, f"买家{number % 97:03d}", lines


def state(number: int) -> str:
    return {0: "refunded", 1: "cancelled"}.get(number % STATES, "paid")


def write(path: Path, headers: str, rows: Sequence[Mapping[str, object]], encoding: str) -> None:
    """A CSV file; headers that the rows say nothing of are there and empty, as in real exports."""
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, headers.split())
        writer.writeheader()
        writer.writerows(rows)


def total_of(lines: Sequence[tuple[str, int, Decimal]]) -> Decimal:
    return sum((pieces * price for _, pieces, price in lines), Decimal(0))


TAOBAO_ORDERS = """
    订单编号 买家会员名 买家支付宝账号 买家应付货款 买家应付邮费 买家支付积分 总金额 返点积分 买家实际支付金额
    买家实际支付积分 订单状态 买家留言 收货人姓名 收货地址 运送方式 联系电话 联系手机 订单创建时间
    订单付款时间 宝贝标题 宝贝种类 物流单号 物流公司 订单备注 宝贝总数量 店铺Id 店铺名称 订单关闭原因"""
TAOBAO_ITEMS = "订单编号 标题 价格 购买数量 外部系统编号 商品属性 套餐信息 备注 订单状态 商家编码"
TAOBAO_REFUNDS = """
    订单编号 退款编号 支付宝交易号 订单付款时间 商品编码 退款完结时间 买家实际支付金额 宝贝标题 买家退款金额
    手工退款_系统退款 退款的申请时间 退款状态 货物状态"""


def taobao(folder: Path) -> Truth:
    """ExportOrderList and ExportOrderDetailList in GBK, ids as Excel formulas, and a list of refunds."""
    truth, heads, details, refunds = Truth(), [], [], []
    words = {"paid": "交易成功", "refunded": "交易关闭", "cancelled": "交易关闭"}
    for number, at, user, lines in orders():
        status, total = state(number), total_of(lines)
        key = {"订单编号": f'="{2300000000000000000 + number}"', "订单状态": words[status]}
        paid = "" if status == "cancelled" else f"{at + dt.timedelta(minutes=1)}"
        money = {
            "买家应付货款": total,
            "买家应付邮费": "0.00",
            "总金额": total,
            "买家实际支付金额": total if paid else 0,
        }
        person = {"买家会员名": user, "联系手机": "'13800000000", "宝贝总数量": len(lines), "店铺名称": "小店"}
        heads.append({**key, **person, **money, "订单创建时间": at, "订单付款时间": paid})
        details += [
            {**key, "标题": "商品", "价格": price, "购买数量": pieces, "外部系统编号": product, "商家编码": product}
            for product, pieces, price in lines
        ]
        truth.add(status, total)
        truth.items += len(lines)
        if status == "refunded":
            done = "" if number % 20 else f"{at + dt.timedelta(days=2)}"
            refunds.append(
                {"订单编号": key["订单编号"], "退款编号": f'="{9000000 + number}"', "退款完结时间": done}
                | {"买家退款金额": total, "退款状态": "退款成功" if done else "退款处理中"}
            )
            truth.refunds += bool(done)
    write(folder / "ExportOrderList202503.csv", TAOBAO_ORDERS, heads, "gbk")
    write(folder / "ExportOrderDetailList202503.csv", TAOBAO_ITEMS, details, "gbk")
    write(folder / "退款.csv", TAOBAO_REFUNDS, refunds, "gbk")
    return truth


JD = """
    订单号 商品ID 商品名称 订购数量 支付方式 下单时间 京东价 订单金额 结算金额 余额支付 应付金额 订单状态
    订单类型 下单帐号 客户姓名 客户地址 联系电话 订单备注 发票类型 商家备注 运费金额 付款确认时间 货号
    订单完成时间 订单来源 订单渠道"""


def jd(folder: Path) -> Truth:
    """One row for each line, the order's amounts repeated on each, slashes in dates, two exports of one form in GBK."""
    truth = Truth()
    parts: dict[int, list[Mapping[str, object]]] = {1: [], 2: []}
    words = {"paid": "完成", "refunded": "已退款", "cancelled": "(删除)等待付款"}
    for number, at, user, lines in orders():
        status, total = state(number), total_of(lines)
        sure = "" if status == "cancelled" else f"{at + dt.timedelta(minutes=2):%Y/%m/%d %H:%M:%S}"
        order = {
            "订单号": f"{11700000000 + number}\t",
            "下单时间": f"{at:%Y/%m/%d %H:%M:%S}",
            "订单状态": words[status],
        }
        money = {"订单金额": total + 5, "结算金额": total, "余额支付": "0.00", "应付金额": total, "付款确认时间": sure}
        whole = {**order, **money, "下单帐号": user, "订单来源": "移动端订单"}
        parts[1 if number < 700 else 2] += [
            {**whole, "商品ID": product, "商品名称": "商品", "订购数量": pieces, "京东价": price}
            for product, pieces, price in lines
        ]
        truth.add(status, total)
        truth.items += len(lines)
    for part, rows in parts.items():
        write(folder / f"jd_orders_{part}.csv", JD, rows, "gbk")
    return truth


DOUYIN = """
    主订单编号 子订单编号 选购商品 商品规格 商品数量 商家编码 商品金额 订单应付金额 运费 收件人 收件人手机号
    订单提交时间 支付完成时间 商家备注 订单完成时间 订单状态 售后状态 取消原因"""


def douyin(folder: Path) -> Truth:
    """One row for each line with its own amount, tabs before ids, `-` for nothing, a status of what came after."""
    truth, rows = Truth(), []
    words = {"paid": ("已完成", "-"), "refunded": ("已关闭", "退款成功"), "cancelled": ("已关闭", "-")}
    for number, at, _, lines in orders():
        status = state(number)
        key = f"\t{6917926768823640000 + number}"
        paid = "-" if status == "cancelled" else f"{at + dt.timedelta(minutes=1)}"
        order = {
            "主订单编号": key,
            "收件人": "##密文",
            "收件人手机号": "$$密文",
            "订单提交时间": at,
            "支付完成时间": paid,
        }
        order |= dict(zip(("订单状态", "售后状态"), words[status], strict=True)) | {"商家备注": "-", "取消原因": "-"}
        for place, (product, pieces, price) in enumerate(lines):
            line = {"子订单编号": f"{key}{place}", "商品数量": pieces, "商家编码": f"\t{product}", "商品金额": price}
            rows.append({**order, **line, "订单应付金额": pieces * price})
        truth.add(status, total_of(lines))
        truth.items += len(lines)
    write(folder / "1791430000_orders.csv", DOUYIN, rows, "utf-8-sig")
    return truth
