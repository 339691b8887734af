"use strict";
// Elements made in one expression. Text only ever becomes text nodes, so no name can become markup.

const make = (namespace) => (tag, attributes = {}, ...children) => {
  const element = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
};

const html = make("http://www.w3.org/1999/xhtml");
const svg = make("http://www.w3.org/2000/svg");
const math = make("http://www.w3.org/1998/Math/MathML");

const byId = (id) => document.getElementById(id);

/// MathML that the page's writer made and escaped, as elements.
function mathFrom(text) {
  const template = document.createElement("template");
  template.innerHTML = text;
  return template.content.firstElementChild;
}

/// A name in a formula.
const mathName = (text) => math("mtext", {}, text);

const button = (text, action, attributes = {}) =>
  html("button", { type: "button", onclick: action, ...attributes }, text);
