#include <gradus/base/philox.hpp>
#include <gradus/data/augment/augmentation.hpp>
#include <gradus/data/augment/registry.hpp>
#include <gradus/data/augment/transforms/elastic.hpp>
#include <gradus/data/augment/transforms/flip.hpp>
#include <gradus/data/augment/transforms/shift.hpp>
#include <gradus/tests/data/fixtures.hpp>

#include <cmath>

using namespace gradus;
using namespace gradus::test;
using namespace gradus::data;

namespace {

using Image = std::vector<std::uint8_t>;

struct Size {
  std::size_t rows, cols;
};

Image ramp(Size size) {
  Image image(size.rows * size.cols);
  for (std::size_t i = 0; i < image.size(); ++i) image[i] = static_cast<std::uint8_t>(37 * i + 11);
  return image;
}

/// A soft round spot in the middle, wider than high, that no moderate move takes over the edge.
Image spot(Size size) {
  Image image(size.rows * size.cols);
  for (std::size_t row = 0; row < size.rows; ++row)
    for (std::size_t col = 0; col < size.cols; ++col) {
      const double x = (static_cast<double>(col) - (static_cast<double>(size.cols) - 1) / 2) / 4;
      const double y = (static_cast<double>(row) - (static_cast<double>(size.rows) - 1) / 2) / 2;
      image[row * size.cols + col] = static_cast<std::uint8_t>(250 * std::exp(-(x * x + y * y) / 2));
    }
  return image;
}

std::vector<float> augmented(const std::string& chain, const Image& image, Size size,
                             std::uint32_t example = 0, std::uint64_t epoch = 0, std::uint64_t seed = 1) {
  Augmenter augmenter(Augmentation::parse(chain), size.rows, size.cols, seed);
  std::vector<float> out(image.size());
  augmenter.apply(image, epoch, example, out);
  return out;
}

/// Mass, centre and second moments of an image about its middle.
struct Moments {
  double mass = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;

  Moments(const std::vector<float>& image, Size size) {
    for (std::size_t row = 0; row < size.rows; ++row)
      for (std::size_t col = 0; col < size.cols; ++col) {
        const double v = static_cast<double>(image[row * size.cols + col]);
        const double px = static_cast<double>(col) - (static_cast<double>(size.cols) - 1) / 2;
        const double py = static_cast<double>(row) - (static_cast<double>(size.rows) - 1) / 2;
        mass += v, x += v * px, y += v * py;
        xx += v * px * px, xy += v * px * py, yy += v * py * py;
      }
    x /= mass, y /= mass;
    xx = xx / mass - x * x, xy = xy / mass - x * y, yy = yy / mass - y * y;
  }
};

/// The least, the largest, the mean and the deviation of a measure over many examples.
struct Spread {
  double least = 1e300, most = -1e300, mean = 0, deviation = 0;

  template <class Measure>
  Spread(const std::string& chain, const Measure& measure) {
    constexpr Size size{40, 48};
    constexpr int examples = 2000;
    const Image image = spot(size);
    double squares = 0;
    for (std::uint32_t i = 0; i < examples; ++i) {
      const double value = measure(Moments(augmented(chain, image, size, i), size));
      least = std::min(least, value);
      most = std::max(most, value);
      mean += value / examples;
      squares += value * value / examples;
    }
    deviation = std::sqrt(squares - mean * mean);
  }

