// Resource names, read against the pattern that a message's google.api.resource option declares. There is no generated
// code: a pattern is data, so any service can read any other's names.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace regiokompas::names {

// The owner of what is the same for everybody: reference data, whose names carry no owner.
inline constexpr char kCountry[] = "NL";

// "owners/{owner}/frameworks/{framework}/goals/{goal}". Immutable; safe to share between threads.
class Pattern {
 public:
  // Aborts on a malformed pattern: patterns are part of the contract, checked when a service starts.
  explicit Pattern(absl::string_view text);

  // The pattern of a resource message; aborts when it declares none.
  static Pattern Of(const google::protobuf::Descriptor* resource);

  // The ids in `name` in order ({"GM0677", "begroting-2023", "a1"}), or nothing when it does not fit: the owner must be
  // an owner id, a task field its year and code (2022-6.72), and every other one a resource id. With `wildcards` an id
  // other than the owner may be "-": any (AIP-159). The empty pattern has one name, the empty one.
  std::optional<std::vector<std::string>> Parse(absl::string_view name, bool wildcards = false) const;

  std::string Format(const std::vector<std::string>& ids) const;

  // The pattern without its last collection and id; "owners/{owner}" has the parent "".
  Pattern Parent() const;

  // True when names say whose they are; the others are those of reference data, which belong to kCountry.
  bool HasOwner() const { return !variables_.empty() && variables_.front() == "owner"; }

  const std::string& text() const { return text_; }
  // {"owner", "framework", "goal"}
  const std::vector<std::string>& variables() const { return variables_; }

 private:
  std::string text_;
  std::vector<std::string> collections_;
  std::vector<std::string> variables_;
};

// The owner id in any name that starts with owners/{owner}, or "" when there is none.
std::string OwnerOf(absl::string_view name);

// The last id of a name: owners/GM0677/activities/a1 -> a1.
std::string LastId(absl::string_view name);

// Patterns by resource type (regiokompas.nl/Goal), filled from the files that a service's contract imports.
class Registry {
 public:
  // Adds the resources of `file` and of all its imports.
  void Add(const google::protobuf::FileDescriptor* file);
  // Null for a type of another service's contract.
  const Pattern* Find(const std::string& type) const;

 private:
  std::map<std::string, Pattern> patterns_;
};

}  // namespace regiokompas::names
