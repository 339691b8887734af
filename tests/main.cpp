#define BOOST_TEST_MODULE gradus
#include <boost/test/unit_test.hpp>
