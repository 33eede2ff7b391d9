// The peer of the measures: fqm-execution on the published ELM, for its best figure: of several batch sizes, slim
// results, no HTML, no clause coverage, ELM kept between batches, a first batch not counted, reading not counted.
//
// node population_peer.mjs DIR MEASURE YEAR CODES.csv BUNDLES.ndjson COUNTS.csv SECONDS BATCH...
//
// DIR: see population.py. BUNDLES.ndjson: one Bundle of one patient a line. COUNTS.csv is written: the rows that
// `benzosafe measure --format csv` writes and that are not noughts, of every patient of the first round. Each batch
// size is run for SECONDS or more; one JSON object is printed.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [dir, measure, year, codes, bundles, counts, seconds, ...batches] = process.argv.slice(2);
const require = createRequire(join(resolve(dir), "package.json"));
const { Calculator } = require("fqm-execution");
const CONTENT = join(dir, "content", "input", "resources");

const json = (path) => JSON.parse(readFileSync(path, "utf8"));
const elmOf = (library) => library.content.find((item) => item.contentType === "application/elm+json");
const decoded = (library) => JSON.parse(Buffer.from(elmOf(library).data, "base64").toString("utf8")).library;

// The libraries that a library leads to, itself first.
function librariesOf(name, found = new Map()) {
  if (found.has(name)) return found;
  const library = json(join(CONTENT, "library", `${name}.json`));
  found.set(name, library);
  for (const item of decoded(library).includes?.def ?? []) librariesOf(item.path.split("/").pop(), found);
  return found;
}

// One line of CSV; fields may be quoted.
function fieldsOf(line) {
  const found = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...found].map((match) => (match[1] === undefined ? match[2] : match[1].replaceAll('""', '"')));
}

// The value sets that the libraries name; those that are not in the file are empty (they serve supplemental data only,
// which is not computed).
function valueSetsOf(libraries) {
  const [header, ...lines] = readFileSync(codes, "utf8").split(/\r?\n/).filter(Boolean).map(fieldsOf);
  const at = Object.fromEntries(header.map((name, place) => [name, place]));
  const byOid = new Map();
  for (const line of lines) {
    if (!byOid.has(line[at.oid])) byOid.set(line[at.oid], []);
    byOid.get(line[at.oid]).push({ system: line[at.system], code: line[at.code], display: line[at.display] });
  }
  const named = [...libraries.values()].flatMap((library) => decoded(library).valueSets?.def ?? []);
  return [...new Set(named.map((item) => item.id))].map((url) => {
    const contains = byOid.get(url.split("/").pop()) ?? [];
    return { resourceType: "ValueSet", url, status: "active", expansion: { timestamp: `${year}-01-01`, contains } };
  });
}

function measureBundle() {
  const asked = json(join(CONTENT, "measure", `${measure}.json`));
  const libraries = librariesOf(measure);
  const resources = [asked, ...libraries.values(), ...valueSetsOf(libraries)];
  return { resourceType: "Bundle", type: "collection", entry: resources.map((resource) => ({ resource })) };
}

const options = {
  measurementPeriodStart: `${year}-01-01T00:00:00.000Z`, measurementPeriodEnd: `${year}-12-31T23:59:59.999Z`,
  calculateHTML: false, calculateClauseCoverage: false, calculateSDEs: false, calculateRAVs: false,
  includeClauseResults: false, verboseCalculationResults: false, trustMetaProfile: false, useElmJsonsCaching: true,
};

// The rows of one patient that are not noughts.
function* rowsOf(result) {
  for (const [place, group] of result.detailedResults.entries()) {
    const units = group.episodeResults ?? [{ episodeId: "", populationResults: group.populationResults }];
    for (const unit of units) {
      for (const population of unit.populationResults) {
        if (population.result) yield [result.patientId, unit.episodeId, place + 1, population.populationType, 1].join();
      }
    }
  }
}

// Seconds and patients of rounds over everyone, a batch at a time, until there is time enough; of the first the rows.
async function timed(bundle, patients, size, rows) {
  await Calculator.calculate(bundle, patients.slice(0, size), options);
  let [spent, done] = [0, 0];
  while (spent < Number(seconds) || done < patients.length) {
    const from = done % patients.length;
    const batch = patients.slice(from, from + size);
    const started = performance.now();
    const { results } = await Calculator.calculate(bundle, batch, options);
    spent += (performance.now() - started) / 1000;
    if (done < patients.length) for (const result of results) rows.push(...rowsOf(result));
    done += batch.length;
  }
  return { batch: size, patients: done, seconds: spent, patients_per_s: done / spent };
}

const bundle = measureBundle();
const patients = readFileSync(bundles, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
const found = [];
let rows = [];
for (const size of batches.map(Number)) {
  rows = [];
  found.push(await timed(bundle, patients, size, rows));
}
writeFileSync(counts, rows.map((row) => `${row}\n`).join(""));
const version = json(join(dir, "node_modules", "fqm-execution", "package.json")).version;
console.log(JSON.stringify({ version, node: process.version, of_patients: patients.length, runs: found }));
