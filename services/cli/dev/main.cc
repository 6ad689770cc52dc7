#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "services/cli/dev/dev_tool.h"

int main(int argc, char** argv) {
  const char* language = std::getenv("LANG");
  const regiokompas::SystemClock clock;
  return regiokompas::cli::RunDevTool(std::vector<std::string>(argv + 1, argv + argc), language ? language : "", clock,
                                      std::cout, std::cerr);
}
