#include "services/catalogue/version_store.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/clock.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/base/timestamp.h"
#include "common/names/resource_name.h"
#include "services/catalogue/version_rules.h"

namespace regiokompas::catalogue {
namespace {

constexpr char kScope[] = "frameworks";

// What stands now under a framework: kind, name and version of each resource, with what else is needed to read it. $1
// owner, $2 framework.
constexpr char kStanding[] =
    "SELECT 1 AS sort, 'framework' AS kind, 'owners/' || owner_id || '/frameworks/' || framework_id AS resource, "
    "version, ordinal, create_time, update_time, body FROM frameworks WHERE owner_id = $1 AND framework_id = $2 "
    "UNION ALL SELECT 2, 'section', 'owners/' || owner_id || '/frameworks/' || framework_id || '/sections/' || "
    "section_id, version, ordinal, create_time, update_time, body FROM sections WHERE owner_id = $1 AND framework_id = "
    "$2 "
    "UNION ALL SELECT 3, 'goal', 'owners/' || owner_id || '/frameworks/' || framework_id || '/goals/' || goal_id, "
    "version, ordinal, create_time, update_time, body FROM goals WHERE owner_id = $1 AND framework_id = $2 "
    "UNION ALL SELECT 4, 'contribution', 'owners/' || owner_id || '/activities/' || activity_id || '/contributions/' "
    "|| contribution_id, version, ordinal, create_time, update_time, body FROM contributions WHERE owner_id = $1 AND "
    "framework_id = $2 "
    "UNION ALL SELECT 5, 'activity', 'owners/' || owner_id || '/activities/' || activity_id, version, ordinal, "
    "create_time, update_time, body FROM activities a WHERE owner_id = $1 AND EXISTS (SELECT FROM contributions c "
    "WHERE c.owner_id = $1 AND c.framework_id = $2 AND c.activity_id = a.activity_id)";

// What stood under it at $3: of contributions those that named it, of activities those of such contributions.
constexpr char kStood[] =
    "WITH past AS (SELECT DISTINCT ON (kind, resource) kind, resource, version, ordinal, create_time, change_time, "
    "deleted, body FROM history WHERE owner_id = $1 AND kind IN ('framework', 'section', 'goal', 'contribution', "
    "'activity') AND change_time <= $3::timestamptz ORDER BY kind, resource, version DESC), "
    "there AS (SELECT * FROM past WHERE NOT deleted), "
    "links AS (SELECT * FROM there WHERE kind = 'contribution' AND body->>'framework' = $2) "
    "SELECT CASE kind WHEN 'framework' THEN 1 WHEN 'section' THEN 2 ELSE 3 END AS sort, kind, resource, version, "
    "ordinal, create_time, change_time AS update_time, body FROM there WHERE kind IN ('framework', 'section', 'goal') "
    "AND (resource = $2 OR resource LIKE $2 || '/%') "
    "UNION ALL SELECT 4, kind, resource, version, ordinal, create_time, change_time, body FROM links "
    "UNION ALL SELECT 5, kind, resource, version, ordinal, create_time, change_time, body FROM there a WHERE kind = "
    "'activity' AND resource IN (SELECT left(c.resource, strpos(c.resource, '/contributions/') - 1) FROM links c)";

// What a version holds: $3 its id.
constexpr char kHeld[] =
    "SELECT CASE i.kind WHEN 'framework' THEN 1 WHEN 'section' THEN 2 WHEN 'goal' THEN 3 WHEN 'contribution' THEN 4 "
    "ELSE 5 END AS sort, i.kind, i.resource, i.version, h.ordinal, h.create_time, h.change_time AS update_time, h.body "
    "FROM version_items i JOIN history h ON h.owner_id = i.owner_id AND h.kind = i.kind AND h.resource = i.resource "
    "AND h.version = i.version WHERE i.owner_id = $1 AND i.framework_id = $2 AND i.version_id = $3";

std::string Rows(const char* content) {
  return absl::StrCat("SELECT kind, resource, version, ", resource::Micros("create_time"), ", ",
                      resource::Micros("update_time"), ", body FROM (", content,
                      ") c ORDER BY sort, ordinal, resource COLLATE \"C\"");
}

template <typename Resource>
absl::Status Append(const db::Result& rows, int row, std::vector<Resource>& resources) {
  return resource::Fill(rows.Text(row, 1), rows.Text(row, 5), rows.Int(row, 2), rows.Time(row, 3), rows.Time(row, 4),
                        &resources.emplace_back());
}

// The version that holds; a framework of which none does is not there.
absl::StatusOr<std::string> VersionThatHolds(Call& call, db::Transaction& transaction, const ContentRequest& request) {
  static const auto* const kHolds = new db::Statement{
      "version.holds", "SELECT version_id FROM adopted($1, $3, $4::timestamptz, 'framework') WHERE framework_id = $2"};
  ASSIGN_OR_RETURN(
      const db::Result rows,
      transaction.Query(*kHolds, {call.owner, names::LastId(request.framework),
                                  request.day.empty() ? db::Param(std::nullopt) : db::Param(request.day),
                                  request.moment ? db::Param::Time(*request.moment) : db::Param("infinity")}));
  return rows.size() == 0 ? std::string() : rows.Text(0, 0);
}

}  // namespace

VersionStore::VersionStore(db::Pool& pool, const api::PageTokens& page_tokens,
                           const resource::ResourceStore& frameworks)
    : versions({.kind = "version",
                .table = "versions",
                .message = v1::Version::descriptor(),
                .columns = {{"from_date", "valid_from_date", false}, {"until_date", "valid_until_date", false}},
                .initialise = {},
                .check = CheckVersion,
                .scope = kScope,
                .adopted = "decided",
                .shared_as_it_stands = true},
               pool, page_tokens),
      pool_(pool),
      frameworks_(frameworks) {}

absl::Status VersionStore::Record(Call& call, db::Transaction& transaction, const v1::Framework& before,
                                  const std::string& id, v1::Version* version) const {
  static const auto* const kCounts = new db::Statement{
      "version.counts",
      "WITH made AS (SELECT count(*) AS n FROM versions WHERE owner_id = $1 AND framework_id = $2) "
      "SELECT n, (SELECT min(k) FROM generate_series(n + 1, 2 * n + 1) k WHERE NOT EXISTS (SELECT FROM versions t "
      "WHERE "
      "t.owner_id = $1 AND t.framework_id = $2 AND t.version_id = 'v' || k)), "
      "(SELECT count(*) FROM goals WHERE owner_id = $1 AND framework_id = $2), "
      "(SELECT count(DISTINCT activity_id) FROM contributions WHERE owner_id = $1 AND framework_id = $2) FROM made"};
  static const auto* const kHold = new db::Statement{
      "version.hold",
      absl::StrCat("INSERT INTO version_items (owner_id, framework_id, version_id, kind, resource, version) SELECT $1, "
                   "$2, $3, kind, resource, version FROM (",
                   kStanding, ") c")};
  const std::string framework_id = names::LastId(before.name());
  ASSIGN_OR_RETURN(const db::Result counts, transaction.Query(*kCounts, {call.owner, framework_id}));
  const bool adopts = version->state() == v1::VERSION_STATE_ADOPTED;
  version->set_ordinal(static_cast<int32_t>(counts.Int(0, 0)) + 1);
  if (adopts) {
    version->set_goal_count(static_cast<int32_t>(counts.Int(0, 2)));
    version->set_activity_count(static_cast<int32_t>(counts.Int(0, 3)));
  }
  // The first number from the ordinal on that no version has for its id.
  const std::string version_id = id.empty() ? absl::StrCat("v", counts.Int(0, 1)) : id;
  const std::string name = absl::StrCat(before.name(), "/versions/", version_id);

  v1::Framework framework = before;
  framework.set_state(adopts ? v1::FRAMEWORK_STATE_ADOPTED : v1::FRAMEWORK_STATE_WITHDRAWN);
  framework.set_latest_version(name);
  RETURN_IF_ERROR(frameworks_.Replace(call, transaction, before, &framework));
  RETURN_IF_ERROR(versions.Insert(call, transaction, name, version));
  if (!adopts) return absl::OkStatus();
  return transaction.Query(*kHold, {call.owner, framework_id, version_id}).status();
}

absl::Status VersionStore::Adopt(Call& call, const v1::AdoptFrameworkRequest& request, v1::Version* response) const {
  if (!request.version_id().empty() && !IsId(request.version_id())) {
    errors::Violations violations;
    violations.Add("version_id", errors::kBadId);
    return violations.ToStatus();
  }
  return resource::RunWrite(call, pool_, request, response, [&](db::Transaction& transaction) -> absl::Status {
    v1::Framework framework;
    RETURN_IF_ERROR(frameworks_.LockFor(call, transaction, request, &framework));
    *response = AdoptionOf(framework, request, CivilDate(call.clock.Now()));
    return Record(call, transaction, framework, request.version_id(), response);
  });
}

absl::Status VersionStore::Withdraw(Call& call, const v1::WithdrawFrameworkRequest& request,
                                    v1::Version* response) const {
  return resource::RunWrite(call, pool_, request, response, [&](db::Transaction& transaction) -> absl::Status {
    v1::Framework framework;
    RETURN_IF_ERROR(frameworks_.LockFor(call, transaction, request, &framework));
    if (framework.state() != v1::FRAMEWORK_STATE_ADOPTED) return NotAdopted(framework.name());
    *response = WithdrawalOf(framework, request, CivilDate(call.clock.Now()));
    return Record(call, transaction, framework, "", response);
  });
}

absl::Status VersionStore::ReadContent(Call& call, db::Transaction& transaction, const ContentRequest& request,
                                       FrameworkContent* content) const {
  static const auto* const kNow = new db::Statement{"framework.content", Rows(kStanding)};
  static const auto* const kThen = new db::Statement{"framework.content_at", Rows(kStood)};
  static const auto* const kVersion = new db::Statement{"framework.content_held", Rows(kHeld)};
  static const auto* const kHead = new db::Statement{
      "framework.content_head", "SELECT coalesce((SELECT sequence FROM change_heads WHERE owner_id = $1), 0)"};

  const bool shared = !call.receivers.empty();
  const std::string framework_id = names::LastId(request.framework);
  std::string version_id = request.version_id;
  const bool adopted = version_id.empty() && (shared || !request.day.empty());
  if (adopted) {
    ASSIGN_OR_RETURN(version_id, VersionThatHolds(call, transaction, request));
  }
  std::vector<db::Param> params = {call.owner, framework_id};
  const db::Statement* statement = kNow;
  if (adopted || !version_id.empty()) {
    params.emplace_back(version_id);
    statement = kVersion;
  } else if (request.moment) {
    params = {call.owner, request.framework, db::Param::Time(*request.moment)};
    statement = kThen;
  }
  ASSIGN_OR_RETURN(const db::Result head, transaction.Query(*kHead, {call.owner}));
  call.revision = head.Int(0, 0);
  ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(*statement, params));
  *content = {};
  for (int row = 0; row < rows.size(); ++row) {
    const std::string kind = rows.Text(row, 0);
    if (kind == "framework") {
      RETURN_IF_ERROR(resource::Fill(rows.Text(row, 1), rows.Text(row, 5), rows.Int(row, 2), rows.Time(row, 3),
                                     rows.Time(row, 4), &content->framework));
    } else if (kind == "section") {
      RETURN_IF_ERROR(Append(rows, row, content->sections));
    } else if (kind == "goal") {
      RETURN_IF_ERROR(Append(rows, row, content->goals));
    } else if (kind == "contribution") {
      RETURN_IF_ERROR(Append(rows, row, content->contributions));
    } else {
      RETURN_IF_ERROR(Append(rows, row, content->activities));
    }
  }
  if (!content->framework.name().empty()) return absl::OkStatus();
  RETURN_IF_ERROR(resource::RequireShare(call, transaction, kScope, request.framework));
  return errors::Make(
      errors::kResourceNotFound,
      {{"name", request.version_id.empty() ? request.framework
                                           : absl::StrCat(request.framework, "/versions/", request.version_id)}});
}

