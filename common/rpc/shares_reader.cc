#include "common/rpc/shares_reader.h"

#include <set>

#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/base/timestamp.h"
#include "common/names/resource_name.h"
#include "common/rpc/client.h"
#include "common/rpc/convert.h"
#include "regiokompas/collaboration/v1/collaboration_service.grpc.pb.h"

namespace regiokompas::rpc {
namespace {

using collaboration::v1::BatchGetSharesRequest;
using collaboration::v1::BatchGetSharesResponse;
using collaboration::v1::ListChangesRequest;
using collaboration::v1::ListChangesResponse;

constexpr absl::Duration kTimeout = absl::Seconds(2);
// As in changes.kind.
constexpr char kGrant[] = "grant";

constexpr errors::Kind kFeedReplaced{absl::StatusCode::kAborted, "FEED_REPLACED",
                                     "another reader of this service follows another feed by now",
                                     "een andere lezer van deze dienst volgt intussen een andere bron"};

db::Param From(const collaboration::v1::Share& share) {
  return share.has_from_time() ? db::Param::Time(ToTime(share.from_time())) : db::Param("-infinity");
}

db::Param Until(const collaboration::v1::Share& share) {
  return share.withdrawn() ? db::Param("-infinity") : db::Param::Time(ToTime(share.until_time()));
}

}  // namespace

SharesReader::SharesReader(const Clock& clock, db::Pool& pool, std::function<std::shared_ptr<grpc::Channel>()> channel,
                           ServiceToken& token)
    : clock_(clock), pool_(pool), channel_(std::move(channel)), token_(token) {}

absl::Status SharesReader::Poll(absl::FunctionRef<bool()> stopping) {
  const absl::Time start = clock_.Now();
  Call call{.clock = clock_, .method = "SharesReader/Poll", .request_id = RandomUuid()};
  call.deadline = absl::Now() + kTimeout;
  ASSIGN_OR_RETURN(call.token, token_.Get());
  ASSIGN_OR_RETURN(Standing standing, Load(call));
  bool at_head = false;
  while (!at_head) {
    if (stopping()) return absl::OkStatus();
    // Much to catch up with takes many pages, each with its own time.
    call.deadline = absl::Now() + kTimeout;
    absl::StatusOr<bool> followed = Follow(call, start, standing);
    if (absl::IsOutOfRange(followed.status()) && !standing.epoch.empty()) {
      RETURN_IF_ERROR(Forget(call, standing.epoch));
      standing = {};
      continue;
    }
    RETURN_IF_ERROR(followed.status());
    at_head = *followed;
  }
  confirmed_time_ = start;
  return absl::OkStatus();
}

absl::StatusOr<SharesReader::Standing> SharesReader::Load(Call& call) {
  static const auto* const kEpoch = new db::Statement{"shares_sync.get", "SELECT epoch FROM shares_sync"};
  static const auto* const kPositions =
      new db::Statement{"feed_position.list", "SELECT owner_id, sequence FROM feed_positions"};
  Standing standing;
  RETURN_IF_ERROR(pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    standing = {};
    ASSIGN_OR_RETURN(const db::Result epoch, transaction.Query(*kEpoch, {}));
    standing.epoch = epoch.Text(0, 0);
    ASSIGN_OR_RETURN(const db::Result positions, transaction.Query(*kPositions, {}));
    for (int i = 0; i < positions.size(); ++i) standing.positions[positions.Text(i, 0)] = positions.Int(i, 1);
    return absl::OkStatus();
  }));
  return standing;
}

absl::Status SharesReader::Forget(Call& call, const std::string& epoch) {
  // Closed until the new feed was followed to its head. Only for the feed that this reader knew: another reader may
  // have started afresh already.
  static const auto* const kClose =
      new db::Statement{"shares_sync.close",
                        "UPDATE shares_sync SET epoch = '', confirmed_time = '-infinity' WHERE epoch = $1 RETURNING 1"};
  static const auto* const kShares = new db::Statement{"share.forget", "DELETE FROM shares"};
  static const auto* const kPositions = new db::Statement{"feed_position.forget", "DELETE FROM feed_positions"};
  return pool_.Run(call, db::Access::kReadWrite, [&](db::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const db::Result closed, transaction.Query(*kClose, {epoch}));
    if (closed.size() == 0) return errors::Make(kFeedReplaced);
    RETURN_IF_ERROR(transaction.Query(*kShares, {}).status());
    return transaction.Query(*kPositions, {}).status();
  });
}

