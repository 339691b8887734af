// Where ticks stand, what quantiles are, and which colour an accuracy has.

/// Round numbers from low to high, about `count` of them.
function linearTicks(low, high, count = 5) {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const ticks = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + step * 1e-9; ++at) ticks.push(at * step);
  return ticks;
}

function logTicks(low, high) {
  const decades = Math.log10(high / low);
  const factors = decades < 1.2 ? [1, 2, 3, 5, 7] : decades < 2.5 ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); ++power)
    for (const factor of factors) {
      const at = factor * 10 ** power;
      if (at >= low * (1 - 1e-9) && at <= high * (1 + 1e-9)) ticks.push(at);
    }
  return ticks.length ? ticks : [low, high];
}

/// Between neighbours in proportion, as numpy and R do.
function quantile(sorted, share) {
  const at = (sorted.length - 1) * share;
  const low = Math.floor(at);
  const high = Math.ceil(at);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

/// Lowest and highest of some numbers, with room around them; something also when there are none or one.
function domainOf(numbers, room = 0.04) {
  let low = Infinity;
  let high = -Infinity;
  for (const number of numbers) {
    if (!Number.isFinite(number)) continue;
    low = Math.min(low, number);
    high = Math.max(high, number);
  }
  if (low > high) return [0, 1];
  if (low === high) return [low - 0.5 * (Math.abs(low) || 1), high + 0.5 * (Math.abs(high) || 1)];
  const margin = (high - low) * room;
  return [low - margin, high + margin];
}

// Both are viridis with its end that vanishes in the paper taken off, turned so that the best stand out.
const lightStops = ["#bccb52", "#5fb96b", "#21918c", "#2f6a8e", "#433a80", "#440154"];
const darkStops = ["#6d5fb0", "#4f78ba", "#2f9aa0", "#4cc27a", "#addc4a", "#fde725"];

/// Colours of accuracies from lowest to highest, in the form that the reader's system asks for.
class Colours {
  constructor(low, high) {
    this.low = low;
    this.high = high;
    this.dark = window.matchMedia("(prefers-color-scheme: dark)");
    this.read();
  }

  read() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["paper", "ink", "faint", "rule", "first", "second"])
      this[name] = style.getPropertyValue(`--${name}`).trim();
    const printed = window.matchMedia("print").matches;
    this.stops = this.dark.matches && !printed ? darkStops : lightStops;
    const parts = this.stops.map((stop) => [1, 3, 5].map((from) => parseInt(stop.slice(from, from + 2), 16)));
    this.levels = Array.from({ length: 64 }, (_, level) => {
      const at = (level / 63) * (parts.length - 1);
      const low = Math.min(parts.length - 2, Math.floor(at));
      return `rgb(${parts[low].map((part, i) => Math.round(part + (parts[low + 1][i] - part) * (at - low))).join(" ")})`;
    });
  }

  of(accuracy) {
    if (accuracy === null) return this.faint;
    const share = this.high > this.low ? (accuracy - this.low) / (this.high - this.low) : 1;
    return this.levels[Math.round(63 * Math.min(1, Math.max(0, share)))];
  }
}
