#include <gradus/base/registry.hpp>
#include <gradus/tests/support/refusal.hpp>

#include <array>
#include <cmath>

using namespace gradus;
using namespace gradus::test;

namespace {

struct Wave {
  static constexpr PartDescription description{"wave", "height · sin(2π x / length)"};
  static constexpr std::array<std::string_view, 2> aliases{"sine", "ripple"};
  double length = required;
  double height = 1;

  static constexpr auto parameters() {
    return std::array{Parameter{"length", &Wave::length, above(0), "from crest to crest"},
                      Parameter{"height", &Wave::height, from_to_below(-1, 2)}};
  }
};

struct Flat {
  static constexpr PartDescription description{"flat", "0"};
};

struct Lasting {
  static constexpr PartDescription description{"lasting", "1 for a while"};
  double total = of_run, rest = 0;

  static constexpr auto parameters() {
    return std::array{Parameter{"total", &Lasting::total, above(0)}.also("span"),
                      Parameter{"rest", &Lasting::rest, from(0)}.by_default("as total")};
  }
};

/// What either becomes.
struct Made {
  template <class T>
  explicit Made(const T& part) : values(values_of(part)) {}
  std::vector<double> values;
};

struct Shapes {
  Registry<Made> registry{"shape"};
  Shapes() { registry.add<Wave>().add<Flat>(); }

  template <class Thrown = ValueError>
  void refused(const std::string& text, const std::string& message) const {
    check_refused<Thrown>([&] { registry.parse(text); }, message);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(part)

BOOST_AUTO_TEST_CASE(a_default_in_words_and_another_name) {
  const PartInfo lasting = info_of<Lasting>("shape");
  BOOST_TEST(lasting.defaults_text() == "total of the run, rest as total");
  BOOST_TEST(lasting.place("span") == 0);
  BOOST_TEST(lasting.read(std::vector<std::string>{"span=3", "rest=2"})[0] == 3);
  BOOST_CHECK_EXCEPTION(lasting.place(""), NameError,
                        says("unknown parameter of the shape lasting ''. Known: total, rest."));
}

BOOST_AUTO_TEST_CASE(limits) {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto check = [&](Limits limits, const std::string& text, std::vector<double> inside,
                         std::vector<double> outside) {
    BOOST_TEST(limits.text() == text);
    for (const double value : inside) BOOST_TEST(limits.holds(value), text << " " << value);
    outside.insert(outside.end(), {infinity, -infinity, std::nan("")});
    for (const double value : outside) BOOST_TEST(!limits.holds(value), text << " " << value);
  };
  check({}, "a number", {-1e300, 0, 5}, {});
  check(from(0), "a number from 0 on", {0, 1e300}, {-1e-300});
  check(above(0), "a number above 0", {1e-300}, {0, -1});
  check(from(-1, 2), "a number from -1 to 2", {-1, 0, 2}, {-1.5, 2.5});
  check(from_to_below(0, 1), "a number from 0 to below 1", {0, 0.5}, {1, -1e-300});
}

BOOST_FIXTURE_TEST_CASE(read_and_written, Shapes) {
  const auto values = [&](const std::string& text) { return registry.parse(text).values; };
  BOOST_TEST(values("wave:3") == (std::vector<double>{3, 1}), boost::test_tools::per_element());
  BOOST_TEST(values("wave:3:0.5") == (std::vector<double>{3, 0.5}), boost::test_tools::per_element());
  BOOST_TEST(values("sine:height=-1:length=2e1") == (std::vector<double>{20, -1}),
             boost::test_tools::per_element());
  BOOST_TEST(values("flat").empty());
  const PartInfo& wave = registry.find("ripple");
  BOOST_TEST(wave.form() == "wave:LENGTH");
  BOOST_TEST(wave.defaults_text() == "length, height 1");
  BOOST_TEST(wave.write(std::vector<double>{3, 1}) == "wave:3:height=1");
  BOOST_TEST(wave.write_short(std::vector<double>{3, 1}) == "wave:3");
  BOOST_TEST(wave.write_short(std::vector<double>{3, 0.5}) == "wave:3:height=0.5");
  BOOST_TEST(registry.own_name("ripple:3") == "wave:3");
  BOOST_TEST(wave.parameters[0].help == "from crest to crest");
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_read, Shapes) {
  refused<NameError>("ripples", "unknown shape 'ripples'; did you mean 'ripple'? Known: wave, flat.");
  refused<NameError>("", "unknown shape ''. Known: wave, flat.");
  refused("wave", "the shape wave needs length, as in wave:LENGTH");
  refused("wave:height=1", "the shape wave needs length, as in wave:LENGTH");
  refused("flat:1", "the shape flat takes no number");
  refused("wave:1:1:1", "the shape wave takes length, height and nothing more");
  refused("wave:1:length=1", "the shape wave is given length twice");
  refused<NameError>(
      "wave:lenght=1",
      "unknown parameter of the shape wave 'lenght'; did you mean 'length'? Known: length, height.");
  for (const char* number : {"", "x", "1x", " 1", "0", "nan", "inf", "1e999"})
    refused("wave:" + std::string(number),
            "length of the shape wave must be a number above 0, not '" + std::string(number) + "'");
  refused("wave:1:2", "height of the shape wave must be a number from -1 to below 2, not '2'");
  check_refused<NameError>([&] { registry.add<Flat>(); }, "there are two of the kind shape called 'flat'");
}

BOOST_FIXTURE_TEST_CASE(made_from_some_parameters, Shapes) {
  const auto& wave = registry.find("wave");
  BOOST_TEST(wave.make({{"length", 2}}).values[0] == 2);
  check_refused<NameError>(
      [&] {
        wave.make({{"width", 2}});
      },
      "unknown parameter of the shape wave 'width'. Known: length, height.");
}

BOOST_AUTO_TEST_SUITE_END()
