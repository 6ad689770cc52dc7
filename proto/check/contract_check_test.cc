#include "proto/check/contract_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace regiokompas::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A contract that keeps every rule; each test breaks it in one place.
constexpr char kGood[] = R"(syntax = "proto3";
package regiokompas.sample.v1;
import "google/api/annotations.proto";
import "google/api/field_behavior.proto";
import "google/api/resource.proto";
import "google/protobuf/timestamp.proto";
import "regiokompas/options/v1/options.proto";
// A kind.
enum Kind {
  // None.
  KIND_UNSPECIFIED = 0;
}
// A part of a thing.
message Part {
  // Euro cents.
  int64 amount_cents = 1 [(google.api.field_behavior) = OPTIONAL];
}
// What was found; output only.
message Finding {
  // A word.
  string word = 1;
}
// A thing.
message Thing {
  option (google.api.resource) = {type: "sample.regiokompas/Thing" pattern: "owners/{owner}/things/{thing}"};
  // Name.
  string name = 1 [(google.api.field_behavior) = IDENTIFIER];
  // Title.
  string display_name = 2 [(google.api.field_behavior) = OPTIONAL];
  // Part.
  Part part = 3 [(google.api.field_behavior) = OPTIONAL];
  // Finding.
  Finding finding = 4 [(google.api.field_behavior) = OUTPUT_ONLY];
  string note = 5 [(google.api.field_behavior) = OPTIONAL];  // A trailing comment counts too.

  // Made.
  google.protobuf.Timestamp create_time = 13 [(google.api.field_behavior) = OUTPUT_ONLY];
  // Changed.
  google.protobuf.Timestamp update_time = 14 [(google.api.field_behavior) = OUTPUT_ONLY];
  // Version.
  string etag = 15 [(google.api.field_behavior) = OPTIONAL];
}
// Get.
message GetThingRequest {
  // Name.
  string name = 1 [(google.api.field_behavior) = REQUIRED];
  // Known when.
  google.protobuf.Timestamp read_time = 2 [(google.api.field_behavior) = OPTIONAL];
  // Valid when.
  string valid_date = 3 [(google.api.field_behavior) = OPTIONAL, (regiokompas.options.v1.format) = FORMAT_DATE];
}
// Accept.
message AcceptThingRequest {
  // Name.
  string name = 1 [(google.api.field_behavior) = REQUIRED];
  // Once.
  string request_id = 2 [(google.api.field_behavior) = REQUIRED, (regiokompas.options.v1.format) = FORMAT_UUID];
}
// Things.
service ThingService {
  // Gets.
  rpc GetThing(GetThingRequest) returns (Thing) {
    option (google.api.http) = {get: "/v1/{name=owners/*/things/*}"};
    option (regiokompas.options.v1.permission) = PERMISSION_CATALOGUE_READ;
  }
  // Accepts.
  rpc AcceptThing(AcceptThingRequest) returns (Thing) {
    option (google.api.http) = {post: "/v1/{name=owners/*/things/*}/_accept" body: "*"};
    option (regiokompas.options.v1.permission) = PERMISSION_CATALOGUE_WRITE;
  }
}
)";

// The violations of a contract that is given as text; protoc makes the image, as in the build.
std::vector<std::string> Check(const std::string& text) {
  std::string directory = absl::StrCat(::testing::TempDir(), "/contract_check_XXXXXX");
  if (mkdtemp(directory.data()) == nullptr) {
    ADD_FAILURE() << "cannot make " << directory;
    return {};
  }
  std::ofstream(absl::StrCat(directory, "/sample.proto")) << text;
  const std::string image_file = absl::StrCat(directory, "/image.binpb");
  const std::string command =
      absl::StrCat("'" PROTOC "' '-I", directory,
                   "' '-I" PROTO_ROOT "' '-I" GOOGLE_PROTO_FILES "' --include_imports --include_source_info -o '",
                   image_file, "' sample.proto");
  google::protobuf::FileDescriptorSet image;
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
  std::ifstream input(image_file, std::ios::binary);
  EXPECT_TRUE(image.ParseFromIstream(&input));
  std::filesystem::remove_all(directory);
  return CheckContracts(image);
}

