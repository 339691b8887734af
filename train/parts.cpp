#include <gradus/train/parts.hpp>

namespace gradus {

const Parts& library_parts() {
  static const Parts parts;
  return parts;
}

}  // namespace gradus
