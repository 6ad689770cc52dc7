#include "services/catalogue/version_rules.h"

namespace regiokompas::catalogue {
namespace {

constexpr errors::Kind kNotAdopted{absl::StatusCode::kFailedPrecondition, "FRAMEWORK_NOT_ADOPTED",
                                   "{name} is not adopted, so it cannot be withdrawn",
                                   "{name} is niet vastgesteld en kan dus niet worden ingetrokken"};

constexpr errors::Rule kNotWithMoment{"NOT_WITH_MOMENT", "{field} goes without read_time and valid_date",
                                      "{field} gaat niet samen met read_time of valid_date"};

// The first that is filled.
std::string FirstOf(std::initializer_list<std::string> dates) {
  for (const std::string& date : dates) {
    if (!date.empty()) return date;
  }
  return "";
}

}  // namespace

v1::Version AdoptionOf(const v1::Framework& framework, const v1::AdoptFrameworkRequest& request,
                       const std::string& today) {
  v1::Version version;
  version.set_display_name(framework.display_name());
  version.set_state(v1::VERSION_STATE_ADOPTED);
  version.set_adoption_date(FirstOf({request.adoption_date(), framework.adoption_date()}));
  version.set_valid_from_date(FirstOf({request.valid_from_date(), framework.effective_from_date(),
                                       framework.valid_from_date(), version.adoption_date(), today}));
  version.set_valid_until_date(FirstOf({request.valid_until_date(), framework.valid_until_date()}));
  version.set_reason(request.reason());
  return version;
}

v1::Version WithdrawalOf(const v1::Framework& framework, const v1::WithdrawFrameworkRequest& request,
                         const std::string& today) {
  v1::Version version;
  version.set_display_name(framework.display_name());
  version.set_state(v1::VERSION_STATE_WITHDRAWN);
  version.set_adoption_date(today);
  version.set_valid_from_date(FirstOf({request.from_date(), today}));
  version.set_reason(request.reason());
  return version;
}

void CheckVersion(const google::protobuf::Message& message, errors::Violations& violations) {
  const auto& version = static_cast<const v1::Version&>(message);
  if (!version.valid_until_date().empty() && version.valid_until_date() <= version.valid_from_date()) {
    violations.Add("valid_until_date", errors::kEndsBeforeStart, {{"start", version.valid_from_date()}});
  }
}

absl::Status NotAdopted(const std::string& framework) { return errors::Make(kNotAdopted, {{"name", framework}}); }

absl::Status VersionOrMoment() {
  errors::Violations violations;
  violations.Add("version_id", kNotWithMoment);
  return violations.ToStatus();
}

}  // namespace regiokompas::catalogue
