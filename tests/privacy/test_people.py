"""What names people in free text is hidden, however it is written; normal figures stay."""

from __future__ import annotations

import time

import pytest

from retro.privacy import GONE, addressed, nameless, people_in, without_people

PHONES = [
    "13800138000",
    "138-0013-8000",
    "138 0013 8000",
    "138.0013.8000",
    "138－0013－8000",
    "138–0013–8000",
    "1380013-8000",
    "+86 13800138000",
    "+8613800138000",
    "0086-138-0013-8000",
    "86-13800138000",
    "（+86）13800138000",
    "8613800138000",
    "１３８００１３８０００",
    "１３８-００１３ ８０００",
    "1 3 8 0 0 1 3 8 0 0 0",
    "1-3-8-0-0-1-3-8-0-0-0",
    "1*3*8*0*0*1*3*8*0*0*0",
    "138\u200b0013\u200b8000",
    "138 00138000",
    "1380 013 8000",
    "一三八零零一三八零零零",
    "幺三八〇〇幺三八〇〇〇",
    "①③⑧⓪⓪①③⑧⓪⓪⓪",
    "010-12345678",
    "（0571）87654321",
    "+1 415 555 2671",
    "+44-20-7946-0958",
]
CARDS = [
    "11010519491231002X",
    "11010519491231002x",
    "110105194912310021",
    "110105 19491231 002X",
    "１１０１０５１９４９１２３１００２Ｘ",
    "110105491231002",
    "6222021234567890123",
    "6222 0212 3456 7890 123",
    "6222-0212-3456-7890",
    "4111 1111 1111 1111",
    "4111111111111111",
    "20250110123456789012",
]
MAILS = ["ann@x.com", "Ann.Li+shop@mail.example.co", "ann＠x.com", "ann @ x.com", "ann(at)x.com", "张三@公司.cn"]


@pytest.mark.parametrize("address", [*PHONES, *CARDS, *MAILS])
@pytest.mark.parametrize(
    "sentence", ["{}", "电话{}，快回", "tel:{}", "找我{}。谢谢", "call {}, please", "me: {}.", "({})", "“{}”"]
)
def test_addresses_and_cards_are_hidden_wherever_they_stand(address: str, sentence: str) -> None:
    said = sentence.format(address)
    shown = without_people(said)

    assert GONE in shown
    assert not any(sign.isdigit() for sign in shown), shown
    assert address not in shown
    assert addressed(said)
    assert people_in(said)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("订单号: 20250110-77，三天没到", "订单号: […]，三天没到"),
        ("订单编号是AB1029的快递", "订单编号是[…]的快递"),
        ("单号 SF1029384756 丢了", "单号 […] 丢了"),
        ("用户ID：u-17 被封", "用户ID：[…] 被封"),
        ("会员号8812 不能登录", "会员号[…] 不能登录"),
        ("order no. 10293, late", "order no. […], late"),
        ("my order #AB-1029384 is late", "my order #[…] is late"),
        ("user_id=u17", "user_id=[…]"),
        ("UID: 90017.", "UID: […]."),
        ("加微信 xyz123 返现", "加微信 […] 返现"),
        ("微信号：xyz_123", "微信号：[…]"),
        ("微信:zhangsan", "微信:[…]"),
        ("加我V信abc12345", "加我V信[…]"),
        ("wx: abc-2024", "wx: […]"),
        ("返现vx：abc123", "返现vx：[…]"),
        ("WeChat: xyz123, thanks", "WeChat: […], thanks"),
        ("ＷＸ：ａｂｃ１２３", "ＷＸ：[…]"),
        ("QQ 12345678 进群", "QQ […] 进群"),
        ("qq群：54321", "qq群：[…]"),
        ("座机 8765 4321", "座机 […]"),
        ("护照 E12345678", "护照 […]"),
    ],
)
def test_labelled_ids_are_hidden_and_their_labels_stay(said: str, shown: str) -> None:
    assert without_people(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "买了 3 件",
        "花了 199.00 元，省 30",
        "2025-01-10 12:30",
        "20250110 12:30:00.123456",
        "2025-01-10T12:30:00+08:00",
        "GMV 13,800,138,000 元",
        "13800138000.00",
        "0.13800138000",
        "[0.1428571428571428]",
        "1e15",
        "订单 1200 笔",
        "会员 12000 人",
        "微信 12000 人",
        "微信支付失败",
        "wechat mini_program",
        "微信: 12000",
        "QQ 12000 人",
        "qq: 35 %",
        "手机 1200000 元",
        "手机 2025-01-10",
        "电话 300 次",
        "order 3 items",
        "orders: 1200",
        "order 2025-01-10",
        "number of orders: 12000",
        "账号 3 个",
        "满 300 减 30",
        "iPhone 15 Pro 256G",
        "98 % of 1,204 users",
        "1380013",
        "sku 6901234567892",
        "3f1380013800042ab9c1",
        "10-16 vs 17-23, 2025",
        "[2022 2023 2024 2025]",
        "4.8/5",
        "#4269",
        "p < 0.001, n = 12,345,678",
        "12:00-13:00 14:00-15:00",
        "1 2 3 4 5 6 7 8 9 10 11",
        "+65 %",
        "+12,345",
        "618 99 双11",
        "一二三四五",
        "卡 3 张",
    ],
)
def test_normal_figures_stay(said: str) -> None:
    assert without_people(said) == said
    assert people_in(said) == ""


