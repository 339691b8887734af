#include <fmt/ranges.h>
#include <gradus/base/png.hpp>
#include <gradus/tests/cli/program.hpp>

using namespace gradus;
using namespace gradus::test;

namespace {

struct Train : test::Program {
  /// Checks that `gradus train mlp` refuses these flags and leaves no folder behind.
  void refused(const std::vector<std::string>& flags, const std::string& message, int code = 1) const {
    BOOST_TEST_CONTEXT(fmt::format("{}", fmt::join(flags, " "))) {
      std::vector<std::string> words{"train", "mlp", "--data", set.string(), "--out", path("run")};
      words.insert(words.end(), flags.begin(), flags.end());
      refuses(words, message, code);
      BOOST_TEST(!fs::exists(folder / "run"));
    }
  }
  /// The same for what the command line's grammar forbids.
  void misused(const std::vector<std::string>& flags, const std::string& message) const {
    refused(flags, message + " 'gradus train mlp --help' lists what there is.", 2);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(mistakes, Train)

BOOST_AUTO_TEST_CASE(networks_that_cannot_be) {
  const auto refused_by = [&](const std::vector<std::string>& flags, const std::string& part) {
    std::vector<std::string> words{"train", "cnn",       "--data",       set.string(),
                                   "--out", path("run"), "--validation", "30"};
    words.insert(words.end(), flags.begin(), flags.end());
    const ProcessResult said = gradus(words);
    BOOST_TEST(said.code == 1);
    BOOST_TEST(said.err.find(part) != std::string::npos, said.err);
    BOOST_TEST(!fs::exists(folder / "run"));
  };
  refused_by({"--kernel", "29"},
             "the kernel reaches over 29 rows, but the image has only 28: take a smaller kernel");
  refused_by({"--channels", "4,4,4,4"}, "layer 7, 'conv 4 5x5': conv2d in 'conv3'");
  refused_by({"--layers", "dense 7"},
             "--layers ends in 7 classes, but the data has 10: let it end with dense 10");
  refused_by({"--layers", "conv 6 5x5, dense 10"}, "layer 2, 'dense 10': the dense layer 'output'");
  refused_by({"--kernel", "0"}, "--kernel must be at least 1, not 0");
  refused_by({"--padding", "-1"}, "--padding must be at least 0, not -1");
  refused_by({"--pool-every", "0"}, "--pool-every must be at least 1, not 0");
  refused_by({"--pooling", "mean"}, "unknown pooling 'mean'");
  refused_by({"--head", "averge"}, "did you mean 'average'?");
  refused_by({"--normalisation", "batsh"}, "did you mean 'batch'?");
  refused_by({"--dropout", "1"}, "--dropout must be a number from 0 to below 1, not 1");
  refused_by({"--channels", "4;5"}, "--channels takes sizes separated by commas");
  refused_by({"--model-size", "lent"}, "did you mean 'lenet'?");
}

BOOST_AUTO_TEST_CASE(lists_of_layers_that_cannot_be) {
  refused(
      {"--layers", "dense 7, rellu, dense 10"},
      "layer 2, 'rellu': unknown layer 'rellu'; did you mean 'relu'? Known: conv, dense, dropout, flatten, "
      "batch-norm, layer-norm, max, average, global-average, sigmoid, tanh, relu, leaky-relu, elu, gelu, "
      "softplus, linear.");
  misused({"--layers", "dense 10", "--hidden", "3"}, "--layers excludes --hidden.");
}

BOOST_AUTO_TEST_CASE(unknown_words) {
  refuses({}, "A subcommand is required. 'gradus --help' lists what there is.", 2);
  refuses({"trian"}, "'trian' is not known here; did you mean 'train'? 'gradus --help' lists what there is.",
          2);
  refuses({"xyzzy"}, "'xyzzy' is not known here. 'gradus --help' lists what there is.", 2);
  refuses({"train", "mpl"},
          "'mpl' is not known here; did you mean 'mlp'? 'gradus train --help' lists what there is.", 2);
  refuses({"list", "opss"},
          "'opss' is not known here; did you mean 'ops'? 'gradus list --help' lists what there is.", 2);
  refuses({"evaluate"}, "run is required. 'gradus evaluate --help' lists what there is.", 2);
  refuses({"sweep", "--epochs", "3"},
          "'--epochs' is not known here; what the trials have is given as --set \"epochs=…\". 'gradus sweep "
          "--help' "
          "lists what there is.",
          2);
  misused({"--momentun", "0.9"}, "'--momentun' is not known here; did you mean '--momentum'?");
  misused({"more"}, "'more' is not known here.");
  refuses({"train", "--data", "mnist", "mlp"},
          "'--data' must come after 'gradus train mlp'. 'gradus train mlp --help' lists what there is.", 2);
  const ProcessResult early = gradus({"train", "--data", "mnist"});
  BOOST_TEST(early.code == 2);
  BOOST_TEST(
      early.err.starts_with("gradus: '--data' comes too early: 'gradus train' is first told one of mlp"));
}

BOOST_AUTO_TEST_CASE(unknown_names) {
  refused({"--activation", "rellu"},
          "unknown activation 'rellu'; did you mean 'relu'? Known: sigmoid, tanh, relu, leaky-relu, elu, "
          "gelu, softplus, linear.");
  refused({"--activation", "zzz"},
          "unknown activation 'zzz'. Known: sigmoid, tanh, relu, leaky-relu, elu, gelu, softplus, linear.");
  refused({"--optimizer", "adma"},
          "unknown optimizer 'adma'; did you mean 'adam'? Known: adam, adamw, eve, momentum, nadam, "
          "nesterov, rmsprop, sgd.");
  refused({"--init", "gloro"},
          "unknown initialiser 'gloro'; did you mean 'glorot'? Known: zeros, uniform, gaussian, glorot, "
          "glorot-normal, he, he-normal.");
  refused({"--loss", "cross-entropi"},
          "unknown loss 'cross-entropi'; did you mean 'cross-entropy'? Known: cross-entropy, squared-error.");
  refused({"--reduction", "avg"}, "unknown reduction 'avg'. Known: mean, sum.");
  refused({"--schedule", "cosin"},
          "unknown schedule 'cosin'; did you mean 'cosine'? Known: constant, step, exponential, cosine, "
          "warm-up.");
  refuses({"dump", "mlp", "--stage", "compield"},
          "unknown stage 'compield'; did you mean 'compiled'? Known: declared, differentiated, training, "
          "compiled.");
  refuses({"dump", "mlp", "--format", "txt"},
          "unknown format 'txt'; did you mean 'text'? Known: text, json, dot, latex, markdown.");
  refuses({"dump", "mlp", "--standalone"},
          "--standalone makes a whole LaTeX document: it goes with --format latex, not text");
  refuses({"dump", "mlp", "--width", "80", "--format", "json"},
          "--width breaks lines of text: it goes with --format text, not json");
  refuses({"dump", "mlp", "--all-nodes"},
          "--all-nodes draws every node of the updates: it goes with --format dot, not text, which shows "
          "them all");
  const ProcessResult check = gradus({"check", "tahn"});
  BOOST_TEST(check.code == 1);
  BOOST_TEST(check.err.starts_with("gradus: unknown op 'tahn'; did you mean 'tanh'? Known: abs, add, "));
}

BOOST_AUTO_TEST_CASE(numbers_that_are_none) {
  misused({"--lr", "abc"}, "Could not convert: --lr = abc.");
  misused({"--batch", "1.5"}, "Could not convert: --batch = 1.5.");
  misused({"--batch"}, "--batch: 1 required N missing.");
  const std::string range = " must be a whole number from 0 to 18446744073709551615, not ";
  misused({"--seed", "-1"}, "--seed:" + range + "'-1'.");
  refused({"--validation", "-5"}, "--validation takes a whole number or a part such as 0.1, not '-5'");
  misused({"--train-limit", "1e3"}, "--train-limit:" + range + "'1e3'.");
  misused({"--seed", "18446744073709551616"}, "--seed:" + range + "'18446744073709551616'.");
  const std::string sizes =
      "--hidden takes sizes separated by commas, as in 500,250,100 or 64x3, or none; not '{}'";
  for (const char* hidden : {"10,x", "x", "10,,10", "10,", "1.5", "99999999999999999999"})
    refused({"--hidden", hidden}, fmt::format(fmt::runtime(sizes), hidden));
}

BOOST_AUTO_TEST_CASE(numbers_that_cannot_be) {
  const std::string flags[][2] = {{"--batch", "1000000000"},
                                  {"--epochs", "1000000000"},
                                  {"--accumulate", "1000000000"},
                                  {"--log-every", "1000000000"},
                                  {"--threads", "1024"}};
  for (const auto& [flag, most] : flags) {
    refused({flag, "0"}, flag + " must be at least 1, not 0");
    refused({flag, "-3"}, flag + " must be at least 1, not -3");
    refused({flag, "1000000001"}, flag + " must be at most " + most + ", not 1000000001");
  }
  refused({"--hidden", "10,0"}, "each size of --hidden must be at least 1, not 0");
  refused({"--hidden", "2000000000"}, "each size of --hidden must be at most 1000000000, not 2000000000");
  for (const char* number : {"nan", "inf", "0", "-1"}) {
    const auto above = [&](const char* flag) {
      return fmt::format("{} must be a number above 0, not {}", flag, number);
    };
    refused({"--lr", number}, above("--lr"));
    refused({"--epsilon", number}, above("--epsilon"));
    refused({"--clip-norm", number}, above("--clip-norm"));
  }
  for (const char* number : {"nan", "inf", "-1"}) {
    const std::string from_zero = fmt::format(" must be a number from 0 on, not {}", number);
    refused({"--l1", number}, "--l1" + from_zero);
    refused({"--l2", number}, "--l2" + from_zero);
  }
  for (const char* number : {"nan", "1", "-0.1"})
    refused({"--beta2", number}, fmt::format("--beta2 must be a number from 0 to below 1, not {}", number));
  refused({"--init", "gaussian"}, "the initialiser gaussian needs sigma, as in gaussian:SIGMA");
  refused({"--init", "gaussian:0"}, "sigma of the initialiser gaussian must be a number above 0, not '0'");
}

BOOST_AUTO_TEST_CASE(augmentations_that_cannot_be) {
  refused({"--augment", ""},
          "an augmentation needs at least one transform, as in shift,rotate:15,elastic:alpha=34:sigma=4 "
          "(gradus list transforms)");
  refused({"--augment", "elsatic"},
          "unknown transform 'elsatic'; did you mean 'elastic'? Known: elastic, erase, flip, noise, rotate, "
          "scale, shear, shift.");
  refused({"--augment", "shift,rotate:-3"},
          "degrees of the transform rotate must be a number from 0 to 180, not '-3'");
}

BOOST_AUTO_TEST_CASE(settings_of_another_optimizer) {
  refused(
      {"--optimizer", "sgd", "--beta1", "0.9"},
      "--beta1 does not go with the optimizer sgd, which has learning_rate; it goes with adam, adamw, eve, "
      "nadam");
  refused(
      {"--optimizer", "sgd", "--weight-decay", "5e-4"},
      "--weight-decay does not go with the optimizer sgd, which has learning_rate; it goes with adamw. With "
      "every optimizer --l2 λ adds 2 λ w to the gradient of a weight: give it half of the decay");
  refused({"--momentum", "0.9"},
          "--momentum does not go with the optimizer adam, which has learning_rate, beta1, beta2, epsilon; "
          "it goes with momentum, nesterov");
}

BOOST_AUTO_TEST_CASE(data_that_cannot_be_had) {
  refuses({"train", "mlp", "--data", "minst"},
          "unknown data set 'minst'; did you mean 'mnist'? Known: mnist, fashion-mnist, generated. Or give "
          "the path of a folder with the four IDX files.");
  refuses({"train", "mlp", "--data", path("nowhere")},
          "the folder '" + path("nowhere") +
              "' lacks train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, "
              "t10k-labels-idx1-ubyte (each plain or with .gz); a data set is four IDX files");
  refused({"--validation", "120"},
          "--validation 120 leaves nothing to train on: 'digits' has 120 training examples; give fewer");
  refused({"--validation", "30", "--train-limit", "91"},
          "--train-limit 91 is impossible: of the 120 training examples of 'digits', 30 are kept for "
          "validation, so it may be 1 to 90");
  write_file(set / "t10k-labels-idx1-ubyte.gz", "");
  refused({}, "'" + (set / "t10k-labels-idx1-ubyte.gz").string() +
                  "' is not a usable IDX file: it holds 0 bytes, fewer than the 4 that every IDX file begins "
                  "with");
}

BOOST_AUTO_TEST_CASE(labels_out_of_range) {
  std::string labels(120, '\3');
  labels[7] = 10;
  write_file(set / "train-labels-idx1-ubyte.gz", gzip(idx(8, {120}, labels)));
  refuses({"train", "mlp", "--data", "mnist", "--data-dir", set.string()},
          "the data set 'mnist' from '" + set.string() +
              "' gives image 7 the label 10; its 10 classes have the labels 0 to 9");
}

BOOST_AUTO_TEST_CASE(folders_of_runs) {
  refuses({"train", "mlp", "--resume", path("none")},
          "'" + path("none") +
              "' is no run folder: it does not exist; name a folder that `gradus train` has made");
  refuses({"evaluate", path("digits")},
          "'" + path("digits") +
              "' is no run folder: it has no config.json; name a folder that `gradus train` has made");
  write_file(folder / "file", "");
  refuses(
      {"predict", path("file"), path("file")},
      "'" + path("file") + "' is no run folder: it is a file; name a folder that `gradus train` has made");
  refuses(small_run("file/run"), "cannot make the run folder '" + path("file/run") + "': Not a directory");
  write_file(set / "config.json", "{}");
  refuses(
      {"evaluate", path("digits")},
      "'" + path("digits/config.json") + "' has no 'settings'; the file is damaged or was changed by hand");
}

BOOST_AUTO_TEST_CASE(a_run_is_kept_as_it_is) {
  BOOST_TEST(gradus(small_run("run")).code == 0);
  const std::string run = path("run");
  const std::string before = contents("run/checkpoint.safetensors");
  const std::string settings = contents("run/config.json");
  refuses(small_run("run"), "'" + run + "' already holds a run; continue it with --resume " + run +
                                " or choose another folder with --out");
  const std::string only =
      " cannot be changed when a run is resumed; only --data-dir, --epochs, --save-every, --threads, "
      "--quiet, --tensorboard and --profile can";
  refuses({"train", "mlp", "--resume", run, "--lr", "0.1"}, "--lr" + only);
  refuses({"train", "mlp", "--resume", run, "--standardize"}, "--standardize" + only);
  refuses({"train", "mlp", "--resume", run, "--data", "mnist"}, "--data" + only);
  refuses({"train", "mlp", "--resume", run, "--out", run}, "--out" + only);
  refuses({"train", "mlp", "--resume", run},
          "the run " + run + " has finished its 2 epochs; give --epochs a larger number to go on");
  refuses({"train", "mlp", "--resume", run, "--epochs", "1"},
          "the run " + run + " has finished its 2 epochs; give --epochs a larger number to go on");
  BOOST_TEST((contents("run/checkpoint.safetensors") == before));
  BOOST_TEST((contents("run/config.json") == settings));
}

BOOST_AUTO_TEST_CASE(a_schedule_that_spans_the_run_keeps_its_end) {
  for (const char* schedule : {"warm-up:2+cosine", "cosine+warm-up:2", "cosine:min=0.5"}) {
    const std::string run = path(schedule);
    BOOST_TEST(gradus(small_run(schedule, {"--schedule", schedule})).code == 0);
    refuses({"train", "mlp", "--resume", run, "--epochs", "3"},
            fmt::format("--epochs cannot be changed: the schedule '{}' spans the run's 2 epochs; begin with "
                        "cosine:TOTAL to leave the end open",
                        schedule));
  }
}

BOOST_AUTO_TEST_CASE(pages_that_cannot_be_drawn) {
  const auto show = [&](const std::string& out, const std::string& message) {
    refuses({"show-data", "--data", set.string(), "-o", out}, message);
  };
  show(path("page.jpg"), "-o takes a file that ends in .svg or .png, not '" + path("page.jpg") + "'");
  const ProcessResult nowhere = gradus({"show-data", "--data", set.string(), "-o", path("none/page.png")});
  BOOST_TEST(nowhere.code == 1);
  BOOST_TEST(std::ranges::count(nowhere.err, '\n') == 1);
  BOOST_TEST(nowhere.err.find(path("none")) != std::string::npos);
  BOOST_TEST(nowhere.out == "");
}

BOOST_AUTO_TEST_CASE(files_that_hold_no_images) {
  BOOST_TEST(gradus(small_run("run")).code == 0);
  const auto refused = [&](const std::string& bytes, const std::string& message) {
    write_file(folder / "file", bytes);
    refuses({"predict", path("run"), path("file")}, message);
  };
  const std::string start = "'" + path("file") + "' is not a usable IDX file: ";
  refused("", start + "it holds 0 bytes, fewer than the 4 that every IDX file begins with");
  refused("hello, world", start + "it begins with the bytes 68 65, an IDX file with 00 00");
  refused(idx(8, {3}, "abc"),
          "'" + path("file") +
              "' holds ubyte values along 1 axes; images are unsigned bytes along three: image, row, column");
  refused(idx(8, {1, 2, 3}, "abcdef"),
          "'" + path("file") + "' holds images of 2 x 3 pixels, but the network was trained on 28 x 28");
  refused(idx(8, {1, 28, 28}, "abcdef"), start +
                                             "it announces 1×28×28 elements of 1 byte, 784 bytes, but holds "
                                             "6: it is truncated or its header is wrong");
  const std::string png = encode_png(3, 3, 1, std::vector<std::uint8_t>{9, 9, 9, 9, 200, 9, 9, 9, 9});
  const std::string png_start = "'" + path("file") + "' is not a usable PNG file: ";
  write_file(folder / "file", png.substr(0, 50));
  const ProcessResult truncated = gradus({"predict", path("run"), path("file")});
  BOOST_TEST(truncated.code == 1);
  BOOST_TEST(truncated.err.starts_with("gradus: " + png_start));
  BOOST_TEST(std::ranges::count(truncated.err, '\n') == 1);
  write_file(folder / "x.png", "hello");
  refuses({"predict", path("run"), path("x.png")},
          "'" + path("x.png") + "' is not a usable PNG file: it does not begin as PNG files do");
  refused(
      encode_png(4, 4, 1, std::vector<std::uint8_t>(16, 200)),
      "nothing is drawn on '" + path("file") + "': its pixels are all nearly as bright as its background");
  refuses({"predict", path("run"), path("none")},
          "cannot read '" + path("none") + "': No such file or directory");
  refused("\xff\xd8\xff\xe0 and more", "'" + path("file") + "' is a JPEG file: save it as PNG");
  refused("GIF89a", "'" + path("file") + "' is a GIF file: save it as PNG");
  refused(std::string("RIFF\1\2\3\4WEBPVP8", 15), "'" + path("file") + "' is a WebP file: save it as PNG");

  const std::string image = (set / "t10k-images-idx3-ubyte.gz").string();
  const ProcessResult others = gradus({"predict", path("run"), path("none"), image, path("file")});
  BOOST_TEST(others.code == 1);
  BOOST_TEST(others.out == gradus({"predict", path("run"), image}).out);
  BOOST_TEST(others.err == "gradus: cannot read '" + path("none") +
                               "': No such file or directory\ngradus: '" + path("file") +
                               "' is a WebP file: save it as PNG\n");
}

BOOST_AUTO_TEST_SUITE_END()