  /// Uniform from low to high; a spot's measure is as exact as `rounding` says.
  void check_uniform(double low, double high, double rounding) const {
    const double width = high - low;
    BOOST_TEST(least > low - rounding);
    BOOST_TEST(most < high + rounding);
    BOOST_TEST(least < low + 0.01 * width + rounding);
    BOOST_TEST(most > high - 0.01 * width - rounding);
    BOOST_TEST(std::abs(mean - (low + high) / 2) < 0.03 * width + rounding);
    BOOST_TEST(deviation == width / std::sqrt(12.0), boost::test_tools::tolerance(0.05));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(augment)

BOOST_AUTO_TEST_CASE(chains_as_text) {
  const auto text = [](const std::string& chain) { return Augmentation::parse(chain).text(); };
  BOOST_TEST(text("shift") == "shift:pixels=2");
  BOOST_TEST(text("rotate:15") == "rotate:degrees=15");
  BOOST_TEST(text("elastic:sigma=5") == "elastic:alpha=34:sigma=5");
  BOOST_TEST(text("elastic:20:sigma=6") == "elastic:alpha=20:sigma=6");
  BOOST_TEST(text("elastic:20:6,shift:1.5,shift") ==
             "elastic:alpha=20:sigma=6,shift:pixels=1.5,shift:pixels=2");
  for (const auto& transform : registered_transforms()) {
    const std::string usual = text(transform.name);
    BOOST_TEST(text(usual) == usual);
  }
  BOOST_TEST(Augmentation({Shift{.pixels = 1}, Elastic{}}).text() ==
             "shift:pixels=1,elastic:alpha=34:sigma=4");
  BOOST_TEST(Augmentation().text() == "");
  BOOST_TEST(Augmentation().empty());
}

BOOST_AUTO_TEST_CASE(chains_that_cannot_be) {
  const auto refused = [](auto error, const std::string& chain, const std::string& message) {
    check_refused<decltype(error)>([&] { Augmentation::parse(chain); }, message);
  };
  const std::string hint = "as in shift,rotate:15,elastic:alpha=34:sigma=4 (gradus list transforms)";
  refused(ValueError(""), "", "an augmentation needs at least one transform, " + hint);
  for (const char* chain : {",", "shift,", ",shift", "shift,,rotate"})
    refused(ValueError(""), chain,
            "the augmentation '" + std::string(chain) +
                "' has a comma with no transform before or behind it; name them " + hint);
  const std::string known = " Known: elastic, erase, flip, noise, rotate, scale, shear, shift.";
  refused(NameError(""), "rotat", "unknown transform 'rotat'; did you mean 'rotate'?" + known);
  refused(NameError(""), "shift rotate", "unknown transform 'shift rotate'." + known);
  refused(NameError(""), "none", "unknown transform 'none'." + known);
  refused(NameError(""), "elastic:sigm=4",
          "unknown parameter of the transform elastic 'sigm'; did you mean 'sigma'? Known: alpha, sigma.");
  refused(ValueError(""), "rotate:15:3", "the transform rotate takes degrees and nothing more");
  refused(ValueError(""), "elastic:34:alpha=30", "the transform elastic is given alpha twice");
  for (const char* number : {"", "x", "-1", "181", "nan", "inf", "1e999", "15°", "1 "})
    refused(
        ValueError(""), "rotate:" + std::string(number),
        "degrees of the transform rotate must be a number from 0 to 180, not '" + std::string(number) + "'");
  refused(ValueError(""), "elastic:sigma=0",
          "sigma of the transform elastic must be a number from 0.1 to 100, not '0'");
  refused(ValueError(""), "flip:2",
          "probability of the transform flip must be a number from 0 to 1, not '2'");
}

BOOST_AUTO_TEST_CASE(without_strength_nothing_changes) {
  for (const Size size : {Size{1, 1}, Size{5, 7}, Size{28, 28}}) {
    const Image image = ramp(size);
    const std::vector<float> same(image.begin(), image.end());
    for (const char* chain : {"shift:0", "rotate:0", "scale:0", "shear:0", "elastic:0", "flip:0", "noise:0",
                              "erase:0", "shift:0,noise:0,rotate:0,elastic:0"})
      BOOST_TEST_CONTEXT(chain)
    BOOST_TEST(augmented(chain, image, size, 3) == same, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(an_image_depends_on_seed_epoch_example_and_place_alone) {
  constexpr Size size{9, 12};
  const Image image = ramp(size);
  for (const auto& transform : registered_transforms()) {
    std::string chain = transform.name;
    // What happens by chance must happen here.
    if (transform.parameters.front().name == "probability") chain += ":1";
    BOOST_TEST_CONTEXT(chain) {
      const auto first = augmented(chain, image, size, 5, 2, 9);
      BOOST_TEST(augmented(chain, image, size, 5, 2, 9) == first, boost::test_tools::per_element());
      const bool same_always = chain == "flip:1";
      BOOST_TEST((augmented(chain, image, size, 6, 2, 9) == first) == same_always);
      BOOST_TEST((augmented(chain, image, size, 5, 3, 9) == first) == same_always);
      BOOST_TEST((augmented(chain, image, size, 5, 2, 8) == first) == same_always);
      BOOST_TEST((augmented("shift:0," + chain, image, size, 5, 2, 9) == first) == same_always);

      Augmenter busy(Augmentation::parse(chain), size.rows, size.cols, 9);
      std::vector<float> out(image.size());
      for (const std::uint32_t example : {8u, 5u, 0u, 5u}) busy.apply(image, 2, example, out);
      BOOST_TEST(out == first, boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(images_of_any_size_stay_between_black_and_white) {
  for (const Size size : {Size{1, 1}, Size{1, 9}, Size{9, 1}, Size{5, 7}, Size{31, 65}, Size{100, 3}}) {
    const Image image = ramp(size);
    for (const char* chain :
         {"shift:30,rotate:180,scale:0.9,shear:2,elastic:200:1,flip,noise:1,erase:1:1", "elastic:500:100",
          "erase:1:0.02", "noise:10,shift,noise,elastic,elastic:34:20", "elastic:1:0.1"})
      for (std::uint32_t example = 0; example < 20; ++example)
        for (const float v : augmented(chain, image, size, example)) {
          BOOST_TEST_REQUIRE(v >= 0.0f);
          BOOST_TEST_REQUIRE(v <= 255.001f);
        }
  }
}

BOOST_AUTO_TEST_CASE(shifts_go_both_ways_by_as_much_as_allowed) {
  Spread("shift:3", [](const Moments& m) { return m.x; }).check_uniform(-3, 3, 0.01);
  Spread("shift:3", [](const Moments& m) { return m.y; }).check_uniform(-3, 3, 0.01);
}

BOOST_AUTO_TEST_CASE(rotations_turn_by_as_much_as_allowed) {
  const auto degrees = [](const Moments& m) {
    return std::atan2(2 * m.xy, m.xx - m.yy) * 90 / std::numbers::pi;
  };
  Spread("rotate:20", degrees).check_uniform(-20, 20, 0.2);
  BOOST_TEST(Spread("rotate:20", [](const Moments& m) { return m.x * m.x + m.y * m.y; }).most < 1e-4);
}

BOOST_AUTO_TEST_CASE(scales_stretch_both_directions_by_themselves) {
  // Bilinear resampling widens every spot by a little, which the wide direction hardly feels.
  const double width = std::sqrt(Moments(augmented("shift:0", spot({40, 48}), {40, 48}), {40, 48}).xx);
  Spread("scale:0.2", [&](const Moments& m) {
    return std::sqrt(m.xx) / width;
  }).check_uniform(0.8, 1.2, 0.01);
  Spread both("scale:0.2", [](const Moments& m) { return m.xx / m.yy; });
  BOOST_TEST(both.least < 2);
  BOOST_TEST(both.most > 7);
}

BOOST_AUTO_TEST_CASE(shears_lean_upright_strokes) {
  Spread("shear:0.5", [](const Moments& m) { return -m.xy / m.yy; }).check_uniform(-0.5, 0.5, 0.03);
}

BOOST_AUTO_TEST_CASE(flips_happen_with_their_probability) {
  constexpr Size size{3, 4};
  const Image image = ramp(size);
  const std::vector<float> same(image.begin(), image.end());
  const auto mirrored = augmented("flip:1", image, size);
  for (std::size_t i = 0; i < 12; ++i) BOOST_TEST(mirrored[i] == same[i / 4 * 4 + 3 - i % 4]);
  int flipped = 0;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const auto out = augmented("flip:0.3", image, size, i);
    BOOST_TEST((out == same || out == mirrored));
    if (out == mirrored) ++flipped;
  }
  BOOST_TEST(std::abs(flipped - 300) < 45);
}

BOOST_AUTO_TEST_CASE(noise_has_its_deviation_and_no_direction) {
  constexpr Size size{50, 51};
  const auto out = augmented("noise:0.1", Image(50 * 51, 128), size);
  double sum = 0, squares = 0;
  for (const float v : out) {
    sum += static_cast<double>(v) - 128;
    squares += (static_cast<double>(v) - 128) * (static_cast<double>(v) - 128);
  }
  const double n = 50 * 51;
  BOOST_TEST(std::abs(sum / n) < 4 * 25.5 / std::sqrt(n));
  BOOST_TEST(std::sqrt(squares / n) == 25.5, boost::test_tools::tolerance(0.05));
  for (const float v : augmented("noise:2", Image(50 * 51, 128), size)) BOOST_TEST((v >= 0 && v <= 255));
}

BOOST_AUTO_TEST_CASE(a_rectangle_is_erased) {
  constexpr Size size{30, 40};
  const Image image(30 * 40, 0);
  double least = 1, most = 0;
  for (std::uint32_t i = 0; i < 500; ++i) {
    const auto out = augmented("erase:1:0.3", image, size, i);
    std::size_t top = 30, bottom = 0, left = 40, right = 0, touched = 0;
    for (std::size_t row = 0; row < 30; ++row)
      for (std::size_t col = 0; col < 40; ++col)
        if (out[row * 40 + col] != 0) {
          top = std::min(top, row), bottom = std::max(bottom, row + 1);
          left = std::min(left, col), right = std::max(right, col + 1);
          ++touched;
        }
    const double area = static_cast<double>((bottom - top) * (right - left));
    // One value of 256 looks untouched.
    BOOST_TEST(static_cast<double>(touched) > 0.85 * area);
    least = std::min(least, area / 1200);
    most = std::max(most, area / 1200);
  }
  BOOST_TEST(least > 0.01);
  BOOST_TEST(least < 0.03);
  BOOST_TEST(most < 0.33);
  BOOST_TEST(most > 0.28);
}

BOOST_AUTO_TEST_CASE(elastic_displacements_are_smoothed_noise) {
  for (const Size size : {Size{1, 1}, Size{5, 7}, Size{28, 28}, Size{20, 70}})
    for (const Elastic elastic : {Elastic{}, Elastic{.alpha = 10, .sigma = 1.3}, Elastic{.sigma = 30}})
      BOOST_TEST_CONTEXT(size.rows << "x" << size.cols << " sigma " << elastic.sigma) {
        Warp warp;
        warp.reset(size.rows, size.cols);
        Philox random(3, 4, 5);
        elastic.warp(warp, random);
        const Warp::Field field = warp.bend();

        // The formula as it stands: a sum over the whole image for each pixel.
        std::vector<double> x, y;
        Philox again(3, 4, 5);
        for (std::size_t i = 0; i < size.rows * size.cols; ++i) {
          const std::uint32_t word = again.next();
          x.push_back((word & 0xffff) / 32767.5 - 1);
          y.push_back((word >> 16) / 32767.5 - 1);
        }
        const int reach = static_cast<int>(std::ceil(3 * elastic.sigma));
        const auto g = [&](int k) { return std::exp(-k * k / (2 * elastic.sigma * elastic.sigma)); };
        double sum = 0;
        for (int k = -reach; k <= reach; ++k) sum += g(k);
        const auto rows = static_cast<int>(size.rows), cols = static_cast<int>(size.cols);
        double worst = 0;
        for (int row = 0; row < rows; ++row)
          for (int col = 0; col < cols; ++col) {
            double dx = 0, dy = 0;
            for (int r = std::max(0, row - reach); r <= std::min(rows - 1, row + reach); ++r)
              for (int c = std::max(0, col - reach); c <= std::min(cols - 1, col + reach); ++c) {
                const double w = elastic.alpha * g(r - row) * g(c - col) / (sum * sum);
                dx += w * x[static_cast<std::size_t>(r * cols + c)];
                dy += w * y[static_cast<std::size_t>(r * cols + c)];
              }
            const auto i = static_cast<std::size_t>(row * cols + col);
            worst = std::max({worst, std::abs(dx - static_cast<double>(field.x[i])),
                              std::abs(dy - static_cast<double>(field.y[i]))});
          }
        BOOST_TEST(worst < 1e-5);
      }
}

BOOST_AUTO_TEST_CASE(elastic_displacements_of_simards_digits_are_of_about_a_pixel) {
  double squares = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    Warp warp;
    warp.reset(28, 28);
    Philox random(1, 0, i);
    Elastic{}.warp(warp, random);
    const auto centre = static_cast<double>(warp.bend().x[14 * 28 + 14]);
    squares += centre * centre / 400;
  }
  // α / (√3 · 2 σ √π): the deviation of uniform noise, times the square root of the sum of G_σ².
  BOOST_TEST(std::sqrt(squares) == 34 / (std::sqrt(3.0) * 8 * std::sqrt(std::numbers::pi)),
             boost::test_tools::tolerance(0.1));
}

BOOST_AUTO_TEST_SUITE_END()