def test_keys_known_from_the_data_are_hidden_where_they_are_words_of_their_own() -> None:
    known = {"u17", "u-18", "17850", "3", "张三丰", "ann"}

    assert without_people("u17和u-18找张三丰", known) == "[…]和[…]找[…]"
    assert without_people("customer 17850, 17850.", known) == "customer […], […]."
    assert without_people("买了 3 件 ann u175 u-180 178501", known) == "买了 3 件 ann u175 u-180 178501"
    assert without_people("u17") == "u17"


@pytest.mark.parametrize(
    "column",
    [
        "uid",
        "user_id",
        "userId",
        "USER_ID",
        "buyer_user_id",
        "openid",
        "unionid",
        "order_id",
        "CustomerID",
        "phone",
        "手机号",
        "手机号码",
        "联系电话",
        "mail",
        "email",
        "e-mail",
        "mobile",
        "buyer_phone",
        "phone_number",
        "id_card",
        "姓名",
        "邮箱",
        "身份证号",
        "微信号",
        "用户ID",
        "会员编号",
        "订单号",
        "收货人",
        "nickname",
        "phone_md5",
    ],
)
def test_columns_of_people_are_found_in_every_print_of_a_frame(column: str) -> None:
    import pandas as pd

    frame = pd.DataFrame({"amount": [9.5], column: ["x"]})
    prints = [str(frame), frame.to_csv(), frame.to_html(), str(frame.dtypes.to_dict()), str(frame.columns), column]
    prints += [str(frame.to_dict("records")), f"| amount | {column} |\n|---|---|", str(frame.set_index(column))]

    for text in prints:
        assert people_in(text), text
        assert nameless(text).startswith("(left out: it names people, by ")


@pytest.mark.parametrize(
    "text",
    [
        "channel  visits\nmail        42\nphone        7",
        "orders by phone: 42",
        "the mobile app and e-mail grew",
        "    app   web\nUV   12     9",
        "手机 占 30 %",
        "sku_id  amount",
        "campaign_id",
        "guide  quid",
        "电话咨询 12 次",
    ],
)
def test_channels_and_sentences_are_no_columns_of_people(text: str) -> None:
    assert people_in(text) == ""


@pytest.mark.parametrize("piece", ["a", "1", "1-", "1 ", "a.", "微信", "tel ", "@", "a@", "-", "6222 ", "订单号"])
def test_long_texts_take_no_long_time(piece: str) -> None:
    began = time.process_time()
    people_in(piece * 20_000)

    assert time.process_time() - began < 5
