#include <gradus/data/gzip.hpp>
#include <gradus/fuzz/support/target.hpp>

void gradus::fuzz::take(std::string_view input) {
  constexpr std::size_t limit = 1 << 20;
  require(data::gunzip(input, "input", limit).size() <= limit, "no more comes out than was asked for");
}
