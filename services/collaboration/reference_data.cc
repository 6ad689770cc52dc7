#include "services/collaboration/reference_data.h"

#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/api/validate.h"
#include "common/base/clock.h"
#include "common/base/errors.h"
#include "common/base/hash.h"
#include "common/base/status_macros.h"
#include "common/names/resource_name.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "regiokompas/internal/v1/reference_data.pb.h"

namespace regiokompas::collaboration {
namespace {

using google::protobuf::Message;

constexpr errors::Kind kReferenceDataInvalid{absl::StatusCode::kInvalidArgument, "REFERENCE_DATA_INVALID",
                                             "reference data {file}: {entry}: {rule}",
                                             "stamgegevens {file}: {entry}: {rule}"};
constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2200;

class FirstError final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int /*column*/, const std::string& message) override {
    if (!text_.empty()) return;
    line_ = absl::StrCat("line ", line + 1);
    text_ = message;
  }
  const std::string& line() const { return line_; }
  const std::string& text() const { return text_; }

 private:
  std::string line_;
  std::string text_;
};

bool IsMunicipalityCode(absl::string_view code) { return absl::StartsWith(code, "GM") && IsOwnerId(code); }

bool IsRegionOwner(absl::string_view owner) { return absl::StartsWith(owner, "RG-") && IsOwnerId(owner); }

std::string MunicipalityName(const std::string& code) {
  return absl::StrCat("municipalities/", absl::AsciiStrToLower(code));
}

std::string TaskFieldName(int year, const std::string& code) { return absl::StrCat("taskfields/", year, "-", code); }

// The place of a code in the list of its year, or -1 for what is no code: 6.9 before 6.10 before 6.71 before 6.71a.
int PlaceOf(absl::string_view code) {
  const std::vector<absl::string_view> parts = absl::StrSplit(code, '.');
  if (parts.size() != 2 || parts[0].size() != 1) return -1;
  absl::string_view number = parts[1];
  int letter = 0;
  if (!number.empty() && number.back() >= 'a' && number.back() <= 'i') {
    letter = number.back() - 'a' + 1;
    number.remove_suffix(1);
  }
  const auto digits = [](absl::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == absl::string_view::npos;
  };
  int chapter = 0;
  int field = 0;
  if (!digits(parts[0]) || !digits(number) || number.size() > 3 || !absl::SimpleAtoi(parts[0], &chapter) ||
      !absl::SimpleAtoi(number, &field)) {
    return -1;
  }
  return chapter * 10'000 + field * 10 + letter;
}

// Reads the files one after another; what refers to another entry is checked when all have been read.
class Reader {
 public:
  Reader() {
    for (const Message* message : std::initializer_list<const Message*>{
             &v1::Membership::default_instance(), &v1::Municipality::default_instance(), &v1::Party::default_instance(),
             &v1::Region::default_instance(), &v1::TaskField::default_instance()}) {
      registry_.Add(message->GetDescriptor()->file());
    }
  }

  absl::Status Read(const EmbeddedFile& file) {
    file_ = file.name;
    internal::v1::ReferenceData data;
    FirstError problem;
    google::protobuf::TextFormat::Parser parser;
    parser.RecordErrorsTo(&problem);
    if (!parser.ParseFromString(file.text, &data)) return Bad(problem.line(), problem.text());
    for (const auto& entry : data.municipality()) RETURN_IF_ERROR(AddMunicipality(entry));
    for (const auto& entry : data.region()) RETURN_IF_ERROR(AddRegion(entry));
    for (const auto& entry : data.party()) RETURN_IF_ERROR(AddParty(entry));
    for (const auto& entry : data.task_field_scheme()) RETURN_IF_ERROR(AddScheme(entry));
    return absl::OkStatus();
  }

  absl::StatusOr<ReferenceData> Finish() {
    for (const Pending& pending : pending_) {
      if (names_.count(pending.name) > 0) continue;
      file_ = pending.file;
      return Bad(pending.entry, absl::StrCat(pending.name, " is not there"));
    }
    return std::move(data_);
  }

 private:
  // A name that has to be there when all files have been read.
  struct Pending {
    std::string file;
    std::string entry;
    std::string name;
  };

