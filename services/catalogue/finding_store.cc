#include "services/catalogue/finding_store.h"

#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "common/resource/resource_store.h"
#include "services/catalogue/finding_rules.h"

namespace regiokompas::catalogue {
namespace {

constexpr int kMaxFindings = 1000;

}  // namespace

absl::Status FindingStore::List(Call& call, const v1::ListFindingsRequest& request,
                                v1::ListFindingsResponse* response) const {
  RETURN_IF_ERROR(resource::RequireNow(request));
  FrameworkContent content;
  RETURN_IF_ERROR(pool_.Run(call, db::Access::kReadOnly, [&](db::Transaction& transaction) {
    return versions_.ReadContent(call, transaction, {.framework = request.parent()}, &content);
  }));
  std::vector<v1::Finding> findings = FindingsOf(content);
  response->Clear();
  response->set_total_size(static_cast<int>(findings.size()));
  if (findings.size() > kMaxFindings) findings.resize(kMaxFindings);
  for (v1::Finding& finding : findings) *response->add_findings() = std::move(finding);
  return absl::OkStatus();
}

}  // namespace regiokompas::catalogue
