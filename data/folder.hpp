#pragma once

#include <gradus/data/dataset.hpp>

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::data {

struct RemoteFile;

/// The four files of a set, as MNIST names them: training images and labels, test images and labels.
inline constexpr std::array<std::string_view, 4> file_stems{"train-images", "train-labels", "t10k-images",
                                                            "t10k-labels"};

/// The name under which a set's file is published: "train-images-idx3-ubyte" and so on.
std::string published_name(std::string_view stem);

/// A file of a set inside a folder, under its published name, with ".idx3-ubyte" for "-idx3-ubyte", or with
/// ".gz" after either; the first of these that is there.
std::optional<std::filesystem::path> find_file(const std::filesystem::path& folder, std::string_view stem);

/// Which of the four files a folder lacks, by their published names. All four: it holds no set.
std::vector<std::string> missing_files(const std::filesystem::path& folder);

/// Reads the four files of a folder. With `classes` empty they are numbered 0 up to the largest label that
/// occurs in either part. Where it is told what was `published`, in the order of file_stems, the files must
/// be that, byte for byte once unpacked. Throws FileError for a missing or unusable file, images that are not
/// ubyte of rank 3, labels that are not ubyte of rank 1, as many images as labels not being there, a label
/// out of range, or test images of another size than the training images; and for a SHA-256 that is not the
/// published one.
TrainTest read_folder(const std::filesystem::path& folder, const std::string& name,
                      std::vector<std::string> classes = {},
                      const std::array<RemoteFile, 4>* published = nullptr);

}  // namespace gradus::data
