#include <gradus/data/catalogue.hpp>

namespace gradus::data {
namespace {

// Lengths of the uncompressed files: 16 bytes of header and 28 × 28 an image, 8 bytes of header and 1 a
// label.
std::array<RemoteFile, 4> files(const std::array<std::string, 4>& checksums) {
  return {{{"train-images-idx3-ubyte", 16 + 60000 * 784, checksums[0]},
           {"train-labels-idx1-ubyte", 8 + 60000, checksums[1]},
           {"t10k-images-idx3-ubyte", 16 + 10000 * 784, checksums[2]},
           {"t10k-labels-idx1-ubyte", 8 + 10000, checksums[3]}}};
}

}  // namespace

std::vector<KnownSet> known_sets() {
  return {
      {"mnist",
       "handwritten digits, 28×28, 60,000 + 10,000 (LeCun, Cortes, Burges 1998)",
       {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
       files({"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
              "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
              "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
              "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}),
       {"https://ossci-datasets.s3.amazonaws.com/mnist",
        "https://storage.googleapis.com/cvdf-datasets/mnist"}},
      {"fashion-mnist",
       "articles of clothing, 28×28, 60,000 + 10,000 (Xiao, Rasul, Vollgraf 2017)",
       {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
        "Ankle boot"},
       files({"c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
              "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
              "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
              "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"}),
       {"https://storage.googleapis.com/tensorflow/tf-keras-datasets",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion"}},
  };
}

}  // namespace gradus::data
