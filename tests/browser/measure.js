// What tests measure in the page.  Evaluated through the DevTools protocol;
// the page itself may run no script.
(() => {
  "use strict";

  // The elements that hold text of their own and are not hidden from eyes.
  const shown = (element) =>
    element.checkVisibility() && !element.closest(".unseen, .stack thead");

  const texts = () => {
    const found = [];
    const walker = document.createTreeWalker(document.body,
                                             NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node.parentElement;
      if (node.data.trim() && !element.closest("svg") &&
          element.checkVisibility() && !element.closest(".unseen"))
        found.push([node, element]);
    }
    return found;
  };

  const rgba = (text) => {
    const numbers = text.match(/[\d.]+/g).map(Number);
    return numbers.length === 3 ? [...numbers, 1] : numbers;
  };
  const over = (top, under) => [0, 1, 2].map(
    (i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const background = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement)
      layers.push(rgba(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under),
                                   [255, 255, 255, 1]);
  };
  const luminance = (color) => {
    const [r, g, b] = color.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)]
      .sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };

  return {
    // Every pair of colours that text and its background have, with the worst
    // contrast first.
    contrasts() {
      const found = new Map();
      const add = (element, color, what) => {
        const under = background(element);
        const ratio = contrast(over(rgba(color), under), under);
        const key = `${color} ${under}`;
        if (!found.has(key)) found.set(key, [ratio, what.slice(0, 60)]);
      };
      for (const [node, element] of texts())
        add(element, getComputedStyle(element).color, node.data);
      for (const element of document.querySelectorAll("body *"))
        for (const pseudo of ["::before", "::after", "::marker"]) {
          const style = getComputedStyle(element, pseudo);
          if (/^"./.test(style.content) && shown(element))
            add(element, style.color, style.content);
        }
      return [...found.values()].sort((a, b) => a[0] - b[0]);
    },

    // What sticks out of the page to the left or right.
    overflow() {
      const width = document.documentElement.clientWidth;
      const out = [];
      if (document.documentElement.scrollWidth > width)
        out.push(`the page is ${document.documentElement.scrollWidth} wide`);
      for (const [node, element] of texts()) {
        if (!shown(element)) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects())
          if (box.left < -0.5 || box.right > width + 0.5)
            out.push(`${box.left}..${box.right}: ${node.data.slice(0, 40)}`);
      }
      return out;
    },

    // Texts that lie over each other.
    overlaps() {
      const boxes = [];
      for (const [node, element] of texts()) {
        if (!shown(element)) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects())
          if (box.width > 1 && box.height > 1)
            boxes.push([box.left + 0.5, box.top + scrollY,
                        box.right - 0.5, box.bottom + scrollY,
                        node.data.trim().slice(0, 40)]);
      }
      boxes.sort((a, b) => a[1] - b[1]);
      const out = [];
      for (let i = 0; i < boxes.length; i++)
        for (let j = i + 1; j < boxes.length; j++) {
          const [a, b] = [boxes[i], boxes[j]];
          if (b[1] >= a[3]) break;
          const high = Math.min(a[3], b[3]) - b[1];
          if (a[0] < b[2] && b[0] < a[2] &&
              high > 0.5 * Math.min(a[3] - a[1], b[3] - b[1]))
            out.push(`${a[4]} / ${b[4]}`);
        }
      return out;
    },

    // Cells with more text than they have room for.
    squeezed() {
      return [...document.querySelectorAll("th, td")]
        .filter((cell) => shown(cell) && cell.textContent.length > 10 &&
                cell.getBoundingClientRect().width < 70)
        .map((cell) => cell.textContent);
    },

    // What could run, load or send anything, or dress itself up.
    active() {
      const kinds = "script, img, image, use, iframe, frame, object, embed, " +
        "video, audio, source, link, base, form, input, button, template, " +
        "foreignObject, animate, set, math, [style], [src], [srcset], " +
        "[srcdoc], [action], [formaction], [data], [background], [ping]";
      const out = [...document.querySelectorAll(kinds)]
        .map((element) => element.outerHTML.slice(0, 80));
      for (const element of document.querySelectorAll("*"))
        for (const {name, value} of element.attributes)
          if (/^on/i.test(name) ||
              (/href$/i.test(name) && !/^#[a-z0-9-]+$/.test(value)))
            out.push(`${element.tagName} ${name}=${value}`);
      return out;
    },

    // Links to places that are not there, and ids that are there twice.
    broken() {
      const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
      const out = ids.filter((id, at) => ids.indexOf(id) !== at);
      for (const link of document.querySelectorAll("a[href]"))
        if (!ids.includes(link.getAttribute("href").slice(1)))
          out.push(link.outerHTML);
      for (const element of document.querySelectorAll(
        "[aria-labelledby], [aria-describedby]"))
        for (const name of ["aria-labelledby", "aria-describedby"])
          for (const id of (element.getAttribute(name) || "").split(" "))
            if (id && !ids.includes(id)) out.push(`${name} ${id}`);
      return out;
    },

    // The text of each smallest block, as it has to stand on paper.
    blocks() {
      const kinds = "h1, h2, h3, h4, p, th, td, li, dt, dd, pre, caption";
      return [...document.querySelectorAll(kinds)]
        .filter((element) => element.checkVisibility() &&
                !element.closest("nav, .unseen") &&
                !element.querySelector(kinds))
        .map((element) => element.textContent);
    },

    // Of each bar: the box of each part, its colour, and the box of the bar.
    bars() {
      return [...document.querySelectorAll("svg.bar")].map((bar) => {
        const whole = bar.getBoundingClientRect();
        return {
          left: whole.left, right: whole.right,
          parts: [...bar.querySelectorAll("rect")].map((part) => {
            const box = part.getBoundingClientRect();
            return {left: box.left, right: box.right,
                    fill: getComputedStyle(part).fill};
          }),
        };
      });
    },

    // Of each table of fates: colour, label and number of each row.
    fates() {
      return [...document.querySelectorAll("table.fates")].map((table) =>
        [...table.querySelectorAll("tbody tr:not(.sum)")].map((row) => ({
          fill: getComputedStyle(row.querySelector("svg rect")).fill,
          label: row.querySelector("th").textContent,
          number: row.querySelectorAll("td")[0].textContent,
        })));
    },

    // Does each isolated name stand where it stands in the text?  A name of
    // another direction must not move what comes behind it.
    moved() {
      const out = texts()
        .filter(([node, element]) => !element.closest("bdi") &&
                /[\u0590-\u08ff\ufb1d-\ufefc]/.test(node.data))
        .map(([node]) => node.data);
      for (const name of document.querySelectorAll("bdi")) {
        const next = name.nextSibling;
        if (!next || next.nodeType !== Node.TEXT_NODE || !next.data.trim() ||
            !name.checkVisibility())
          continue;
        const range = document.createRange();
        range.selectNodeContents(next);
        const box = range.getClientRects()[0];
        const last = [...name.getClientRects()].pop();
        if (box && last && box.bottom > last.top && box.top < last.bottom &&
            box.left < last.right - 1)
          out.push(name.textContent + next.data);
      }
      return out;
    },

    // Can the focused element be told from the others?
    focused() {
      const element = document.activeElement;
      const style = getComputedStyle(element);
      return [element.tagName, element.getAttribute("href"),
              style.outlineStyle !== "none" &&
              parseFloat(style.outlineWidth) >= 2];
    },
  };
})()
