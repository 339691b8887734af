#pragma once

#include <gradus/dump/textbook.hpp>

namespace gradus::page {

/// The book as it reads in training: what differs in inference is left out, and what training gets has the
/// name of what it is.
Textbook in_training(Textbook book);

}  // namespace gradus::page
