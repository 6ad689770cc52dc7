#include "services/collaboration/collaboration_store.h"

#include "absl/strings/str_cat.h"
#include "common/base/errors.h"
#include "common/base/status_macros.h"
#include "regiokompas/collaboration/v1/membership.pb.h"
#include "regiokompas/collaboration/v1/municipality.pb.h"
#include "regiokompas/collaboration/v1/party.pb.h"
#include "regiokompas/collaboration/v1/region.pb.h"
#include "regiokompas/collaboration/v1/task_field.pb.h"

namespace regiokompas::collaboration {

CollaborationStore::CollaborationStore(db::Pool& pool, const api::PageTokens& page_tokens)
    : municipalities({.kind = "municipality",
                      .table = "municipalities",
                      .message = v1::Municipality::descriptor(),
                      .columns = {},
                      .initialise = {},
                      .check = {}},
                     pool, page_tokens),
      regions({.kind = "region",
               .table = "regions",
               .message = v1::Region::descriptor(),
               .columns = {},
               .initialise = {},
               .check = {}},
              pool, page_tokens),
      memberships({.kind = "membership",
                   .table = "memberships",
                   .message = v1::Membership::descriptor(),
                   .columns = {{"municipality_id", "municipality"}},
                   .initialise = {},
                   .check = {}},
                  pool, page_tokens),
      parties({.kind = "party",
               .table = "parties",
               .message = v1::Party::descriptor(),
               .columns = {{"municipality_id", "municipality"}},
               .initialise = {},
               .check = {}},
              pool, page_tokens),
      task_fields({.kind = "taskfield",
                   .table = "taskfields",
                   .message = v1::TaskField::descriptor(),
                   .columns = {},
                   .initialise = {},
                   .check = {}},
                  pool, page_tokens),
      pool_(pool) {}

absl::Status CollaborationStore::GetMembers(Call& call, const std::string& owner, v1::RegionalOverview* overview,
                                            std::vector<v1::RegionalOverviewMember>* members) const {
  static const auto* const kMembers = new db::Statement{
      "region.members",
      "SELECT r.region_id, r.body->>'displayName', u.municipality_id, u.body->>'code', u.body->>'displayName' "
      "FROM regions r LEFT JOIN (memberships m JOIN municipalities u ON u.owner_id = m.owner_id "
      "AND u.municipality_id = m.municipality_id AND coalesce(u.body->>'validFromDate', '') <= $3 "
      "AND coalesce(u.body->>'validUntilDate', '9999-12-31') > $3) ON m.owner_id = r.owner_id "
      "AND m.region_id = r.region_id AND coalesce(m.body->>'fromDate', '') <= $3 "
      "AND coalesce(m.body->>'untilDate', '9999-12-31') > $3 "
      "WHERE r.owner_id = $1 AND r.body->>'owner' = $2 ORDER BY u.body->>'code'"};
  // Regions are reference data: they belong to the country.
  Call reference = call;
  reference.owner = names::kCountry;
  return pool_.Run(reference, db::Access::kReadOnly, [&](db::Transaction& transaction) -> absl::Status {
    members->clear();
    ASSIGN_OR_RETURN(const db::Result rows,
                     transaction.Query(*kMembers, {reference.owner, owner, overview->cycle_date()}));
    if (rows.size() == 0) return errors::Make(errors::kResourceNotFound, {{"name", absl::StrCat("owners/", owner)}});
    overview->set_region(absl::StrCat("regions/", rows.Text(0, 0)));
    overview->set_display_name(rows.Text(0, 1));
    for (int i = 0; i < rows.size() && !rows.IsNull(i, 2); ++i) {
      v1::RegionalOverviewMember& member = members->emplace_back();
      member.set_municipality(absl::StrCat("municipalities/", rows.Text(i, 2)));
      member.set_owner(rows.Text(i, 3));
      member.set_display_name(rows.Text(i, 4));
    }
    return absl::OkStatus();
  });
}

}  // namespace regiokompas::collaboration
