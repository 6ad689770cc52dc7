// Runs a fuzz target without a fuzzing engine: all files of the given folders as they are, then damaged at random.
// NAME_replay [--rounds N] FOLDER…
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr size_t kLongest = size_t{64} << 10;

void Run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

// The same for the same seed.
std::string Damaged(std::string input, const std::vector<std::string>& all, std::mt19937& random) {
  const auto below = [&](size_t limit) { return limit == 0 ? 0 : random() % limit; };
  for (size_t change = 1 + below(8); change > 0 && !input.empty(); --change) {
    const size_t at = below(input.size());
    const size_t length = std::min(1 + below(200), input.size() - at);
    const std::string& other = all[below(all.size())];
    switch (below(6)) {
      case 0:
        input.erase(at, length);
        break;
      case 1:
        input.insert(at, input.substr(below(input.size()), length));
        break;
      case 2:
        input.insert(at, other.substr(below(other.size()), length));
        break;
      case 3:
        input[at] = static_cast<char>(below(256));
        break;
      case 4:
        std::reverse(input.begin() + static_cast<ptrdiff_t>(at), input.begin() + static_cast<ptrdiff_t>(at + length));
        break;
      default:
        input.resize(at);
    }
  }
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  int rounds = 1000;
  std::vector<std::string> inputs;
  for (int i = 1; i < argc; ++i) {
    if (absl::string_view(argv[i]) == "--rounds" && i + 1 < argc) {
      if (!absl::SimpleAtoi(argv[++i], &rounds)) return 2;
      continue;
    }
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
      if (entry.is_regular_file()) paths.push_back(entry.path().string());
    }
    std::sort(paths.begin(), paths.end());
    for (const std::string& path : paths) {
      std::ifstream in(path, std::ios::binary);
      std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
      bytes.resize(std::min(bytes.size(), kLongest));
      inputs.push_back(std::move(bytes));
    }
  }
  if (inputs.empty()) {
    std::fprintf(stderr, "no inputs: name a folder with files\n");
    return 2;
  }
  for (const std::string& input : inputs) Run(input);
  std::mt19937 random(1);
  for (int round = 0; round < rounds; ++round) Run(Damaged(inputs[random() % inputs.size()], inputs, random));
  std::printf("%zu inputs and %d damaged ones\n", inputs.size(), rounds);
  return 0;
}
