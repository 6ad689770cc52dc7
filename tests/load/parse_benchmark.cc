// Reading and parsing documents of a megabyte, beside one plain pass over their lines in the same run, and how the time
// grows with texts that repeat what the parser looks back or ahead from.
// parse_benchmark [--rounds N]
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/intake/parser/parse.h"
#include "services/intake/parser/profile.h"
#include "services/intake/parser/text_lines.h"
#include "services/intake/reader/read_source.h"

namespace regiokompas::intake {
namespace {

constexpr size_t kBytes = size_t{1} << 20;

struct Sample {
  std::string name;
  std::string bytes;
};

std::string Contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What is inside the document repeated until it is a megabyte, within what is around it.
std::string Enlarged(const std::string& bytes, const std::string& opening, const std::string& closing) {
  const size_t opened = opening.empty() ? 0 : bytes.find(opening);
  const size_t begin = opening.empty() ? 0 : bytes.find('>', opened) + 1;
  const size_t end = closing.empty() ? bytes.size() : bytes.rfind(closing);
  std::string all = bytes.substr(0, end);
  while (all.size() < kBytes) all.append(bytes, begin, end - begin);
  return all + bytes.substr(end);
}

// One of each family as text, and what there is in markup.
std::vector<Sample> Samples() {
  std::vector<Sample> samples;
  for (const auto& entry : std::filesystem::directory_iterator(REGIOKOMPAS_SOURCE_DIR "/tests/intake/variations")) {
    const std::string name = entry.path().filename().string();
    const std::string bytes = Contents(entry.path());
    if (absl::EndsWith(name, ".txt")) samples.push_back({name, Enlarged(bytes, "", "")});
    if (absl::EndsWith(name, ".html")) samples.push_back({name, Enlarged(bytes, "<body", "</body>")});
    if (absl::EndsWith(name, ".xml"))
      samples.push_back({name, Enlarged(bytes, "<regeling-tekst", "</regeling-tekst>")});
  }
  std::sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) { return a.name < b.name; });
  return samples;
}

// Of this thread's processor time, so that other work on the machine counts less.
double Milliseconds(const std::function<void()>& work) {
  const auto now = [] {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
  };
  const double start = now();
  work();
  return now() - start;
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

// False when the document is refused, which measures nothing.
bool Measure(const Sample& sample, int rounds) {
  std::vector<double> pass;
  std::vector<double> read;
  std::vector<double> parse;
  const SourceText plain{.text = sample.bytes};
  size_t lines = 0;
  for (int round = 0; round < rounds; ++round) {
    pass.push_back(Milliseconds([&] { lines = SplitLines(plain).size(); }));
    absl::StatusOr<SourceText> source = absl::UnknownError("");
    read.push_back(Milliseconds([&] { source = ReadSource(sample.bytes); }));
    absl::StatusOr<v1::ParsedDocument> document = absl::UnknownError("");
    if (source.ok()) parse.push_back(Milliseconds([&] { document = Parse(*source, {}); }));
    if (!source.ok() || !document.ok()) {
      std::fprintf(stderr, "%s is refused\n", sample.name.c_str());
      return false;
    }
  }
  const double both = Median(read) + Median(parse);
  const double megabytes = static_cast<double>(sample.bytes.size()) / static_cast<double>(kBytes);
  std::printf("%-28s %7zu %8.1f %8.1f %8.1f %8.1f %8.0f\n", sample.name.c_str(), lines, Median(pass), Median(read),
              Median(parse), megabytes / both * 1000, both / Median(pass));
  return true;
}

std::string Repeated(absl::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) absl::StrAppend(&all, text);
  return all;
}

// A text that costs the square of its length wherever each repetition looks at all the others.
struct Growing {
  const char* name;
  const char* opening;
  const char* repeated;
  int times;
};

constexpr Growing kGrowing[] = {
    {"labels in a row", "Uitvoeringsprogramma 2025\n", "Status\n", 10'000},
    {"questions in a row", "Uitvoeringsprogramma 2025\n", "Wat willen we bereiken?\n", 4'000},
    {"names on one line", "Uitvoeringsprogramma 2025\n", "Goes, Veere ", 10'000},
    {"names in one row", "Uitvoeringsprogramma 2025\n\nWij werken met ", "Aa, b c, ", 12'000},
};

// Of a text and of one twice as long: linear work takes twice the time.
void MeasureGrowth(const Growing& growing, int rounds) {
  std::vector<double> once;
  std::vector<double> twice;
  for (int round = 0; round < rounds; ++round) {
    for (std::vector<double>* times : {&once, &twice}) {
      const int repeats = times == &once ? growing.times : 2 * growing.times;
      const std::string text = absl::StrCat(growing.opening, Repeated(growing.repeated, repeats), "\n");
      times->push_back(Milliseconds([&] { Parse({.text = text}, {}).status().IgnoreError(); }));
    }
  }
  std::printf("%-28s %8.1f %8.1f %8.1f\n", growing.name, Median(once), Median(twice), Median(twice) / Median(once));
}

int Main(int argc, char** argv) {
  int rounds = 5;
  if (argc == 3 && absl::string_view(argv[1]) == "--rounds") {
    if (!absl::SimpleAtoi(argv[2], &rounds) || rounds < 1) return 2;
  } else if (argc != 1) {
    return 2;
  }
  std::printf("%-28s %7s %8s %8s %8s %8s %8s\n", "1 MB of", "lines", "pass ms", "read ms", "parse ms", "MB/s", "ratio");
  ProfileSet::Instance();  // is compiled once for all documents of a process
  bool measured = true;
  for (const Sample& sample : Samples()) measured = Measure(sample, rounds) && measured;
  std::printf("\n%-28s %8s %8s %8s\n", "growth of", "n ms", "2n ms", "ratio");
  for (const Growing& growing : kGrowing) MeasureGrowth(growing, rounds);
  return measured ? 0 : 1;
}

}  // namespace
}  // namespace regiokompas::intake

int main(int argc, char** argv) { return regiokompas::intake::Main(argc, argv); }
