// The map of hotspots as a picture, to save or to print: its headline, the map as it stands, the
// legend, and whose data it is. Nothing is sent anywhere.
"use strict";

const WIDTH = 1200, EDGE = 32, SWATCH = 28;

const MAP = ".st-key-map .staff-map";

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
  y = drawMap(pen, y, { ink, paper, font });
  y = drawLegend(pen, y + 34, ink, font);
  pen.fillStyle = ink;
  const streets = document.querySelector(`${MAP} .leaflet-control-attribution`).textContent;
  const sources = said.foot.includes(streets) ? said.foot : `${said.foot} ${streets}`;
  return drawText(pen, sources, `15px ${font}`, EDGE, y + 12, 21);
}

// The map as it stands: the tiles of its streets, and over them the canvas of everything else.
function drawMap(pen, top, { ink, paper, font }) {
  const map = document.querySelector(MAP), frame = map.getBoundingClientRect();
  const width = WIDTH - 2 * EDGE, larger = width / frame.width, height = frame.height * larger;
  pen.save();
  pen.beginPath();
  pen.rect(EDGE, top, width, height);
  pen.clip();
  for (const part of map.querySelectorAll(".leaflet-tile-pane canvas, .leaflet-tile-pane img, canvas.map-drawing")) {
    // They lie about the map and beyond its edges, where it was moved to.
    const { left, top: upper, width: wide, height: high } = part.getBoundingClientRect();
    pen.filter = getComputedStyle(part.closest(".map-raster") ?? part).filter;
    pen.drawImage(part, EDGE + (left - frame.left) * larger, top + (upper - frame.top) * larger, wide * larger, high * larger);
  }
  pen.restore();
  pen.strokeStyle = ink;
  pen.lineWidth = 1;
  pen.strokeRect(EDGE, top, width, height);
  drawNorth(pen, EDGE + 10, top + 10, { ink, paper, font });
  drawScale(pen, EDGE + 10, top + height - 10, { ink, paper, font, larger });
  return top + height;
}

function drawNorth(pen, x, y, { ink, paper, font }) {
  pen.fillStyle = paper;
  pen.fillRect(x, y, 28, 52);
  pen.fillStyle = ink;
  pen.textAlign = "center";
  pen.font = `700 20px ${font}`;
  pen.fillText("N", x + 14, y + 22);
  pen.fillText("↑", x + 14, y + 45);
  pen.textAlign = "left";
}

// As long as the map's own, with its words in it.
function drawScale(pen, x, y, { ink, paper, font, larger }) {
  const scale = document.querySelector(`${MAP} .leaflet-control-scale-line`);
  const long = scale.offsetWidth * larger, high = 28;
  pen.fillStyle = paper;
  pen.fillRect(x, y - high, long, high);
  pen.fillStyle = pen.strokeStyle = ink;
  pen.lineWidth = 2;
  pen.beginPath();
  for (const [across, down] of [[0, high], [0, 0], [long, 0], [long, high]]) pen.lineTo(x + across, y - down);
  pen.stroke();
  pen.font = `17px ${font}`;
  pen.fillText(scale.textContent, x + 8, y - 8);
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
