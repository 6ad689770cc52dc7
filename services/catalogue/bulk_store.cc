#include "services/catalogue/bulk_store.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "common/api/validate.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "common/base/timestamp.h"
#include "google/protobuf/util/message_differencer.h"

namespace regiokompas::catalogue {
namespace {

constexpr size_t kPartBytes = 256 << 10;  // of an answer
constexpr size_t kRowsAtOnce = 100;       // read in one statement
// Grants are about frameworks.
constexpr char kScope[] = "frameworks";
constexpr size_t kMaxDataBytes = 1 << 20;  // of a request; the contract says so of `data`
// Clients receive 4 MiB by default.
constexpr size_t kMaxReportBytes = 3 << 20;

constexpr errors::Rule kOnlyFirst{"ONLY_IN_FIRST_MESSAGE", "{field} belongs in the first message only",
                                  "{field} hoort alleen in het eerste bericht"};

absl::Status Gone() { return absl::CancelledError("the caller has gone"); }

// A message after the first holds bytes and nothing else.
absl::Status CheckPart(const v1::ImportActivitiesRequest& part) {
  errors::Violations violations;
  if (!part.parent().empty()) violations.Add("parent", kOnlyFirst);
  if (part.format() != v1::FILE_FORMAT_UNSPECIFIED) violations.Add("format", kOnlyFirst);
  if (part.dry_run()) violations.Add("dry_run", kOnlyFirst);
  if (!part.request_id().empty()) violations.Add("request_id", kOnlyFirst);
  if (part.data().size() > kMaxDataBytes) {
    violations.Add("data", errors::kTooLong, {{"limit", absl::StrCat(kMaxDataBytes)}});
  }
  return violations.ToStatus();
}

absl::Status ReadRest(const Call& call, absl::FunctionRef<bool(v1::ImportActivitiesRequest*)> next,
                      absl::FunctionRef<bool()> gone, v1::ImportActivitiesRequest& request) {
  v1::ImportActivitiesRequest part;
  while (next(&part)) {
    RETURN_IF_ERROR(CheckPart(part));
    if (request.data().size() + part.data().size() > kMaxFileBytes) return FileTooLong();
    if (absl::Now() >= call.deadline) return errors::Make(errors::kDeadlineExceeded);
    request.mutable_data()->append(part.data());
  }
  return gone() ? Gone() : absl::OkStatus();
}

// The activities of a file, each with the version that it shows. Rows of the history never change, so the file shows
// one moment however long it is read.
struct Contents {
  std::vector<std::string> names;
  std::vector<std::string> versions;
};

// What stands, stood, or was adopted, by name; fills call.revision.
absl::StatusOr<Contents> ReadContents(Call& call, db::Transaction& transaction,
                                      const v1::StreamActivityFileRequest& request) {
  static const auto* const kNow = new db::Statement{
      "bulk.now",
      "SELECT 'owners/' || owner_id || '/activities/' || activity_id, version FROM activities WHERE owner_id = $1 "
      "ORDER BY activity_id"};
  static const auto* const kThen = new db::Statement{
      "bulk.then",
      "SELECT resource, version FROM (SELECT DISTINCT ON (resource) resource, version, deleted FROM history WHERE "
      "owner_id = $1 AND kind = 'activity' AND change_time <= $2::timestamptz ORDER BY resource, version DESC) h WHERE "
      "NOT deleted ORDER BY resource"};
  static const auto* const kAdopted = new db::Statement{
      "bulk.adopted",
      "SELECT DISTINCT ON (resource COLLATE \"C\") resource, version FROM adopted($1, $3, $2::timestamptz, 'activity') "
      "ORDER BY resource COLLATE \"C\", adopt_time DESC"};
  static const auto* const kHead =
      new db::Statement{"bulk.head", "SELECT sequence FROM change_heads WHERE owner_id = $1"};
  RETURN_IF_ERROR(resource::RequireShare(call, transaction, kScope, request.parent()));
  ASSIGN_OR_RETURN(const db::Result head, transaction.Query(*kHead, {call.owner}));
  if (head.size() > 0) call.revision = head.Int(0, 0);

  const bool adopted = !call.receivers.empty() || !request.valid_date().empty();
  std::vector<db::Param> params = {call.owner};
  if (adopted || request.has_read_time()) {
    params.push_back(request.has_read_time() ? db::Param::Time(ToTime(request.read_time())) : db::Param("infinity"));
  }
  if (adopted) {
    params.push_back(request.valid_date().empty() ? db::Param(std::nullopt) : db::Param(request.valid_date()));
  }
  const db::Statement& statement = adopted ? *kAdopted : request.has_read_time() ? *kThen : *kNow;
  ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(statement, params));
  Contents contents;
  for (int i = 0; i < rows.size(); ++i) {
    contents.names.push_back(rows.Text(i, 0));
    contents.versions.push_back(rows.Text(i, 1));
  }
  return contents;
}

// A value for `= ANY ($n)`; names, ids and numbers need no quotes in it.
std::string ArrayOf(const std::vector<std::string>& values, size_t from, size_t until) {
  const auto at = [&](size_t i) { return values.begin() + static_cast<std::ptrdiff_t>(i); };
  return absl::StrCat("{", absl::StrJoin(at(from), at(until), ","), "}");
}

// Columns of both statements that read activities.
absl::StatusOr<v1::Activity> ActivityIn(const db::Result& rows, int row) {
  v1::Activity activity;
  RETURN_IF_ERROR(resource::Fill(rows.Text(row, 0), rows.Text(row, 4), rows.Int(row, 1), rows.Time(row, 2),
                                 rows.Time(row, 3), &activity));
  return activity;
}

// The activities from index `from` until `until` of a file.
absl::StatusOr<std::vector<v1::Activity>> ReadPart(Call& call, db::Transaction& transaction, const Contents& contents,
                                                   size_t from, size_t until) {
  static const auto* const kPart = new db::Statement{
      "bulk.part", absl::StrCat("SELECT h.resource, h.version, ", resource::Micros("h.create_time"), ", ",
                                resource::Micros("h.change_time"),
                                ", h.body FROM unnest($2::text[], $3::bigint[]) AS w (resource, version) JOIN history "
                                "h ON h.owner_id = $1 AND h.kind = 'activity' AND h.resource = w.resource AND "
                                "h.version = w.version ORDER BY h.resource")};
  ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(*kPart, {call.owner, ArrayOf(contents.names, from, until),
                                                                     ArrayOf(contents.versions, from, until)}));
  // Less is left of a share than there was.
  if (rows.size() != static_cast<int>(until - from)) {
    RETURN_IF_ERROR(resource::RequireShare(call, transaction, kScope, absl::StrCat("owners/", call.owner)));
    return errors::MakeRetryable(errors::kConflict);
  }
  std::vector<v1::Activity> activities;
  for (int i = 0; i < rows.size(); ++i) {
    ASSIGN_OR_RETURN(activities.emplace_back(), ActivityIn(rows, i));
  }
  return activities;
}

