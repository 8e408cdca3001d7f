"""The invented country of the generator: bodies, suppliers, procurement methods, prices and periods.

Every name is made up. The shares and quantiles follow published contracting data (Paraguay's methods,
tender periods and estimates; number of bidders and their statuses from larger systems).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from random import Random
from typing import Any

CURRENCY = "PYG"
OTHER_CURRENCY = "USD"
SPLIT_THRESHOLD = 200_000_000
FIRST_LEVEL_CLASSES = tuple(
    str(number)
    for first, last in (
        (10, 15),
        (20, 27),
        (30, 32),
        (39, 56),
        (60, 60),
        (70, 73),
        (76, 78),
        (80, 86),
        (90, 93),
    )
    for number in range(first, last + 1)
)

_PLACES = (
    "Valle Alto",
    "Río Manso",
    "Cerro Liviano",
    "Laguna Vieja",
    "Puerto Calmo",
    "Tierra Buena",
    "Piedra Redonda",
    "Monte Claro",
    "Campo Sereno",
    "Agua Tibia",
    "Isla Menor",
    "Llano Verde",
    "Costa Dormida",
    "Arroyo Largo",
    "Loma Serena",
    "Bosque Hondo",
    "Villa Ejemplo",
    "Paso Ficticio",
    "San Imaginario",
    "Santa Invención",
    "Los Supuestos",
    "Quebrada Sola",
    "Mirador del Ejemplo",
    "Nueva Fantasía",
)
_BODIES = (
    "Municipalidad de {}",
    "Gobernación de {}",
    "Hospital Regional de {}",
    "Dirección de Caminos de {}",
    "Universidad de {}",
    "Servicio de Aguas de {}",
    "Consejo Escolar de {}",
    "Cuerpo de Bomberos de {}",
    "Empresa Eléctrica de {}",
    "Archivo Público de {}",
    "Dirección de Parques de {}",
    "Registro Civil de {}",
    "Secretaría de Salud de {}",
    "Oficina de Transporte de {}",
    "Instituto de Vivienda de {}",
    "Tesorería de {}",
    "Junta de Riego de {}",
    "Biblioteca Mayor de {}",
)
_TRADES = (
    "Constructora",
    "Comercial",
    "Servicios",
    "Distribuidora",
    "Ingeniería",
    "Suministros",
    "Transportes",
    "Insumos",
    "Talleres",
    "Consultora",
)
_FIRST = ("Ana", "Luis", "Rosa", "Pedro", "Marta", "Hugo", "Elena", "Raúl", "Nélida", "Óscar")
_LAST = ("Ejemplo", "Supuesto", "Ficticio", "Inventada", "Prueba", "Muestra", "Ensayo", "Modelo")
THINGS = (
    "artículos de oficina",
    "equipos de laboratorio",
    "servicio de limpieza",
    "mantenimiento de caminos",
    "insumos médicos",
    "mobiliario escolar",
    "combustible",
    "servicio de vigilancia",
    "equipos informáticos",
    "reparación de techos",
    "alimentos para comedores",
    "uniformes",
)


@dataclass(frozen=True, slots=True)
class Method:
    """A procurement method: its OCDS code, its local name and the quantiles of its tender period in days."""

    code: str
    details: str
    share: float
    days: tuple[tuple[float, float], ...]

    def period_days(self, u: float) -> float:
        """Inverse distribution function of the tender period, linear between the knots."""
        at = bisect_right(self.days, (u, float("inf")))
        (p0, d0), (p1, d1) = self.days[at - 1], self.days[min(at, len(self.days) - 1)]
        return d0 if p1 == p0 else d0 + (d1 - d0) * (u - p0) / (p1 - p0)


_MINOR = (
    (0.0, 7.0),
    (0.05, 9.2),
    (0.25, 11.0),
    (0.6, 15.0),
    (0.75, 18.5),
    (0.9, 27.0),
    (0.99, 50.0),
    (1.0, 90.0),
)
_NATIONAL = ((0.0, 8.0), (0.05, 11.0), (0.18, 15.0), (0.5, 22.0), (0.75, 34.0), (0.9, 60.0), (1.0, 150.0))
_SHORTISH = ((0.0, 5.0), (0.25, 8.5), (0.62, 15.0), (0.75, 19.0), (0.9, 26.0), (1.0, 60.0))
_AUCTION = ((0.0, 8.0), (0.05, 12.5), (0.26, 15.0), (0.5, 21.6), (0.75, 32.0), (1.0, 100.0))
_LONG = ((0.0, 12.0), (0.04, 15.0), (0.25, 46.0), (0.5, 58.0), (0.75, 75.0), (1.0, 180.0))

METHODS = (
    Method("open", "Menor cuantía nacional", 0.554, _MINOR),
    Method("open", "Licitación Pública Nacional", 0.269, _NATIONAL),
    Method("open", "Contratación Directa", 0.046, _SHORTISH),
    Method("open", "Concurso de Ofertas", 0.037, _SHORTISH),
    Method("open", "Subasta a la baja electrónica nacional", 0.026, _AUCTION),
    Method("open", "Locación de Inmuebles", 0.025, _SHORTISH),
    Method("open", "Licitación Pública Internacional", 0.0235, _LONG),
    Method("direct", "Contratación por Excepción", 0.012, _SHORTISH),
    Method("limited", "Acuerdo nacional", 0.005, _SHORTISH),
    Method("selective", "Selección basada en la calidad y el costo", 0.0025, _LONG),
)
BY_DETAILS = {method.details: method for method in METHODS}


@dataclass(slots=True)
class World:
    """Buyers and suppliers in numbers that fit ``count`` processes; parties are made once and reused."""

    count: int
    seed: int
    buyers: int = 0
    suppliers_per_class: int = 0
    losers: int = 0
    generalists: int = 0
    _parties: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.buyers = min(424, max(30, self.count // 30))
        self.suppliers_per_class = max(6, min(15_000, self.count * 3 // 10) // len(FIRST_LEVEL_CLASSES))
        self.losers = max(1, self.count // 2_500)
        self.generalists = max(1, self.count // 6_000)

    def buyer(self, index: int) -> dict[str, Any]:
        """The buyer's party; two buyers never share a name."""
        name = _BODIES[index % len(_BODIES)].format(_PLACES[index // len(_BODIES) % len(_PLACES)])
        return self._party(f"EX-BODY-{index + 1:04d}", name, ("buyer", "procuringEntity"), index)

    def excluding_buyer(self, index: int) -> bool:
        """One buyer in 40 is of the kind that disqualifies all bidders but one."""
        return index % 40 == 17

    def supplier(self, class_index: int, u: float) -> dict[str, Any]:
        """A supplier at home in a first-level class; a few of them take most of the work (``u`` ** 2.5)."""
        rank = int(self.suppliers_per_class * u**2.5)
        number = rank * len(FIRST_LEVEL_CLASSES) + class_index
        if number % 10 == 9:
            first, last = _FIRST[number // 10 % len(_FIRST)], _LAST[number // 100 % len(_LAST)]
            return self._party(f"EX-RUC-{number + 1_000_001}", f"{first} {last} {number}", ("tenderer",), number)
        name = f"{_TRADES[number % len(_TRADES)]} {_PLACES[number // 10 % len(_PLACES)]} {number} S.A."
        return self._party(f"EX-RUC-80{number + 100_001}", name, ("tenderer",), number)

    def loser(self, index: int) -> dict[str, Any]:
        """A bidder that takes part often and never wins."""
        name = f"Acompañante {_PLACES[index % len(_PLACES)]} {index} S.R.L."
        return self._party(f"EX-RUC-81{index + 100_001}", name, ("tenderer",), index)

    def generalist(self, index: int) -> dict[str, Any]:
        """A supplier that wins in far more kinds of goods than anyone else."""
        name = f"Todo Rubro {_PLACES[index % len(_PLACES)]} {index} S.A."
        return self._party(f"EX-RUC-82{index + 100_001}", name, ("tenderer",), index)

    def _party(self, party_id: str, name: str, roles: tuple[str, ...], index: int) -> dict[str, Any]:
        found = self._parties.get(party_id)
        if found is None:
            found = self._parties[party_id] = _new_party(party_id, name, roles, index)
        return found


def _new_party(party_id: str, name: str, roles: tuple[str, ...], index: int) -> dict[str, Any]:
    person = party_id.startswith("EX-RUC-1")
    return {
        "id": party_id,
        "name": name,
        "roles": list(roles),
        "identifier": {
            "scheme": party_id.rsplit("-", 1)[0],
            "id": party_id.rsplit("-", 1)[1],
            "legalName": name,
        },
        "address": {
            "streetAddress": f"Calle {index % 90 + 1} N° {index * 37 % 4000 + 1}",
            "locality": _PLACES[index * 7 % len(_PLACES)],
            "countryName": "Valle Alto",
        },
        "details": {"legalEntityTypeDetail": "Persona Física" if person else "Persona Jurídica"},
    }


def draw_method(rng: Random) -> Method:
    """A method by its share."""
    u = rng.random()
    for method in METHODS:
        u -= method.share
        if u < 0:
            return method
    return METHODS[0]


def draw_bidders(rng: Random) -> int:
    """Number of bidders of a competitive process: geometric with continuation 0.66, at most 14."""
    bidders = 1
    while bidders < 14 and rng.random() < 0.66:
        bidders += 1
    return bidders
