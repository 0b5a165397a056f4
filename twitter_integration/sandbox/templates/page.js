(() => {
  const parts = ["brand-profile", "timeline", "dm-log", "dm-others", "deliveries", "fault-list", "bad-day-state"];
  let known = null;
  const inUse = (part) => part.contains(document.activeElement) ||
    [...part.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue);
  const refresh = async () => {
    const { version } = await (await fetch("/sandbox/api/version")).json();
    if (version === known) return;
    if (known !== null) {
      const html = await (await fetch(location.pathname + location.search)).text();
      const fresh = new DOMParser().parseFromString(html, "text/html");
      for (const id of parts) {
        const part = document.getElementById(id), next = fresh.getElementById(id);
        if (!part || !next || inUse(part)) continue;
        for (const open of part.querySelectorAll("details[open][id]")) {
          const same = fresh.getElementById(open.id);
          if (same) same.open = true;
        }
        part.replaceChildren(...next.childNodes);
      }
    }
    known = version;
  };
  const loop = () => refresh().catch(() => {}).finally(() => setTimeout(loop, 1500));
  loop();
})();
