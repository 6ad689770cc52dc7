#include "services/catalogue/finding_store.h"

#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "common/base/timestamp.h"
#include "services/catalogue/finding_rules.h"

namespace regiokompas::catalogue {
namespace {

constexpr int kMaxFindings = 1000;

}  // namespace

absl::Status FindingStore::List(Call& call, const v1::ListFindingsRequest& request,
                                v1::ListFindingsResponse* response) const {
  ContentRequest wanted{.framework = request.parent(), .day = request.valid_date()};
  if (request.has_read_time()) wanted.moment = ToTime(request.read_time());
  FrameworkContent content;
  RETURN_IF_ERROR(pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) {
    return versions_.ReadContent(call, transaction, wanted, &content);
  }));
  std::vector<v1::Finding> findings = FindingsOf(content);
  response->Clear();
  response->set_total_size(static_cast<int>(findings.size()));
  if (findings.size() > kMaxFindings) findings.resize(kMaxFindings);
  for (v1::Finding& finding : findings) *response->add_findings() = std::move(finding);
  return absl::OkStatus();
}

}  // namespace regiokompas::catalogue
