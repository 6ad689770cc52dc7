// What acceptance reads from and writes into the catalogue: frameworks with their sections and goals, activities and
// their contributions, and the versions in which they are adopted.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "regiokompas/catalogue/v1/catalogue_service.grpc.pb.h"
#include "services/intake/calls_to_peers.h"
#include "services/intake/line_rules.h"
#include "services/intake/peer_changes.h"

namespace regiokompas::intake {

// Lives for one call; what it refers to must outlive it.
class CataloguePeer {
 public:
  CataloguePeer(const AcceptanceContext& context, const PeerChannel& channel, PeerCalls& calls, PeerChanges& changes);

  // -- What the owner has already
  // Reads what the document may run into. What was adopted and then dropped is not made again: what stands and the
  // latest version say that of all but what an older version alone holds, which is read after ReadAllVersions. Other
  // activities than those of the document's own frameworks are read when one of `elements` is none of these.
  absl::Status Read(const std::set<std::string>& elements, Existing& existing);
  void ReadAllVersions() { all_versions_ = true; }
  bool reads_all_versions() const { return all_versions_; }

  // Makes names that were refused because they are taken known to the next Read: true when nothing stands under any of
  // them, so that no element can get them.
  bool Learn(const std::set<std::string>& taken);

  // What the activities of the draft that have no place yet may be, by what was read.
  absl::StatusOr<std::vector<v1::ElementMatch>> Matches(const Links& links);

  // By what was read: the names of contributions, and of the sections and goals of this document; those of them that
  // the owner has dropped; the lines of this document that stored elements hold.
  const std::set<std::string>& present() const { return present_; }
  const std::set<std::string>& dropped() const { return dropped_; }
  const HeldLines& lines() const { return lines_; }

  // The ids of the spare sections that this reading may fill anew: its own and, once none of the earlier reading's
  // elements keeps its lines, those of that.
  std::set<std::string> SpareSectionsFor(const Plan& plan) const;

  // -- Writing
  absl::Status Write(const Plan& plan, v1::AcceptDraftResponse* response);

  // Changes what `before`, the plan of the earlier reading, made.
  absl::Status Change(const Plan& before, const Plan& plan);

  // Drops what the officer said is to be dropped, and the links that the activities of this reading do not have any
  // more.
  absl::Status Remove(const Plan& before, const Plan& plan);

  // Adopts each framework of the document that holds something of it that no version of the framework held, unless
  // somebody is writing its next version. `of_document` are the names of all that may come of the document, whichever
  // part of it this acceptance writes: another one may be writing the rest at the same time.
  absl::Status Adopt(const Plan& plan, const std::set<std::string>& of_document);

 private:
  using Catalogue = catalogue::v1::CatalogueService::Stub;

  // One element that stands otherwise than in a version.
  struct Difference {
    std::string name;
    bool added;
    std::vector<std::string> fields;  // of one that both have
  };
  using Elements = std::map<std::string, std::unique_ptr<google::protobuf::Message>>;

  absl::Status ReadFramework(const std::string& framework, Existing& existing);
  absl::Status ReadVersions(const std::string& framework, Existing& existing);
  absl::Status ReadAllActivities(Existing& existing);
  bool AllStand(const std::set<std::string>& elements, const Existing& existing) const;
  void KnowDropped(const std::string& name, Existing& existing);
  void LinkOwn(const catalogue::v1::Activity& activity, Links& links) const;
  const std::string& Note(const catalogue::v1::Contribution& contribution, Links& links);
  template <typename Resource>
  const std::string& Note(const Resource& resource);
  template <typename Resource>
  void NoteLines(const Resource& resource);

  // All that a framework holds in a version, or now when `version_id` is empty; `take` sees each element.
  template <typename Take>
  absl::Status ForEachElement(const std::string& framework, const std::string& version_id, Take take);

  template <typename Request, typename Resource>
  bool IsMissing(grpc::Status (Catalogue::*get)(grpc::ClientContext*, const Request&, Resource*),
                 const std::string& name);
  bool IsDropped(const std::string& name);

  absl::Status ChangeSpareSections(const Plan& plan);
  absl::StatusOr<bool> IsChangedSince(const catalogue::v1::Contribution& before);
  template <typename Request, typename Response>
  absl::Status Drop(grpc::Status (Catalogue::*method)(grpc::ClientContext*, const Request&, Response*),
                    const std::string& name, v1::ElementKind kind);

  absl::StatusOr<bool> IsNotToBeAdopted(const catalogue::v1::Framework& stored,
                                        const std::set<std::string>& of_document);
  absl::StatusOr<std::vector<Difference>> DifferencesSince(const std::string& version);
  absl::StatusOr<std::vector<Difference>> DifferencesByReading(const std::string& version);
  absl::StatusOr<Elements> ReadElements(const std::string& framework, const std::string& version_id);

  const AcceptanceContext& context_;
  const std::unique_ptr<Catalogue> catalogue_;
  PeerCalls& calls_;
  PeerChanges& changes_;
  bool all_versions_ = false;
  bool all_activities_ = false;
  std::set<std::string> dropped_;
  std::set<std::string> present_;
  HeldLines lines_;
  std::set<std::string> noted_;                            // names of the elements that hold them
  std::map<std::string, std::set<std::string>> adopted_;   // by framework of this document: the names in its versions
  std::map<std::string, catalogue::v1::Section> spare_;    // by name: what holds what had no room elsewhere
  std::vector<catalogue::v1::Activity> candidates_;        // activities of other documents, as far as they are matched
  std::map<std::string, std::set<std::string>> goals_of_;  // and the goals that those contribute to
};

}  // namespace regiokompas::intake
