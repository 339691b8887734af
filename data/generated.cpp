#include <gradus/base/philox.hpp>
#include <gradus/data/generated.hpp>
#include <gradus/data/glyphs.hpp>
#include <gradus/data/streams.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace gradus::data {
namespace {

constexpr double side = static_cast<double>(digit_side);

/// How one writer wrote one digit: a bend of the plane and then an affine map from the unit box to pixels.
class Hand {
 public:
  explicit Hand(Philox& random) {
    const double height = random.uniform(15, 21);
    const double width = height * random.uniform(0.5, 0.95);
    const double turn = 0.13 * random.normal();
    const double slant = 0.08 + 0.2 * random.normal();
    // Turn × slant × size, columns first.
    xx_ = std::cos(turn) * width;
    yx_ = std::sin(turn) * width;
    xy_ = -(std::cos(turn) * slant + std::sin(turn)) * height;
    yy_ = (std::cos(turn) - std::sin(turn) * slant) * height;
    x0_ = side / 2 + 0.9 * random.normal();
    y0_ = side / 2 + 0.9 * random.normal();
    for (double* phase : {&phase_x_, &phase_y_}) *phase = random.uniform(0, 2 * std::numbers::pi);
    for (double* bend : {&bend_x_, &bend_y_}) *bend = 0.05 * random.normal();
    for (double* wave : {&wave_x_, &wave_y_}) *wave = random.uniform(2, 5);
  }

  Point place(Point p) const {
    const double x = p.x - 0.5 + bend_x_ * std::sin(wave_x_ * p.y + phase_x_);
    const double y = p.y - 0.5 + bend_y_ * std::sin(wave_y_ * p.x + phase_y_);
    return {x0_ + xx_ * x + xy_ * y, y0_ + yx_ * x + yy_ * y};
  }

 private:
  double xx_, xy_, yx_, yy_, x0_, y0_;
  double phase_x_, phase_y_, bend_x_, bend_y_, wave_x_, wave_y_;
};

/// The point at 0 ≤ t ≤ 1 between b and c of the curve through a, b, c, d (Catmull and Rom 1974).
Point between(Point a, Point b, Point c, Point d, double t) {
  const auto spline = [t](double p, double q, double r, double s) {
    return q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));
  };
  return {spline(a.x, b.x, c.x, d.x), spline(a.y, b.y, c.y, d.y)};
}

/// For each pixel how far the nearest ink's edge is from its centre, in pixels; negative inside.
class Paper {
 public:
  Paper() { edge_.fill(std::numeric_limits<float>::max()); }

  /// Draws a straight piece with a round pen.
  void draw(Point from, Point to, double radius) {
    const double reach = radius + 1;
    const double dx = to.x - from.x;
    const double dy = to.y - from.y;
    const double squared = std::max(dx * dx + dy * dy, 1e-12);
    const int left = pixel(std::min(from.x, to.x) - reach), right = pixel(std::max(from.x, to.x) + reach);
    const int top = pixel(std::min(from.y, to.y) - reach), bottom = pixel(std::max(from.y, to.y) + reach);
    for (int row = top; row <= bottom; ++row)
      for (int col = left; col <= right; ++col) {
        const double x = col + 0.5 - from.x;
        const double y = row + 0.5 - from.y;
        const double along = std::clamp((x * dx + y * dy) / squared, 0.0, 1.0);
        const double ex = x - along * dx;
        const double ey = y - along * dy;
        float& edge = edge_[static_cast<std::size_t>(row) * digit_side + static_cast<std::size_t>(col)];
        edge = std::min(edge, static_cast<float>(std::sqrt(ex * ex + ey * ey) - radius));
      }
  }

  float edge(std::size_t i) const { return edge_[i]; }

 private:
  static int pixel(double x) { return static_cast<int>(std::clamp(x, 0.0, side - 1)); }

  std::array<float, digit_side * digit_side> edge_;
};

Paper write(const Glyph& glyph, Philox& random) {
  const Hand hand(random);
  std::vector<Point> points;
  for (const Point p : glyph.points)
    points.push_back(hand.place({p.x + 0.045 * random.normal(), p.y + 0.035 * random.normal()}));
  const double pen = random.uniform(0.75, 1.8);
  const double pressure = random.uniform(0, 0.25);
  const double phase = random.uniform(0, 2 * std::numbers::pi);

  Paper paper;
  constexpr int pieces = 6;
  for (const auto& stroke : glyph.strokes) {
    const auto at = [&](std::size_t i) { return points[stroke[std::min(i, stroke.size() - 1)]]; };
    for (std::size_t i = 0; i + 1 < stroke.size(); ++i) {
      Point from = at(i);
      for (int piece = 1; piece <= pieces; ++piece) {
        const double t = static_cast<double>(piece) / pieces;
        const Point to = between(at(i == 0 ? 0 : i - 1), at(i), at(i + 1), at(i + 2), t);
        const double swell = std::sin(1.3 * (static_cast<double>(i) + t) + phase);
        paper.draw(from, to, pen * (1 + pressure * swell));
        from = to;
      }
    }
  }
  return paper;
}

Dataset draw(std::size_t count, std::uint64_t seed, Stream digits, Stream labels) {
  Dataset set;
  set.name = name_of(Source::generated);
  set.source = Source::generated;
  set.origin = fmt::format("seed {}", seed);
  set.rows = set.cols = digit_side;
  for (int digit = 0; digit < 10; ++digit) set.classes.push_back(std::to_string(digit));
  set.pixels.reserve(count * digit_side * digit_side);
  std::array<std::uint8_t, 10> ten{};
  for (std::size_t i = 0; i < count; ++i) {
    if (i % ten.size() == 0) {
      Philox random(seed, labels, i / ten.size());
      for (std::uint32_t k = 0; k < ten.size(); ++k) {
        const std::uint32_t place = random.below(k + 1);
        ten[k] = ten[place];
        ten[place] = static_cast<std::uint8_t>(k);
      }
    }
    const std::uint8_t label = ten[i % ten.size()];
    const DigitImage image = draw_digit(label, seed, digits, i);
    set.pixels.insert(set.pixels.end(), image.begin(), image.end());
    set.labels.push_back(label);
  }
  return set;
}

}  // namespace

DigitImage draw_digit(int label, std::uint64_t seed, std::uint32_t stream, std::uint64_t index) {
  Philox random(seed, stream, index);
  const auto& ways = glyphs(label);
  const Paper paper = write(ways[random.below(static_cast<std::uint32_t>(ways.size()))], random);
  const float ink = static_cast<float>(random.uniform(190, 275));
  const float softness = static_cast<float>(random.uniform(0.9, 1.6));
  const float grain = static_cast<float>(random.uniform(0, 0.2));
  const float dust = static_cast<float>(random.uniform(0, 24));
  DigitImage image{};
  for (std::size_t i = 0; i < image.size(); ++i) {
    const float cover = std::clamp(0.5f - paper.edge(i) / softness, 0.0f, 1.0f);
    const float noise = static_cast<float>(random.uniform(-1, 1));
    const float value = ink * cover * (1 + grain * noise) + dust * (1 - cover) * noise;
    image[i] = static_cast<std::uint8_t>(std::clamp(value, 0.0f, 255.0f));
  }
  return image;
}

TrainTest generated_digits(const GeneratedOptions& options) {
  return {draw(options.train, options.seed, train_digits_stream, train_labels_stream),
          draw(options.test, options.seed, test_digits_stream, test_labels_stream)};
}

}  // namespace gradus::data
