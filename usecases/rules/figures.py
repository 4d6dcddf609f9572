"""What is counted besides the goals: key -> label and unit."""

LABELS = {
    "cost_once": "Kosten, einmalig",
    "cost_running": "Kosten, laufend",
    "staff_days": "Personalaufwand",
    "savings": "Einsparung",
    "usage": "Nutzung",
    "error_rate": "Fehlerquote",
    "override_rate": "Quote der abgeänderten Ergebnisse",
    "complaints": "Beschwerden",
    "energy": "Energie",
}
UNITS = {
    "cost_once": "Euro",
    "cost_running": "Euro",
    "staff_days": "Tage",
    "savings": "Euro",
    "usage": "Fälle",
    "error_rate": "Prozent",
    "override_rate": "Prozent",
    "complaints": "Stück",
    "energy": "kWh",
}
RATES = ("error_rate", "override_rate")