  absl::Status Bad(const std::string& entry, const std::string& rule) const {
    return errors::Make(kReferenceDataInvalid, {{"file", file_}, {"entry", entry}, {"rule", rule}});
  }

  void Expect(const std::string& entry, const std::string& name) { pending_.push_back({file_, entry, name}); }

  // Keeps a resource when its name is new and it is what its contract says.
  template <typename T>
  absl::Status Keep(const std::string& entry, const T& resource, std::vector<T>& resources) {
    if (!names_.insert(resource.name()).second) return Bad(entry, absl::StrCat(resource.name(), " is there twice"));
    if (const absl::Status valid = api::Validate(resource, registry_); !valid.ok()) {
      return Bad(entry, std::string(valid.message()));
    }
    resources.push_back(resource);
    return absl::OkStatus();
  }

  // Half-open, so from before until.
  absl::Status CheckDates(const std::string& entry, const std::string& from, const std::string& until) const {
    for (const std::string& date : {from, until}) {
      if (!date.empty() && !IsCivilDate(date)) return Bad(entry, absl::StrCat(date, " is no date YYYY-MM-DD"));
    }
    if (!from.empty() && !until.empty() && from >= until) return Bad(entry, "`from` must come before `until`");
    return absl::OkStatus();
  }

  absl::Status AddMunicipality(const internal::v1::ReferenceMunicipality& entry) {
    const std::string where = absl::StrCat("municipality ", entry.code());
    if (!IsMunicipalityCode(entry.code())) return Bad(where, "`code` must be GM and four digits");
    RETURN_IF_ERROR(CheckDates(where, entry.from(), entry.until()));
    v1::Municipality municipality;
    municipality.set_name(MunicipalityName(entry.code()));
    municipality.set_display_name(entry.name());
    municipality.set_code(entry.code());
    municipality.set_province_code(entry.province());
    municipality.set_valid_from_date(entry.from());
    municipality.set_valid_until_date(entry.until());
    RETURN_IF_ERROR(Keep(where, municipality, data_.municipalities));
    v1::Party party;
    party.set_name(absl::StrCat("parties/", absl::AsciiStrToLower(entry.code())));
    party.set_display_name(absl::StrCat("Gemeente ", entry.name()));
    party.set_kind(v1::PARTY_KIND_MUNICIPALITY);
    party.set_municipality(municipality.name());
    party.add_aliases(entry.name());
    return Keep(where, party, data_.parties);
  }

  absl::Status AddRegion(const internal::v1::ReferenceRegion& entry) {
    const std::string where = absl::StrCat("region ", entry.owner());
    if (!IsRegionOwner(entry.owner())) return Bad(where, "`owner` must be RG- and an id");
    RETURN_IF_ERROR(CheckDates(where, entry.from(), entry.until()));
    v1::Region region;
    region.set_name(absl::StrCat("regions/", absl::AsciiStrToLower(entry.owner())));
    region.set_display_name(entry.name());
    region.set_owner(entry.owner());
    region.set_legal_form(entry.legal_form());
    region.set_valid_from_date(entry.from());
    region.set_valid_until_date(entry.until());
    RETURN_IF_ERROR(Keep(where, region, data_.regions));

    std::map<std::string, std::vector<const internal::v1::ReferenceMember*>> periods;
    for (const auto& member : entry.member()) {
      const std::string whose = absl::StrCat(where, ", member ", member.code());
      if (!IsMunicipalityCode(member.code())) return Bad(whose, "`code` must be GM and four digits");
      RETURN_IF_ERROR(CheckDates(whose, member.from(), member.until()));
      auto& earlier = periods[member.code()];
      if (!earlier.empty() && (earlier.back()->until().empty() || member.from() < earlier.back()->until())) {
        return Bad(whose, "its periods must be in order and may not overlap");
      }
      earlier.push_back(&member);
      Expect(whose, MunicipalityName(member.code()));
      v1::Membership membership;
      membership.set_name(absl::StrCat(region.name(), "/memberships/", absl::AsciiStrToLower(member.code()),
                                       earlier.size() > 1 ? absl::StrCat("-", earlier.size()) : ""));
      membership.set_municipality(MunicipalityName(member.code()));
      membership.set_from_date(member.from());
      membership.set_until_date(member.until());
      RETURN_IF_ERROR(Keep(whose, membership, data_.memberships));
    }
    return absl::OkStatus();
  }

