// Prints what the intake parser reads in a file, as proto3 JSON:
// intake_parse_tool [--municipality GM0000] [--profile NAME] FILE
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/util/json_util.h"
#include "services/intake/parser/parse.h"
#include "services/intake/reader/read_source.h"

int main(int argc, char** argv) {
  regiokompas::intake::ParseOptions options;
  std::string file;
  for (int i = 1; i < argc; ++i) {
    const absl::string_view argument = argv[i];
    if (argument == "--municipality" && i + 1 < argc) {
      options.municipality = argv[++i];
    } else if (argument == "--profile" && i + 1 < argc) {
      options.profile = argv[++i];
    } else if (!absl::StartsWith(argument, "-") && file.empty()) {
      file = argv[i];
    } else {
      std::cerr << "gebruik: intake_parse_tool [--municipality GM0000] [--profile NAAM] BESTAND\n";
      return 2;
    }
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    std::cerr << "intake_parse_tool: " << file << " is niet te lezen\n";
    return 1;
  }
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  options.file_name = file.substr(file.rfind('/') + 1);
  const auto source = regiokompas::intake::ReadSource(bytes);
  if (!source.ok()) {
    std::cerr << "intake_parse_tool: " << source.status().message() << "\n";
    return 1;
  }
  const auto document = regiokompas::intake::Parse(*source, options);
  if (!document.ok()) {
    std::cerr << "intake_parse_tool: " << document.status().message() << "\n";
    return 1;
  }
  google::protobuf::util::JsonPrintOptions print;
  print.add_whitespace = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(*document, &json, print).ok()) return 1;
  std::cout << json;
  return std::cout.flush() ? 0 : 1;
}
