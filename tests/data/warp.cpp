#include <gradus/data/augment/warp.hpp>
#include <gradus/tests/data/fixtures.hpp>

#include <numeric>

using namespace gradus::data;

namespace {

std::vector<float> ramp(std::size_t size) {
  std::vector<float> values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = static_cast<float>((i * 37 + 11) % 251);
  return values;
}

/// An image after the given moves.
template <class Move>
std::vector<float> moved(std::vector<float> image, std::size_t rows, std::size_t cols, const Move& move) {
  Warp warp;
  warp.reset(rows, cols);
  move(warp);
  warp.resample(image);
  return image;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(warps)

BOOST_AUTO_TEST_CASE(nothing_moves_nothing) {
  for (const auto& [rows, cols] : {std::pair{1u, 1u}, {1u, 9u}, {5u, 7u}, {28u, 28u}, {33u, 64u}}) {
    const auto image = ramp(rows * cols);
    BOOST_TEST(moved(image, rows, cols, [](Warp&) {}) == image, boost::test_tools::per_element());
    BOOST_TEST(moved(image, rows, cols, [](Warp& warp) { warp.bend(); }) == image,
               boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(whole_pixels_are_moved_exactly) {
  const auto image = ramp(35);
  const auto right_and_down = moved(image, 5, 7, [](Warp& warp) { warp.pull(1, 0, 0, 1, -2, -1); });
  for (std::size_t row = 0; row < 5; ++row)
    for (std::size_t col = 0; col < 7; ++col)
      BOOST_TEST(right_and_down[row * 7 + col] ==
                 (row >= 1 && col >= 2 ? image[(row - 1) * 7 + col - 2] : 0.0f));
  const auto mirrored = moved(image, 5, 7, [](Warp& warp) { warp.pull(-1, 0, 0, 1); });
  for (std::size_t row = 0; row < 5; ++row)
    for (std::size_t col = 0; col < 7; ++col) BOOST_TEST(mirrored[row * 7 + col] == image[row * 7 + 6 - col]);
}

BOOST_AUTO_TEST_CASE(a_quarter_turn_and_back) {
  const auto image = ramp(36);
  const auto quarter = [](Warp& warp) { warp.pull(0, 1, -1, 0); };
  const auto turned = moved(image, 6, 6, quarter);
  // What was at the top is on the right: x to the right, y down, a positive angle turns x to y.
  for (std::size_t row = 0; row < 6; ++row)
    for (std::size_t col = 0; col < 6; ++col) BOOST_TEST(turned[row * 6 + col] == image[(5 - col) * 6 + row]);
  BOOST_TEST(moved(image, 6, 6,
                   [&](Warp& warp) {
                     for (int i = 0; i < 4; ++i) quarter(warp);
                   }) == image,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(between_pixels_it_takes_their_shares) {
  const auto out = moved({0, 100, 200, 50}, 1, 4, [](Warp& warp) { warp.pull(1, 0, 0, 1, 0.25, 0); });
  BOOST_TEST(out == (std::vector<float>{25, 125, 162.5, 37.5}), boost::test_tools::per_element());
  const auto both = moved({80, 40, 20, 10}, 2, 2, [](Warp& warp) { warp.pull(1, 0, 0, 1, 0.5, 0.5); });
  BOOST_TEST(both == (std::vector<float>{37.5, 12.5, 7.5, 2.5}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(moves_join_in_the_order_of_the_calls) {
  const auto image = ramp(36);
  // Moved right by one, then mirrored: what was in column 0 is in column 1, and then in column 4.
  const auto joined = moved(image, 6, 6, [](Warp& warp) {
    warp.pull(1, 0, 0, 1, -1, 0);
    warp.pull(-1, 0, 0, 1);
  });
  BOOST_TEST(joined[4] == image[0]);
  BOOST_TEST(joined[5] == 0.0f);
  const auto one_by_one = moved(moved(image, 6, 6, [](Warp& warp) { warp.pull(1, 0, 0, 1, -1, 0); }), 6, 6,
                                [](Warp& warp) { warp.pull(-1, 0, 0, 1); });
  BOOST_TEST(joined == one_by_one, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(displacements_are_added_to_where_pixels_come_from) {
  const auto image = ramp(35);
  const auto out = moved(image, 5, 7, [](Warp& warp) {
    const Warp::Field field = warp.bend();
    field.x[2 * 7 + 3] = 2;
    field.y[2 * 7 + 3] = -1;
    warp.pull(1, 0, 0, 1, 1, 0);
  });
  BOOST_TEST(out[2 * 7 + 3] == image[1 * 7 + 6]);
  BOOST_TEST(out[2 * 7 + 2] == image[2 * 7 + 3]);
}

BOOST_AUTO_TEST_CASE(far_away_is_background) {
  for (const double far : {30.0, -30.0, 1e6, -1e6, 1e30, -1e30}) {
    const auto out = moved(ramp(35), 5, 7, [far](Warp& warp) { warp.pull(1, 0, 0, 1, far, far); });
    BOOST_TEST(std::accumulate(out.begin(), out.end(), 0.0f) == 0.0f);
  }
}

BOOST_AUTO_TEST_SUITE_END()
