#include "services/catalogue/promise_store.h"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "common/base/timestamp.h"
#include "common/names/resource_name.h"
#include "common/resource/resource_store.h"
#include "services/catalogue/page_limits.h"
#include "services/catalogue/promise_rules.h"

namespace regiokompas::catalogue {
namespace {

constexpr char kScope[] = "frameworks";

// The decisions of an owner that count, in the order in which they were recorded.
using Versions = std::vector<v1::Version>;

// $1 owner, $2 moment, $3 day (NULL for any).
absl::StatusOr<Versions> ReadVersions(db::Transaction& transaction, const std::vector<db::Param>& params,
                                      const std::string& owner) {
  static const auto* const kVersions = new db::Statement{
      "promise.versions",
      absl::StrCat(
          "SELECT framework_id, version_id, version, ", resource::Micros("create_time"),
          ", body FROM versions WHERE owner_id = $1 AND create_time <= $2::timestamptz AND ($3::text IS NULL OR "
          "from_date <= $3::text COLLATE \"C\") ORDER BY create_time, framework_id")};
  ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(*kVersions, params));
  Versions versions(rows.size());
  for (int row = 0; row < rows.size(); ++row) {
    const std::string name =
        absl::StrCat("owners/", owner, "/frameworks/", rows.Text(row, 0), "/versions/", rows.Text(row, 1));
    const absl::Time time = rows.Time(row, 3);
    RETURN_IF_ERROR(resource::Fill(name, rows.Text(row, 4), rows.Int(row, 2), time, time, &versions[row]));
  }
  return versions;
}

// What the versions say about some activities: by activity, the decisions about it. Points into what it was made from.
class Plans {
 public:
  explicit Plans(const Versions& versions) : versions_(versions) {
    for (size_t i = 0; i < versions.size(); ++i) places_[versions[i].name()] = i;
  }

  // $1 owner, $2 names with commas between; names hold none.
  absl::Status Read(db::Transaction& transaction, const std::string& owner, const std::vector<std::string>& names) {
    static const auto* const kContents = new db::Statement{
        "promise.contents",
        "SELECT h.resource, h.version, jsonb_build_object('displayName', h.body->'displayName', 'milestones', "
        "h.body->'milestones', 'ending', h.body->'ending') FROM history h WHERE h.owner_id = $1 AND h.kind = "
        "'activity' "
        "AND h.resource = ANY (string_to_array($2, ',')) AND EXISTS (SELECT FROM version_items i WHERE i.owner_id = $1 "
        "AND i.kind = 'activity' AND i.resource = h.resource AND i.version = h.version)"};
    static const auto* const kItems = new db::Statement{
        "promise.items",
        "SELECT 'owners/' || owner_id || '/frameworks/' || framework_id || '/versions/' || version_id, resource, "
        "version "
        "FROM version_items WHERE owner_id = $1 AND kind = 'activity' AND resource = ANY (string_to_array($2, ','))"};
    const std::vector<db::Param> params = {owner, absl::StrJoin(names, ",")};
    std::map<std::pair<std::string, int64_t>, const v1::Activity*> contents;
    ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(*kContents, params));
    for (int row = 0; row < rows.size(); ++row) {
      const std::string name = rows.Text(row, 0);
      v1::Activity& activity = activities_.emplace_back();
      RETURN_IF_ERROR(
          resource::Fill(name, rows.Text(row, 2), rows.Int(row, 1), absl::UnixEpoch(), absl::UnixEpoch(), &activity));
      contents[{name, rows.Int(row, 1)}] = &activity;
    }
    ASSIGN_OR_RETURN(const db::Result items, transaction.Query(*kItems, params));
    for (int row = 0; row < items.size(); ++row) {
      const auto place = places_.find(items.Text(row, 0));
      if (place == places_.end()) continue;
      const auto content = contents.find({items.Text(row, 1), items.Int(row, 2)});
      if (content != contents.end()) DecisionsOf(items.Text(row, 1))[place->second].activity = content->second;
    }
    return absl::OkStatus();
  }

