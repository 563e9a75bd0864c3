"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Times in the reader's own zone.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const short = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  const wholeDay = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
  for (const time of all("time")) {
    time.title = time.textContent;
    time.textContent = (time.dataset.day ? wholeDay : short).format(new Date(time.dateTime));
  }
  for (const one of all("[data-time]")) one.textContent = short.format(new Date(one.dataset.time));
  for (const place of all(".zone")) place.textContent = ` (times in ${zone})`;

  // A query is the same one wherever it stands.
  let pinned = null;
  const mark = (id) => {
    for (const one of all("[data-q]")) one.classList.toggle("hot", id !== null && one.dataset.q === id);
    for (const plot of plots) plot.focus(id);
  };
  const idOf = (target) =>
    target instanceof Element ? (target.closest("[data-q]")?.dataset.q ?? null) : null;
  document.addEventListener("mouseover", (event) => mark(idOf(event.target) ?? pinned));
  document.addEventListener("focusin", (event) => mark(idOf(event.target) ?? pinned));
  document.addEventListener("click", (event) => {
    const id = idOf(event.target);
    if (id === null) return;
    pinned = pinned === id && !event.target.closest("a, summary") ? null : id;
    mark(pinned);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    pinned = null;
    mark(null);
  });

  // A link to something folded unfolds it.
  const unfold = () => {
    const target =
      location.hash === "" ? null : document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target?.querySelector("details.query") ?? null;
    if (folded === null) return;
    folded.open = true;
    folded.querySelector("summary").focus();
  };
  addEventListener("hashchange", unfold);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    if (link !== null && link.getAttribute("href") === location.hash) unfold();
  });
  unfold();

  // On paper tables are unfolded; the values of plots are not, and texts of queries where they are on the screen.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])").filter(
      (one) => one.closest(".lines") === null && !one.classList.contains("query"),
    );
    for (const one of folded) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of folded) one.open = false;
  });

  // Numbers as the rest of the page writes them.
  const digits = (value) => String(Number(value.toPrecision(3)));
  const count = (value) =>
    Math.abs(value) < 10
      ? digits(value)
      : Math.abs(value) < 1e6
        ? Math.round(value).toLocaleString("en")
        : Math.abs(value) < 1e9
          ? `${digits(value / 1e6)} M`
          : `${digits(value / 1e9)} G`;
  const bytes = (value) => {
    const units = ["B", "kB", "MB", "GB", "TB", "PB"];
    let unit = 0;
    while (Math.abs(value) >= 1024 && unit < 5) [value, unit] = [value / 1024, unit + 1];
    return `${digits(value)} ${units[unit]}`;
  };
  const duration = (ms) =>
    ms < 1000
      ? `${digits(ms)} ms`
      : ms < 60_000
        ? `${digits(ms / 1000)} s`
        : ms < 3_600_000
          ? `${digits(ms / 60_000)} min`
          : `${digits(ms / 3_600_000)} h`;
  const units = {
    count,
    bytes,
    ms: duration,
    part: (value) => `${Number((value * 100).toFixed(2))} %`,
    days: (value) => (value === 0 ? "0" : value < 2 ? `${count(value * 24)} h` : `${count(value)} days`),
    rate: (value) => `${count(value)}/s`,
    bytesRate: (value) => `${bytes(value)}/s`,
  };

  // Ticks of time by the clock of 24 hours; those of a new day bear its date.
  const pad = (value) => String(value).padStart(2, "0");
  const dayOf = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
  const moment = (seconds, step) => {
    const time = new Date(seconds * 1000);
    const clock = `${pad(time.getHours())}:${pad(time.getMinutes())}`;
    if (step >= 86_400 || (clock === "00:00" && time.getSeconds() === 0)) return dayOf.format(time);
    return step < 60 ? `${clock}:${pad(time.getSeconds())}` : clock;
  };
  const precise = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
  // Of days: ticks at whole hours, or at tenths of one.
  const hours = [0.1, 0.2, 0.5, 1, 2, 3, 6, 12].map((value) => value / 24);
  const powers = Array.from({ length: 60 }, (_, power) => 2 ** power);

  // Plots over time: uPlot takes the place of what was drawn for paper.
  const plots = [];
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const make = (figure) => {
    const data = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    const place = figure.querySelector(".live");
    const values = all(".v", figure);
    const at = figure.querySelector(".at");
    const said = document.createElement("p");
    said.className = "sr";
    said.setAttribute("aria-live", "polite");
    figure.append(said);
    const last = values.map((one) => one.textContent);
    const show = units[data.unit] ?? count;
    const isBars = data.shape === "bars";
    const isShort = data.unit === "days" && data.values.flat().every((value) => value === null || value < 2);
    const sized = data.unit === "bytes" || data.unit === "bytesRate";
    // Bars of several kinds stand upon each other: each is drawn up to its sum, the highest first.
    const sums = isBars
      ? data.values.map((_, index) =>
          data.times.map((__, at) =>
            data.values.slice(0, index + 1).reduce((sum, line) => sum + (line[at] ?? 0), 0),
          ),
        )
      : data.values;
    const order = sums.map((_, index) => index);
    if (isBars) order.reverse();
    const [first, end] = [data.times[0], data.times[data.times.length - 1]];
    const exact = end - first < 7200 ? precise : short;
    // Half a bar on either side, so that the outermost are whole.
    const side = isBars ? (end - first) / 60 : 0;
    const isLog = data.scale === "log";
    const build = () => {
      const lines = order.map((index) => ({
        label: data.labels[index],
        stroke: colour(`s${index % 6}`),
        ...(isBars
          ? {
              fill: colour(`s${index % 6}`),
              width: 0,
              paths: uPlot.paths.bars({ size: [0.7, 18] }),
              points: { show: false },
            }
          : { width: 1.6, points: { size: 4, fill: colour(`s${index % 6}`), show: data.times.length < 30 } }),
        spanGaps: false,
      }));
      const axis = {
        stroke: colour("muted"),
        grid: { stroke: colour("hair"), width: 1 },
        ticks: { show: false },
        font: "11px system-ui, sans-serif",
      };
      const top = (min, max) => (data.unit === "part" ? 1 : Math.max(max, data.unit === "count" ? 4 : 1e-9));
      return new uPlot(
        {
          width: place.clientWidth,
          height: place.clientHeight,
          legend: { show: false },
          cursor: { sync: { key: "time" }, y: false, drag: { x: true, y: false }, focus: { prox: -1 } },
          focus: { alpha: 0.25 },
          scales: {
            x: { time: true, range: (_, from, to) => [from - side, to + side] },
            y: isLog
              ? { distr: 3 }
              : {
                  range: (_, min, max) => [
                    data.least,
                    data.unit === "part"
                      ? 1
                      : uPlot.rangeNum(data.least, top(min, max ?? 1), {
                          min: { pad: 0, hard: data.least },
                          max: { pad: 0.08 },
                        })[1],
                  ],
                },
          },
          series: [{}, ...lines],
          axes: [
            {
              ...axis,
              space: 90,
              size: 26,
              values: (_, ticks, __, ___, step) => ticks.map((tick) => moment(tick, step)),
            },
            {
              ...axis,
              size: 66,
              ...(sized ? { incrs: powers } : isShort ? { incrs: hours } : {}),
              ...(isLog
                ? {
                    splits: (_, __, min, max) =>
                      Array.from({ length: 24 }, (___, power) => 10 ** (power - 6)).filter(
                        (tick) => tick >= min && tick <= max,
                      ),
                  }
                : {}),
              values: (_, ticks) => ticks.map((tick) => (tick == null ? "" : show(tick))),
            },
          ],
          hooks: {
            setCursor: [
              ({ cursor: { idx } }) => {
                at.textContent = idx == null ? "" : exact.format(new Date(data.times[idx] * 1000));
                values.forEach((one, index) => {
                  const value = idx == null ? undefined : data.values[index][idx];
                  one.textContent = idx == null ? last[index] : value == null ? "n/a" : show(value);
                });
              },
            ],
            setScale: [
              (self, key) => {
                if (key === "x") reset.hidden = self.scales.x.min <= first && self.scales.x.max >= end;
              },
            ],
            draw: [
              (self) => {
                const { ctx, bbox } = self;
                ctx.save();
                ctx.strokeStyle = colour("bad");
                ctx.setLineDash([4, 4]);
                for (const { at } of data.events) {
                  if (at < self.scales.x.min || at > self.scales.x.max) continue;
                  const x = Math.round(self.valToPos(at, "x", true));
                  ctx.beginPath();
                  ctx.moveTo(x, bbox.top);
                  ctx.lineTo(x, bbox.top + bbox.height);
                  ctx.stroke();
                }
                ctx.restore();
              },
            ],
          },
        },
        [data.times, ...order.map((index) => sums[index])],
        place,
      );
    };
    const reset = document.createElement("button");
    reset.type = "button";
    reset.className = "hint";
    reset.textContent = "show all";
    reset.hidden = true;
    place.hidden = false;
    place.append(reset);
    figure.querySelector(".static").style.display = "none";
    let plot = build();
    const whole = () => plot.setScale("x", { min: first, max: end });
    reset.addEventListener("click", () => {
      whole();
      place.focus();
    });
    place.addEventListener("keydown", (event) => {
      if (event.target !== place || event.ctrlKey || event.metaKey || event.altKey) return;
      const { min, max } = plot.scales.x;
      const here = plot.cursor.idx ?? data.times.length - 1;
      const move = (index) => {
        const next = Math.min(data.times.length - 1, Math.max(0, index));
        plot.setCursor({ left: plot.valToPos(data.times[next], "x"), top: 1 });
        // What the eye reads in the legend.
        said.textContent = `${at.textContent}: ${values.map((one, line) => `${data.labels[line]} ${one.textContent}`).join(", ")}`;
      };
      const zoom = (factor) => {
        const middle = Math.min(max, Math.max(min, data.times[here]));
        const from = Math.max(first, middle - (middle - min) * factor);
        const to = Math.min(end, middle + (max - middle) * factor);
        if (to - from >= 1) plot.setScale("x", { min: from, max: to });
      };
      const keys = {
        ArrowLeft: () => move(here - 1),
        ArrowRight: () => move(here + 1),
        Home: () => move(0),
        End: () => move(data.times.length - 1),
        "+": () => zoom(0.6),
        "=": () => zoom(0.6),
        "-": () => zoom(1 / 0.6),
        0: whole,
      };
      const act = keys[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    });
    const again = () => {
      plot.destroy();
      plot = build();
    };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    new ResizeObserver(() => {
      if (place.clientWidth > 0 && place.clientWidth !== plot.width)
        plot.setSize({ width: place.clientWidth, height: place.clientHeight });
    }).observe(place);
    return {
      focus: (id) => {
        const index = id === null ? -1 : data.ids.indexOf(id);
        plot.setSeries(index === -1 ? null : order.indexOf(index) + 1, { focus: true });
      },
    };
  };
  if (typeof uPlot !== "undefined") for (const figure of all("figure.lines")) plots.push(make(figure));

  // Under --serve: a newer page is shown in the place of this one.
  if (document.body.dataset.served !== undefined) {
    const look = new EventSource("events");
    look.addEventListener("page", () => location.reload());
  }
})();
