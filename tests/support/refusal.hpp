#pragma once

#include <boost/test/unit_test.hpp>

#include <exception>
#include <string>

namespace gradus::test {

/// For BOOST_CHECK_EXCEPTION: the error has exactly this message.
inline auto says(std::string message) {
  return [message = std::move(message)](const std::exception& error) {
    BOOST_TEST(error.what() == message);
    return error.what() == message;
  };
}

/// Checks that an action throws exactly this error with exactly this message.
template <class Thrown, class Action>
void check_refused(const Action& action, const std::string& message) {
  BOOST_CHECK_EXCEPTION(action(), Thrown, says(message));
}

}  // namespace gradus::test