// kGood with one text replaced; the text must be there.
std::string Broken(absl::string_view from, absl::string_view to) {
  std::string text = kGood;
  EXPECT_GE(absl::StrReplaceAll({{from, to}}, &text), 1) << from;
  return text;
}

TEST(ContractCheck, AcceptsAContractThatKeepsTheRules) { EXPECT_THAT(Check(kGood), IsEmpty()); }

TEST(ContractCheck, NamesFileAndLine) {
  EXPECT_THAT(Check(Broken("// A kind.\n", "\n")),
              ElementsAre("sample.proto:9: regiokompas.sample.v1.Kind: enum has no comment"));
}

TEST(ContractCheck, RefusesAnRpcWithoutPermission) {
  EXPECT_THAT(Check(Broken("    option (regiokompas.options.v1.permission) = PERMISSION_CATALOGUE_READ;\n", "")),
              ElementsAre(HasSubstr("GetThing: RPC states no permission")));
  EXPECT_THAT(Check(Broken("= PERMISSION_CATALOGUE_READ", "= PERMISSION_UNSPECIFIED")),
              ElementsAre(HasSubstr("GetThing: RPC states no permission")));
}

TEST(ContractCheck, RefusesASharedRequest) {
  EXPECT_THAT(Check(Broken("  // Accepts.\n", R"(  // Accepts again.
  rpc SendThing(AcceptThingRequest) returns (Thing) {
    option (google.api.http) = {post: "/v1/{name=owners/*/things/*}/_send" body: "*"};
    option (regiokompas.options.v1.permission) = PERMISSION_CATALOGUE_WRITE;
  }
  // Accepts.
)")),
              ElementsAre(HasSubstr("shares its request regiokompas.sample.v1.AcceptThingRequest")));
}

TEST(ContractCheck, RefusesMissingComments) {
  EXPECT_THAT(Check(Broken("  // None.\n", "")), ElementsAre(HasSubstr("enum value has no comment")));
  EXPECT_THAT(Check(Broken("// A thing.\n", "")), ElementsAre(HasSubstr("Thing: message has no comment")));
  EXPECT_THAT(Check(Broken("  // Euro cents.\n", "")), ElementsAre(HasSubstr("field has no comment")));
  EXPECT_THAT(Check(Broken("  // A trailing comment counts too.\n", "\n")),
              ElementsAre(HasSubstr("note: field has no comment")));
  EXPECT_THAT(Check(Broken("  // Accepts.\n", "")), ElementsAre(HasSubstr("RPC has no comment")));
  EXPECT_THAT(Check(Broken("// Things.\n", "")), ElementsAre(HasSubstr("service has no comment")));
}

TEST(ContractCheck, WantsFieldBehaviorInRequestsResourcesAndWhatTheyHold) {
  EXPECT_THAT(
      Check(Broken("string display_name = 2 [(google.api.field_behavior) = OPTIONAL]", "string display_name = 2")),
      ElementsAre(HasSubstr("Thing.display_name: field has no field_behavior")));
  EXPECT_THAT(Check(Broken("amount_cents = 1 [(google.api.field_behavior) = OPTIONAL]", "amount_cents = 1")),
              ElementsAre(HasSubstr("Part.amount_cents: field has no field_behavior")));
}

TEST(ContractCheck, LooksIntoAnOutputOnlyMessageOnceItIsInput) {
  EXPECT_THAT(Check(Broken("Finding finding = 4 [(google.api.field_behavior) = OUTPUT_ONLY]",
                           "Finding finding = 4 [(google.api.field_behavior) = OPTIONAL]")),
              ElementsAre(HasSubstr("Finding.word: field has no field_behavior")));
}

TEST(ContractCheck, WantsARequestIdOnEveryWrite) {
  EXPECT_THAT(Check(Broken("request_id = 2", "other_id = 2")),
              ElementsAre(HasSubstr("AcceptThing: a write needs a required request_id")));
  EXPECT_THAT(Check(Broken("request_id = 2 [(google.api.field_behavior) = REQUIRED",
                           "request_id = 2 [(google.api.field_behavior) = OPTIONAL")),
              ElementsAre(HasSubstr("AcceptThing: a write needs a required request_id")));
  EXPECT_THAT(Check(Broken("= FORMAT_UUID", "= FORMAT_UNSPECIFIED")), ElementsAre(HasSubstr("FORMAT_UUID")));
}

TEST(ContractCheck, WantsBothMomentsOnReads) {
  EXPECT_THAT(Check(Broken("google.protobuf.Timestamp read_time = 2", "google.protobuf.Timestamp known_time = 2")),
              ElementsAre(HasSubstr("GetThing: Get and List take read_time")));
  EXPECT_THAT(Check(Broken("string valid_date = 3", "string other_date = 3")),
              ElementsAre(HasSubstr("GetThing: Get and List take valid_date")));
}

TEST(ContractCheck, RefusesFieldsThatDoNotKeepTheirShape) {
  EXPECT_THAT(Check(Broken("string note = 5", "string note_2 = 5")),
              ElementsAre(HasSubstr("digit after an underscore")));
  EXPECT_THAT(Check(Broken("string note = 5", "double note = 5")), ElementsAre(HasSubstr("never binary floats")));
  EXPECT_THAT(Check(Broken("string note = 5", "string note_date = 5")), ElementsAre(HasSubstr("FORMAT_DATE")));
  EXPECT_THAT(Check(Broken("string note = 5", "string note_time = 5")), ElementsAre(HasSubstr("is a Timestamp")));
  EXPECT_THAT(Check(Broken("int64 amount_cents", "string amount_cents")), ElementsAre(HasSubstr("money is int64")));
}

TEST(ContractCheck, WantsTheStandardFieldsOfAResource) {
  EXPECT_THAT(Check(Broken("string etag = 15", "string etag = 16")), ElementsAre(HasSubstr("field 15")));
  EXPECT_THAT(Check(Broken("= IDENTIFIER", "= OPTIONAL")), ElementsAre(HasSubstr("an IDENTIFIER")));
  EXPECT_THAT(Check(Broken("string display_name = 2", "string title = 2")), ElementsAre(HasSubstr("display_name")));
  EXPECT_THAT(Check(Broken("pattern: \"owners/{owner}/things/{thing}\"",
                           "pattern: \"owners/{owner}/things/{thing}\" pattern: \"things/{thing}\"")),
              ElementsAre(HasSubstr("exactly one pattern")));
}

TEST(ContractCheck, WantsKebabCasePaths) {
  EXPECT_THAT(Check(Broken("/_accept", ":accept")), ElementsAre(HasSubstr("kebab-case")));
  EXPECT_THAT(Check(Broken("/_accept", "/_accept/now")), ElementsAre(HasSubstr("kebab-case")));
  EXPECT_THAT(Check(Broken("get: \"/v1/", "get: \"/")), ElementsAre(HasSubstr("kebab-case")));
  EXPECT_THAT(Check(Broken("    option (google.api.http) = {get: \"/v1/{name=owners/*/things/*}\"};\n", "")),
              ElementsAre(HasSubstr("no google.api.http")));
}

TEST(ContractCheck, RefusesAnImportOfInternalMessages) {
  google::protobuf::FileDescriptorSet image;
  google::protobuf::FileDescriptorProto* internal = image.add_file();
  internal->set_name("regiokompas/internal/v1/secret.proto");
  internal->set_package("regiokompas.internal.v1");
  google::protobuf::FileDescriptorProto* file = image.add_file();
  file->set_name("sample.proto");
  file->set_package("regiokompas.sample.v1");
  file->add_dependency(internal->name());
  EXPECT_THAT(CheckContracts(image), ElementsAre(HasSubstr("imports regiokompas/internal/v1/secret.proto")));
}

TEST(ContractCheck, RefusesAnImageWithHoles) {
  google::protobuf::FileDescriptorSet image;
  google::protobuf::FileDescriptorProto* file = image.add_file();
  file->set_name("hole.proto");
  file->add_dependency("missing.proto");
  EXPECT_THAT(CheckContracts(image), ElementsAre(HasSubstr("does not hold together")));
}

}  // namespace
}  // namespace regiokompas::contract
