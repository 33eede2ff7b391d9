"""A real record system in miniature: FHIR behind tokens, authorization with PKCE, signed clients, refresh; loopback."""

from __future__ import annotations

import json
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections import Counter
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.applications import Starlette
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SIGNER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CAPABILITIES = ["launch-ehr", "launch-standalone", "client-public", "client-confidential-asymmetric", "permission-v2"]
PERSON = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1950-03-01"}
SUBJECT = {"reference": "Patient/p1"}
RECORD = [
    PERSON,
    {"resourceType": "Medication", "id": "m1", "code": {"text": "clonazepam 1 mg tablet"}},
    *(
        {
            "resourceType": "MedicationRequest", "id": f"r{number}", "status": "active", "intent": "order",
            "subject": SUBJECT, "authoredOn": "2026-10-01", "dosageInstruction": [{"text": dose}], **medicine,
        }
        for number, (dose, medicine) in enumerate((
            ("1 mg at bedtime", {"medicationReference": {"reference": "Medication/m1"}}),
            ("10 mg four times a day", {"medicationCodeableConcept": {"text": "oxycodone 10 mg"}}),
            ("20 mg once a day", {"medicationCodeableConcept": {"text": "omeprazole 20 mg"}}),
        ))
    ),
    {
        "resourceType": "Condition", "id": "c1", "subject": SUBJECT, "code": {"text": "COPD"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
    },
]  # fmt: skip


class Refusal(Exception):
    """An OAuth error answer."""


class Provider:
    """One record system; tests bend its answers through the fields below."""

    def __init__(self):
        self.reset()

    def reset(self):
        """As new; the server goes on."""
        self.keys, self.codes, self.live, self.refreshing, self.jtis = {}, {}, set(), {}, set()
        self.asked, self.forms = Counter(), []
        self.config, self.token_answer, self.id_claims, self.openid = {}, {}, {}, {}
        self.id_token, self.now, self.long = None, time.time, set()
        self.well_known_status, self.status_of, self.page_size, self.next_base = 200, {}, 0, ""
        self.grants, self.expires_in, self.padding, self.slow_s = None, 300, 0, 0.0

    def start(self):
        routes = [
            Route("/fhir/.well-known/smart-configuration", self._well_known),
            Route("/fhir/.well-known/openid-configuration", self._openid),
            Route("/fhir/metadata", self._metadata),
            Route("/fhir/{path:path}", self._fhir),
            Route("/auth/authorize", self._authorize),
            Route("/auth/token", self._token, methods=["POST"]),
            Route("/keys", self._keys),
        ]
        self._server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), port=0, log_level="error"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)
        self.root = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"
        self.base, self.token_url = f"{self.root}/fhir", f"{self.root}/auth/token"
        return self

    def stop(self):
        self._server.should_exit = True
        self._thread.join(10)

    def _well_known(self, _request):
        stated = {
            "issuer": self.base, "jwks_uri": f"{self.root}/keys", "token_endpoint": self.token_url,
            "authorization_endpoint": f"{self.root}/auth/authorize", "capabilities": CAPABILITIES,
            "code_challenge_methods_supported": ["S256"],
        } | self.config  # fmt: skip
        stated = {name: value for name, value in stated.items() if value is not None}
        return JSONResponse(stated, self.well_known_status)

    def _openid(self, _request):
        return JSONResponse(self.openid or {}, 200 if self.openid else 404)

    def _metadata(self, _request):
        uris = [{"url": "token", "valueUri": self.token_url}, {"url": "authorize", "valueUri": f"{self.root}/auth/a"}]
        extension = {
            "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris", "extension": uris
        }  # fmt: skip
        rest = [None, {"security": {"extension": [extension]}}]
        return JSONResponse({"resourceType": "CapabilityStatement", "rest": rest})

    def _keys(self, _request):
        return JSONResponse({"keys": [{**RSAAlgorithm.to_jwk(SIGNER.public_key(), as_dict=True), "kid": "s1"}]})

    def _authorize(self, request):
        asked = dict(request.query_params)
        assert asked["response_type"] == "code" and asked["aud"] == self.base
        assert asked["code_challenge_method"] == "S256" and len(asked["state"]) >= 43
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}")

    async def _token(self, request):
        self.asked["token"] += 1
        form = dict(parse_qsl((await request.body()).decode()))
        self.forms.append(form)
        time.sleep(self.slow_s)
        try:
            stated = getattr(self, f"_{form['grant_type']}")(form)
        except (Refusal, jwt.PyJWTError, KeyError) as error:
            return JSONResponse({"error": str(error), "error_description": f"no: {form}"}, 400)
        token = secrets.token_urlsafe()
        self.live.add(token)
        stated = {"access_token": token, "token_type": "Bearer", "expires_in": self.expires_in} | stated
        stated = {name: value for name, value in (stated | self.token_answer).items() if value is not None}
        return Response(json.dumps(stated) + " " * self.padding, media_type="application/json")

    def _client_credentials(self, form):
        self._check_client(form)
        return {"scope": form["scope"] if self.grants is None else self.grants}

    def _authorization_code(self, form):
        asked = self.codes.pop(form["code"], None)
        if asked is None:
            raise Refusal("invalid_grant")
        challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            raise Refusal("invalid_grant")
        self._check_client(form, asked["client_id"])
        now = int(self.now())
        claims = {
            "iss": self.base, "aud": asked["client_id"], "sub": "d1", "fhirUser": "Practitioner/d1",
            "nonce": asked["nonce"], "iat": now, "exp": now + 300,
        } | self.id_claims  # fmt: skip
        signed = jwt.encode({k: v for k, v in claims.items() if v is not None}, SIGNER, "RS256", {"kid": "s1"})
        return {
            "scope": asked["scope"], "patient": "p1", "encounter": "e1", "refresh_token": self._renewal(asked),
            "id_token": self.id_token(claims) if self.id_token else signed,
        }  # fmt: skip

    def _refresh_token(self, form):
        asked = self.refreshing.pop(form["refresh_token"], None)
        if asked is None:
            raise Refusal("invalid_grant")
        self._check_client(form, asked["client_id"])
        return {"scope": asked["scope"], "patient": "p1", "refresh_token": self._renewal(asked)}

    def _renewal(self, asked):
        renewal = secrets.token_urlsafe()
        self.refreshing[renewal] = asked
        return renewal

    def _check_client(self, form, client_id=None):
        """A registered client signs for this very endpoint, shortly, once; others are public and only named."""
        if client_id is not None and client_id not in self.keys:
            if form["client_id"] != client_id:
                raise Refusal("invalid_client")
            return
        assert form["client_assertion_type"] == ASSERTION
        signed = form["client_assertion"]
        named = jwt.decode(signed, options={"verify_signature": False})["iss"]
        claims = jwt.decode(
            signed, jwt.PyJWK(self.keys[named]), algorithms=["ES384", "RS384"], audience=self.token_url, issuer=named,
            subject=named,
            options={"require": ["exp", "jti", "sub", "iss", "aud"], "verify_exp": False, "verify_iat": False},
        )  # fmt: skip
        now = self.now()
        if not claims["iat"] <= now < claims["exp"] <= now + 300:
            raise Refusal("invalid_client")
        assert jwt.get_unverified_header(signed)["kid"] == self.keys[named]["kid"]
        if client_id not in (None, named) or claims["jti"] in self.jtis:
            raise Refusal("invalid_client")
        self.jtis.add(claims["jti"])

    def _fhir(self, request):
        kind, _, name = request.path_params["path"].partition("/")
        self.asked[kind] += 1
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.live:
            return JSONResponse({"resourceType": "OperationOutcome"}, 401)
        if kind in self.status_of:
            return JSONResponse({"resourceType": "OperationOutcome"}, self.status_of[kind])
        found = [item for item in RECORD if item["resourceType"] == kind]
        if name:
            found = [item for item in found if item["id"] == name]
            return JSONResponse(found[0]) if found else JSONResponse({}, 404)
        assert request.query_params["patient"] == "p1"
        included = [RECORD[1]] if f"{kind}:medication" == request.query_params.get("_include") and found else []
        page = self._page(kind, found, included, int(request.query_params.get("page", 0)))
        return Response(json.dumps(page) + " " * (5000 if kind in self.long else 0), media_type="application/fhir+json")

    def _page(self, kind, found, included, number):
        size = self.page_size or len(found) or 1
        shown, link = found[number * size : (number + 1) * size], []
        if (number + 1) * size < len(found):
            base = self.next_base or self.base
            query = urlencode({"patient": "p1", "_include": f"{kind}:medication", "page": number + 1})
            link = [{"relation": "next", "url": f"{base}/{kind}?{query}"}]
        entry = [{"resource": item} for item in (*shown, *included)]
        return {"resourceType": "Bundle", "type": "searchset", "link": link, **({"entry": entry} if entry else {})}
