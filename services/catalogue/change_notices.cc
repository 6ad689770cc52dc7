#include "services/catalogue/change_notices.h"

#include "common/base/timestamp.h"
#include "common/resource/resource_store.h"

namespace regiokompas::catalogue {

std::unique_ptr<const v1::WatchChangesResponse> NoticesOf(const std::vector<db::Change>& changes,
                                                          std::string resume_token) {
  auto response = std::make_unique<v1::WatchChangesResponse>();
  for (const db::Change& change : changes) {
    v1::ChangeNotice& notice = *response->add_changes();
    notice.set_resource(change.resource);
    if (!change.dropped) notice.set_etag(resource::EtagOf(change.version));
    notice.set_revision(change.sequence);
    *notice.mutable_change_time() = ToTimestamp(change.time);
  }
  response->set_resume_token(std::move(resume_token));
  return response;
}

}  // namespace regiokompas::catalogue