absl::Status VersionStore::Stream(Call& call, const v1::StreamFrameworkRequest& request,
                                  absl::FunctionRef<absl::Status(const v1::StreamFrameworkResponse&)> write) const {
  ContentRequest wanted{.framework = request.name(), .version_id = request.version_id(), .day = request.valid_date()};
  if (request.has_read_time()) wanted.moment = ToTime(request.read_time());
  if (!wanted.version_id.empty() && (wanted.moment || !wanted.day.empty())) return VersionOrMoment();
  FrameworkContent content;
  RETURN_IF_ERROR(pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    return ReadContent(call, transaction, wanted, &content);
  }));
  v1::StreamFrameworkResponse element;
  element.mutable_framework()->Swap(&content.framework);
  RETURN_IF_ERROR(write(element));
  const auto write_all = [&](auto& resources, auto mutable_element) -> absl::Status {
    for (auto& resource : resources) {
      (element.*mutable_element)()->Swap(&resource);
      RETURN_IF_ERROR(write(element));
    }
    return absl::OkStatus();
  };
  using Element = v1::StreamFrameworkResponse;
  RETURN_IF_ERROR(write_all(content.sections, &Element::mutable_section));
  RETURN_IF_ERROR(write_all(content.goals, &Element::mutable_goal));
  RETURN_IF_ERROR(write_all(content.contributions, &Element::mutable_contribution));
  return write_all(content.activities, &Element::mutable_activity);
}

}  // namespace regiokompas::catalogue
