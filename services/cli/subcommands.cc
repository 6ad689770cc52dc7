#include "services/cli/subcommands.h"

namespace regiokompas::cli {
namespace {

absl::Status Check(const SubcommandFamily& family, const Subcommand& subcommand, const Arguments& arguments) {
  const Words& words = arguments.positional();
  const size_t wanted = subcommand.takes_name ? 1 : 0;
  if (words.size() < wanted) return WrongWord(family.name.dutch, family.name.english);
  if (words.size() > wanted) return WrongWord("onbekend woord: " + words[wanted], "unknown word: " + words[wanted]);
  for (const std::string& name : subcommand.required) {
    if (!arguments.Flag(name)) return WrongWord("--" + name + " ontbreekt", "--" + name + " is missing");
  }
  return family.check(arguments);
}

}  // namespace

int RunSubcommand(const SubcommandFamily& family, const Words& words) {
  const auto found = words.empty() ? family.subcommands.end() : family.subcommands.find(words.front());
  if (found == family.subcommands.end()) {
    return PrintUsageError(family.command, WrongWord(family.choose.dutch, family.choose.english));
  }
  const Subcommand& subcommand = found->second;
  std::vector<std::string> options = ConnectionOptions();
  options.insert(options.end(), subcommand.options.begin(), subcommand.options.end());
  const absl::StatusOr<Arguments> arguments = Arguments::Read(Words(words.begin() + 1, words.end()), options, {});
  if (!arguments.ok()) return PrintUsageError(family.command, arguments.status());
  if (absl::Status wrong = Check(family, subcommand, *arguments); !wrong.ok()) {
    return PrintUsageError(family.command, wrong);
  }
  const absl::StatusOr<Client> client = Client::Connect(*arguments);
  if (!client.ok()) return PrintConnectError(family.command, client.status());
  const absl::StatusOr<std::string> name = NameInCollection(*arguments, *client, family.collection);
  if (!name.ok()) return PrintUsageError(family.command, name.status());
  const absl::Status status = subcommand.run(*client, *name, *arguments);
  return status.ok() ? kDone : PrintError(status, "");
}

}  // namespace regiokompas::cli
