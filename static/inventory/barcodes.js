// Reads Code 128, EAN-13, UPC-A and EAN-8 from a picture, for browsers without a detector of their own (Safari, Firefox, Linux).
// Widths of bars and spaces in modules, by value: ISO/IEC 15417 (Code 128), GS1 General Specifications 5.2 (EAN and UPC).
const CODE128 = (
  "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221" +
  "223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321" +
  "112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131" +
  "311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114" +
  "122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141" +
  "214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232233111"
).match(/.{6}/g);
const START_A = 103;
const STOP = 106;
const ODD = ["3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112"];
const EVEN = ODD.map((widths) => [...widths].reverse().join(""));
const FIRST_DIGIT = ["OOOOOO", "OOEOEE", "OOEEOE", "OOEEEO", "OEOOEE", "OEEOOE", "OEEEOO", "OEOEOE", "OEOEEO", "OEEOEO"];
const FNC1 = 102;
const CONTRAST = 24; // of 255: below it a line is one grey
const CONTRAST_SHARE = 0.3; // of the whole line's: below it a stretch is noise
const MEAN_MISFIT = 0.25; // of a module
const LARGEST_MISFIT = 0.8;
const AGREEING = 2; // lines that must say the same

const numbers = (pattern) => [...pattern].map(Number);
const SYMBOLS = CODE128.map(numbers);
const DIGITS = { O: ODD.map(numbers), E: EVEN.map(numbers) };

// How badly the widths fit the modules: the mean error, endless when a single bar is off by far.
function misfit(widths, modules) {
  const unit = widths.reduce((sum, width) => sum + width, 0) / modules.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  for (const [place, width] of widths.entries()) {
    const error = Math.abs(width / unit - modules[place]);
    if (error > LARGEST_MISFIT) return Infinity;
    sum += error;
  }
  return sum / widths.length;
}

function findBest(widths, patterns) {
  let best = -1;
  let least = MEAN_MISFIT;
  for (const [value, modules] of patterns.entries()) {
    const error = misfit(widths, modules);
    if (error < least) [best, least] = [value, error];
  }
  return best;
}

// Places where a line of grey values crosses the middle between the light and the dark around it, to a part of a pixel.
function listEdges(line) {
  const reach = Math.max(8, line.length >> 4);
  const edges = [];
  const least = Math.max(CONTRAST, CONTRAST_SHARE * (Math.max(...line) - Math.min(...line)));
  let isDark = false;
  let low = 255;
  let high = 0;
  for (let at = 1; at < line.length; at += 1) {
    if (at % reach === 1) {
      low = 255;
      high = 0;
      for (let near = Math.max(at - reach, 0); near < Math.min(at + 2 * reach, line.length); near += 1) {
        low = Math.min(low, line[near]);
        high = Math.max(high, line[near]);
      }
    }
    const middle = (low + high) / 2;
    if (high - low < least || line[at] < middle === isDark) continue;
    const slope = line[at] - line[at - 1];
    edges.push(slope ? at - 1 + Math.min(Math.max((middle - line[at - 1]) / slope, 0), 1) : at);
    isDark = !isDark;
  }
  return edges;
}

const widthsFrom = (edges, from, count) =>
  Array.from({ length: count }, (_, place) => edges[from + place + 1] - edges[from + place]);

function isQuiet(edges, from, modules, unit) {
  return from === 0 || edges[from] - edges[from - 1] >= modules * unit;
}

function readCode128(edges, from) {
  const unit = (edges[from + 6] - edges[from]) / 11;
  if (!isQuiet(edges, from, 5, unit)) return null;
  const start = findBest(widthsFrom(edges, from, 6), SYMBOLS);
  if (start < START_A || start >= STOP) return null;
  const values = [start];
  for (let at = from + 6; at + 6 < edges.length; at += 6) {
    const value = findBest(widthsFrom(edges, at, 6), SYMBOLS);
    if (value < 0 || (value >= START_A && value < STOP)) return null;
    if (value === STOP) return isStop(edges, at, unit) && checkCode128(values);
    values.push(value);
  }
  return null;
}

// The stop ends with a thirteenth module's bar.
const isStop = (edges, at, unit) => at + 7 < edges.length && Math.abs(edges[at + 7] - edges[at + 6] - 2 * unit) < unit;

