#pragma once

#include <gradus/train/settings.hpp>

namespace gradus {

/// A word of a shell: quoted where it holds anything but plain characters.
std::string shell_word(const std::string& text);

/// The command that repeats a run: `gradus train MODEL` with the data, the seed, and each flag whose value is
/// not the default, quoted for a shell. The number of threads is left out, since results do not depend on it.
std::string train_command(const TrainSettings& settings);

}  // namespace gradus
