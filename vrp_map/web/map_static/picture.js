// The map of hotspots as a picture, to save or to print: its headline, the map as it stands, the
// legend, and whose data it is. Nothing is sent anywhere.
"use strict";

const WIDTH = 1200, EDGE = 32, SWATCH = 28;

// The streets can be read back from their canvas only when it keeps what it has drawn.
const getContext = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, options) {
  const kept = /webgl/.test(kind) ? { ...options, preserveDrawingBuffer: true } : options;
  return getContext.call(this, kind, kept);
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-map-picture]");
  if (!button) return;
  const sheet = drawSheet(button.dataset);
  if (button.dataset.mapPicture === "print") printSheet(sheet, button.dataset.title);
  else saveSheet(sheet, button.dataset.name);
});

function saveSheet(sheet, name) {
  sheet.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }, "image/png");
}

// The page's own parts are hidden by its style sheet while the picture is there to be printed.
function printSheet(sheet, title) {
  const image = new Image();
  image.className = "map-print";
  image.alt = title;
  image.addEventListener("load", () => {
    document.body.append(image);
    window.addEventListener("afterprint", () => image.remove(), { once: true });
    window.print();
  });
  image.src = sheet.toDataURL("image/png");
}

// Twice: once to learn how high the sheet is, once to draw it.
function drawSheet(said) {
  const sheet = document.createElement("canvas");
  sheet.width = WIDTH;
  sheet.height = 1;
  const height = drawParts(sheet.getContext("2d"), said);
  sheet.height = Math.ceil(height + EDGE);
  drawParts(sheet.getContext("2d"), said);
  return sheet;
}

function drawParts(pen, said) {
  const look = getComputedStyle(document.querySelector(".stApp"));
  const ink = look.color, paper = look.backgroundColor, font = look.fontFamily;
  pen.fillStyle = paper;
  pen.fillRect(0, 0, pen.canvas.width, pen.canvas.height);
  pen.fillStyle = ink;
  let y = drawText(pen, said.title, `700 30px ${font}`, EDGE, EDGE + 30, 38);
  y = drawText(pen, said.under, `18px ${font}`, EDGE, y + 6, 25);
  y = drawMap(pen, y, ink);
  y = drawLegend(pen, y + 34, ink, font);
  pen.fillStyle = ink;
  const streets = document.querySelector(".st-key-map .mapboxgl-ctrl-attrib-inner, .st-key-map .maplibregl-ctrl-attrib-inner");
  const sources = [said.foot, streets?.textContent].filter(Boolean).join(" ");
  return drawText(pen, sources, `15px ${font}`, EDGE, y + 12, 21);
}

function drawMap(pen, top, ink) {
  const canvases = [...document.querySelectorAll(".st-key-map canvas")];
  // The base map lies beneath, wherever it stands in the page.
  canvases.sort((a, b) => (a.id === "deckgl-overlay") - (b.id === "deckgl-overlay"));
  const width = WIDTH - 2 * EDGE;
  const height = canvases.length ? (width * canvases[0].height) / canvases[0].width : 0;
  for (const canvas of canvases) pen.drawImage(canvas, EDGE, top, width, height);
  pen.strokeStyle = pen.fillStyle = ink;
  pen.lineWidth = 1;
  pen.strokeRect(EDGE, top, width, height);
  pen.textAlign = "center";
  pen.font = "700 20px sans-serif";
  pen.fillText("N", EDGE + 24, top + 28);
  pen.fillText("↑", EDGE + 24, top + 50);
  pen.textAlign = "left";
  return top + height;
}

// Two columns, as under the map.
function drawLegend(pen, top, ink, font) {
  const items = [...document.querySelectorAll(".st-key-map .legend li")];
  const wide = (WIDTH - 2 * EDGE) / 2, half = Math.ceil(items.length / 2);
  items.forEach((item, i) => {
    const x = EDGE + (i < half ? 0 : wide), y = top + (i % half) * 28;
    drawSign(pen, item.querySelector("i"), x, y - 16);
    pen.fillStyle = ink;
    pen.font = `17px ${font}`;
    pen.fillText(item.querySelector("b").textContent, x + SWATCH + 12, y);
    pen.textAlign = "right";
    pen.fillText(item.querySelector("span").textContent, x + wide - 40, y);
    pen.textAlign = "left";
  });
  const notes = [...document.querySelectorAll(".st-key-map details.legend > p")];
  const words = notes.map((note) => note.textContent).join(" ");
  return drawText(pen, words, `15px ${font}`, EDGE, top + half * 28 + 2, 21);
}

function drawSign(pen, sign, x, y) {
  const look = getComputedStyle(sign), thick = parseFloat(look.borderTopWidth);
  const isLine = sign.getBoundingClientRect().height <= thick + 1;
  pen.fillStyle = look.backgroundColor;
  pen.strokeStyle = look.borderTopColor;
  pen.lineWidth = Math.max(1, thick);
  pen.setLineDash({ dashed: [7, 5], dotted: [2, 4] }[look.borderTopStyle] || []);
  pen.beginPath();
  if (isLine) {
    pen.moveTo(x, y + 10);
    pen.lineTo(x + SWATCH, y + 10);
  } else if (look.borderRadius === "50%") {
    pen.arc(x + 10, y + 10, 7, 0, 2 * Math.PI);
  } else {
    pen.rect(x, y, SWATCH, 18);
    pen.fill();
  }
  pen.stroke();
  pen.setLineDash([]);
  if (look.backgroundImage !== "none") drawHatch(pen, x, y);
}

// Groups that differ by their pattern alone are told apart in grey print too.
function drawHatch(pen, x, y) {
  pen.save();
  pen.beginPath();
  pen.rect(x, y, SWATCH, 18);
  pen.clip();
  pen.lineWidth = 1;
  for (let at = -18; at < SWATCH; at += 5) {
    pen.beginPath();
    pen.moveTo(x + at, y + 18);
    pen.lineTo(x + at + 18, y);
    pen.stroke();
  }
  pen.restore();
}

// Words in lines that fit; gives where the next line would stand.
function drawText(pen, words, font, x, y, step) {
  pen.font = font;
  let line = "";
  for (const word of words.split(/\s+/)) {
    const longer = line ? `${line} ${word}` : word;
    if (line && pen.measureText(longer).width > WIDTH - 2 * x) {
      pen.fillText(line, x, y);
      y += step;
      line = word;
    } else {
      line = longer;
    }
  }
  if (line) pen.fillText(line, x, y);
  return y + step;
}
