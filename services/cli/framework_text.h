// A framework as a person reads it: the order of its document, every text under the label that was printed.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "regiokompas/catalogue/v1/activity.pb.h"
#include "regiokompas/catalogue/v1/contribution.pb.h"
#include "regiokompas/catalogue/v1/framework.pb.h"
#include "regiokompas/catalogue/v1/goal.pb.h"
#include "regiokompas/catalogue/v1/section.pb.h"
#include "regiokompas/progress/v1/status_report.pb.h"

namespace regiokompas::cli {

// A framework and all that it holds; each sort in its own order.
struct FrameworkParts {
  catalogue::v1::Framework framework;
  std::vector<catalogue::v1::Section> sections;
  std::vector<catalogue::v1::Goal> goals;
  std::vector<catalogue::v1::Contribution> contributions;
  std::vector<catalogue::v1::Activity> activities;
  // What the document of the framework reports about its goals and activities; none for other documents.
  std::vector<progress::v1::StatusReport> reports;
};

// Prints sections and the goal tree with the activities under their goals, in the user's language. Sections, goals and
// activities that were read from the document stand in its order. An activity that contributes to several goals stands
// under the first of them, and is mentioned under the others. What was reported stands below what was planned.
void PrintFramework(const FrameworkParts& parts, std::ostream& out);

// "vastgesteld": a state in the user's language.
std::string StateText(catalogue::v1::FrameworkState state);

// 123456 -> "€ 1.234,56" in Dutch, "€ 1,234.56" in English.
std::string MoneyText(int64_t cents);

}  // namespace regiokompas::cli