function checkCode128(values) {
  const check = values.pop();
  const sum = values.reduce((total, value, place) => total + value * Math.max(place, 1), 0);
  return values.length > 1 && sum % 103 === check ? spellCode128(values) : null;
}

function spellCode128([start, ...values]) {
  let set = "ABC"[start - START_A];
  let isShifted = false;
  let text = "";
  for (const [place, value] of values.entries()) {
    const now = isShifted ? (set === "A" ? "B" : "A") : set;
    isShifted = false;
    if (value === FNC1) text += place ? "\u001d" : "";
    else if (now === "C" && value < 100) text += String(value).padStart(2, "0");
    else if (now !== "C" && value < 96) text += String.fromCharCode(now === "A" && value >= 64 ? value - 64 : value + 32);
    else if (value === 98) isShifted = true;
    else if (value === 99) set = "C";
    else if (value === 100 && now !== "B") set = "B";
    else if (value === 101 && now !== "A") set = "A";
    else return null; // FNC2 to FNC4 speak to the scanner or to other alphabets
  }
  return text;
}

const isGuard = (edges, at, count) => misfit(widthsFrom(edges, at, count), Array(count).fill(1)) < MEAN_MISFIT * 1.5;

function readDigits(edges, at, sets) {
  const found = [];
  for (const place of [0, 1, 2, 3, 4, 5].slice(0, sets.length)) {
    const widths = widthsFrom(edges, at + 4 * place, 4);
    const [set, digit] = [...sets[place]].map((name) => [name, findBest(widths, DIGITS[name])]).find(([, n]) => n >= 0) ?? [];
    if (digit === undefined) return null;
    found.push({ set, digit });
  }
  return found;
}

function readEan(edges, from, half) {
  const last = from + 11 + 8 * half;
  if (last >= edges.length) return null;
  const unit = (edges[last] - edges[from]) / (11 + 14 * half);
  if (!isQuiet(edges, from, 5, unit) || (last + 1 < edges.length && edges[last + 1] - edges[last] < 5 * unit)) return null;
  const middle = from + 3 + 4 * half;
  if (!isGuard(edges, from, 3) || !isGuard(edges, middle, 5) || !isGuard(edges, last - 3, 3)) return null;
  const left = readDigits(edges, from + 3, Array(half).fill(half === 6 ? "OE" : "O"));
  const right = readDigits(edges, middle + 5, Array(half).fill("O"));
  if (!left || !right) return null;
  const first = half === 6 ? FIRST_DIGIT.indexOf(left.map(({ set }) => set).join("")) : 0;
  const body = [...left, ...right].map(({ digit }) => digit).join("");
  return first < 0 ? null : checkEan(half === 6 ? `${first}${body}` : body);
}

function checkEan(code) {
  const sum = [...code].reverse().reduce((total, digit, place) => total + Number(digit) * (place % 2 ? 3 : 1), 0);
  return sum % 10 === 0 ? code : null;
}

// What one line of grey values says; null for nothing.
export function readLine(line) {
  const edges = listEdges(line);
  for (let from = 0; from + 6 < edges.length; from += 2) {
    const text = readCode128(edges, from) || readEan(edges, from, 6) || readEan(edges, from, 4);
    if (text) return text;
  }
  return null;
}

function* listLines({ data, width, height }) {
  const grey = (at) => (data[at] * 77 + data[at + 1] * 150 + data[at + 2] * 29) >> 8;
  for (let part = 1; part < 16; part += 1) {
    const row = Math.floor((height * part) / 16) * width * 4;
    const across = Uint8Array.from({ length: width }, (_, x) => grey(row + x * 4));
    const column = Math.floor((width * part) / 16) * 4;
    const down = Uint8Array.from({ length: height }, (_, y) => grey(column + y * width * 4));
    yield* [across, across.slice().reverse(), down, down.slice().reverse()];
  }
}

// What the picture (an ImageData) shows; null unless two of its lines agree.
export function readPicture(picture) {
  const seen = new Map();
  for (const line of listLines(picture)) {
    const text = readLine(line);
    if (!text) continue;
    seen.set(text, (seen.get(text) ?? 0) + 1);
    if (seen.get(text) >= AGREEING) return text;
  }
  return null;
}
