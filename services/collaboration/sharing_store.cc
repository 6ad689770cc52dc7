#include "services/collaboration/sharing_store.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/base/timestamp.h"
#include "common/db/change_log.h"
#include "services/collaboration/sharing_rules.h"

namespace regiokompas::collaboration {
namespace {

constexpr int kMaxChanges = 1000;

// The moment that a read is about.
template <typename Request>
absl::Time MomentOf(const Call& call, const Request& request) {
  if (!request.has_read_time()) return call.clock.Now();
  return ToTime(request.read_time());
}

// Only a new grant: one that was given keeps its end for ever.
absl::Status RefuseEnded(Call& call, db::Transaction& /*transaction*/, const google::protobuf::Message* before,
                         google::protobuf::Message& message) {
  if (before != nullptr) return absl::OkStatus();
  return CheckEnd(call.moment, static_cast<const v1::SharingGrant&>(message));
}

}  // namespace

SharingStore::SharingStore(db::Pool& pool, const api::PageTokens& page_tokens)
    : grants_({.kind = "grant",
               .table = "grants",
               .message = v1::SharingGrant::descriptor(),
               .columns = {},
               .initialise = {},
               .check = CheckGrant,
               .resolve = RefuseEnded},
              pool, page_tokens),
      pool_(pool) {}

absl::Status SharingStore::Get(Call& call, const v1::GetSharingGrantRequest& request,
                               v1::SharingGrant* response) const {
  RETURN_IF_ERROR(grants_.Get(call, request, response));
  SetState(MomentOf(call, request), *response);
  return absl::OkStatus();
}

absl::Status SharingStore::List(Call& call, const v1::ListSharingGrantsRequest& request,
                                v1::ListSharingGrantsResponse* response) const {
  RETURN_IF_ERROR(grants_.List(call, request, response));
  for (v1::SharingGrant& grant : *response->mutable_sharing_grants()) SetState(MomentOf(call, request), grant);
  return absl::OkStatus();
}

absl::Status SharingStore::Create(Call& call, const v1::CreateSharingGrantRequest& request,
                                  v1::SharingGrant* response) const {
  RETURN_IF_ERROR(grants_.Create(call, request, response));
  SetState(call.clock.Now(), *response);
  return absl::OkStatus();
}

absl::Status SharingStore::Withdraw(Call& call, const v1::WithdrawSharingGrantRequest& request,
                                    v1::SharingGrant* response) const {
  const auto withdraw = [&](db::Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(grants_.Lock(call, transaction, request.name(), response));
    if (!request.etag().empty() && request.etag() != response->etag()) {
      return errors::Make(errors::kEtagMismatch, {{"name", request.name()}});
    }
    if (response->has_withdraw_time()) return absl::OkStatus();
    const v1::SharingGrant before = *response;
    *response->mutable_withdraw_time() = ToTimestamp(call.moment);
    response->set_withdraw_reason(request.reason());
    return grants_.Replace(call, transaction, before, response);
  };
  RETURN_IF_ERROR(resource::RunWrite(call, pool_, request, response, withdraw));
  SetState(call.clock.Now(), *response);
  return absl::OkStatus();
}

absl::Status SharingStore::ListChanges(Call& call, const v1::ListChangesRequest& request,
                                       v1::ListChangesResponse* response) const {
  static const auto* const kAhead = new db::Statement{
      "feed.ahead",
      "SELECT count(*) FROM unnest(string_to_array($1, ','), string_to_array($2, ',')::bigint[]) AS "
      "p (owner_id, sequence) LEFT JOIN change_heads h USING (owner_id) WHERE p.sequence > coalesce(h.sequence, 0)"};
  static const auto* const kChanges = new db::Statement{
      "feed.list",
      "SELECT c.owner_id, c.sequence, c.kind, c.resource, c.version, (extract(epoch FROM c.change_time) * "
      "1000000)::bigint FROM change_heads h LEFT JOIN unnest(string_to_array($1, ','), string_to_array($2, "
      "',')::bigint[]) AS p (owner_id, sequence) USING (owner_id) CROSS JOIN LATERAL (SELECT * FROM changes c WHERE "
      "c.owner_id = h.owner_id AND c.sequence > coalesce(p.sequence, 0) ORDER BY c.sequence, c.item LIMIT $3) c "
      "WHERE h.sequence > coalesce(p.sequence, 0) ORDER BY c.owner_id, c.sequence, c.item LIMIT $3"};
  const int limit = request.max_changes() > 0 ? std::min(request.max_changes(), kMaxChanges) : kMaxChanges;
  std::vector<std::string> owners;
  std::vector<std::string> sequences;
  for (const v1::FeedPosition& position : request.positions()) {
    if (!IsOwnerId(position.owner())) continue;
    owners.push_back(position.owner());
    sequences.push_back(absl::StrCat(position.sequence()));
  }
  return pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    response->Clear();
    ASSIGN_OR_RETURN(*response->mutable_epoch(), db::FeedEpoch(transaction));
    const bool other_feed = !owners.empty() && request.epoch() != response->epoch();
    const std::vector<db::Param> positions = {absl::StrJoin(owners, ","), absl::StrJoin(sequences, ",")};
    ASSIGN_OR_RETURN(const db::Result ahead, transaction.Query(*kAhead, positions));
    if (other_feed || ahead.Int(0, 0) > 0) return errors::Make(errors::kFeedPositionExpired);
    // One more than asked for tells whether there are more.
    ASSIGN_OR_RETURN(const db::Result rows,
                     transaction.Query(*kChanges, {positions[0], positions[1], int64_t{limit} + 1}));
    response->set_at_head(rows.size() <= limit);
    for (int i = 0; i < std::min(rows.size(), limit); ++i) {
      v1::Change& change = *response->add_changes();
      change.set_owner(rows.Text(i, 0));
      change.set_sequence(rows.Int(i, 1));
      change.set_kind(rows.Text(i, 2));
      change.set_resource(rows.Text(i, 3));
      change.set_version(rows.Int(i, 4));
      *change.mutable_change_time() = ToTimestamp(rows.Time(i, 5));
    }
    return absl::OkStatus();
  });
}