// Those of the rows from index `from` until `until` that are stored, by name. The owner's other writes wait until the
// transaction ends, so what is read holds.
absl::StatusOr<std::map<std::string, v1::Activity>> ReadStored(const Call& call, db::Transaction& transaction,
                                                               const std::vector<FileRow>& rows, size_t from,
                                                               size_t until) {
  static const auto* const kStored = new db::Statement{
      "bulk.stored", absl::StrCat("SELECT 'owners/' || owner_id || '/activities/' || activity_id, version, ",
                                  resource::Micros("create_time"), ", ", resource::Micros("update_time"),
                                  ", body FROM activities WHERE owner_id = $1 AND activity_id = ANY ($2::text[])")};
  std::vector<std::string> ids;
  for (size_t i = from; i < until; ++i) {
    if (rows[i].status.ok()) ids.push_back(names::LastId(rows[i].activity.name()));
  }
  ASSIGN_OR_RETURN(const db::Result found, transaction.Query(*kStored, {call.owner, ArrayOf(ids, 0, ids.size())}));
  std::map<std::string, v1::Activity> stored;
  for (int i = 0; i < found.size(); ++i) {
    ASSIGN_OR_RETURN(stored[found.Text(i, 0)], ActivityIn(found, i));
  }
  return stored;
}

