#include <gradus/cli/program.hpp>

int main(int argc, char** argv) { return gradus::cli::Program().main(argc, argv); }
