#include <gradus/data/idx.hpp>
#include <gradus/fuzz/support/target.hpp>

void gradus::fuzz::take(std::string_view input) {
  const data::IdxArray array = data::parse_idx(input, "input");
  std::size_t count = 1;
  for (const std::size_t extent : array.shape) count *= extent;
  require(array.size() == count, "as many elements as the shape says");
}
