// The commands of `regiokompas`. Each takes the words after its name and returns the exit code.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace regiokompas::cli {

// What a script may count on.
enum ExitCode {
  kDone = 0,
  kFailed = 1,       // something was refused or is wrong; the message says what
  kUsage = 2,        // the command line is wrong
  kUnavailable = 3,  // a service or the database can not be reached; trying again may help
  kForbidden = 4,    // no token, an expired one, or no permission
};

using Words = std::vector<std::string>;

int Serve(const Words& words);
int Migrate(const Words& words);
int Import(const Words& words);
int Overview(const Words& words);
int Health(const Words& words);
int Share(const Words& words);
int Withdraw(const Words& words);
int Grants(const Words& words);
// `activities` with what to do as its first word.
int Activities(const Words& words);
// `framework` with what to do as its first word.
int FrameworkCommands(const Words& words);
// `drafts` with what to do as its first word.
int DraftCommands(const Words& words);

class Arguments;
// `overview` with the owner id of a region as its word.
int RegionalOverview(const Arguments& arguments);

// Prints an error of the suite in the user's language, with its reason and every field that is wrong, and gives the
// exit code that fits. `subject` is what it is about, such as a file; may be empty.
int PrintError(const absl::Status& status, const std::string& subject);

// Prints what is wrong with the command line and where help is; kUsage.
int PrintUsageError(const std::string& command, const absl::Status& status);

// Prints why there is no client: what is wrong with the command line (INVALID_ARGUMENT), or any other error.
int PrintConnectError(const std::string& command, const absl::Status& status);

// Prints a message as JSON; with `zeroes` also the figures that are 0. kDone.
int PrintJson(const google::protobuf::Message& message, bool zeroes);

// A canonical status, such as STATUS_ON_TRACK, in the user's language.
std::string StatusText(const std::string& status);

}  // namespace regiokompas::cli
