// What FHIR R4 forbids and no validator here sees: a choice[x] given twice, values that hold nothing, days that no
// calendar has, and references to a place in the same document where nothing is.
'use strict';

const ID = /^[A-Za-z0-9\-.]{1,64}$/;
const DAY = /^(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d.*)?$/;

/** Errors of one resource; resources inside it are left to their own turn. */
function byOurselves({ crawlTypedValue }) {
  return (resource) => {
    const found = [...oddValues(resource, resource.resourceType, true)];
    if (resource.resourceType === 'Bundle') found.push(...lostReferences(resource));
    const id = resource.id;
    if (id !== undefined && !(typeof id === 'string' && ID.test(id))) {
      found.push({ path: `${resource.resourceType}.id`, message: `"${id}" is no id` });
    }
    crawlTypedValue(
      { type: resource.resourceType, value: resource },
      {
        onEnterObject: (path, { value }, schema) => found.push(...choicesGivenTwice(path, value, schema)),
        visitProperty: () => {},
      },
    );
    return found;
  };
}

// https://hl7.org/fhir/R4/formats.html#choice: one element with one type.
function* choicesGivenTwice(path, value, schema) {
  for (const [name, element] of Object.entries(schema.elements)) {
    if (!name.endsWith('[x]')) continue;
    const names = element.type.map(({ code }) => name.slice(0, -3) + code[0].toUpperCase() + code.slice(1));
    const given = names.filter((one) => one in value || `_${one}` in value);
    if (given.length > 1) yield { path: `${path}.${name}`, message: `given ${given.length} times: ${given.join(', ')}` };
  }
}

// https://hl7.org/fhir/R4/json.html: arrays, objects and strings are never empty; null stands only where a primitive of a
// list has an extension instead of a value.
function* oddValues(value, path, isRoot = false) {
  if (value === null) {
    yield { path, message: 'null' };
  } else if (typeof value === 'string') {
    if (!value.trim()) yield { path, message: 'a text that holds nothing' };
    if (!isRealDay(value)) yield { path, message: `no calendar has ${value}` };
  } else if (typeof value === 'object') {
    const children = Object.entries(value);
    if (!children.length) yield { path, message: Array.isArray(value) ? 'an empty list' : 'an empty object' };
    if (!isRoot && value.resourceType) return;
    for (const [name, child] of children) {
      yield* oddValues(child, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`);
    }
  }
}

function isRealDay(text) {
  const [, year, month, day] = DAY.exec(text) || [];
  return day === undefined || new Date(Date.UTC(year, month - 1, day)).toISOString().startsWith(`${year}-${month}-${day}`);
}

// https://hl7.org/fhir/R4/bundle.html#references: urn:uuid has no meaning outside the bundle.
function* lostReferences(bundle) {
  const known = new Set((bundle.entry || []).map((entry) => entry && entry.fullUrl));
  for (const [path, text] of texts(bundle, 'Bundle')) {
    if (path.endsWith('.reference') && text.startsWith('urn:uuid:') && !known.has(text)) {
      yield { path, message: `${text} is not in the bundle` };
    }
  }
}

function* texts(value, path) {
  if (typeof value === 'string') yield [path, value];
  else for (const [name, child] of Object.entries(value || {})) yield* texts(child, `${path}.${name}`);
}

module.exports = { byOurselves };