absl::Status SharingStore::GetShares(Call& call, const v1::BatchGetSharesRequest& request,
                                     v1::BatchGetSharesResponse* response) const {
  static const auto* const kShares = new db::Statement{
      "share.list",
      "SELECT g.owner_id, g.grant_id, g.version, g.body->>'receiver', g.body->>'scope', "
      "(extract(epoch FROM (g.body->>'fromTime')::timestamptz) * 1000000)::bigint, "
      "(extract(epoch FROM (g.body->>'untilTime')::timestamptz) * 1000000)::bigint, (g.body ? 'withdrawTime')::int "
      "FROM unnest(string_to_array($1, ','), string_to_array($2, ',')) AS asked (owner_id, grant_id) "
      "JOIN grants g USING (owner_id, grant_id)"};
  static const auto* const kPattern = new names::Pattern(names::Pattern::Of(v1::SharingGrant::descriptor()));
  std::vector<std::string> owners;
  std::vector<std::string> ids;
  for (const std::string& name : request.names()) {
    const auto parsed = kPattern->Parse(name);
    if (!parsed) continue;
    owners.push_back((*parsed)[0]);
    ids.push_back((*parsed)[1]);
  }
  return pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    response->Clear();
    ASSIGN_OR_RETURN(const db::Result rows,
                     transaction.Query(*kShares, {absl::StrJoin(owners, ","), absl::StrJoin(ids, ",")}));
    for (int i = 0; i < rows.size(); ++i) {
      v1::Share& share = *response->add_shares();
      share.set_name(kPattern->Format({rows.Text(i, 0), rows.Text(i, 1)}));
      share.set_version(rows.Int(i, 2));
      share.set_receiver(rows.Text(i, 3));
      share.set_scope(ScopeBelowOwner(rows.Text(i, 4)));
      if (!rows.IsNull(i, 5)) *share.mutable_from_time() = ToTimestamp(rows.Time(i, 5));
      *share.mutable_until_time() = ToTimestamp(rows.Time(i, 6));
      share.set_withdrawn(rows.Int(i, 7) == 1);
    }
    return absl::OkStatus();
  });
}

}  // namespace regiokompas::collaboration
