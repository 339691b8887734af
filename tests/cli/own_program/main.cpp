#include <gradus/cli/program.hpp>
#include <gradus/tests/support/own_parts.hpp>

int main(int argc, char** argv) {
  gradus::cli::Program program;
  program.add_model("siamese", gradus::test::siamese, "both halves of an image, compared");
  return gradus::test::add_own_parts(program).main(argc, argv);
}
