#pragma once

#include <gradus/dump/page/box.hpp>

namespace gradus::page {

/// A training step as rows: one band for each layer, in which stand what it computes, the gradients that flow
/// back through it, and its update.
struct Bands {
  std::vector<std::string> names;
  std::vector<std::size_t> of;  ///< the band of each node
};

/// Scopes become bands: the outermost, or inner ones where that holds too many nodes. A forward node outside
/// of all scopes joins the band that all its inputs are in; sources outside of scopes stand together; others
/// start bands of their own. Backward and update nodes stand beside the node they were made for; those that
/// were made for none as their scopes say, or beside what they read.
Bands arrange_in_bands(const std::vector<Box>& nodes);

}  // namespace gradus::page