// Names of activities that were dropped.
absl::StatusOr<std::set<std::string>> ReadDropped(const Call& call, db::Transaction& transaction) {
  static const auto* const kDropped = new db::Statement{
      "bulk.dropped", "SELECT resource FROM history WHERE owner_id = $1 AND kind = 'activity' AND deleted"};
  ASSIGN_OR_RETURN(const db::Result rows, transaction.Query(*kDropped, {call.owner}));
  std::set<std::string> names;
  for (int i = 0; i < rows.size(); ++i) names.insert(rows.Text(i, 0));
  return names;
}

// True for what is wrong with a row, as opposed to what is wrong with the database.
bool IsRefusal(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || errors::ReasonOf(status) == errors::kEtagMismatch.reason ||
         (absl::IsFailedPrecondition(status) && errors::ReasonOf(status) != errors::kReferenceMissing.reason);
}

// Creates an activity, or changes the one that is `stored` (null for none); says which.
absl::StatusOr<v1::RowOutcome> StoreRow(Call& call, db::Transaction& transaction,
                                        const resource::ResourceStore& activities, const v1::Activity* stored,
                                        v1::Activity activity) {
  const std::string name = activity.name();
  if (stored == nullptr) {
    RETURN_IF_ERROR(activities.Insert(call, transaction, name, &activity));
    return v1::ROW_OUTCOME_CREATED;
  }
  if (!activity.etag().empty() && activity.etag() != stored->etag()) {
    return errors::Make(errors::kEtagMismatch, {{"name", name}});
  }
  activity.set_etag(stored->etag());
  *activity.mutable_create_time() = stored->create_time();
  *activity.mutable_update_time() = stored->update_time();
  KeepShiftTimes(*stored, &activity);
  if (google::protobuf::util::MessageDifferencer::Equals(*stored, activity)) return v1::ROW_OUTCOME_UNCHANGED;
  RETURN_IF_ERROR(activities.Replace(call, transaction, *stored, &activity));
  return v1::ROW_OUTCOME_CHANGED;
}

void Count(v1::RowOutcome outcome, v1::ImportActivitiesResponse* response) {
  response->set_row_count(response->row_count() + 1);
  switch (outcome) {
    case v1::ROW_OUTCOME_CREATED:
      response->set_created_count(response->created_count() + 1);
      break;
    case v1::ROW_OUTCOME_CHANGED:
      response->set_changed_count(response->changed_count() + 1);
      break;
    case v1::ROW_OUTCOME_UNCHANGED:
      response->set_unchanged_count(response->unchanged_count() + 1);
      break;
    default:
      response->set_rejected_count(response->rejected_count() + 1);
      break;
  }
}

}  // namespace

BulkStore::BulkStore(db::Pool& pool, const resource::ResourceStore& activities) : pool_(pool), activities_(activities) {
  registry_.Add(v1::Activity::descriptor()->file());
}

