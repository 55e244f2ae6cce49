// A click on a column's title sorts the table by it: numbers by value, words by letter, what has no number last.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  const text = (row, i) => row.cells[i].textContent, number = t => /^-?[\d.,]+/.test(t) ? parseFloat(t.replaceAll(",", "")) : NaN;
  heads.forEach((head, i) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.onclick = () => {
      const sign = head.ariaSort === "ascending" ? -1 : 1, rows = [...body.rows];
      const numeric = rows.some(row => !isNaN(number(text(row, i))));
      const compare = (a, b) => numeric ? isNaN(a[0]) - isNaN(b[0]) || sign * (a[0] - b[0]) || 0 : sign * a[1].localeCompare(b[1]);
      rows.map(row => [number(text(row, i)), text(row, i), row]).sort(compare).forEach(([, , row]) => body.append(row));
      for (const other of heads) other.removeAttribute("aria-sort");
      head.ariaSort = sign > 0 ? "ascending" : "descending";
    };
  });
}
