#include "services/intake/parser/profile.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/intake/parser/municipalities.h"
#include "services/intake/parser/structure.h"

namespace regiokompas::intake {
namespace {

TEST(ProfileSet, LoadsEveryEmbeddedProfile) {
  const auto set = ProfileSet::Load();
  ASSERT_TRUE(set.ok()) << set.status();
  std::set<std::string> names;
  for (const auto& profile : (*set)->all()) names.insert(profile->data().name());
  EXPECT_EQ(names, (std::set<std::string>{"activity-table", "aspect-blocks", "generic", "implementation-cells",
                                          "priority-cards", "themed-narrative"}));
}

TEST(ProfileSet, NoProfileNamesAMunicipality) {
  for (const auto& profile : ProfileSet::Instance().all()) {
    const std::string text = profile->data().DebugString();
    for (const Municipality& municipality : KnownMunicipalities()) {
      const std::string name(municipality.name);
      for (size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
        // "Voorstel" holds a name that it does not mean.
        EXPECT_TRUE(absl::ascii_isalpha(static_cast<unsigned char>(text[at + name.size()])))
            << profile->data().name() << " " << name;
      }
    }
  }
}

TEST(Profile, KeepsTheBoundsOfRepetitions) {
  profile_pb::Profile data;
  data.set_name("x");
  for (const char* pattern : {"a{2,40}", R"([]{2,40}]+x)", R"(b\{2,40})"}) {
    auto* rule = data.add_line_rules();
    rule->set_action(profile_pb::LINE_ACTION_SECTION);
    rule->set_pattern(pattern);
  }
  const auto profile = Profile::Compile(data);
  ASSERT_TRUE(profile.ok()) << profile.status();
  for (const std::string& line :
       {std::string("aa"), std::string(40, 'a'), std::string("{2,40}]x"), std::string("b{2,40}")}) {
    EXPECT_NE((*profile)->MatchRule(line).rule, nullptr) << line;
  }
  for (const std::string& line : {std::string("a"), std::string(41, 'a'), std::string("bb"), std::string(60, 'b')}) {
    EXPECT_EQ((*profile)->MatchRule(line).rule, nullptr) << line;
  }
}

TEST(Profile, SaysWhatIsWrong) {
  profile_pb::Profile data;
  EXPECT_FALSE(Profile::Compile(data).ok());
  data.set_name("x");
  EXPECT_TRUE(Profile::Compile(data).ok());
  auto* rule = data.add_line_rules();
  rule->set_pattern("a(");
  EXPECT_FALSE(Profile::Compile(data).ok());
  rule->set_action(profile_pb::LINE_ACTION_SECTION);
  EXPECT_TRUE(absl::StrContains(Profile::Compile(data).status().message(), "a("));
  rule->set_pattern("a");
  EXPECT_TRUE(Profile::Compile(data).ok());
  rule->set_goal_kind("DOEL");
  EXPECT_FALSE(Profile::Compile(data).ok());
}

TEST(Profile, KnowsWhatReadersOfFilesAddToThem) {
  const Profile& profile = ProfileSet::Instance().common();
  for (absl::string_view line :
       {"Koptekst: Programma zorg", "Voettekst: 12", "Pagina zonder tekstlaag, niet gelezen: 3",
        "Verborgen werkblad, niet overgenomen: Concept", "Verborgen cellen op werkblad Acties, niet overgenomen: 4"}) {
    const LineMatch match = profile.MatchRule(line);
    ASSERT_NE(match.rule, nullptr) << line;
    EXPECT_EQ(match.rule->action, profile_pb::LINE_ACTION_BOILERPLATE) << line;
  }
}

TEST(Profile, MatchesLabelsInTheirVariants) {
  const Profile& profile = *ProfileSet::Instance().Find("implementation-cells");
  for (absl::string_view line : {"Tijdpad", "tijdpad:", "TIJDPAD", "Tijdpad: in 2020", "Tijdpda"}) {
    const LabelMatch match = profile.MatchLabel(line, {});
    ASSERT_NE(match.rule, nullptr) << line;
    EXPECT_EQ(match.rule->aspect, pb::ASPECT_KIND_TIMELINE);
  }
  EXPECT_EQ(profile.MatchLabel("Tijdpad in 2020 |", {}).rule, nullptr);
  const LabelMatch cell = profile.MatchLabel("Tijdpad in 2020 |", {.cell = true});
  ASSERT_NE(cell.rule, nullptr);
  EXPECT_EQ(cell.label, "Tijdpad");
  EXPECT_EQ(cell.text, "in 2020 |");
  EXPECT_NE(profile.MatchLabel("Comunicatie via de krant |", {.cell = true}).rule, nullptr);
  EXPECT_EQ(profile.MatchLabel("Tijdpaden zijn lang |", {}).rule, nullptr);
  EXPECT_EQ(profile.MatchLabel("Hoe pakken we dit aan Samen maken we een plan |", {.cell = true}).label,
            "Hoe pakken we dit aan");
  EXPECT_EQ(profile.MatchLabel("Wat kost het € 500 per les |", {.cell = true}).label, "Wat kost het");
}

TEST(Profile, KnowsCommonLabelsAndStatusesBehindItsOwn) {
  const Profile& common = ProfileSet::Instance().common();
  const std::string own_word = "name: \"x\" labels { role: LABEL_ROLE_ASPECT aspect: \"RISKS\" words: \"Zorgen\"";
  for (absl::string_view own_patterns :
       {" }", " patterns: \"zorg(en)? .{1,9}\" } status_words { status: \"STOPPED\" patterns: \"over en uit\" }"}) {
    const auto profile = Profile::FromText(absl::StrCat(own_word, own_patterns), &common);
    ASSERT_TRUE(profile.ok()) << profile.status();
    const LabelMatch own = (*profile)->MatchLabel("Zorgen", {});
    ASSERT_NE(own.rule, nullptr);
    EXPECT_TRUE((*profile)->IsOwn(*own.rule));
    const LabelMatch status = (*profile)->MatchLabel("Huidige status nu", {});
    ASSERT_NE(status.rule, nullptr);
    EXPECT_EQ(status.rule->role, profile_pb::LABEL_ROLE_STATUS);
    EXPECT_FALSE((*profile)->IsOwn(*status.rule));
    pb::Status read = pb::STATUS_UNSPECIFIED;
    EXPECT_TRUE((*profile)->StatusOf("Ligt op koers", &read));
    EXPECT_EQ(read, pb::STATUS_ON_TRACK);
    const bool has_patterns = own_patterns.size() > 2;
    EXPECT_EQ((*profile)->MatchLabel("Zorg nu", {}).rule != nullptr, has_patterns);
    EXPECT_EQ((*profile)->StatusOf("Over en uit", &read), has_patterns);
  }
}

// The message about a profile that is written as text.
std::string ErrorIn(absl::string_view text) {
  const auto profile = Profile::FromText(text);
  return profile.ok() ? "" : std::string(profile.status().message());
}

TEST(Profile, SaysOnWhichLineATextIsWrong) {
  EXPECT_EQ(ErrorIn("name: \"x\""), "");
  EXPECT_TRUE(absl::StartsWith(ErrorIn("name: \"x\"\nkleur: 3"), "regel 2, kolom 6: "));
  EXPECT_TRUE(
      absl::StartsWith(ErrorIn("name: \"x\"\n\nline_rules {\n  action: LINE_ACTION_SECTION\n  pattern: \"a(\"\n}"),
                       "regel 3, line_rules[0]: patroon 'a(': "));
  EXPECT_EQ(ErrorIn("name: \"x\"\nlabels { role: LABEL_ROLE_ASPECT aspect: \"X\" words: \"Doel\" }"),
            "regel 2, labels[0]: onbekende waarde 'X'");
  EXPECT_EQ(ErrorIn("name: \"x\" labels { role: LABEL_ROLE_ASPECT words: \"Doel\" }"),
            "regel 1, labels[0]: een label zonder aspect");
  EXPECT_EQ(ErrorIn(""), "name: een profiel zonder naam");
}

TEST(Profile, BoundsWhatATextMayCost) {
  const auto rule = [](absl::string_view pattern) {
    return absl::StrCat("line_rules { action: LINE_ACTION_SECTION pattern: \"", pattern, "\" }\n");
  };
  EXPECT_NE(ErrorIn(absl::StrCat("name: \"x\" ", rule("((a{1,100}){1,100}){1,100}"))), "");
  EXPECT_NE(ErrorIn(absl::StrCat("name: \"x\" ", rule(std::string(2000, 'a')))), "");
  std::string many = "name: \"x\"\n";
  for (int i = 0; i < 2000; ++i) absl::StrAppend(&many, rule(absl::StrCat("kop ", i, ".{0,80}")));
  EXPECT_TRUE(absl::StrContains(ErrorIn(many), "te groot")) << ErrorIn(many);
  EXPECT_EQ(ErrorIn(std::string(300 << 10, '#')), "een profiel is hooguit 256 KiB groot");
  std::string deep = "name: \"x\" ";
  for (int i = 0; i < 10000; ++i) deep += "labels { ";
  EXPECT_NE(ErrorIn(deep), "");
}

// The name of the profile that is inferred from a text, "" when none is.
std::string Inferred(const std::string& text) {
  const SourceText source{.text = text};
  return ProfileSet::Instance().Infer(SplitLines(source)).profile;
}

TEST(Inference, BroadWordingsOfAFamilyAreRecognised) {
  const std::string blocks[] = {
      "Een buurthuis in elk dorp\nSTATUS: op schema\nWAT GAAN WE DOEN?\nWe openen er drie.\nEr zijn er twee open.\n"
      "PLANING\n2024\nLoopt.\nRISICO'S\nGeen.\n",
      "Fietsen naar school\nAanpak:\nLessen geven.\nDe lessen lopen.\nTijdpad:\n2025\nIndicatoren\n"
      "40 lessen.\nEr waren er 12.\nKosten\nGeen.\n"};
  for (const std::string& block : blocks)
    EXPECT_EQ(Inferred("Voortgang gemeente Ons\n" + block + block), "aspect-blocks") << block;
  EXPECT_EQ(
      Inferred("Bestuursrapportage\nNaam project\tGereed in\tStand per 1 juli\n1.1.1 Brug\t2024\top koers\n"
               "1.1.2 Weg\t2025\tvertraagd\n1.1.3 Plein\t2025\tgereed\n1.1.1 Brug\nVoortgang\nDe brug ligt er.\n"),
      "activity-table");
  const std::string card =
      "Taakveld 6.2 Toegang\nPrioriteit\nStatus\nEén balie\nHoe staat het ervoor?\nDe balie is open.\n";
  EXPECT_EQ(Inferred("Prioriteiten\n" + card + card), "priority-cards");
  const std::string activity =
      "Actie 1: Naar buiten\nOmschrijving: Spelen. |\nAanpak: Er komt een plein. |\nBeoogd resultaat: Buiten spelen. "
      "|\n"
      "Wanneer: 2024 |\nPartners: De scholen. |\n";
  EXPECT_EQ(Inferred("Uitvoeringsplan jeugd\nUitvoeringsplan 1: Jong\nHoofddoelen\n- Spelen\nUitvoeringsplan 2: Oud\n" +
                     activity + activity),
            "implementation-cells");
  EXPECT_EQ(Inferred("Begroting\nThema: Jong\nWat willen we bereiken?\n- Spelen\nWat gaan we doen?\nVeel.\n"
                     "Thema: Oud\nWat willen we bereiken?\n- Wandelen\nWat gaan we doen?\nOok veel.\n"),
            "themed-narrative");
  EXPECT_EQ(Inferred("Begroting\n\nThema Jong in het dorp\n\nKinderen groeien op.\n\nThema Oud en thuis\n\nOuderen "
                     "wonen thuis.\n"),
            "themed-narrative");
}

TEST(Inference, HeadingsAloneMakeNoProgramme) {
  const std::string letter =
      "In dit nummer\n1. Nieuwe kozijnen\n2. Kennismaken\n\n1. Nieuwe kozijnen\nDe bouw is begonnen.\n\n"
      "2. Kennismaken\nZij loopt elke week een ronde.\n";
  EXPECT_EQ(Inferred("Nieuws voor huurders\n" + letter), "");
  EXPECT_EQ(Inferred("Begroting van de gemeente\n" + letter), "themed-narrative");
}

TEST(Inference, DocumentsOfNoFamilyStayUnknown) {
  const std::string texts[] = {
      "Geachte heer,\n\nOp 3 mei vroeg u een vergunning aan.\n\nWij hebben uw aanvraag ontvangen.\n\nMet groet,\nJan",
      "Menu\n\nVoorgerecht\n- Soep\n- Salade\n\nHoofdgerecht\n- Vis\n- Stamppot\n\nToetje\n- Vla\n",
      "Artikel 1\n1. In deze wet wordt verstaan onder:\na. gemeente: een gemeente;\n\nArtikel 2\nDe raad stelt "
      "regels.\n",
      "int main() {\n  return 0;\n}\n// Status: ok\n",
      "Lorem ipsum dolor sit amet, consectetur adipiscing elit.\n\nSed do eiusmod tempor incididunt ut labore.\n",
      "Status\n",
      "2024\n2025\n",
      "Speerpunt\n"};
  for (const std::string& text : texts) EXPECT_EQ(Inferred(text), "") << text;
}

TEST(Inference, TablesAndHeadingsOfAnythingAreNoPolicy) {
  const auto profile_of = [](const std::string& text) {
    const SourceText source{.text = text};
    return ProfileSet::Instance().Infer(SplitLines(source)).profile;
  };
  const std::string rows =
      "Voorstelling\tZaal\tJaar\nHet verhaal van Jan\tGrote zaal\t2024\nHet verhaal van Piet\tGrote zaal\t"
      "2024\nHet verhaal van Klaas\tGrote zaal\t2024\nHet verhaal van Sien\tGrote zaal\t2024\n";
  EXPECT_EQ(profile_of("Het theater in seizoen 2024\n\n" + rows), "");
  EXPECT_EQ(profile_of("Uitvoeringsprogramma cultuur gemeente 2024\n\n" + rows), "activity-table");
}

TEST(Inference, TellsWhatItFound) {
  const SourceText source{
      .text = "Prioriteiten\n6.2 Toegang\nSpeerpunt\n6.3 Inkomen\nSpeerpunt\nStand van zaken\nStand van zaken\n"};
  const Inference inference = ProfileSet::Instance().Infer(SplitLines(source));
  EXPECT_EQ(inference.fits.size(), ProfileSet::Instance().all().size());
  EXPECT_EQ(inference.fits[0].profile, "priority-cards");
  EXPECT_GE(inference.fits[0].found.size(), 3u);
  EXPECT_GT(inference.fits[0].score, inference.fits[1].score);
}

TEST(Profile, KnowsStatusWords) {
  const Profile& profile = *ProfileSet::Instance().Find("activity-table");
  pb::Status status;
  ASSERT_TRUE(profile.StatusOf("niet volgens plan", &status));
  EXPECT_EQ(status, pb::STATUS_OFF_TRACK);
  EXPECT_FALSE(profile.StatusOf("half klaar", &status));
  for (const char* text : {"Oranje Fonds", "rood-wit-blauw lint doorgeknipt", "groen is gezond", "Geel licht"}) {
    EXPECT_FALSE(profile.StatusOf(text, &status)) << text;
  }
  const std::pair<const char*, pb::Status> kColours[] = {{"Groen, op schema", pb::STATUS_ON_TRACK},
                                                         {"Oranje: loopt achter door ziekte", pb::STATUS_AT_RISK},
                                                         {"rood (aandacht nodig)", pb::STATUS_OFF_TRACK},
                                                         {"Amber", pb::STATUS_AT_RISK}};
  for (const auto& [text, meant] : kColours) {
    ASSERT_TRUE(profile.StatusOf(text, &status)) << text;
    EXPECT_EQ(status, meant) << text;
  }
  const std::pair<const char*, pb::Status> words[] = {{"Op koers", pb::STATUS_ON_TRACK},
                                                      {"loopt volgens planning", pb::STATUS_ON_TRACK},
                                                      {"LOOPT ACHTER", pb::STATUS_AT_RISK},
                                                      {"Afgerond in 2023", pb::STATUS_REALISED},
                                                      {"nog niet begonnen", pb::STATUS_NOT_STARTED},
                                                      {"Beëindigd", pb::STATUS_STOPPED},
                                                      {"niet op schema", pb::STATUS_OFF_TRACK}};
  for (const auto& [word, expected] : words) {
    ASSERT_TRUE(profile.StatusOf(word, &status)) << word;
    EXPECT_EQ(status, expected) << word;
  }
}

TEST(Municipalities, ListIsWellFormed) {
  EXPECT_GE(KnownMunicipalities().size(), 342u);
  for (const Municipality& known : KnownMunicipalities()) {
    ASSERT_EQ(known.code.size(), 6u) << known.name;
    EXPECT_TRUE(absl::StartsWith(known.code, "GM"));
  }
  EXPECT_TRUE(IsKnownMunicipality("GM0677"));
  EXPECT_FALSE(IsKnownMunicipality("GM9999"));
  EXPECT_FALSE(IsKnownMunicipality("gm0677"));
}

TEST(Municipalities, InfersTheOneNamedMost) {
  EXPECT_EQ(InferMunicipality("In Goes en Veere. Goes is groot."), "GM0664");
  EXPECT_EQ(InferMunicipality("In Goes en Veere."), "");
  EXPECT_EQ(InferMunicipality("Goesting en het-Goes"), "");
  EXPECT_EQ(InferMunicipality(""), "");
}

TEST(Municipalities, WhoDecidesIsNoPartner) {
  EXPECT_EQ(InferMunicipality("Vastgesteld door de gemeente Veere. In Goes, Goes en Goes."), "GM0717");
  EXPECT_EQ(InferMunicipality("De gemeente Goes doet mee. Zo gaat het in Goes.\nGemeente Veere"), "GM0717");
  EXPECT_EQ(InferMunicipality("Het plan van inwoners en gemeente Veere. In Goes, Goes en Goes."), "GM0717");
  EXPECT_EQ(InferMunicipality("Door de gemeente Best. Wij doen ons best met de gemeente Best. In Goes."), "GM0753");
  EXPECT_EQ(InferMunicipality("Wij werken met de gemeente Veere. In Goes, Goes en Goes."), "GM0717");
  EXPECT_EQ(InferMunicipality("Gemeente Veere, gemeente Veere. Samen met de gemeente Goes en naast de gemeente Goes."),
            "GM0717");
}

TEST(Municipalities, TheOneDescribedOutranksTheOneThatWorksForSeveral) {
  EXPECT_EQ(InferMunicipality("Veere is een groene gemeente. De gemeente Goes blijft centrumgemeente.\n"
                              "Met wie\nHuisartsen en de gemeente Goes."),
            "GM0717");
}

TEST(Municipalities, WhatADocumentIsCalledTellsMoreThanItsText) {
  EXPECT_EQ(InferMunicipality("Uitvoeringsprogramma Samen Veere 2024\nIn Goes, Goes en Goes."), "GM0717");
  EXPECT_EQ(InferMunicipality("Samen werken wij in Veere aan zorg.\nIn Goes, Goes en Goes."), "GM0664");
}

TEST(Inference, BlocksBelowHeadingsThatTheTextNamesAreThemes) {
  const SourceText source{
      .text =
          "6. Meedoen\n\nIn deze begroting van de gemeente noemen wij drie opgaven: Prettig wonen, Hulp "
          "dichtbij en Een vast inkomen.\n\n"
          "6.1 Prettig wonen\n\nWat willen we bereiken?\n\nBuren kennen elkaar.\n\nHoe doen we dat?\n\n"
          "Er komt een tuin.\n\nMet wie werken we samen?\n\nDe bewoners.\n\n"
          "6.2 Hulp dichtbij\n\nWat willen we bereiken?\n\nHulp is snel.\n\nHoe doen we dat?\n\n"
          "Er komt een loket.\n\nMet wie werken we samen?\n\nDe huisartsen.\n\n"
          "6.3 Een vast inkomen\n\nWat willen we bereiken?\n\nWerk loont.\n\nHoe doen we dat?\n\n"
          "Er komt een beurs.\n\nMet wie werken we samen?\n\nDe bedrijven.\n"};
  EXPECT_EQ(ProfileSet::Instance().Infer(SplitLines(source)).profile, "themed-narrative");
}

TEST(Inference, ATitleOfAnotherKindIsBelieved) {
  const auto profile_of = [](const std::string& title) {
    const SourceText source{
        .text = title +
                "\nGemeente Ons, september\n- Groen in de wijk\n- Schoon op straat\n\nGroen in de wijk\n"
                "De gemeente plant bomen.\nSchoon op straat\nDe gemeente veegt vaker.\n"};
    return ProfileSet::Instance().Infer(SplitLines(source)).profile;
  };
  EXPECT_EQ(profile_of("Programmabegroting wonen"), "themed-narrative");
  EXPECT_EQ(profile_of("Nieuwsbrief wonen"), "");
}

TEST(Inference, WhatEnJoinsToAnotherKindOrStandsAboveATitleOfPolicyIsBelieved) {
  const auto kind_of = [](const std::string& top) {
    const SourceText source{.text = top + "\n\nInwoners doen mee.\n"};
    return WordsOfOtherKind(SplitLines(source));
  };
  EXPECT_TRUE(kind_of("Omgevingsplan en sociaal domein: voortgang 2026").empty());
  EXPECT_TRUE(kind_of("Vacature\nBeleidsplan wonen 2026").empty());
  EXPECT_FALSE(kind_of("Omgevingsplan van het dorp 2026").empty());
  EXPECT_FALSE(kind_of("Vacature\nBeleidsmedewerker wonen").empty());
}

TEST(Municipalities, OnlyAShortLineIsAHeading) {
  std::string row;
  for (int i = 0; i < 10; ++i) row += "Goes en omstreken ";
  EXPECT_EQ(InferMunicipality("Samen verder\nGoes\nWij zijn van Veere. In Veere en Veere."), "GM0664");
  EXPECT_EQ(InferMunicipality("Samen verder\n" + row + "\nGemeente Veere. Gemeente Veere. Gemeente Veere."), "GM0717");
}

TEST(Municipalities, APartnerInAListOrTableIsNoHeading) {
  const std::string text = "Voortgang 2026\n\nDe gemeente Veere koopt hulp in.\nDe gemeente Veere betaalt mee.\n\n";
  for (const char* partners :
       {"Partners\n- Gemeente Goes\n- Gemeente Goes, inkoop\n", "| Gemeente Goes | Trekker |\n"}) {
    EXPECT_EQ(InferMunicipality(text + partners), "GM0717") << partners;
  }
  std::string annex;
  for (int i = 0; i < 10; ++i) annex += "Tekst over dit plan.\n";
  EXPECT_EQ(InferMunicipality(text + annex + "Uitgevoerd voor: gemeente Goes\n"), "GM0717");
}

TEST(Municipalities, ANameIsAWholeNameAndNoOrdinaryWord) {
  EXPECT_EQ(InferMunicipality("Bergen op Zoom, Zoom, Bergen op Zoom en Goes"), "GM0748");
  EXPECT_EQ(InferMunicipality("Midden-Groningen"), "GM1952");
  EXPECT_EQ(InferMunicipality("Buren kennen elkaar."), "");
  EXPECT_EQ(InferMunicipality("Den Haag en 's-Gravenhage, en dan Delft"), "GM0518");
  // Two municipalities have this name.
  EXPECT_EQ(InferMunicipality("Bergen, Bergen"), "");
  EXPECT_EQ(InferMunicipality("Buren helpen elkaar. Buren en andere buren. In Goes ook."), "GM0664");
  EXPECT_EQ(InferMunicipality("Gemeente Buren. Buren en andere buren. In Goes ook, in Goes."), "GM0214");
  EXPECT_EQ(InferMunicipality("De gemeente Veere werkt met Goes, Goes en nog eens Goes."), "GM0717");
  EXPECT_EQ(InferMunicipality("Gemeente Veere. In Veere en Goes. Centrumgemeente Goes en centrumgemeente Goes."),
            "GM0717");
}

}  // namespace
}  // namespace regiokompas::intake
