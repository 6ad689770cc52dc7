#include "services/cli/arguments.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace regiokompas::cli {

bool WantsEnglish() {
  const char* language = std::getenv("LANG");
  return language != nullptr && absl::StartsWith(language, "en");
}

const std::string& InLanguage(const std::string& dutch, const std::string& english) {
  return WantsEnglish() ? english : dutch;
}

absl::Status WrongWord(const std::string& dutch, const std::string& english) {
  return absl::InvalidArgumentError(InLanguage(dutch, english));
}

absl::StatusOr<Arguments> Arguments::Read(const std::vector<std::string>& words, const std::vector<std::string>& values,
                                          const std::vector<std::string>& flags) {
  const auto has = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  Arguments arguments;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--") {
      arguments.positional_.insert(arguments.positional_.end(), words.begin() + static_cast<long>(i) + 1, words.end());
      break;
    }
    if (!absl::StartsWith(word, "--")) {
      arguments.positional_.push_back(word);
      continue;
    }
    const size_t equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? std::string::npos : equals - 2);
    if (has(flags, name) && equals == std::string::npos) {
      arguments.options_[name];
    } else if (has(values, name) && equals != std::string::npos) {
      arguments.options_[name].push_back(word.substr(equals + 1));
    } else if (has(values, name) && i + 1 < words.size()) {
      arguments.options_[name].push_back(words[++i]);
    } else {
      return absl::InvalidArgumentError(
          absl::StrCat(InLanguage("onbekende of onvolledige optie: ", "unknown or incomplete option: "), word));
    }
  }
  return arguments;
}

std::string Arguments::Value(const std::string& name, const std::string& otherwise) const {
  const auto found = options_.find(name);
  return found == options_.end() || found->second.empty() ? otherwise : found->second.back();
}

std::vector<std::string> Arguments::Values(const std::string& name) const {
  const auto found = options_.find(name);
  return found == options_.end() ? std::vector<std::string>() : found->second;
}

}  // namespace regiokompas::cli
