"""Made-up listings: the advert that sells one medicine under the name of another, and one that tells the truth."""

from __future__ import annotations

import json

from benzosafe.catalogue.identity import check_listing
from benzosafe.catalogue.listing import read_listing

ADVERT = {
    "title": "Buy clonazepam online, delivered overnight",
    "product name": "Valium (premium diazepam)",
    "active ingredient": "diazepam",
    "dosage": "5 mg, 10 mg",
    "benefits": "anxiety, insomnia",
    "price": "$89",
    "text": "No prescription needed. Pay by card.",
}
HTML = (
    "<html><head><title>{title}</title><script>var x = 'lorazepam'</script></head><body><h1>{title}</h1><table>"
    + "".join(f"<tr><th>{key.title()}</th><td>{{{key}}}</td></tr>" for key in list(ADVERT)[1:-1])
    + "</table><p>{text}</p></body></html>"
)
TRUE = {
    "title": "Klonopin 0.5 mg tablets", "brand": "Klonopin", "ingredient": "clonazepam", "strength": "0.5 mg",
    "form": "tablet", "indication": "panic disorder", "code": "197527", "prescription": "required",
    "price": "$0.05 per tablet",
}  # fmt: skip


def advert(form):
    """The advert as JSON, HTML or text."""
    if form == "json":
        return json.dumps(ADVERT)
    if form == "html":
        page = HTML
        for key, value in ADVERT.items():
            page = page.replace("{" + key + "}", value)
        return page
    lines = [f"{key.title()}: {value}" for key, value in list(ADVERT.items())[1:-1]]
    return "\n".join([ADVERT["title"], *lines, ADVERT["text"]])


def checked(listing, knowledge, country=None):
    """What the check says of a listing."""
    data = listing if isinstance(listing, str) else json.dumps(listing)
    return check_listing(read_listing(data.encode(), "listing"), knowledge, country)


def codes(listing, knowledge, country=None):
    return {item.code for item in checked(listing, knowledge, country).disagreements}
