// The map of the cities: <div data-map="URL of figures" data-outline="URL of the outline" data-echarts="URL of ECharts">.
export function drawMaps() {
  for (const place of document.querySelectorAll("[data-map]")) draw(place).catch(() => place.remove());
}

async function draw(place) {
  const [figures, outline] = await Promise.all([place.dataset.map, place.dataset.outline].map(json));
  await script(place.dataset.echarts);
  const { echarts } = window;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const label = new Map(figures.cities.map((city) => [city.name, city]));
  const city = (name) => label.get(name.replace(/市$/, ""));
  echarts.registerMap("province", outline);
  const chart = echarts.init(place, null, { renderer: "svg" });
  const paint = () =>
    chart.setOption({
      tooltip: { show: false },
      visualMap: {
        min: 0,
        max: Math.max(1, ...figures.cities.map((each) => each.value)),
        inRange: { color: [colour("--action-faint"), colour("--action")] },
        show: false,
      },
      series: [
        {
          type: "map",
          map: "province",
          roam: false,
          selectedMode: false,
          label: {
            show: true,
            fontSize: 12,
            color: colour("--text"),
            textBorderColor: colour("--surface"),
            textBorderWidth: 3,
            formatter: ({ name, value }) => `${city(name)?.label ?? name}\n${Number.isNaN(value) ? 0 : value}`,
          },
          itemStyle: { borderColor: colour("--surface"), areaColor: colour("--action-faint") },
          emphasis: { label: { color: colour("--text") }, itemStyle: { areaColor: colour("--mark") } },
          data: outline.features.map(({ properties: { name } }) => ({ name, value: city(name)?.value ?? 0 })),
        },
      ],
    });
  paint();
  chart.on("click", ({ name }) => {
    const found = city(name);
    if (found) location.assign(found.url);
  });
  new ResizeObserver(() => chart.resize()).observe(place);
  new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
}

async function json(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

function script(url) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = url;
    element.onload = resolve;
    element.onerror = reject;
    document.head.append(element);
  });
}
