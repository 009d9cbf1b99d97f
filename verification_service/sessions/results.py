"""The result as a signed statement (JWS, Ed25519, RFC 9864): whoever holds the service's public key can check it later and elsewhere."""

import json
from base64 import b64decode, urlsafe_b64encode
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import OKPKey

from verification_service.sessions.errors import WrongState
from verification_service.sessions.models import VerificationSession
from verification_service.sessions.service import Service

ALGORITHM = "Ed25519"
ISSUER = "verification"
VALID_FOR = timedelta(hours=1)


def signing_key(service: Service) -> OKPKey:
    """The service's key; its id is the RFC 7638 thumbprint."""
    seed = b64decode(service.settings.verification_signing_key.get_secret_value())
    private = Ed25519PrivateKey.from_private_bytes(seed)
    encoded = {"d": _url(seed), "x": _url(private.public_key().public_bytes_raw())}
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", **encoded})
    key.ensure_kid()
    return key


def public_keys(service: Service) -> dict:
    """A JWK set with the public key."""
    return {"keys": [signing_key(service).as_dict(private=False) | {"alg": ALGORITHM, "use": "sig"}]}


def signed_result(service: Service, session: VerificationSession) -> str:
    """The compact JWS of a decided session. Raises WrongState before the decision. Claims are in it while they are kept (one hour)."""
    if session.state not in {"verified", "rejected"}:
        raise WrongState(session.state)
    kept = session.claims if service.now() < session.decided_at + VALID_FOR else None
    payload = {
        "iss": ISSUER,
        "aud": session.caller,
        "sub": str(session.id),
        "iat": int(session.decided_at.timestamp()),
        "exp": int((session.decided_at + VALID_FOR).timestamp()),
        "purpose": session.purpose,
        "consent_id": session.consent_id,
        "outcome": session.state,
        "reasons": session.reasons,
        "policy": session.policy_version,
        "model": session.model_version,
        "decided_by": session.decided_by,
        "claims": json.loads(kept) if kept else None,
    }
    key = signing_key(service)
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": "JWT"}
    return jws.serialize_compact(header, json.dumps(payload, ensure_ascii=False).encode(), key, algorithms=[ALGORITHM])


def _url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
