#include "common/names/resource_name.h"

#include <cstdio>
#include <cstdlib>

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
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != collections_.size() * 2) return std::nullopt;
  std::vector<std::string> ids;
  for (size_t i = 0; i < collections_.size(); ++i) {
    const absl::string_view id = parts[i * 2 + 1];
    if (parts[i * 2] != collections_[i]) return std::nullopt;
    const bool valid = variables_[i] == "owner" ? IsOwnerId(id) : IsId(id) || (wildcards && id == "-");
    if (!valid) return std::nullopt;
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
