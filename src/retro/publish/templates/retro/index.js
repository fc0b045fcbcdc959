// The catalogue's search and choices, and how old each edition is. Nothing is fetched.
"use strict";
{
  const words = document.body.dataset;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const form = document.querySelector(".choose");
  const reports = [...document.querySelectorAll(".report")];
  const fits = (report, choice) => !choice.value || report.dataset[choice.dataset.by].split("|").includes(choice.value);
  const choose = () => {
    const wanted = form.querySelector("input").value.trim().toLowerCase();
    const choices = [...form.querySelectorAll("select")];
    for (const report of reports) {
      report.hidden = !(choices.every((choice) => fits(report, choice)) && report.textContent.toLowerCase().includes(wanted));
    }
    for (const part of document.querySelectorAll("main section")) {
      part.hidden = ![...part.querySelectorAll(".report")].some((report) => !report.hidden);
    }
    const shown = reports.filter((report) => !report.hidden).length;
    form.querySelector("output").textContent = fill(words.found, { shown, all: reports.length });
  };
  if (form) {
    form.hidden = false;
    form.addEventListener("input", choose);
    form.addEventListener("submit", (event) => event.preventDefault());
    choose();
  }
  for (const place of document.querySelectorAll("[data-since]")) {
    const days = Math.floor((Date.now() - Date.parse(place.dataset.since)) / 86400000);
    place.textContent = days > 1 ? fill(words.ago, { days }) : days > 0 ? words.yesterday : words.today;
  }
}