  absl::Status AddParty(const internal::v1::ReferenceParty& entry) {
    const std::string where = absl::StrCat("party ", entry.id());
    v1::PartyKind kind = v1::PARTY_KIND_UNSPECIFIED;
    if (!v1::PartyKind_Parse(absl::StrCat("PARTY_KIND_", entry.kind()), &kind) || kind == v1::PARTY_KIND_UNSPECIFIED) {
      return Bad(where, absl::StrCat("`kind` ", entry.kind(), " is not known"));
    }
    if (kind == v1::PARTY_KIND_MUNICIPALITY) return Bad(where, "a municipality is a party by itself");
    v1::Party party;
    party.set_name(absl::StrCat("parties/", entry.id()));
    party.set_display_name(entry.name());
    party.set_kind(kind);
    *party.mutable_aliases() = entry.alias();
    return Keep(where, party, data_.parties);
  }

  absl::Status AddScheme(const internal::v1::TaskFieldScheme& scheme) {
    const std::string years = absl::StrCat("task_field_scheme ", scheme.first_year(), "-", scheme.last_year());
    if (scheme.first_year() < kFirstYear || scheme.last_year() > kLastYear ||
        scheme.first_year() > scheme.last_year()) {
      return Bad(years, absl::StrCat("the years must be in order, from ", kFirstYear, " to ", kLastYear));
    }
    for (int year = scheme.first_year(); year <= scheme.last_year(); ++year) {
      for (const auto& entry : scheme.field()) {
        RETURN_IF_ERROR(AddTaskField(absl::StrCat(years, ", field ", entry.code()), entry, year,
                                     /*related=*/year == scheme.first_year()));
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddTaskField(const std::string& where, const internal::v1::ReferenceTaskField& entry, int year,
                            bool related) {
    const int place = PlaceOf(entry.code());
    if (place < 0) return Bad(where, "`code` must be like 6.72 or 6.71a");
    v1::TaskField field;
    field.set_name(TaskFieldName(year, entry.code()));
    field.set_display_name(entry.name());
    field.set_code(entry.code());
    field.set_fiscal_year(year);
    field.set_bookable(!entry.adds_up());
    field.set_ordinal(year * 100'000 + place);
    for (const auto& relation : entry.relation()) {
      v1::TaskFieldRelationKind kind = v1::TASK_FIELD_RELATION_KIND_UNSPECIFIED;
      if (!v1::TaskFieldRelationKind_Parse(absl::StrCat("TASK_FIELD_RELATION_KIND_", relation.kind()), &kind) ||
          kind == v1::TASK_FIELD_RELATION_KIND_UNSPECIFIED) {
        return Bad(where, absl::StrCat("relation `kind` ", relation.kind(), " is not known"));
      }
      if (relation.to().empty()) return Bad(where, "a relation needs `to`");
      if (!related) continue;
      for (const std::string& code : relation.to()) {
        v1::TaskFieldRelation& to = *field.add_relations();
        to.set_task_field(TaskFieldName(year - 1, code));
        to.set_kind(kind);
        Expect(where, to.task_field());
      }
    }
    return Keep(where, field, data_.task_fields);
  }

  names::Registry registry_;
  ReferenceData data_;
  std::set<std::string> names_;
  std::vector<Pending> pending_;
  std::string file_;
};

template <typename T>
void AppendBytes(const std::vector<T>& resources, std::string& bytes) {
  for (const T& resource : resources) {
    const std::string one = StableBytes(resource);
    absl::StrAppend(&bytes, one.size(), ":", one);
  }
}

}  // namespace

absl::StatusOr<ReferenceData> ReadReferenceData(const std::vector<EmbeddedFile>& files) {
  Reader reader;
  for (const EmbeddedFile& file : files) RETURN_IF_ERROR(reader.Read(file));
  return reader.Finish();
}

std::string DigestOf(const ReferenceData& data) {
  std::string bytes;
  AppendBytes(data.municipalities, bytes);
  AppendBytes(data.regions, bytes);
  AppendBytes(data.memberships, bytes);
  AppendBytes(data.parties, bytes);
  AppendBytes(data.task_fields, bytes);
  return Sha256Hex(bytes);
}

}  // namespace regiokompas::collaboration
