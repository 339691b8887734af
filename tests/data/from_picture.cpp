#include <gradus/data/from_picture.hpp>
#include <gradus/data/generated.hpp>
#include <gradus/tests/data/fixtures.hpp>

#include <cmath>
#include <functional>

using namespace gradus;
using namespace gradus::test;
using namespace gradus::data;

namespace {

using Image = std::vector<std::uint8_t>;

/// A picture of grey values, opaque.
Raster picture(std::size_t width, std::size_t height,
               const std::function<int(std::size_t row, std::size_t col)>& grey) {
  Raster made{width, height, 2, {}};
  for (std::size_t row = 0; row < height; ++row)
    for (std::size_t col = 0; col < width; ++col) {
      made.pixels.push_back(static_cast<std::uint8_t>(grey(row, col)));
      made.pixels.push_back(255);
    }
  return made;
}

/// White on black: a bar of 40 × 10 in a picture of 90 × 70, away from the middle.
int bar(std::size_t row, std::size_t col) { return row >= 20 && row < 60 && col >= 61 && col < 71 ? 255 : 0; }

struct Drawn {
  double mass = 0, x = 0, y = 0;
  std::size_t top = 99, bottom = 0;

  explicit Drawn(const Image& image) {
    for (std::size_t row = 0; row < 28; ++row)
      for (std::size_t col = 0; col < 28; ++col) {
        const double v = image[row * 28 + col];
        mass += v;
        x += v * (static_cast<double>(col) + 0.5);
        y += v * (static_cast<double>(row) + 0.5);
        if (v > 50) top = std::min(top, row), bottom = std::max(bottom, row + 1);
      }
    x /= mass, y /= mass;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(pictures)

BOOST_AUTO_TEST_CASE(what_is_drawn_is_scaled_and_centred) {
  const Drawn drawn(from_picture(picture(90, 70, bar), "bar.png", 28, 28, 20));
  BOOST_TEST(drawn.x == 14, boost::test_tools::tolerance(0.002));
  BOOST_TEST(drawn.y == 14, boost::test_tools::tolerance(0.002));
  BOOST_TEST(drawn.bottom - drawn.top == 20u);
  BOOST_TEST(drawn.mass == 255 * 20 * 5, boost::test_tools::tolerance(0.03));
}

BOOST_AUTO_TEST_CASE(small_pictures_are_enlarged) {
  const Drawn drawn(from_picture(
      picture(9, 7,
              [](std::size_t row, std::size_t col) { return row >= 1 && row < 6 && col == 2 ? 90 : 0; }),
      "small.png", 28, 28, 20));
  BOOST_TEST(drawn.x == 14, boost::test_tools::tolerance(0.002));
  BOOST_TEST(drawn.y == 14, boost::test_tools::tolerance(0.002));
  BOOST_TEST(std::abs(static_cast<double>(drawn.bottom - drawn.top) - 20) <= 4);
}

BOOST_AUTO_TEST_CASE(light_dark_and_transparent_backgrounds_are_the_same) {
  const Image dark = from_picture(picture(90, 70, bar), "x.png", 28, 28, 20);
  BOOST_TEST(from_picture(picture(90, 70, [](auto r, auto c) { return 255 - bar(r, c); }), "x.png", 28, 28,
                          20) == dark,
             boost::test_tools::per_element());
  BOOST_TEST(from_picture(picture(90, 70, [](auto r, auto c) { return 220 - bar(r, c) / 3; }), "x.png", 28,
                          28, 20) == dark,
             boost::test_tools::per_element());
  Raster transparent = picture(90, 70, [](auto, auto) { return 0; });
  for (std::size_t i = 0; i < 90 * 70; ++i)
    transparent.pixels[2 * i + 1] = static_cast<std::uint8_t>(bar(i / 90, i % 90));
  BOOST_TEST(from_picture(transparent, "x.png", 28, 28, 20) == dark, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_grain_of_paper_is_no_ink) {
  const auto grainy = [](std::size_t row, std::size_t col) {
    return 235 - (bar(row, col) != 0 ? 200 : static_cast<int>((row * 31 + col * 17) % 13));
  };
  const Drawn drawn(from_picture(picture(90, 70, grainy), "x.png", 28, 28, 20));
  BOOST_TEST(std::abs(drawn.x - 14) < 0.2);
  BOOST_TEST(drawn.bottom - drawn.top == 20u);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_centred_is_kept_whole) {
  // All its mass at one end: centred by that, the other end would not be on the image.
  const auto club = [](std::size_t row, std::size_t col) {
    return (row >= 10 && row < 110 && col >= 58 && col < 62) ||
                   (row >= 90 && row < 110 && col >= 45 && col < 75)
               ? 255
               : 0;
  };
  const Drawn drawn(from_picture(picture(120, 120, club), "x.png", 28, 28, 26));
  BOOST_TEST(drawn.top == 0u);
  BOOST_TEST(drawn.bottom == 26u);
  BOOST_TEST(drawn.y > 15);
}

BOOST_AUTO_TEST_CASE(pictures_of_the_right_size_are_taken_as_they_are) {
  const Dataset digits = generated_digits({.seed = 3, .train = 10, .test = 1}).train;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const auto image = digits.image(i);
    const std::size_t drawn = drawn_size(Subset(digits, i, 1));
    const auto at = [&](std::size_t row, std::size_t col) { return image[row * 28 + col]; };
    BOOST_TEST(from_picture(picture(28, 28, at), "x.png", 28, 28, drawn) == image,
               boost::test_tools::per_element());
    BOOST_TEST(from_picture(picture(28, 28, [&](auto r, auto c) { return 255 - at(r, c); }), "x.png", 28, 28,
                            drawn) == image,
               boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(so_are_those_on_which_the_size_of_what_is_drawn_is_usual) {
  for (const std::size_t length : {13u, 14u, 20u, 21u, 22u, 28u}) {
    const auto line = [&](std::size_t row, std::size_t col) {
      return row < length && col >= 3 && col < 6 ? 200 : 0;
    };
    const Image image = from_picture(picture(28, 28, line), "x.png", 28, 28, 20);
    const Drawn drawn(image);
    if (length >= 14 && length <= 21) {
      BOOST_TEST(drawn.x == 4.5);
      BOOST_TEST(drawn.bottom == length);
      BOOST_TEST(image[3] == 200);
    } else {
      BOOST_TEST(drawn.x == 14, boost::test_tools::tolerance(0.01));
      BOOST_TEST(std::abs(static_cast<double>(drawn.bottom - drawn.top) - 20) <= 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(digits_survive_being_drawn_large_elsewhere) {
  const Dataset digits = generated_digits({.seed = 3, .train = 50, .test = 1}).train;
  double error = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const auto image = digits.image(i);
    const auto large = [&](std::size_t row, std::size_t col) {
      return row >= 40 && row < 320 && col >= 10 && col < 290
                 ? 255 - image[(row - 40) / 10 * 28 + (col - 10) / 10]
                 : 255;
    };
    const Drawn back(from_picture(picture(400, 330, large), "x.png", 28, 28, 20));
    error = std::max({error, std::abs(back.x - 14), std::abs(back.y - 14)});
  }
  BOOST_TEST(error < 0.5);
}

BOOST_AUTO_TEST_CASE(nothing_drawn) {
  for (const auto& size : {std::pair{1u, 1u}, {28u, 28u}, {50u, 3u}})
    check_refused<FileError>(
        [&] {
          from_picture(picture(size.first, size.second, [](auto r, auto) { return 128 + int(r % 9); }),
                       "x.png", 28, 28, 20);
        },
        "nothing is drawn on 'x.png': its pixels are all nearly as bright as its background");
}

BOOST_AUTO_TEST_CASE(the_usual_size_of_what_is_drawn) {
  Dataset set;
  set.rows = 5;
  set.cols = 7;
  for (const std::size_t length : {3u, 4u, 4u, 6u, 0u}) {
    for (std::size_t i = 0; i < 35; ++i)
      set.pixels.push_back(i / 7 == 2 && i % 7 < length ? 100 : 19 * (i % 2));
    if (length == 0) std::fill(set.pixels.end() - 35, set.pixels.end(), 0);
    set.labels.push_back(0);
  }
  BOOST_TEST(drawn_size(set) == 4u);
  check_refused<ValueError>([&] { drawn_size(Subset(set, 0, 0)); }, "no images to measure what is drawn on");
}

BOOST_AUTO_TEST_SUITE_END()
