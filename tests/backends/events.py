"""Events as different from one another as real ones are, for measuring what they take."""

from __future__ import annotations

import json
from random import Random
from typing import Final

from footfall.records import Request

_NAMES: Final = ("page_viewed", "video_played", "cart_updated", "order_completed", "search")
_CLIENTS: Final = ("brevo-python/5.1.0", "brevo-node/3.0.1", "Mozilla/5.0 (X11; Linux x86_64)")
_FIRST_NAMES: Final = ("anna", "ben", "carla", "david", "eva", "felix", "greta", "hugo")


def varied_requests(count: int, seed: int = 1) -> list[Request]:
    """Requests of about 600 bytes: 100,000 contacts, nested properties, random numbers."""
    random = Random(seed)
    received_at = 1_700_000_000_000_000_000
    requests = []
    for _ in range(count):
        received_at += random.randrange(20_000, 60_000)
        body = json.dumps(_event(random), separators=(",", ":")).encode()
        client = random.choice(_CLIENTS)
        requests.append(Request("event", received_at, "0123456789ab", body, client=client))
    return requests


def _event(random: Random) -> dict[str, object]:
    contact = random.randrange(100_000)
    second = random.randrange(86_400)
    return {
        "event_name": random.choice(_NAMES),
        "event_date": f"2024-02-{random.randrange(1, 29):02d}T{second // 3600:02d}:"
        f"{second // 60 % 60:02d}:{second % 60:02d}.{random.randrange(1000):03d}Z",
        "identifiers": {"email_id": f"{_FIRST_NAMES[contact % 8]}.{contact}@example.com"},
        "contact_properties": {"AGE": 18 + contact % 60, "GENDER": "FEMALE"},
        "event_properties": {
            "page": f"/{random.choice(('shop', 'blog', 'help'))}/article-{random.randrange(500)}",
            "session": f"{random.randrange(2_000_000):08x}",
            "duration": random.randrange(10_000),
            "score": round(random.random() * 100, 2),
            "autoplayed": random.random() < 0.5,
            "device": {
                "type": random.choice(("mobile", "desktop", "tablet")),
                "width": random.choice((360, 390, 768, 1280, 1440, 1920)),
                "version": f"{random.randrange(9, 18)}.{random.randrange(10)}",
            },
            "campaign": {
                "source": random.choice(("google", "newsletter", "direct", "partner")),
                "term": random.choice(("shoes", "boots", "winter jacket", "gift")),
            },
            "items": [
                {
                    "sku": f"SKU-{random.randrange(5_000):05d}",
                    "price": random.randrange(100, 20_000) / 100,
                    "quantity": random.randrange(1, 5),
                }
                for _ in range(random.choice((2, 3, 4, 5)))
            ],
        },
    }
