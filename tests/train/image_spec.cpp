#include <gradus/base/json.hpp>
#include <gradus/tests/data/fixtures.hpp>
#include <gradus/train/image_spec.hpp>

using namespace gradus;
using namespace gradus::test;

BOOST_AUTO_TEST_SUITE(seen_images_of_a_run)

BOOST_AUTO_TEST_CASE(come_back_from_json_as_they_were) {
  const ImageSpec images{28, 27, {"zero", "one"}, 20, {1.0 / 255, -0.5}};
  const nlohmann::json json = images;
  const ImageSpec read = image_spec_from_json({json, "report.json"});
  BOOST_TEST(read.rows == 28U);
  BOOST_TEST(read.columns == 27U);
  BOOST_TEST(read.drawn_size == 20U);
  BOOST_TEST(read.classes == images.classes, boost::test_tools::per_element());
  BOOST_TEST(read.scale.scale == 1.0 / 255);
  BOOST_TEST(read.scale.shift == -0.5);
}

BOOST_AUTO_TEST_CASE(refused) {
  const auto refused = [](const char* name, const nlohmann::json& value, const std::string& expected) {
    nlohmann::json json = ImageSpec{28, 27, {"zero", "one"}, 20, {1, 0}};
    json[name] = value;
    check_refused<FileError>(
        [&] {
          image_spec_from_json({json, "report.json"});
        },
        "'report.json': " + expected + "; the file is damaged or was changed by hand");
  };
  refused("rows", 0, "'rows' must be a whole number from 1 to 65536, not 0");
  refused("columns", 65537, "'columns' must be a whole number from 1 to 65536, not 65537");
  refused("classes", nlohmann::json::array(), "'classes' must be a list of at least one name, not a list");
}

BOOST_AUTO_TEST_SUITE_END()
