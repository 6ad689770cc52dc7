// The words of a command line, read by what the command declares.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace regiokompas::cli {

// True when LANG asks for English; Dutch otherwise.
bool WantsEnglish();

// Picks the text in the user's language.
const std::string& InLanguage(const std::string& dutch, const std::string& english);

// INVALID_ARGUMENT that tells the user, in their language, what is wrong with the words of a command.
absl::Status WrongWord(const std::string& dutch, const std::string& english);

class Arguments {
 public:
  // `values` are options that take a value (--name VALUE or --name=VALUE; may be repeated), `flags` take none. What is
  // left are the positional words; "--" ends the options. INVALID_ARGUMENT names the word that is not understood.
  static absl::StatusOr<Arguments> Read(const std::vector<std::string>& words, const std::vector<std::string>& values,
                                        const std::vector<std::string>& flags);

  // The last value given, or `otherwise`.
  std::string Value(const std::string& name, const std::string& otherwise = "") const;
  std::vector<std::string> Values(const std::string& name) const;
  bool Flag(const std::string& name) const { return options_.count(name) > 0; }
  const std::vector<std::string>& positional() const { return positional_; }

 private:
  std::map<std::string, std::vector<std::string>> options_;
  std::vector<std::string> positional_;
};

}  // namespace regiokompas::cli
