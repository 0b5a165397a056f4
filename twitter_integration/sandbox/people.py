"""The made-up people a new sandbox is populated with. Data only."""

BRAND = (900000000000000001, "acmehelp_demo", "Acme Help", "en", "Lisbon", "Support for made-up Acme Air. ✈️")

SECOND_BRAND = (900000000000000051, "acmecargo_demo", "Acme Cargo", "en", "Porto", "Freight by made-up Acme Air. 📦")
"""A second account of the same company, in the same app."""

# id, handle, name, language, place, bio
CUSTOMERS = (
    (900000000000000002, "ana_demo", "Ana Demo", "en", "Porto", "Window seat, always."),
    (900000000000000003, "ben_demo", "Ben Demo", "en", "", ""),
    (900000000000000004, "chloe_demo", "Chloé Demo", "fr", "Lyon", "Voyages et randonnées 🏔️"),
    (900000000000000005, "diego_demo", "Diego Demo", "es", "Sevilla", "Entre aeropuertos"),
    (900000000000000006, "emre_demo", "Emre Demo", "en", "İzmir", "Coffee first"),
    (900000000000000007, "fatima_demo", "فاطمة ديمو", "ar", "عمّان", "أحب السفر"),
    (900000000000000008, "gustavo_demo", "Gustavo Demo", "pt", "Recife", "Pai de duas, viajante"),
    (900000000000000009, "hanna_demo", "Hanna Demo", "de", "Leipzig", "Bahn wenn möglich, sonst fliegen"),
    (900000000000000010, "ishaan_demo", "ईशान डेमो", "hi", "पुणे", ""),
    (900000000000000011, "julia_demo", "Júlia Demo", "pt", "Braga", "sempre atrasada"),
    (900000000000000012, "kenji_demo", "デモ 健二", "ja", "大阪", "出張多め"),
    (900000000000000013, "lena_demo", "Lena Demo", "de", "Graz", "Berge, Bücher, Brot"),
    (900000000000000014, "marco_demo", "Marco Demo", "en", "Turin", "Engineer. Opinions are my own."),
    (900000000000000015, "nadia_demo", "نادية ديمو", "ar", "الرباط", ""),
    (900000000000000016, "olu_demo", "Olu Demo", "en", "Lagos", "Consultant on the move"),
    (900000000000000017, "paula_demo", "Paula Demo", "es", "Bogotá", "Fotos de nubes ☁️"),
    (900000000000000018, "quentin_demo", "Quentin Demo", "fr", "Nantes", ""),
    (900000000000000019, "riya_demo", "रिया डेमो", "hi", "जयपुर", "चाय और किताबें"),
    (900000000000000020, "sora_demo", "デモ そら", "ja", "札幌", "猫と旅行"),
    (900000000000000021, "tom_demo", "Tom Demo", "en", "Leeds", "Season ticket holder"),
    (900000000000000022, "ulla_demo", "Ulla Demo", "de", "Kiel", ""),
    (900000000000000023, "valeria_demo", "Valeria Demo", "es", "Rosario", "Profe de música"),
    (900000000000000024, "will_demo", "Will Demo", "en", "Austin", "100k miles and counting"),
    (900000000000000025, "yara_demo", "Yara Demo", "pt", "Coimbra", "arquiteta"),
)

CLOSED_INBOX = frozenset({"quentin_demo"})
"""Who takes messages only from people they follow: sending to them is refused."""

PROTECTED = frozenset({"ulla_demo"})
"""Whose posts only approved followers see; no webhook hears of them."""

OPENING_POSTS = (
    "Good morning! Our team is here around the clock. Tell us your booking code and we will have a look. ✈️",
    "Storm in the north: flights to Oslo may be late. Live status: https://status.acme.example/today #AcmeAir",
)