absl::Status BulkStore::Export(Call& call, const v1::StreamActivityFileRequest& request,
                               absl::FunctionRef<absl::Status(const v1::StreamActivityFileResponse&)> write) const {
  Contents contents;
  RETURN_IF_ERROR(pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(contents, ReadContents(call, transaction, request));
    return absl::OkStatus();
  }));
  std::string text = FileHeader(request.format());
  v1::StreamActivityFileResponse part;
  const auto send = [&](size_t bytes) {
    part.set_data(text.substr(0, bytes));
    text.erase(0, bytes);
    return write(part);
  };
  for (size_t from = 0; from < contents.names.size(); from += kRowsAtOnce) {
    const size_t until = std::min(contents.names.size(), from + kRowsAtOnce);
    std::vector<v1::Activity> activities;
    RETURN_IF_ERROR(pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
      ASSIGN_OR_RETURN(activities, ReadPart(call, transaction, contents, from, until));
      return absl::OkStatus();
    }));
    for (const v1::Activity& activity : activities) {
      ASSIGN_OR_RETURN(const std::string row, FileRowOf(request.format(), activity));
      text.append(row);
    }
    while (text.size() >= kPartBytes) RETURN_IF_ERROR(send(kPartBytes));
  }
  return text.empty() ? absl::OkStatus() : send(text.size());
}

absl::Status BulkStore::Import(Call& call, v1::ImportActivitiesRequest& request,
                               absl::FunctionRef<bool(v1::ImportActivitiesRequest*)> next,
                               absl::FunctionRef<bool()> gone, v1::ImportActivitiesResponse* response) const {
  RETURN_IF_ERROR(ReadRest(call, next, gone, request));
  ASSIGN_OR_RETURN(std::vector<FileRow> rows, ReadFile(request.format(), request.parent(), request.data()));
  for (FileRow& row : rows) {
    api::ClearOutputOnly(row.activity);
    if (row.status.ok()) row.status = api::Validate(row.activity, registry_);
  }
  const auto work = [&](db::Transaction& transaction) -> absl::Status {
    return StoreRows(call, transaction, rows, gone, response);
  };
  if (!request.dry_run()) return resource::RunWrite(call, pool_, request, response, work);

  // The same work, and then nothing of it is kept: so a dry run says what a real one will.
  bool finished = false;
  const absl::Status status = resource::RunOwnWrite(call, pool_, [&](db::Transaction& transaction) -> absl::Status {
    finished = false;
    RETURN_IF_ERROR(work(transaction));
    finished = true;
    return absl::CancelledError("a dry run keeps nothing");
  });
  call.revision = 0;
  return finished ? absl::OkStatus() : status;
}

absl::Status BulkStore::StoreRows(Call& call, db::Transaction& transaction, const std::vector<FileRow>& rows,
                                  absl::FunctionRef<bool()> gone, v1::ImportActivitiesResponse* response) const {
  response->Clear();
  ASSIGN_OR_RETURN(const std::set<std::string> dropped, ReadDropped(call, transaction));
  std::map<std::string, v1::Activity> stored;
  size_t bytes = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i % kRowsAtOnce == 0) {
      if (gone()) return Gone();
      if (absl::Now() >= call.deadline) return errors::Make(errors::kDeadlineExceeded);
      ASSIGN_OR_RETURN(stored, ReadStored(call, transaction, rows, i, std::min(rows.size(), i + kRowsAtOnce)));
    }
    const FileRow& row = rows[i];
    absl::StatusOr<v1::RowOutcome> outcome = v1::ROW_OUTCOME_REJECTED;
    if (!row.status.ok()) {
      outcome = row.status;
    } else if (dropped.count(row.activity.name()) > 0) {
      outcome = ActivityDropped();
    } else {
      const auto before = stored.find(row.activity.name());
      outcome =
          StoreRow(call, transaction, activities_, before == stored.end() ? nullptr : &before->second, row.activity);
    }
    v1::RowReport report;
    report.set_row(row.number);
    report.set_line(row.line);
    report.set_activity(row.activity.name());
    if (outcome.ok()) {
      report.set_outcome(*outcome);
    } else if (IsRefusal(outcome.status())) {
      Reject(outcome.status(), report);
    } else {
      return outcome.status();
    }
    Count(report.outcome(), response);
    if (report.outcome() == v1::ROW_OUTCOME_UNCHANGED) continue;
    bytes += report.ByteSizeLong();
    if (bytes <= kMaxReportBytes) response->add_rows()->Swap(&report);
  }
  return gone() ? Gone() : absl::OkStatus();
}

}  // namespace regiokompas::catalogue