absl::StatusOr<bool> SharesReader::Follow(Call& call, absl::Time start, Standing& standing) {
  const auto stub = collaboration::v1::CollaborationService::NewStub(channel_());
  ListChangesRequest request;
  request.set_epoch(standing.epoch);
  for (const auto& [owner, sequence] : standing.positions) {
    auto* position = request.add_positions();
    position->set_owner(owner);
    position->set_sequence(sequence);
  }
  ListChangesResponse page;
  {
    grpc::ClientContext context;
    Continue(call, context);
    RETURN_IF_ERROR(FromGrpc(stub->ListChanges(&context, request, &page)));
  }
  std::set<std::string> grants;
  for (const auto& change : page.changes()) {
    // A gap would hide what was withdrawn: start afresh.
    if (change.sequence() != standing.positions[change.owner()] + 1) return absl::OutOfRangeError("the feed has a gap");
    if (change.kind() == kGrant) grants.insert(change.resource());
    standing.positions[change.owner()] = change.sequence();
  }
  BatchGetSharesResponse shares;
  if (!grants.empty()) {
    BatchGetSharesRequest names;
    for (const std::string& grant : grants) names.add_names(grant);
    grpc::ClientContext context;
    Continue(call, context);
    RETURN_IF_ERROR(FromGrpc(stub->BatchGetShares(&context, names, &shares)));
  }
  RETURN_IF_ERROR(Keep(call, standing.epoch, page, shares, start));
  standing.epoch = page.epoch();
  return page.at_head();
}

// The effect and the position are one transaction: what is done twice has one effect, what comes late none.
absl::Status SharesReader::Keep(Call& call, const std::string& epoch_before, const ListChangesResponse& page,
                                const BatchGetSharesResponse& shares, absl::Time start) {
  static const auto* const kConfirm = new db::Statement{
      "shares_sync.confirm",
      "UPDATE shares_sync SET epoch = $2, confirmed_time = CASE WHEN NOT $3::boolean THEN confirmed_time "
      "WHEN confirmed_time < $4::timestamptz + interval '1 second' THEN greatest(confirmed_time, $4::timestamptz) "
      "ELSE $4::timestamptz END WHERE epoch IN ($1, $2) RETURNING 1"};
  static const auto* const kShare = new db::Statement{
      "share.keep",
      "INSERT INTO shares (owner_id, grant_id, receiver, scope_id, from_time, until_time, version) "
      "VALUES ($1, $2, $3, $4, $5::timestamptz, $6::timestamptz, $7) ON CONFLICT (owner_id, grant_id) DO UPDATE SET "
      "receiver = excluded.receiver, scope_id = excluded.scope_id, from_time = excluded.from_time, "
      "until_time = excluded.until_time, version = excluded.version WHERE shares.version < excluded.version"};
  static const auto* const kPosition = new db::Statement{
      "feed_position.keep",
      "INSERT INTO feed_positions (owner_id, sequence) VALUES ($1, $2) ON CONFLICT (owner_id) DO UPDATE SET "
      "sequence = greatest(feed_positions.sequence, excluded.sequence)"};
  std::map<std::string, int64_t> positions;
  for (const auto& change : page.changes()) positions[change.owner()] = change.sequence();
  return pool_.Run(call, db::Access::kReadWrite, [&](db::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const db::Result confirmed,
                     transaction.Query(*kConfirm, {epoch_before, page.epoch(), page.at_head() ? "true" : "false",
                                                   db::Param::Time(start)}));
    if (confirmed.size() == 0) return errors::Make(kFeedReplaced);
    for (const auto& share : shares.shares()) {
      RETURN_IF_ERROR(transaction
                          .Query(*kShare, {names::OwnerOf(share.name()), names::LastId(share.name()), share.receiver(),
                                           share.scope(), From(share), Until(share), share.version()})
                          .status());
    }
    for (const auto& [owner, sequence] : positions) {
      RETURN_IF_ERROR(transaction.Query(*kPosition, {owner, sequence}).status());
    }
    return absl::OkStatus();
  });
}

}  // namespace regiokompas::rpc
