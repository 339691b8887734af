// One axis: a parameter or the accuracy, where each trial stands on it, and what a brush on it keeps.
// A trial's coordinate is the place of its value in the list, or its number in a range; NaN where it has none.

class Axis {
  constructor(name, raw, { list, low, high, log, number, factor = 1, without = "not in effect" }) {
    Object.assign(this, { name, number, factor, without, logarithmic: Boolean(log), flipped: false });
    if (list) this.fromList(raw, list);
    else this.fromRange(raw, low, high);
    this.missing = this.coordinates.some(Number.isNaN);
    const positive = number && (this.list ? this.numbers : [this.low]).every((value) => value > 0);
    this.scales = [...(this.list ? ["even"] : []), ...(number ? ["linear"] : []), ...(positive ? ["log"] : [])];
    this.scale = log && positive ? "log" : this.scales[0];
  }

  fromList(raw, list) {
    const same = (a, b) => a === b || (this.number && Number(a) === Number(b));
    this.list = [...list];
    for (const value of raw)
      if (value !== undefined && !this.list.some((known) => same(known, value))) this.list.push(value);
    // A brush must keep the same trials on every scale, which a list of numbers in any order would not allow.
    if (this.number) this.list.sort((a, b) => a - b);
    this.numbers = this.list.map(Number);
    this.coordinates = Float64Array.from(raw, (value) =>
      value === undefined ? NaN : this.list.findIndex((known) => same(known, value)));
    this.low = 0;
    this.high = this.list.length - 1;
  }

  fromRange(raw, low, high) {
    this.coordinates = Float64Array.from(raw, (value) => (value === undefined || value === null ? NaN : Number(value)));
    const known = this.coordinates.filter(Number.isFinite);
    this.low = Math.min(low, ...known);
    this.high = Math.max(high, ...known);
  }

  valueOf(coordinate) {
    return this.list && this.scale !== "even" ? this.numbers[coordinate] : coordinate;
  }

  /// From 0 at the bottom to 1 at the top.
  shareOf(coordinate) {
    const through = this.scale === "log" ? Math.log : Number;
    const [low, high, at] = [this.low, this.high, coordinate].map((place) => through(this.valueOf(place)));
    const share = high > low ? (at - low) / (high - low) : 0.5;
    return this.flipped ? 1 - share : share;
  }

  /// What stands at a share, of a range.
  at(share) {
    const up = this.flipped ? 1 - share : share;
    if (up <= 0) return this.low;
    if (up >= 1) return this.high;
    return this.scale === "log" ? this.low * (this.high / this.low) ** up : this.low + (this.high - this.low) * up;
  }

  text(coordinate) {
    if (this.list) return valueText(this.list[coordinate]);
    return this.factor === 100 ? percent(coordinate) : shortNumber(coordinate);
  }

  /// Coordinates where ticks stand, and their text.
  ticks() {
    if (this.list) {
      const every = Math.ceil(this.list.length / 24);
      return this.list.map((_, place) => place).filter((place) => place % every === 0)
        .map((place) => ({ at: place, text: this.text(place) }));
    }
    const places = this.scale === "log" ? logTicks(this.low, this.high)
      : linearTicks(this.low * this.factor, this.high * this.factor, 6).map((place) => place / this.factor);
    const unit = this.factor === 100 ? " %" : "";
    return places.map((at) => ({ at, text: shortNumber(at * this.factor) + unit }));
  }

  /// What an interval of shares keeps, undefined when that is nothing.
  brush(from, to, missing) {
    const kept = { low: Infinity, high: -Infinity, missing };
    const [bottom, top] = from < to ? [from, to] : [to, from];
    const inside = this.list ? this.list.map((_, place) => place)
      .filter((place) => this.shareOf(place) >= bottom && this.shareOf(place) <= top)
      : bottom <= 1 && top >= 0 ? [this.at(bottom), this.at(top)] : [];
    for (const place of inside) {
      kept.low = Math.min(kept.low, place);
      kept.high = Math.max(kept.high, place);
    }
    return inside.length || missing ? kept : undefined;
  }

  keeps(brush, trial) {
    const at = this.coordinates[trial];
    return Number.isNaN(at) ? brush.missing : at >= brush.low && at <= brush.high;
  }
}

function axesOf(data) {
  const axes = data.parameters.map((parameter) => {
    const { name } = parameter;
    const raw = data.trials.map(({ values }) => (Object.hasOwn(values, name) ? values[name] : undefined));
    return new Axis(name, raw, { list: parameter.values, low: parameter.min, high: parameter.max,
      log: parameter.log, number: parameter.number });
  });
  const accuracies = data.trials.map((trial) => trial.accuracy);
  const known = accuracies.filter((accuracy) => accuracy !== null);
  axes.push(new Axis("accuracy", accuracies, { low: known.length ? Infinity : 0, high: known.length ? -Infinity : 1,
    number: true, factor: 100, without: "not measured" }));
  return axes;
}
