(function () {
  "use strict";
  var field = document.getElementById("search"), told = document.getElementById("found");
  if (!field) { return; }
  var rows = [].slice.call(document.querySelectorAll("main tbody tr, main dl.passport, main li[data-search]"));
  var words = rows.map(function (row) {
    var box = row.closest("section[id]"), head = box ? box.querySelector("h2, h3, h4").textContent : "";
    return (head + " " + row.textContent).toLowerCase().replace(/ё/g, "е");
  });
  var sections = [].slice.call(document.querySelectorAll("main section"));
  function plural(n) {
    var t = n % 10, h = n % 100;
    if (t === 1 && h !== 11) { return "строка"; }
    return t > 1 && t < 5 && (h < 12 || h > 14) ? "строки" : "строк";
  }
  function apply() {
    var asked = field.value.toLowerCase().replace(/ё/g, "е").trim().split(/\s+/).filter(Boolean), n = 0;
    rows.forEach(function (row, i) {
      var ok = asked.every(function (word) { return words[i].indexOf(word) >= 0; });
      row.hidden = !ok;
      if (row.tagName === "DL" && row.previousElementSibling) { row.previousElementSibling.hidden = !ok; }
      if (ok) { n += 1; }
    });
    sections.forEach(function (section) {
      section.hidden = asked.length > 0 && !section.querySelector("tbody tr:not([hidden]), dl:not([hidden]), li[data-search]:not([hidden])");
    });
    told.textContent = asked.length ? "Найдено: " + n + " " + plural(n) : "";
  }
  field.addEventListener("input", apply);
  if (location.hash.indexOf("#q=") === 0) { field.value = decodeURIComponent(location.hash.slice(3)); apply(); }
}());
