#include "services/intake/parser/structure.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "services/intake/parser/aspect_stems.h"
#include "services/intake/parser/block_cycle.h"
#include "services/intake/parser/parse.h"
#include "services/intake/reader/read_source.h"

namespace regiokompas::intake {
namespace {

v1::ParsedDocument Read(const std::string& text, const std::string& profile = "") {
  const auto source = ReadSource(text);
  EXPECT_TRUE(source.ok()) << source.status();
  ParseOptions options;
  options.profile = profile;
  const auto document = Parse(*source, options);
  EXPECT_TRUE(document.ok()) << document.status();
  return *document;
}

// Documents whose labels and heads are in no list: what they are must follow from where they stand.

TEST(Structure, ReadsAspectsUnderLabelsThatComeBack) {
  std::string text = "Programma 2 Samen verder\n\n";
  for (const char* title : {"Buurtpunten openen", "Mantelzorg ontlasten", "Schulden voorkomen"}) {
    text += std::string(title) +
            "\n\nTijdsbeeld\n2023\n\nBegonnen in mei.\n\nGeldplaatje\nEr is € 4.000.\n\nAlles is uitgegeven.\n\n"
            "Gevaren onderweg\nEr komen te weinig mensen.\n\nDe opkomst viel mee.\n\n";
  }
  const v1::ParsedDocument document = Read(text);
  EXPECT_EQ(document.source().profile(), "aspect-blocks");
  ASSERT_EQ(document.activities_size(), 3);
  const v1::ParsedActivity& activity = document.activities(1);
  EXPECT_EQ(activity.title(), "Mantelzorg ontlasten");
  ASSERT_EQ(activity.aspects_size(), 3);
  EXPECT_EQ(activity.aspects(0).kind(), v1::ASPECT_KIND_TIMELINE);
  EXPECT_EQ(activity.aspects(1).kind(), v1::ASPECT_KIND_COSTS_AND_BENEFITS);
  EXPECT_EQ(activity.aspects(2).kind(), v1::ASPECT_KIND_RISKS);
  EXPECT_EQ(activity.aspects(1).plan(), "Er is € 4.000.");
  EXPECT_EQ(activity.aspects(1).progress(), "Alles is uitgegeven.");
}

TEST(Structure, NoLineInsideTheRepeatedBlockIsATitle) {
  std::string text = "Beleidsprioriteiten 2024\n\nTaakveld 6.1 Samenkracht\n\n";
  for (const char* title : {"Buurtpunten openen", "Mantelzorg ontlasten", "Schulden voorkomen"}) {
    text += "Opgave: " + std::string(title) +
            "\n\nAmbitie\nEr komt meer ruimte voor wie dat zoekt. Dat kost tijd.\n\nMaatregelen 2024\n- We helpen.\n\n"
            "Hoe staan we ervoor?\nHet loopt.\n\n";
  }
  const v1::ParsedDocument document = Read(text, "priority-cards");
  ASSERT_EQ(document.activities_size(), 3);
  const v1::ParsedActivity& activity = document.activities(1);
  EXPECT_EQ(activity.title(), "Mantelzorg ontlasten");
  ASSERT_EQ(activity.aspects_size(), 3);
  EXPECT_EQ(activity.aspects(0).kind(), v1::ASPECT_KIND_EXPLANATION);
  EXPECT_EQ(activity.aspects(1).kind(), v1::ASPECT_KIND_APPROACH);
  EXPECT_EQ(activity.aspects(2).kind(), v1::ASPECT_KIND_STATE_OF_AFFAIRS);
}

TEST(Structure, ReadsPlanAndProgressThatComeBackBelowEveryAspect) {
  std::string text = "Programma 2 Samen verder\n\n";
  for (const char* title : {"Buurtpunten openen", "Mantelzorg ontlasten", "Schulden voorkomen"}) {
    text += "Speerpunt: " + std::string(title) +
            "\n\nDoelen en aanpak\nAfspraak: We openen er een.\nNu: Die is open.\n\n"
            "Wanneer\nAfspraak: 2024\nNu: Later.\n\nWat kan er misgaan\nAfspraak: Het is duur.\nNu: Het viel mee.\n\n";
  }
  const v1::ParsedDocument document = Read(text, "aspect-blocks");
  ASSERT_EQ(document.activities_size(), 3);
  const v1::ParsedActivity& activity = document.activities(2);
  EXPECT_EQ(activity.title(), "Schulden voorkomen");
  ASSERT_EQ(activity.aspects_size(), 3);
  EXPECT_EQ(activity.aspects(0).kind(), v1::ASPECT_KIND_APPROACH);
  EXPECT_EQ(activity.aspects(0).plan(), "We openen er een.");
  EXPECT_EQ(activity.aspects(0).progress(), "Die is open.");
  EXPECT_EQ(activity.aspects(1).kind(), v1::ASPECT_KIND_TIMELINE);
  EXPECT_EQ(activity.aspects(2).progress(), "Het viel mee.");
}

TEST(Structure, AColumnBelowTheWordForAnActivityHasNoPlaceInItsTitle) {
  std::string text = "Beleidsprioriteiten 2024\n\n";
  int field = 1;
  for (const char* title : {"Buurtpunten openen", "Mantelzorg ontlasten", "Schulden voorkomen"}) {
    text += "6." + std::to_string(field++) + "\n\nSamenkracht\n\nPrioriteit\n\nVoortgang\n\n" + std::string(title) +
            "\n\nEr is veel vraag naar hulp in de wijk.\n\nMaatregelen uit begroting 2024:\n\nWe helpen.\n\n"
            "Huidige stand:\n\nHet loopt.\n\n";
  }
  const v1::ParsedDocument document = Read(text, "priority-cards");
  ASSERT_EQ(document.activities_size(), 3);
  EXPECT_EQ(document.activities(0).title(), "Buurtpunten openen");
  EXPECT_EQ(document.activities(0).statuses_size(), 0);
  ASSERT_EQ(document.activities(0).aspects_size(), 3);
  EXPECT_EQ(document.activities(0).aspects(2).kind(), v1::ASPECT_KIND_STATE_OF_AFFAIRS);
}

TEST(Structure, ManyAspectsInOneParagraphEachAreThoseOfAPlan) {
  std::string text = "Programma sociaal 2024\n\n";
  for (const std::string title : {"Buurtpunten openen", "Mantelzorg ontlasten", "Schulden voorkomen"}) {
    text += "Actie: " + title + "\n\n";
    for (const char* label : {"Waarom", "Hoe", "Resultaat", "Wanneer", "Met wie", "Kosten", "Hoe meten we"}) {
      text += std::string(label) + ":\nDat geldt voor " + title + ".\n\n";
    }
  }
  const v1::ParsedDocument document = Read(text);
  EXPECT_EQ(document.source().profile(), "implementation-cells");
  ASSERT_EQ(document.activities_size(), 3);
  EXPECT_EQ(document.activities(1).title(), "Mantelzorg ontlasten");
  EXPECT_EQ(document.activities(1).aspects_size(), 7);
}

TEST(Structure, ReadsTheHeadOfPlanAndProgressAboveEachTable) {
  std::string html = "<html><body><h1>Programma 3 Samen leven</h1>";
  for (const char* title : {"Ouder worden in de wijk", "Jongeren aan zet", "Taal op het werk"}) {
    html += "<h2>" + std::string(title) +
            "</h2><table><tr><th></th><th>Begroting</th><th>Stand van zaken</th></tr>"
            "<tr><td>Zo pakken we het op</td><td>We bouwen een huis.</td><td>Het staat er.</td></tr>"
            "<tr><td>Tijdvak</td><td>2024</td><td>Nog bezig.</td></tr></table>";
  }
  const v1::ParsedDocument document = Read(html + "</body></html>", "aspect-blocks");
  ASSERT_EQ(document.activities_size(), 3);
  const v1::ParsedActivity& activity = document.activities(2);
  EXPECT_EQ(activity.title(), "Taal op het werk");
  ASSERT_EQ(activity.aspects_size(), 2);
  EXPECT_EQ(activity.aspects(0).kind(), v1::ASPECT_KIND_APPROACH);
  EXPECT_EQ(activity.aspects(0).plan(), "We bouwen een huis.");
  EXPECT_EQ(activity.aspects(0).progress(), "Het staat er.");
  ASSERT_EQ(activity.realisation_years_size(), 1);
  EXPECT_EQ(activity.realisation_years(0), 2024);
}

TEST(Structure, ReadsCardsByThePlaceOfTheirLabels) {
  std::string text = "Koersdocument sociaal domein\n\n6.1 Samenkracht en participatie\n\n";
  for (const char* title : {"Vrijwilligers vinden", "Ontmoeting in de kern", "Sneller hulp thuis"}) {
    text += "Wat ons bezighoudt: " + std::string(title) + "\nDat spraken we af: We zetten mensen in voor " + title +
            ".\nTot waar we kwamen: Er zijn er vier voor " + title + ".\n\n";
  }
  const v1::ParsedDocument document = Read(text);
  EXPECT_EQ(document.source().profile(), "priority-cards");
  ASSERT_EQ(document.activities_size(), 3);
  const v1::ParsedActivity& activity = document.activities(0);
  EXPECT_EQ(activity.title(), "Vrijwilligers vinden");
  ASSERT_EQ(activity.task_fields_size(), 1);
  EXPECT_EQ(activity.task_fields(0), "6.1");
  ASSERT_EQ(activity.aspects_size(), 2);
  EXPECT_EQ(activity.aspects(0).kind(), v1::ASPECT_KIND_APPROACH);
  EXPECT_EQ(activity.aspects(1).kind(), v1::ASPECT_KIND_STATE_OF_AFFAIRS);
  EXPECT_EQ(activity.aspects(1).progress(), "Er zijn er vier voor Vrijwilligers vinden.");
}

void ExpectRows(const v1::ParsedDocument& document) {
  EXPECT_EQ(document.source().profile(), "activity-table");
  ASSERT_EQ(document.activities_size(), 3);
  const v1::ParsedActivity& activity = document.activities(1);
  EXPECT_EQ(activity.code(), "4.1.2");
  EXPECT_EQ(activity.title(), "Inloophuis openen");
  ASSERT_EQ(activity.realisation_years_size(), 1);
  EXPECT_EQ(activity.realisation_years(0), 2024);
  ASSERT_EQ(activity.statuses_size(), 2);
  EXPECT_EQ(activity.statuses(0).moment(), "Lente");
  EXPECT_EQ(activity.statuses(0).status(), v1::STATUS_AT_RISK);
  EXPECT_EQ(activity.statuses(1).moment(), "Nazomer");
  EXPECT_EQ(activity.statuses(1).status(), v1::STATUS_ON_TRACK);
}

TEST(Structure, ReadsTheColumnsOfATableByItsCells) {
  ExpectRows(
      Read("Tussenbericht van de gemeente\n\nOpdracht uit het akkoord\nRond in\nLente\nNazomer\n"
           "4.1.1 Wachtlijst inkorten\n2023\nOp schema\nGerealiseerd\n"
           "4.1.2 Inloophuis openen\n2024\nLoopt achter\nOp schema\n"
           "4.2.1 Armoede terugdringen\n2025\nOp schema\nOp schema\n"));
  ExpectRows(
      Read("Tussenbericht van de gemeente\n\nOpdracht uit het akkoord | Rond in | Lente | Nazomer\n"
           "4.1.1 Wachtlijst inkorten | 2023 | Op schema | Gerealiseerd\n"
           "4.1.2 Inloophuis openen | 2024 | Loopt achter | Op schema\n"
           "4.2.1 Armoede terugdringen | 2025 | Op schema | Op schema\n"));
}

TEST(Structure, ReadsCellsAndTheResultsTheyCite) {
  std::string text =
      "Uitvoering sociaal beleid\n\nKader 1 Thuis in de wijk\n\nWat over vier jaar anders is:\n"
      "a. Buren kennen elkaar.\nb. Ouderen wonen zelfstandig.\n\n";
  for (const char* title : {"Buurtkamers openen", "Woningen aanpassen", "Vrijwilligers werven"}) {
    text += "Activiteit: " + std::string(title) + "\nBedoeling van dit stuk | Het gaat om " + title +
            ". |\nUitkomst voor mensen | Resultaat 1a en 1b bij " + title + ". |\n" + "Wie trekken er | Stichting " +
            title + " |\nMeten | Wij tellen " + title + ". |\n\n";
  }
  const v1::ParsedDocument document = Read(text);
  EXPECT_EQ(document.source().profile(), "implementation-cells");
  ASSERT_EQ(document.goals_size(), 3);
  EXPECT_EQ(document.goals(0).kind(), v1::GOAL_KIND_FRAMEWORK);
  EXPECT_EQ(document.goals(2).kind(), v1::GOAL_KIND_INTENDED_RESULT);
  EXPECT_EQ(document.goals(2).code(), "b");
  EXPECT_EQ(document.goals(2).parent_id(), document.goals(0).id());
  ASSERT_EQ(document.activities_size(), 3);
  const v1::ParsedActivity& activity = document.activities(2);
  ASSERT_EQ(activity.result_refs_size(), 2);
  EXPECT_EQ(activity.result_refs(1), "1.b");
  ASSERT_EQ(activity.aspects_size(), 4);
  EXPECT_EQ(activity.aspects(2).label(), "Wie trekken er");
  EXPECT_EQ(activity.aspects(2).kind(), v1::ASPECT_KIND_STAKEHOLDERS);
  EXPECT_EQ(activity.aspects(3).kind(), v1::ASPECT_KIND_MONITORING);
}

TEST(Structure, TakesHeadingsOfRunningTextForThemes) {
  const std::string prose =
      "Wij kiezen voor hulp dichtbij huis, met vaste gezichten in de wijk en een kleine groep partners die elkaar kent "
      "en snel kan schakelen wanneer dat nodig is.\n\n";
  const v1::ParsedDocument document =
      Read("Begroting 2024\n\n" + prose + "Opgroeien met plezier\n" + prose + "Werken naar vermogen\n" + prose);
  EXPECT_EQ(document.source().profile(), "themed-narrative");
  ASSERT_EQ(document.goals_size(), 2);
  EXPECT_EQ(document.goals(1).kind(), v1::GOAL_KIND_THEME);
  EXPECT_EQ(document.goals(1).title(), "Werken naar vermogen");
}

TEST(Structure, GoesOnWithTheListBehindProgressInsideAnItem) {
  const v1::ParsedDocument document = Read(
      "<html><body><h1>Voortgang</h1><h3>Doelstellingen</h3><ul>"
      "<li>Minder kinderen wachten.<p>Stand van zaken: Er wachten er 35.</p></li>"
      "<li>Scholen hebben hulp.<p>Stand van zaken: Tien hebben die.</p></li></ul></body></html>",
      "activity-table");
  ASSERT_EQ(document.goals_size(), 2);
  EXPECT_EQ(document.goals(0).progress(), "Er wachten er 35.");
  EXPECT_EQ(document.goals(1).title(), "Scholen hebben hulp.");
  EXPECT_EQ(document.goals(1).progress(), "Tien hebben die.");
}

TEST(Structure, ALabelOfGoalsAboveThemesCountsForTheItemsUnderEachOfThem) {
  const v1::ParsedDocument document = Read(
      "<html><body><h1>6 Sociaal</h1><h2>Doelstellingen</h2>"
      "<h3>6.1 Thuis</h3><ul><li>Minder ouderen vallen.<p>Stand van zaken</p><p>Er vielen er 12.</p></li>"
      "<li>Iedereen kent een buur.<p>Stand van zaken</p><p>De meting komt nog.</p></li></ul>"
      "<h3>6.2 Werk</h3><ul><li>Meer mensen hebben werk.<p>Stand van zaken</p><p>Het gaat goed.</p></li></ul>"
      "</body></html>",
      "activity-table");
  std::vector<std::string> objectives;
  for (const v1::ParsedGoal& goal : document.goals()) {
    if (goal.kind() == v1::GOAL_KIND_OBJECTIVE) objectives.push_back(goal.title() + " " + goal.progress());
  }
  EXPECT_EQ(objectives, (std::vector<std::string>{"Minder ouderen vallen. Er vielen er 12.",
                                                  "Iedereen kent een buur. De meting komt nog.",
                                                  "Meer mensen hebben werk. Het gaat goed."}));
}

TEST(Structure, ALineThatExplainsStatusesIsNoAspect) {
  const v1::ParsedDocument document = Read(
      "Voortgang 2024\n\n5.1 Jeugd\n\n5.1.1 Pleegzorg aantrekkelijk maken\n\nToelichting\nEr komt een campagne.\n"
      "Legenda: op schema = loopt volgens planning; vertraagd = loopt achter\n",
      "activity-table");
  ASSERT_EQ(document.activities_size(), 1);
  ASSERT_EQ(document.activities(0).aspects_size(), 1);
  EXPECT_EQ(document.activities(0).aspects(0).plan(), "Er komt een campagne.");
}

TEST(Structure, NumberedGoalsGoOnBehindTheProgressOfEach) {
  const v1::ParsedDocument document = Read(
      "Voortgang 2024\n\n5.1 Jeugd\n\nDoelen\n1. Minder kinderen wachten.\nStand van zaken\nEr wachten er 35.\n"
      "2. Scholen hebben hulp.\nStand van zaken\nTien hebben die.\n",
      "activity-table");
  std::vector<std::string> objectives;
  for (const v1::ParsedGoal& goal : document.goals()) {
    if (goal.kind() == v1::GOAL_KIND_OBJECTIVE) objectives.push_back(goal.title() + " " + goal.progress());
  }
  EXPECT_EQ(objectives, (std::vector<std::string>{"Minder kinderen wachten. Er wachten er 35.",
                                                  "Scholen hebben hulp. Tien hebben die."}));
}

TEST(Structure, AThemeNamedInASentenceOrBehindALevelIsAHeading) {
  const std::string prose =
      "Hier staat een alinea die lang genoeg is om gewone tekst te zijn, met wat de gemeente dit jaar wil doen.\n";
  const v1::ParsedDocument named = Read(
      "Begroting 2025\nDe drie thema's zijn Samen thuis, Jong en gezond en Werk.\n"
      "Samen thuis\n" +
          prose + "Jong en gezond\n" + prose + "Werk\n" + prose,
      "themed-narrative");
  ASSERT_EQ(named.goals_size(), 3);
  EXPECT_EQ(named.goals(1).title(), "Jong en gezond");
  const v1::ParsedDocument levelled =
      Read("Begroting 2025\nSpeelveld A  Samen thuis\n" + prose + "Speelveld B  Jong en gezond\n" + prose,
           "themed-narrative");
  ASSERT_EQ(levelled.goals_size(), 2);
  EXPECT_EQ(levelled.goals(1).code(), "B");
  EXPECT_EQ(levelled.goals(1).title(), "Jong en gezond");
}

TEST(Structure, SaysWhichRepeatedLabelsWereReadAsText) {
  const v1::ParsedDocument document = Read(
      "Voortgang 2024\n\nBromfels\n\nHier staat een alinea over het eerste onderwerp van dit jaar.\n\n"
      "Bromfels\n\nHier staat een alinea over het tweede onderwerp van dit jaar.\n",
      "activity-table");
  int found = 0;
  for (const v1::Diagnostic& diagnostic : document.diagnostics()) {
    if (diagnostic.code() != "LABEL_NOT_RECOGNISED") continue;
    ++found;
    EXPECT_EQ(diagnostic.severity(), v1::SEVERITY_WARNING);
    EXPECT_EQ(diagnostic.line(), 3);
    EXPECT_NE(diagnostic.message().find("Bromfels"), std::string::npos);
  }
  EXPECT_EQ(found, 1);
}

constexpr char kBudgetOfThemes[] =
    "Begroting 2025 gemeente Goes\n\nDe thema's zijn Thuis in de wijk, Jong en fit en Aan het werk.\n\n"
    "Thema 1: Thuis in de wijk\nWat willen we bereiken?\n- Minimaal 60% van de ouderen kent de buren in 2027.\n"
    "Wat gaan we doen?\nWij bieden elke wijk een huiskamer.\nWij vragen buren om te helpen.\n"
    "Thema 2: Jong en fit\nWat willen we bereiken?\n- Meer kinderen sporten.\nWat gaan we doen?\nEr komen lessen.\n"
    "Thema 3: Aan het werk\nWat willen we bereiken?\n- Minder mensen zonder baan.\nWat gaan we doen?\n"
    "Er komt een werkcentrum.\n";

bool HasDiagnostic(const v1::ParsedDocument& document, const std::string& code, const std::string& message = "") {
  for (const v1::Diagnostic& diagnostic : document.diagnostics()) {
    if (diagnostic.code() == code && diagnostic.message().find(message) != std::string::npos) return true;
  }
  return false;
}

TEST(OtherKind, NoAnnexOrOrdinaryWordMakesAPlanOne) {
  for (const char* annex :
       {"Bijlage: programma van de dag\n1. Opening\n2. Mededelingen\n3. Ingekomen stukken\n4. Rondvraag\n5. Sluiting\n",
        "Stap 1: vragen\nStap 2: kiezen\nStap 3: doen\n", "Bijlage 1\nOnderwerp: wonen\nBeste jaar tot nu toe\n",
        "Planning\n- Opening park: 2025\n- Aanvang werk: 2026\n- Sluiting kantine: 2027\n"}) {
    const v1::ParsedDocument document = Read(std::string(kBudgetOfThemes) + annex);
    EXPECT_EQ(document.source().profile(), "themed-narrative") << annex;
    EXPECT_EQ(document.targets_size(), 1) << annex;
    EXPECT_GE(document.goals_size(), 6) << annex;
  }
}

TEST(OtherKind, CardsThatOfferAndAskAreNoVacancy) {
  std::string text =
      "Uitvoeringsprogramma 2025-2028 gemeente Goes\n\nUitvoeringsprogramma 1 Jong\n\nHoofddoelen\n- Fit zijn\n\n";
  for (const char* title : {"Sport op het plein", "Koken met ouders", "Lezen in de bus"}) {
    text += "Activiteit: " + std::string(title) + "\nToelichting: Kinderen leren ervan.\n" +
            "Wat gaan we doen:\nWij bieden een les.\nWij vragen ouders mee.\nResultaat: lessen.\nTijdpad: 2025\nKosten "
            "en baten: € 1.000\nRisico's: regen\n\n";
  }
  const v1::ParsedDocument document = Read(text);
  EXPECT_EQ(document.source().profile(), "implementation-cells");
  EXPECT_EQ(document.activities_size(), 3);
  EXPECT_FALSE(HasDiagnostic(document, "OTHER_KIND_OF_DOCUMENT"));
}

TEST(OtherKind, SaysWhichWordsTellIt) {
  const v1::ParsedDocument document = Read(
      "Agenda vergadering bestuur\n1. Opening\n2. Mededelingen\n3. Ingekomen stukken\n4. Rondvraag\n5. Sluiting\n");
  EXPECT_EQ(document.source().profile(), "generic");
  EXPECT_TRUE(HasDiagnostic(document, "OTHER_KIND_OF_DOCUMENT", "Mededelingen; Ingekomen stukken; Rondvraag"));
  EXPECT_FALSE(HasDiagnostic(document, "PROFILE_NOT_INFERRED"));
}

TEST(OtherKind, OnlyTheNameOfAnAssociationMakesADocumentItsOwn) {
  const auto kind = [](const std::string& title) {
    return Read(title + "\n\nEr is dit jaar veel gebeurd.\n").source().document_kind();
  };
  EXPECT_EQ(kind("Beleidsnota sport en verenigingen"), v1::DOCUMENT_KIND_POLICY_FRAMEWORK);
  EXPECT_EQ(kind("Beleidsplan Stichting Leergeld en gemeente Goes"), v1::DOCUMENT_KIND_POLICY_FRAMEWORK);
  EXPECT_EQ(kind("Jaarverslag Voetbalvereniging De Bal"), v1::DOCUMENT_KIND_UNSPECIFIED);
  EXPECT_EQ(kind("Jaarrekening Zorgbedrijf B.V."), v1::DOCUMENT_KIND_UNSPECIFIED);
}

TEST(AspectByStem, AStemInsideAnotherWordTellsNothing) {
  for (const char* label : {"gezondheidsbevordering", "genotmiddelen", "hulpmiddelen", "waar het voor geldt",
                            "standpunt", "kenmerken", "europese regels", "doelgroep", "hoogste nood", "ondernemers",
                            "onafhankelijkheid", "hoe verder", "bestaansonzekerheid", "kwetsbare inwoners", "volgende",
                            "dorpskern", "tijdelijke opvang", "ongewenst gedrag", "hoe lopen wij ernaartoe"}) {
    EXPECT_EQ(AspectByStem(label, false), v1::ASPECT_KIND_OTHER) << label;
  }
  const std::pair<const char*, v1::AspectKind> kMeant[] = {
      {"personeelskosten", v1::ASPECT_KIND_COSTS_AND_BENEFITS},
      {"wat gaan we in deze periode precies doen", v1::ASPECT_KIND_APPROACH},
      {"waar willen we op uitkomen", v1::ASPECT_KIND_RESULT},
      {"geldmiddelen", v1::ASPECT_KIND_COSTS_AND_BENEFITS},
      {"stand van zaken", v1::ASPECT_KIND_STATE_OF_AFFAIRS},
      {"looptijd", v1::ASPECT_KIND_TIMELINE},
      {"tijdsplanning", v1::ASPECT_KIND_TIMELINE},
      {"doelstelling", v1::ASPECT_KIND_RESULT},
      {"gezondheidswinst", v1::ASPECT_KIND_RESULT},
      {"vervolgstappen", v1::ASPECT_KIND_APPROACH},
      {"hoe vertellen we het", v1::ASPECT_KIND_COMMUNICATION},
      {"resultaatmeting", v1::ASPECT_KIND_INDICATOR},
      {"hoe staan we ervoor", v1::ASPECT_KIND_STATE_OF_AFFAIRS},
      {"hoe gaat het", v1::ASPECT_KIND_STATE_OF_AFFAIRS},
      {"hoe lopen de acties", v1::ASPECT_KIND_STATE_OF_AFFAIRS},
      {"hoe gaan we te werk", v1::ASPECT_KIND_APPROACH},
      {"hoe gaan wij om met tegenslag", v1::ASPECT_KIND_APPROACH},
      {"ketenpartners", v1::ASPECT_KIND_STAKEHOLDERS}};
  for (const auto& [label, aspect] : kMeant) EXPECT_EQ(AspectByStem(label, false), aspect) << label;
}

TEST(Structure, FindsNothingInTextThatRepeatsNothing) {
  const auto source = ReadSource("Een regel\nNog een regel met tekst.\nLet op: dit staat er eens.\n");
  ASSERT_TRUE(source.ok());
  const std::vector<Line> lines = SplitLines(*source);
  const Structure structure = FindStructure(lines, ProfileSet::Instance().common());
  EXPECT_TRUE(structure.labels.empty());
  EXPECT_TRUE(structure.tables.empty());
  EXPECT_EQ(FamilyByStructure(structure, BlockCycle(lines, ProfileSet::Instance().common()), lines), "");
}

// Blocks of a table family below an overview without statuses; `first` is the label above those of the second moment.
std::string BlocksWithMoments(const std::string& first) {
  std::string text =
      "4. Zorg\n\nActie\n\nGereed in\n\n4.1.1 Loket in de kern\n\n2023\n\n4.1.2 Hulp na een scheiding\n\n2024\n\n"
      "4.1 Toegang\n\n";
  for (const char* title : {"4.1.1 Loket in de kern", "4.1.2 Hulp na een scheiding"}) {
    text += std::string(title) + "\n\nGereed in\n\n2023\n\nStand van zaken\n\n" + first +
            "\n\nStatus 1e bestuursrapportage\n\nOp koers\n\nAfgerond\n\nHet loket is open.\n\n";
  }
  return text;
}

TEST(Structure, AboveAsManyStatusWordsStandTheLabelsOfTheirMoments) {
  for (const std::string first : {"Stand 2022", "Snorbeling 2022"}) {
    const v1::ParsedDocument document = Read(BlocksWithMoments(first), "activity-table");
    ASSERT_EQ(document.activities_size(), 2) << first;
    ASSERT_EQ(document.activities(1).statuses_size(), 2) << first;
    EXPECT_EQ(document.activities(1).statuses(0).moment(), first);
    EXPECT_EQ(document.activities(1).statuses(0).label(), "Op koers");
    EXPECT_EQ(document.activities(1).statuses(1).moment(), "Status 1e bestuursrapportage");
    const bool said = std::any_of(document.diagnostics().begin(), document.diagnostics().end(),
                                  [](const v1::Diagnostic& each) { return each.code() == "LABEL_READ_BY_PLACE"; });
    EXPECT_EQ(said, first != "Stand 2022");
  }
}

TEST(Structure, TheHeadOfATableBeginsWhereItsCellsSayAndNotAtTheHeadingAbove) {
  const v1::ParsedDocument document = Read(
      "5. Zorg\n\nWat doen we?\n\nMaatregel\n\nJaar van realisatie\n\nSnorbeling\n\nStatus 2e VGR\n\n"
      "5.1.1 Loket in de kern\n\n2023\n\nGroen\n\nOranje\n\n5.1.2 Hulp na een scheiding\n\n2024\n\nGroen\n\n"
      "Groen\n\n5.2.1 Taal op het werk\n\n2024\n\nRood\n\nGroen\n",
      "activity-table");
  ASSERT_EQ(document.activities_size(), 3);
  ASSERT_EQ(document.activities(2).statuses_size(), 2);
  EXPECT_EQ(document.activities(2).statuses(0).moment(), "Snorbeling");
  EXPECT_EQ(document.activities(2).statuses(0).label(), "Rood");
}

TEST(Structure, TheLabelBelowGoalsAndInActivitiesTellsHowTheyGo) {
  std::string text = "6. Zorg\n\n";
  for (const char* title : {"6.1.1 Loket in de kern", "6.1.2 Hulp na een scheiding"}) {
    text += std::string(title) + "\n\nJaar van realisatie: 2024\n\nWe openen een loket.\n\nFrompel\n\nHet is open.\n\n";
  }
  text +=
      "6.1 Toegang\n\nBeoogd effect\n\n1) In 2025 kent minimaal 60% het loket.\n\nFrompel\n\nDat is nu 40%.\n\n"
      "2) In 2025 is minimaal 70% tevreden.\n\nFrompel\n\nDat wordt nog gemeten.\n";
  const v1::ParsedDocument document = Read(text, "activity-table");
  ASSERT_EQ(document.activities_size(), 2);
  EXPECT_EQ(document.activities(0).aspects(1).kind(), v1::ASPECT_KIND_STATE_OF_AFFAIRS);
  int objectives = 0;
  for (const v1::ParsedGoal& goal : document.goals()) {
    objectives += goal.kind() == v1::GOAL_KIND_OBJECTIVE && !goal.progress().empty();
  }
  EXPECT_EQ(objectives, 2);
}

TEST(Structure, TheContentsNameTheThemes) {
  const v1::ParsedDocument document = Read(
      "Programmabegroting 2025\n\nInhoud\nInleiding ....... 3\nJong in de wijk ....... 4\nOud en thuis ....... 5\n\n"
      "Inleiding\n\nEen begin.\n\nJONG IN DE WIJK\n\nKinderen groeien op.\nEr is een huis voor hen.\n\n"
      "OUD EN THUIS\n\nOuderen wonen thuis.\nEr is hulp in de buurt.\n",
      "themed-narrative");
  ASSERT_EQ(document.goals_size(), 2);
  EXPECT_EQ(document.goals(0).title(), "JONG IN DE WIJK");
  EXPECT_EQ(document.goals(1).title(), "OUD EN THUIS");
  EXPECT_EQ(document.spans(1).rule(), "page.contents");
  EXPECT_EQ(document.spans(1).first_line(), 3);
  EXPECT_EQ(document.spans(1).last_line(), 6);
}

TEST(Structure, ObjectivesUnderTheirOwnNumberHaveTheirProgress) {
  const v1::ParsedDocument document = Read(
      "Rapportage 2025\n\n7.1 Samen leven\n\nDoelstelling 7.1a\nIn 2026 doen minimaal 600 inwoners mee.\n"
      "Stand van zaken:\nEr doen er 388 mee.\n\nDoelstelling 7.1b\nIn 2026 zijn er minimaal 5 tuinen.\n"
      "Stand van zaken:\nEr zijn er 2.\n",
      "activity-table");
  ASSERT_EQ(document.goals_size(), 3);
  EXPECT_EQ(document.goals(2).kind(), v1::GOAL_KIND_OBJECTIVE);
  EXPECT_EQ(document.goals(2).code(), "7.1b");
  EXPECT_EQ(document.goals(2).title(), "In 2026 zijn er minimaal 5 tuinen.");
  EXPECT_EQ(document.goals(2).progress(), "Er zijn er 2.");
  EXPECT_EQ(document.goals(0).progress(), "");
}

TEST(Title, IsWhatTheDocumentIsCalled) {
  const auto title = [](const std::string& text) { return Read(text, "activity-table").source().title(); };
  const std::string text = "\n\nStand van zaken\n\nEr is veel gedaan.\n";
  EXPECT_EQ(title("Voortgang programma 4 Samen\n\nMenu" + text), "Voortgang programma 4 Samen");
  EXPECT_EQ(title("Sociale plannen 2024 | Regels op een rij\n\nSociale plannen 2024" + text), "Sociale plannen 2024");
  EXPECT_EQ(title("Sociale plannen 2024 | Regels op een rij" + text), "Sociale plannen 2024 | Regels op een rij");
  EXPECT_EQ(title("Begroting 2026       Gemeente Veere\n\nPROGRAMMA 7 - SAMEN" + text), "PROGRAMMA 7 - SAMEN");
  EXPECT_EQ(title("Begroting 2026       Gemeente Veere\n\n3. Programma Samen" + text), "3. Programma Samen");
  EXPECT_EQ(title("Begroting 2026       Gemeente Veere" + text), "Begroting 2026       Gemeente Veere");
}

TEST(Structure, APhraseMayGoOnInTheNextLineOfItsParagraph) {
  const v1::ParsedDocument document = Read(
      "Begroting 2026 van de gemeente\n\nThema Samen in het dorp\n\n"
      "Van de volwassen inwoners geeft een groot deel aan zich eenzaam te\n"
      "voelen. Dat willen wij niet, want het maakt mensen ziek. In 2028 is dit\n"
      "aandeel gedaald tot hooguit 7% van de volwassenen. Wij richten ons met\n"
      "de verenigingen op mensen die hun partner verloren hebben.\n\n"
      "Thema Thuis in het dorp\n\n"
      "Ouderen blijven wonen waar zij wonen, ook als zij hulp nodig hebben en\n"
      "hun familie verder weg woont dan vroeger het geval was.\n",
      "themed-narrative");
  ASSERT_EQ(document.targets_size(), 1);
  EXPECT_EQ(document.targets(0).deadline_year(), 2028);
  EXPECT_EQ(document.targets(0).line(), 7);
  EXPECT_EQ(document.targets(0).subject_id(), document.goals(0).id());
}

TEST(CountCells, CountsTheCellsThatCellsOfFinds) {
  for (const absl::string_view text :
       {"a | b | c", "| a | b |", "a |", "a\tb\t", "a    b", "a | b\tc", "|| a", "alleen"}) {
    Line line;
    line.text = text;
    line.divided = true;
    EXPECT_EQ(CountCells(line), CellsOf(text).size()) << text;
  }
}

std::vector<std::string> TitlesOfGoals(const v1::ParsedDocument& document) {
  std::vector<std::string> titles;
  for (const v1::ParsedGoal& goal : document.goals()) titles.push_back(goal.title());
  return titles;
}

TEST(Structure, ALineOfRunningTextOpensNoTheme) {
  const v1::ParsedDocument document = Read(
      "Programmabegroting 2025\n\nThema Jeugd\n\n"
      "Wij willen dat alle kinderen veilig opgroeien in de eigen buurt. In het\n"
      "Thema Jeugd zetten wij daarom in op preventie en vroege hulp waarbij\n"
      "wij samenwerken. In 2027 is het aandeel van jongeren met hulp gedaald tot hooguit 7% van de jongeren.\n\n"
      "Thema Ouderen\n\n"
      "Wij willen dat ouderen thuis kunnen blijven wonen zolang dat kan. Op het\n"
      "Beleidsveld Wonen werken wij daarom\nsamen. In 2027 woont minimaal 95% van de ouderen thuis.\n");
  EXPECT_EQ(TitlesOfGoals(document), (std::vector<std::string>{"Thema Jeugd", "Thema Ouderen"}));
  EXPECT_EQ(document.targets_size(), 2);
}

TEST(Structure, WhatStandsBelowATableIsNotAboutItsLastRow) {
  const v1::ParsedDocument document = Read(
      "Uitvoeringsprogramma 2025 gemeente Ons\n\n| Activiteit | Jaar | Status |\n|---|---|---|\n"
      "| Loket openen in de kern | 2025 | Loopt |\n| Taalhuis uitbreiden naar drie | 2025 | Gereed |\n"
      "| Schulden voorkomen bij jongeren | 2026 | Loopt |\n\n"
      "Financiën\n\nDe kosten passen in de begroting van dit jaar.\n");
  ASSERT_EQ(document.activities_size(), 3);
  EXPECT_EQ(document.activities(0).title(), "Loket openen in de kern");
  EXPECT_EQ(document.activities(2).aspects_size(), 0);
}

TEST(Structure, WhatBearsTheNameOfAColourIsNoStatus) {
  const v1::ParsedDocument document = Read(
      "Begroting 2026 gemeente Ons\n\nVoorziening\tSubsidie door\tOpening\n"
      "Speeltuin aan de Dijk\tOranje Fonds\t2024\nBuurthuis in het dorp\tOranje Fonds\t2025\n"
      "Moestuin bij de school\tOranje Fonds\t2026\nRuilwinkel in de kern\tOranje Fonds\t2026\n");
  ASSERT_EQ(document.activities_size(), 4);
  for (const auto& activity : document.activities()) {
    for (const auto& status : activity.statuses()) EXPECT_EQ(status.status(), v1::STATUS_UNSPECIFIED);
  }
}

TEST(Structure, ASentenceAboutACardIsNoCardAndAnAnnexIsOfNone) {
  std::string text = "Speerpunten 2025 gemeente Veere\n\n6.2 Wmo\n\n";
  for (const char* title : {"Speerpunt 1. Langer thuis", "Speerpunt 2. Jongeren in beeld"}) {
    text += std::string(title) +
            "\nStatus: Op koers\nInzet: Wij bezoeken ouderen.\nStand van zaken: Het gaat goed.\n"
            "Opgave 4 van de visie raakt hieraan en kost € 90.000.\n\n";
  }
  text += "Bijlage 1 Financieel overzicht\n\nHet totale budget is € 4.500.000.\n";
  const v1::ParsedDocument document = Read(text, "priority-cards");
  ASSERT_EQ(document.activities_size(), 2);
  EXPECT_EQ(document.activities(1).title(), "Jongeren in beeld");
  ASSERT_EQ(document.goals_size(), 1);
  EXPECT_EQ(document.goals(0).title(), "Wmo");
  for (const v1::ParsedActivity& activity : document.activities()) {
    for (const v1::ParsedAmount& amount : activity.amounts()) EXPECT_EQ(amount.cents(), 9000000);
  }
}

TEST(Structure, AMomentAboveSentencesIsTheStateOfAffairs) {
  std::string text = "Speerpunten sociaal domein gemeente Veere\n\n";
  for (const char* title : {"Buurthuis vernieuwen", "Welkom in het dorp", "Iedereen aan het werk"}) {
    text +=
        "6.1\nSamenkracht\n" + std::string(title) +
        "\nWaarom\nIedereen hoort erbij in ons dorp en in onze wijk.\nInzet 2023\nEr komt een plek voor ontmoeting.\n"
        "Stand per 1 april\nDe plek is open.\n\n";
  }
  const v1::ParsedDocument document = Read(text, "priority-cards");
  ASSERT_EQ(document.activities_size(), 3);
  for (const v1::ParsedActivity& activity : document.activities()) {
    ASSERT_EQ(activity.aspects_size(), 3);
    EXPECT_EQ(activity.aspects(2).kind(), v1::ASPECT_KIND_STATE_OF_AFFAIRS);
    EXPECT_EQ(activity.aspects(2).progress(), "De plek is open.");
  }
}

TEST(Structure, TheLabelOfAYearsResultIsNoGoal) {
  const v1::ParsedDocument document = Read(
      "Bestuursrapportage 2024 gemeente Veere\n\nActie\tJaar\tStand\n5.1.1 Een huis voor de buurt\t2024\tOp schema\n"
      "5.1.2 Een veld voor de jeugd\t2024\tOp schema\n5.1.3 Een tuin voor ouderen\t2025\tVertraagd\n\n"
      "5.1.1 Een huis voor de buurt\n\nResultaat 2024\n\nEr kwamen 40 mensen.\n\n"
      "5.1.2 Een veld voor de jeugd\n\nResultaat 2024\n\nHet veld wordt gebruikt door 80 jongeren.\n",
      "activity-table");
  for (const v1::ParsedGoal& goal : document.goals()) EXPECT_NE(goal.code(), "2024");
  EXPECT_NE(document.DebugString().find("80 jongeren"), std::string::npos);
}

TEST(Structure, ATitleMayBeginWithAColour) {
  const std::string head =
      "Tussenbericht van de gemeente\n\n5. Zorg en welzijn\n\nActie\n\nGereed in\n\nStand 2022\n\n";
  std::string rows;
  for (const char* title : {"Loket in elke kern", "Groen en gezond wonen", "Taalhuis uitbreiden"}) {
    rows += std::string(title) + "\n\n2023\n\nOp koers\n\n";
  }
  const v1::ParsedDocument document = Read(head + rows);
  ASSERT_EQ(document.activities_size(), 3);
  EXPECT_EQ(document.activities(1).title(), "Groen en gezond wonen");
}

// Three blocks; `above` is printed above the title of each, with numbers that count on from `number`.
v1::ParsedDocument ReadNumbered(int number, const std::string& above) {
  std::string text = "Voortgangsrapportage 2024 gemeente Ons\n\n";
  for (const char* title : {"Buurtpunten openen", "Mantelzorg ontlasten", "Schulden voorkomen"}) {
    text += std::to_string(number++) + above + title +
            "\n\nAanpak\nWij helpen inwoners.\n\nDat loopt.\n\nPlanning\n2024\n\nOp schema.\n\n"
            "Risico's\nEr is krapte.\n\nDie is er nog.\n\n";
  }
  return Read(text);
}

TEST(Structure, TheNumberAboveATitleIsItsCode) {
  const v1::ParsedDocument document = ReadNumbered(1, "\n");
  ASSERT_EQ(document.activities_size(), 3);
  EXPECT_EQ(document.activities(1).code(), "2");
  EXPECT_EQ(document.activities(0).aspects(2).progress(), "Die is er nog.");
}

TEST(Structure, TheNumberOfAPageAboveATitleIsNoCode) {
  const std::pair<int, const char*> kPages[] = {{12, "\n"}, {12, "\n\f"}, {1, "\n\f"}, {1, "\f\n"}};
  for (const auto& [first, above] : kPages) {
    const v1::ParsedDocument document = ReadNumbered(first, above);
    ASSERT_EQ(document.activities_size(), 3) << first << above;
    for (const auto& activity : document.activities()) {
      EXPECT_EQ(activity.code(), "") << first << above;
      EXPECT_EQ(activity.aspects(2).progress(), "Die is er nog.") << first << above;
    }
  }
}

TEST(Structure, TheNumberOfASectionIsTheCodeOfItsTheme) {
  const std::string prose =
      "\n\nHier staat een zin die lang genoeg is om te tellen als lopende tekst in een stuk van de gemeente dit "
      "jaar.\n\n";
  const v1::ParsedDocument document = Read(
      "Programmabegroting 2025\n\nDe gemeente noemt twee thema's: Jeugd en gezin, en Prettig wonen.\n\n"
      "6.1 Jeugd en gezin" +
      prose + "6.2 Prettig wonen" + prose);
  EXPECT_EQ(TitlesOfGoals(document), (std::vector<std::string>{"Jeugd en gezin", "Prettig wonen"}));
  EXPECT_EQ(document.goals(1).code(), "6.2");
}

TEST(Structure, ThemesWithOneCodeAreToldApartByTheirTitles) {
  const std::string prose =
      "\n\nHier staat een zin die lang genoeg is om te tellen als lopende tekst in een stuk van de gemeente dit "
      "jaar.\n\n";
  std::string text = "Beleidsnota sociaal domein 2026\n\nOnze thema's zijn:\n\n- Jeugd en gezin\n- Werk en inkomen\n\n";
  for (const char* heading : {"1. Jeugd en gezin", "1. Werk en inkomen", "1. Werk en inkomen", "2. Werk en inkomen",
                              "1. Jeugd en gezin", "2. Werk en inkomen"}) {
    text += heading + prose;
  }
  const v1::ParsedDocument document = Read(text);
  EXPECT_EQ(TitlesOfGoals(document),
            (std::vector<std::string>{"Jeugd en gezin", "Werk en inkomen", "Werk en inkomen"}));
  EXPECT_EQ(document.goals(2).code(), "2");
}

TEST(Structure, WhatADocumentTellsAboutItselfIsNoTheme) {
  const std::string prose =
      "\n\nHier staat een zin die lang genoeg is om te tellen als lopende tekst in een stuk van de gemeente dit "
      "jaar.\n\n";
  std::string text = "Programmabegroting 2025\n\nGemeente Ons\n\n";
  for (const char* heading :
       {"Voorwoord", "Leeswijzer", "Jeugd en gezin", "Wonen", "Bijlage 1 Begrippen", "Tot slot", "Colofon"}) {
    text += heading + prose;
  }
  EXPECT_EQ(TitlesOfGoals(Read(text, "themed-narrative")), (std::vector<std::string>{"Jeugd en gezin", "Wonen"}));
}

TEST(Structure, AnAnnexAndWhatADocumentTellsAboutItselfEndTheTheme) {
  const std::string prose =
      "\n\nHier staat een zin die lang genoeg is om te tellen als lopende tekst in een stuk van de gemeente dit "
      "jaar.\n\n";
  const std::string norm =
      "\n\nLandelijk heeft in 2030 minimaal 85% van de jongeren een diploma, en de gemeente telt daarin mee, elk jaar "
      "weer.\n\n";
  for (const char* heading : {"Bijlage 1 Cijfers van het land", "Financiën", "Lasten en baten"}) {
    const v1::ParsedDocument document = Read("Programmabegroting 2025\n\nGemeente Ons\n\nVervolg na de opvang" + prose +
                                                 "Lasten omlaag voor minima" + prose + heading + norm,
                                             "themed-narrative");
    EXPECT_EQ(TitlesOfGoals(document), (std::vector<std::string>{"Vervolg na de opvang", "Lasten omlaag voor minima"}));
    EXPECT_EQ(document.targets_size(), 0) << heading;
  }
  const v1::ParsedDocument later =
      Read("Programmabegroting 2025\n\nThema Jeugd" + prose + "Slot" + prose + "Thema Wonen" + norm);
  EXPECT_EQ(TitlesOfGoals(later), (std::vector<std::string>{"Thema Jeugd", "Thema Wonen"}));
  ASSERT_EQ(later.targets_size(), 1);
  EXPECT_EQ(later.targets(0).subject_id(), later.goals(1).id());
}

TEST(Structure, NoHeadingsInAnAnnexAreThemes) {
  const std::string prose =
      "\n\nHier staat een zin die lang genoeg is om te tellen als lopende tekst in een stuk van de gemeente dit "
      "jaar.\n\n";
  EXPECT_EQ(TitlesOfGoals(Read("Programmabegroting 2025\n\nGemeente Ons\n\nWonen" + prose + "Werken" + prose +
                                   "Bijlage 1" + prose + "Cijfers van het land" + prose,
                               "themed-narrative")),
            (std::vector<std::string>{"Wonen", "Werken"}));
}

TEST(Structure, ALongLineWithoutAFullStopKeepsTheHeadingBelowIt) {
  for (const char* end : {" in hun straat", " in hun straat,", " in hun straat (zie bijlage 2)"}) {
    const std::string prose =
        std::string("Kinderen groeien veilig op en wij helpen ouders en verenigingen daarbij") + end;
    const v1::ParsedDocument document = Read("Programmabegroting 2025 gemeente Ons\n\nThema Jeugd\n" + prose +
                                             "\nThema Werk\n" + prose + "\nThema Wonen\n" + prose + "\n");
    EXPECT_EQ(TitlesOfGoals(document), (std::vector<std::string>{"Thema Jeugd", "Thema Werk", "Thema Wonen"})) << end;
  }
  const v1::ParsedDocument document = Read(
      "Programmabegroting 2025 gemeente Ons\n\nThema Werk\nIn 2027 heeft minimaal 60% van de inwoners een baan (zie "
      "bijlage 3)\nThema Zorg\nIn 2027 kent minimaal 80% van de ouderen de wijkverpleging (zie bijlage 4)\n");
  ASSERT_EQ(document.targets_size(), 2);
  EXPECT_EQ(document.targets(0).subject_id(), document.goals(0).id());
  EXPECT_EQ(document.targets(1).subject_id(), document.goals(1).id());
}

TEST(Structure, FiguresInHeadingsAreNoCodes) {
  const std::string prose =
      "\n\nHier staat een zin die lang genoeg is om te tellen als lopende tekst in een stuk van de gemeente dit "
      "jaar.\n\n";
  const v1::ParsedDocument document = Read("Programmabegroting 2025\n\nGemeente Ons\n\nVersie van mei\n\n1 Inleiding" +
                                               prose + "2 Meedoen" + prose + "2.500 mantelzorgers ondersteund" + prose,
                                           "themed-narrative");
  EXPECT_EQ(TitlesOfGoals(document), (std::vector<std::string>{"Meedoen", "2.500 mantelzorgers ondersteund"}));
  EXPECT_EQ(document.goals(0).code(), "2");
  EXPECT_EQ(document.goals(1).code(), "");
}

TEST(Structure, ATableWithTwoMomentsOutweighsWords) {
  std::string text = "VOORJAARSNOTA 2024 - GEMEENTE VEERE\n\nPROGRAMMA 3 SAMEN\n\n";
  for (const char* head : {"ACTIE", "PLANNING", "JAARSTUK 2023", "VOORJAARSNOTA 2024"})
    text += std::string(head) + "\n\n";
  for (const char* title : {"3.A.1 Een loket in elk dorp", "3.A.2 Ouders ondersteunen", "3.B.1 Werk voor iedereen"}) {
    text += std::string(title) + "\n\n2025\n\nOp schema\n\nVertraagd\n\n";
  }
  text +=
      "3.A Dichtbij\n\n3.A.2 Ouders ondersteunen\n\nPlanning\n\n2025\n\nHoe staat het ervoor?\n\nDe cursus begint "
      "later.\n\n";
  for (const char* theme : {"3.A Dichtbij", "3.B Meedoen"}) {
    text += std::string(theme) +
            "\n\nDoeleffect 1\nIn 2026 is minimaal 40% van de ouders bekend met ons.\n"
            "Hoe staat het ervoor: Wij tellen nog.\n\n";
  }
  const v1::ParsedDocument document = Read(text);
  EXPECT_EQ(document.source().profile(), "activity-table");
  ASSERT_EQ(document.activities_size(), 3);
  EXPECT_EQ(document.activities(2).code(), "3.B.1");
  std::vector<std::string> goals;
  for (const v1::ParsedGoal& goal : document.goals()) {
    if (goal.kind() == v1::GOAL_KIND_OBJECTIVE) goals.push_back(goal.code() + " " + goal.progress());
  }
  EXPECT_EQ(goals, (std::vector<std::string>{"1 Wij tellen nog.", "1 Wij tellen nog."}));
}

TEST(Structure, AVisionWithHeadingsOfAPlanForLandIsNoneOfThose) {
  std::string text = "Woonzorgvisie 2024-2028\n\n";
  for (const char* heading : {"Rijksbeleid", "Provinciaal beleid", "Verkeer en parkeren"}) {
    text += std::string(heading) + "\nDe gemeente werkt hier samen met anderen aan meer woningen voor ouderen.\n\n";
  }
  const auto refused = [](const std::string& read) {
    const v1::ParsedDocument document = Read(read);
    return std::any_of(document.diagnostics().begin(), document.diagnostics().end(),
                       [](const v1::Diagnostic& each) { return each.code() == "OTHER_KIND_OF_DOCUMENT"; });
  };
  EXPECT_FALSE(refused(text));
  EXPECT_TRUE(refused(text + "Ligging van het plangebied\n"));
}

}  // namespace
}  // namespace regiokompas::intake
