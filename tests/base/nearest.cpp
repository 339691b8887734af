#include <gradus/base/nearest.hpp>

#include <boost/test/unit_test.hpp>

using gradus::nearest;
using gradus::unknown_name;

BOOST_AUTO_TEST_SUITE(nearest_names)

BOOST_AUTO_TEST_CASE(one_edit) {
  for (const char* name : {"mnits", "mnst", "mnnist", "mnisd", "nmist", "MNIST", "Mnits"})
    BOOST_TEST(nearest(name, {"fashion-mnist", "mnist"}) == "mnist", name);
}

BOOST_AUTO_TEST_CASE(a_third_of_the_letters) {
  BOOST_TEST(nearest("momtenum", {"momentum"}) == "momentum");
  BOOST_TEST(nearest("sigmiod", {"softmax", "sigmoid", "softplus"}) == "sigmoid");
  BOOST_TEST(nearest("abcdef", {"abcdXY"}) == "abcdXY");
  BOOST_TEST(nearest("abcdef", {"abcXYZ"}) == "");
  BOOST_TEST(nearest("abcde", {"abcXY"}) == "");
}

BOOST_AUTO_TEST_CASE(swaps_count_once_only_between_neighbours) {
  BOOST_TEST(nearest("ab", {"ba"}) == "ba");
  BOOST_TEST(nearest("abc", {"cba"}) == "");
  BOOST_TEST(nearest("abcd", {"badc"}) == "");
  BOOST_TEST(nearest("abcdef", {"badcef"}) == "badcef");
}

BOOST_AUTO_TEST_CASE(short_and_empty_names) {
  BOOST_TEST(nearest("", {"mnist"}) == "");
  BOOST_TEST(nearest("", {"a"}) == "a");
  BOOST_TEST(nearest("a", {}) == "");
  BOOST_TEST(nearest("sg", {"sgd", "adam"}) == "sgd");
}

BOOST_AUTO_TEST_CASE(the_closest_and_of_equals_the_first) {
  BOOST_TEST(nearest("adamx", {"adamw", "nadam", "adam"}) == "adamw");
  BOOST_TEST(nearest("nadam", {"adam", "nadam"}) == "nadam");
}

BOOST_AUTO_TEST_CASE(messages) {
  BOOST_TEST(unknown_name("data set", "mnits", {"mnist", "generated"}) ==
             "unknown data set 'mnits'; did you mean 'mnist'? Known: mnist, generated.");
  BOOST_TEST(unknown_name("op", "xyz", {"add", "exp"}) == "unknown op 'xyz'. Known: add, exp.");
}

BOOST_AUTO_TEST_SUITE_END()
