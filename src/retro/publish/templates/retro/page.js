// What a page does more where scripts run: tables sort, filter and download, contents follow. Nothing is fetched.
"use strict";
{
  const words = document.body.dataset;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const make = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const FEW = 6;
  const SCALES = { "万": 1e4, "亿": 1e8, K: 1e3, M: 1e6, B: 1e9 };
  const NUMBER = /^\s*([+−-]?)\s?(\d[\d,]*(?:\.\d+)?)\s?(万|亿|[KMB](?![a-z]))?/;
  const PLAIN = /^[+-][\d.,]+[^()=!|@'"]*$/;

  const said = (cell) => {
    const copy = cell.cloneNode(true);
    for (const hidden of copy.querySelectorAll(".spoken, .what, .missing")) hidden.remove();
    return copy.textContent.replace(/\s+/g, " ").trim();
  };
  const number = (text) => {
    const found = NUMBER.exec(text);
    if (!found) return null;
    const value = Number(found[2].replaceAll(",", "")) * (SCALES[found[3]] ?? 1);
    return found[1] === "−" || found[1] === "-" ? -value : value;
  };

  // Text that no spreadsheet takes for a formula; a figure with its sign calls nothing.
  const field = (text) => {
    const plain = text.replace(/^−(?=\d)/, "-");
    const safe = /^[=+\-@\t\r]/.test(plain) && !PLAIN.test(plain) ? `'${plain}` : plain;
    return `"${safe.replaceAll('"', '""')}"`;
  };
  const download = (table, name) => {
    const rows = [...table.rows].filter((row) => !row.hidden);
    const lines = rows.map((row) => [...row.cells].map((cell) => field(said(cell))).join(","));
    const address = URL.createObjectURL(new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv" }));
    make("a", { href: address, download: `${name.replace(/[\\/:*?"<>|\u0000-\u001f]+/g, " ").slice(0, 80)}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  };

  const isTotal = (row) => row.cells[0].classList.contains("strong");
  const compare = (a, b) => {
    if (!a || !b) return a ? -1 : b ? 1 : 0;
    const [one, other] = [number(a), number(b)];
    if (one !== null && other !== null) return one - other;
    return a.localeCompare(b, document.documentElement.lang);
  };
  const sort = (table, column) => {
    const heads = [...table.tHead.rows[0].cells];
    const down = heads[column].getAttribute("aria-sort") === "ascending";
    for (const head of heads) head.removeAttribute("aria-sort");
    heads[column].setAttribute("aria-sort", down ? "descending" : "ascending");
    const order = ([a], [b]) => (a && b && down ? -1 : 1) * compare(a, b);
    const body = table.tBodies[0];
    const rows = [...body.rows].filter((row) => !isTotal(row)).map((row) => [said(row.cells[column]), row]);
    body.append(...rows.sort(order).map(([, row]) => row), ...[...body.rows].filter(isTotal));
  };
  const sortable = (table) => {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const label = head.textContent.trim();
      if (!label) return;
      const button = make("button", { type: "button", class: "sort", title: fill(words.sort, { column: label }) }, label);
      button.addEventListener("click", () => sort(table, column));
      head.replaceChildren(button);
    });
  };
  const filterable = (table, name) => {
    const input = make("input", { type: "search", placeholder: words.filter, "aria-label": `${words.filter} ${name}` });
    const status = make("span", { role: "status", class: "shown" });
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      const rows = [...table.tBodies[0].rows];
      for (const row of rows) row.hidden = !row.textContent.replace(/\s+/g, " ").toLowerCase().includes(wanted);
      const shown = rows.filter((row) => !row.hidden).length;
      status.textContent = wanted ? fill(words.shown, { shown, all: rows.length }) : "";
    });
    return [input, status];
  };
  for (const table of document.querySelectorAll("main table")) {
    const place = table.closest(".scroll") ?? table;
    const rows = table.tBodies[0].rows.length;
    if (rows < 2) continue;
    const name = (place.getAttribute("aria-label") ?? table.caption?.textContent ?? document.title).trim();
    const save = make("button", { type: "button", class: "tool", "aria-label": `${words.csv} ${name}` }, words.csv);
    save.addEventListener("click", () => download(table, name));
    const tools = make("div", { class: "tools" }, save);
    if (place !== table) {
      sortable(table);
      if (rows >= FEW) tools.prepend(...filterable(table, name));
    }
    place.before(tools);
  }

  const measure = () => {
    for (const place of document.querySelectorAll(".scroll")) {
      place.classList.toggle("more", place.scrollWidth > place.clientWidth + 1);
    }
  };
  addEventListener("resize", measure);
  document.addEventListener("toggle", measure, true);
  measure();

  const today = new Date().toISOString().slice(0, 10);
  for (const cell of document.querySelectorAll("[data-due]")) {
    if (cell.dataset.due && cell.dataset.due < today) cell.append(" ", make("span", { class: "overdue" }, words.overdue));
  }

  // Contents follow what is read, and what they lead to opens.
  const links = [...document.querySelectorAll(".contents a, .contents-folded a")];
  const heads = [...document.querySelectorAll("main :is(h2, h3)[id]")];
  const folded = document.querySelector(".contents-folded");
  const follow = () => {
    const passed = heads.filter((head) => head.getBoundingClientRect().top < 120 && head.offsetParent);
    const here = passed.at(-1);
    for (const link of links) {
      if (here && link.hash === `#${here.id}`) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const current = document.querySelector(".contents a[aria-current]");
    const box = current?.closest(".contents");
    if (box && box.scrollHeight > box.clientHeight) box.scrollTop = current.offsetTop - box.clientHeight / 2;
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; follow(); });
  }, { passive: true });
  for (const link of folded?.querySelectorAll("a") ?? []) link.addEventListener("click", () => { folded.open = false; });
  follow();
}
