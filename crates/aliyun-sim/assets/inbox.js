"use strict";
// The inbox: fetches the newest messages and shows them. Text goes in as text, never as markup.
(() => {
  const words = document.body.dataset;
  const $ = (id) => document.getElementById(id);
  const list = $("list"), filter = $("filter"), announce = $("announce");
  const language = document.documentElement.lang;
  const LIMIT = 200, WHOLE_NUMBER = 8;
  let shown = new Map(), first = true;

  const make = (tag, name, text) => {
    const node = document.createElement(tag);
    if (name) node.className = name;
    if (text !== undefined) node.textContent = text;
    return node;
  };

  const icon = (...paths) => {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 20 20");
    svg.setAttribute("aria-hidden", "true");
    for (const d of paths) {
      const path = document.createElementNS(space, "path");
      path.setAttribute("d", d);
      svg.append(path);
    }
    return svg;
  };

  const spaced = (phone) => {
    const mainland = /^86(\d{3})(\d{4})(\d{4})$/.exec(phone);
    return mainland ? `+86 ${mainland[1]} ${mainland[2]} ${mainland[3]}` : `+${phone}`;
  };

  // The code is the value of a variable; free text has none, so look for digits.
  const codeOf = (message) => {
    let values = [];
    try { values = Object.values(JSON.parse(message.templateParam)); } catch { /* free text */ }
    const given = values.find((value) => /^[0-9A-Za-z]{4,8}$/.test(value) && message.content.includes(value));
    return given || (/(?<!\d)\d{4,8}(?!\d)/.exec(message.content) || [])[0];
  };

  const bubble = (message, code) => {
    const node = make("p");
    const at = code ? message.content.indexOf(code) : -1;
    if (at < 0) { node.textContent = message.content; return node; }
    node.append(message.content.slice(0, at), make("strong", "code", code), message.content.slice(at + code.length));
    return node;
  };

  const copyText = async (text) => {
    try { await navigator.clipboard.writeText(text); } catch {
      const area = make("textarea", "hidden");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  };

  const copyButton = (code) => {
    const button = make("button", "copy");
    button.type = "button";
    button.setAttribute("aria-label", `${words.copy} ${code}`);
    const sheet = icon("M7 7V4.5A1.5 1.5 0 0 1 8.5 3h7A1.5 1.5 0 0 1 17 4.5v7a1.5 1.5 0 0 1-1.5 1.5H13",
      "M4.5 7h7A1.5 1.5 0 0 1 13 8.5v7a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 3 15.5v-7A1.5 1.5 0 0 1 4.5 7z");
    const word = make("span", "word", words.copy);
    button.append(make("span", "digits", code), word, sheet);
    button.addEventListener("click", async () => {
      await copyText(code);
      word.textContent = words.copied;
      announce.textContent = words.copied;
      setTimeout(() => { word.textContent = words.copy; }, 2000);
    });
    return button;
  };

  const render = (message) => {
    const item = make("li", "message"), body = make("div"), head = make("div", "head"), box = make("div", "bubble");
    const name = message.signName || "#";
    const tone = [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 6;
    const face = make("span", `face tone-${tone}`, [...name][0].toUpperCase());
    face.setAttribute("aria-hidden", "true");
    const sent = new Date(message.sentAt);
    const when = make("time", "when", new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(sent));
    when.dateTime = sent.toISOString();
    when.title = sent.toLocaleString(language);
    const number = make("span", "number", spaced(message.phone));
    number.dir = "ltr";
    head.append(make("span", "hidden", words.to), number);
    if (message.usage) head.append(make("span", "badge", message.usage));
    head.append(when);
    const code = codeOf(message);
    box.append(bubble(message, code));
    if (code) box.append(copyButton(code));
    body.append(head, box);
    item.append(face, body);
    return item;
  };

  const dayName = (time) => {
    const day = new Date(time), start = new Date();
    start.setHours(0, 0, 0, 0);
    const ago = Math.ceil((start - day) / 86400000);
    if (ago <= 0 && day < start.getTime() + 86400000) return words.today;
    if (ago === 1) return words.yesterday;
    return new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(day);
  };

  const show = (messages, wanted) => {
    const before = shown;
    shown = new Map();
    const nodes = [];
    let day = "";
    for (const message of messages) {
      const key = `${message.bizId} ${message.phone} ${message.content}`;
      const today = dayName(message.sentAt);
      if (today !== day) nodes.push(make("li", "day", today));
      day = today;
      const known = before.get(key);
      const node = known || render(message);
      if (!known && !first) node.classList.add("fresh");
      shown.set(key, node);
      nodes.push(node);
    }
    // Move only what changed, so that focus and selection stay.
    nodes.forEach((node, at) => { if (list.children[at] !== node) list.insertBefore(node, list.children[at] || null); });
    while (list.children.length > nodes.length) list.lastChild.remove();
    const newest = messages[0];
    if (newest && !first && !before.has(`${newest.bizId} ${newest.phone} ${newest.content}`)) {
      announce.textContent = `${words.new} ${spaced(newest.phone)}: ${newest.content}`;
    }
    first = false;
    $("empty").hidden = messages.length > 0;
    $("empty-title").textContent = wanted ? words.unmatched : words.none;
    $("empty-hint").textContent = wanted ? words.unmatchedHint : words.noneHint;
  };

  const load = async () => {
    const wanted = filter.value.replace(/\D/g, "");
    const whole = wanted.length >= WHOLE_NUMBER ? await ask(`&phone=${wanted}`) : [];
    const found = whole.length ? whole : (await ask("")).filter((message) => message.phone.includes(wanted));
    if (wanted === filter.value.replace(/\D/g, "")) show(found, wanted);
  };

  const ask = async (more) => {
    const answer = await fetch(`/_sim/messages?limit=${LIMIT}${more}`);
    return (await answer.json()).messages;
  };

  let waiting = 0;
  const soon = () => {
    if (waiting) return;
    waiting = setTimeout(() => { waiting = 0; load().catch(() => link("lost")); }, 120);
  };

  const link = (state) => {
    $("link").dataset.state = state;
    $("link-text").textContent = words[state];
  };

  const events = new EventSource("/_sim/events");
  events.onopen = () => link("live");
  events.onerror = () => link("lost");
  events.onmessage = soon;
  filter.value = new URLSearchParams(location.search).get("phone") || "";
  filter.addEventListener("input", () => { first = true; soon(); });
  soon();
})();
