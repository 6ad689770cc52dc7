// Commands whose first word says what to do, such as `drafts accept`: they read their words and connect alike.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/cli/arguments.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"

namespace regiokompas::cli {

// One thing to do.
struct Subcommand {
  std::vector<std::string> options = {};   // besides those of a connection
  std::vector<std::string> required = {};  // of them
  bool takes_name = true;                  // it is about the resource that the next word names
  std::function<absl::Status(const Client&, const std::string& name, const Arguments&)> run;
};

// A text for the user in both languages.
struct UserText {
  std::string dutch;
  std::string english;
};

// A command and all that it does.
struct SubcommandFamily {
  std::string command;     // drafts
  std::string collection;  // where an id alone is looked for
  UserText choose;         // what to say without a first word that is known
  UserText name;           // and without the name of a resource
  std::map<std::string, Subcommand> subcommands;
  std::function<absl::Status(const Arguments&)> check;  // what is wrong with the options, before anybody is called
};

// Does what the words say and returns the exit code.
int RunSubcommand(const SubcommandFamily& family, const Words& words);

}  // namespace regiokompas::cli
