// Draws messages: bubbles, albums, entities, buttons. Text only ever becomes text nodes.

import { formatSize, formatTime, word } from "/static/words.js";

export function el(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

const ELEMENTS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

function entityNode(entity, text, does) {
  if (entity.type in ELEMENTS) return el(ELEMENTS[entity.type]);
  if (entity.type === "spoiler") {
    const spoiler = el("span", "spoiler");
    spoiler.addEventListener("click", () => spoiler.classList.add("seen"));
    return spoiler;
  }
  if (entity.type === "bot_command") {
    const link = el("a", "command");
    link.href = "#";
    link.addEventListener("click", (event) => {
      event.preventDefault();
      does.say(text);
    });
    return link;
  }
  if (entity.type === "url" || entity.type === "text_link") return linkNode(entity.url ?? text, does);
  if (entity.type === "mention" || entity.type === "hashtag" || entity.type === "text_mention") return el("span", "mention");
  return el("span");
}

function linkNode(address, does) {
  const link = el("a");
  if (!/^(https?:|mailto:|tel:)/i.test(address)) return el("span");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.addEventListener("click", (event) => {
    const code = does.startCode(address);
    if (code !== null) {
      event.preventDefault();
      does.say(`/start ${code}`.trim());
    }
  });
  return link;
}

// A block ends its line by itself: the line break after it would show as an empty line.
function textBefore(text, parent) {
  const isAfterBlock = parent.lastChild && /^(BLOCKQUOTE|PRE)$/.test(parent.lastChild.nodeName);
  return isAfterBlock ? text.replace(/^\n/, "") : text;
}

export function richText(text, entities, does) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const build = (parent, start, end, inside) => {
    let at = start;
    let rest = inside;
    while (rest.length) {
      const [entity, ...later] = rest;
      const from = Math.max(entity.offset, at);
      const to = Math.min(entity.offset + entity.length, end);
      if (to <= from) {
        rest = later;
        continue;
      }
      parent.append(textBefore(text.slice(at, from), parent));
      const node = entityNode(entity, text.slice(from, to), does);
      build(node, from, to, later.filter((other) => other.offset < to));
      parent.append(node);
      at = to;
      rest = later.filter((other) => other.offset >= to);
    }
    parent.append(textBefore(text.slice(at, end), parent));
  };
  const holder = el("div", "words");
  build(holder, 0, text.length, sorted);
  return holder;
}

function pictureGrid(messages) {
  const grid = el("div", `pictures n${Math.min(messages.length, 10)}`);
  for (const message of messages) {
    const link = el("a");
    link.href = message.photo_urls[0];
    link.target = "_blank";
    const image = el("img");
    image.src = message.photo_urls[0];
    image.alt = "";
    image.loading = "lazy";
    if (message.photo_size) [image.width, image.height] = message.photo_size;
    image.addEventListener("error", () => link.classList.add("broken"));
    link.append(image);
    grid.append(link);
  }
  return grid;
}

function documentRow(file) {
  const row = el("a", "document");
  row.href = file.url;
  const words = el("span");
  words.append(el("b", "", file.name), el("small", "", formatSize(file.size)));
  row.append(el("span", "sheet", (file.name.split(".").pop() || "?").slice(0, 4).toUpperCase()), words);
  return row;
}

function keyboard(message, does) {
  const rows = el("div", "buttons");
  for (const row of message.buttons) {
    const line = el("div", "row");
    for (const button of row) {
      const key = el(button.url ? "a" : "button", button.style ? `button ${button.style}` : "button", button.text);
      if (button.url) {
        key.href = button.url;
        key.target = "_blank";
        key.rel = "noopener noreferrer";
        key.classList.add("away");
        key.addEventListener("click", (event) => {
          const code = does.startCode(button.url);
          if (code !== null) {
            event.preventDefault();
            does.say(`/start ${code}`.trim());
          }
        });
      } else {
        key.type = "button";
        key.disabled = button.data === null;
        key.addEventListener("click", () => does.tap(message.message_id, button.data, key));
      }
      line.append(key);
    }
    rows.append(line);
  }
  return rows;
}

// One bubble for a message, or for an album: several messages that share a media_group_id.
export function bubble(messages, { zone, isOwn, isGroup, replied, does }) {
  const first = messages[0];
  const node = el("article", `bubble ${isOwn ? "own" : "other"}`);
  node.dataset.messageId = first.message_id;
  const body = el("div", "body");
  const pictures = messages.filter((message) => message.photo_urls.length);
  if (isGroup && !isOwn) body.append(el("b", "sender", first.sender));
  if (replied) body.append(el("div", "reply", replied.text.slice(0, 80) || "…"));
  if (pictures.length) {
    node.classList.add("has-pictures");
    body.append(pictureGrid(pictures));
  }
  for (const message of messages) {
    if (message.document) body.append(documentRow(message.document));
    if (message.odd) body.append(el("div", `odd ${message.odd}`, word("odd")[message.odd]));
    if (message.text) body.append(richText(message.text, message.entities, does));
  }
  const last = messages[messages.length - 1];
  const foot = el("small", "foot");
  if (messages.some((message) => message.edits)) foot.append(el("span", "edited", word("edited")));
  foot.append(formatTime(last.date, zone));
  body.append(foot);
  node.append(body);
  if (last.buttons.length) {
    node.classList.add("has-buttons");
    node.append(keyboard(last, does));
  }
  return node;
}