  // One for each version.
  std::vector<Decision>& DecisionsOf(const std::string& activity) {
    std::vector<Decision>& decisions = decisions_[activity];
    if (decisions.empty()) {
      for (const v1::Version& version : versions_) decisions.push_back({&version, nullptr});
    }
    return decisions;
  }

 private:
  const Versions& versions_;
  std::map<std::string, size_t> places_;  // of versions, by name
  std::deque<v1::Activity> activities_;
  std::map<std::string, std::vector<Decision>> decisions_;
};

}  // namespace

absl::Status PromiseStore::List(Call& call, const v1::ListPromisesRequest& request,
                                v1::ListPromisesResponse* response) const {
  static const auto* const kHead =
      new db::Statement{"promise.head", "SELECT coalesce((SELECT sequence FROM change_heads WHERE owner_id = $1), 0)"};
  // $1 owner, $2 moment, $3 day, $4 framework (NULL for any), $5 the last activity of the page before, $6 rows.
  static const auto* const kPage = new db::Statement{
      "promise.page",
      "SELECT DISTINCT i.resource FROM version_items i JOIN versions v ON v.owner_id = i.owner_id AND v.framework_id = "
      "i.framework_id AND v.version_id = i.version_id WHERE i.owner_id = $1 AND i.kind = 'activity' AND i.resource > "
      "$5::text COLLATE \"C\" AND ($4::text IS NULL OR i.framework_id = $4) AND v.create_time <= $2::timestamptz AND "
      "($3::text IS NULL OR v.from_date <= $3::text COLLATE \"C\") ORDER BY i.resource LIMIT $6"};

  std::optional<internal::v1::PageToken> position;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(position, page_tokens_.Read(request.page_token(), request));
  }
  const int page_size = RowsOfPage(request.page_size());
  const auto optional = [](const std::string& text) {
    return text.empty() ? db::Param(std::nullopt) : db::Param(text);
  };
  const std::vector<db::Param> moments = {
      call.owner, request.has_read_time() ? db::Param::Time(ToTime(request.read_time())) : db::Param("infinity"),
      optional(request.valid_date())};
  std::vector<db::Param> params = moments;
  params.push_back(optional(request.framework().empty() ? "" : names::LastId(request.framework())));
  params.emplace_back(position ? position->ids(0) : std::string());
  // One more row than asked tells whether there is a next page.
  params.emplace_back(int64_t{page_size} + 1);

  return pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    response->Clear();
    RETURN_IF_ERROR(resource::RequireShare(call, transaction, kScope,
                                           request.framework().empty() ? request.parent() : request.framework()));
    ASSIGN_OR_RETURN(const db::Result head, transaction.Query(*kHead, {call.owner}));
    call.revision = head.Int(0, 0);
    ASSIGN_OR_RETURN(const db::Result page, transaction.Query(*kPage, params));
    std::vector<std::string> names;
    for (int row = 0; row < page.size() && row < page_size; ++row) names.push_back(page.Text(row, 0));
    if (names.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const Versions versions, ReadVersions(transaction, moments, call.owner));
    Plans plans(versions);
    RETURN_IF_ERROR(plans.Read(transaction, call.owner, names));

    bool more = page.size() > page_size;
    size_t bytes = 0;
    const std::string* last = nullptr;
    for (const std::string& name : names) {
      if (bytes > kMaxPageBytes) {
        more = true;
        break;
      }
      last = &name;
      v1::Promise promise = PromiseOf(name, plans.DecisionsOf(name));
      if (request.state() != v1::PROMISE_STATE_UNSPECIFIED && promise.state() != request.state()) continue;
      bytes += promise.ByteSizeLong();
      response->add_promises()->Swap(&promise);
    }
    if (!more) return absl::OkStatus();
    internal::v1::PageToken next;
    next.add_ids(*last);
    response->set_next_page_token(page_tokens_.Make(next, request));
    return absl::OkStatus();
  });
}

}  // namespace regiokompas::catalogue
