#include "common/names/resource_name.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/hash.h"
#include "google/api/resource.pb.h"

namespace regiokompas::names {
namespace {

[[noreturn]] void BadContract(absl::string_view what, absl::string_view where) {
  std::fprintf(stderr, "contract error: %s: %s\n", std::string(what).c_str(), std::string(where).c_str());
  std::abort();
}

bool IsDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

// The one kind of id with a dot: [0-9]{4}-[0-9]+[.][0-9]+[a-z]?, at most 20 characters.
bool IsTaskFieldId(absl::string_view id) {
  if (id.size() < 8 || id.size() > 20 || id[4] != '-' || !IsDigits(id.substr(0, 4))) return false;
  const std::vector<absl::string_view> parts = absl::StrSplit(id.substr(5), '.');
  if (parts.size() != 2) return false;
  absl::string_view number = parts[1];
  if (!number.empty() && absl::ascii_islower(static_cast<unsigned char>(number.back()))) number.remove_suffix(1);
  return IsDigits(parts[0]) && IsDigits(number);
}

bool FitsVariable(absl::string_view variable, absl::string_view id) {
  if (variable == "owner") return IsOwnerId(id);
  return variable == "taskfield" ? IsTaskFieldId(id) : IsId(id);
}

}  // namespace

Pattern::Pattern(absl::string_view text) : text_(text) {
  if (text.empty()) return;
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  if (parts.size() % 2 != 0) BadContract("pattern has no id at its end", text);
  for (size_t i = 0; i < parts.size(); i += 2) {
    const std::string& variable = parts[i + 1];
    if (variable.size() < 3 || variable.front() != '{' || variable.back() != '}') BadContract("bad pattern", text);
    collections_.push_back(parts[i]);
    variables_.push_back(variable.substr(1, variable.size() - 2));
  }
}

Pattern Pattern::Of(const google::protobuf::Descriptor* resource) {
  const auto& options = resource->options().GetExtension(google::api::resource);
  if (options.pattern_size() != 1) BadContract("needs one resource pattern", resource->full_name());
  return Pattern(options.pattern(0));
}

std::optional<std::vector<std::string>> Pattern::Parse(absl::string_view name, bool wildcards) const {
  if (collections_.empty()) return name.empty() ? std::optional(std::vector<std::string>()) : std::nullopt;
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != collections_.size() * 2) return std::nullopt;
  std::vector<std::string> ids;
  for (size_t i = 0; i < collections_.size(); ++i) {
    const absl::string_view id = parts[i * 2 + 1];
    if (parts[i * 2] != collections_[i]) return std::nullopt;
    const bool any = wildcards && id == "-" && variables_[i] != "owner";
    if (!any && !FitsVariable(variables_[i], id)) return std::nullopt;
    ids.emplace_back(id);
  }
  return ids;
}

std::string Pattern::Format(const std::vector<std::string>& ids) const {
  std::string name;
  for (size_t i = 0; i < collections_.size(); ++i) {
    absl::StrAppend(&name, i == 0 ? "" : "/", collections_[i], "/", ids[i]);
  }
  return name;
}

Pattern Pattern::Parent() const {
  if (collections_.size() < 2) return Pattern("");
  const std::string tail = absl::StrCat("/", collections_.back(), "/{", variables_.back(), "}");
  return Pattern(absl::string_view(text_).substr(0, text_.size() - tail.size()));
}

std::string OwnerOf(absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() < 2 || parts[0] != "owners" || !IsOwnerId(parts[1])) return "";
  return std::string(parts[1]);
}

std::string LastId(absl::string_view name) {
  const size_t slash = name.rfind('/');
  return std::string(slash == absl::string_view::npos ? name : name.substr(slash + 1));
}

void Registry::Add(const google::protobuf::FileDescriptor* file) {
  for (int i = 0; i < file->message_type_count(); ++i) {
    const auto& options = file->message_type(i)->options().GetExtension(google::api::resource);
    if (options.pattern_size() > 0) patterns_.emplace(options.type(), Pattern::Of(file->message_type(i)));
  }
  for (int i = 0; i < file->dependency_count(); ++i) Add(file->dependency(i));
}

const Pattern* Registry::Find(const std::string& type) const {
  auto found = patterns_.find(type);
  return found == patterns_.end() ? nullptr : &found->second;
}

}  // namespace regiokompas::names
