"""Size classes of municipalities by the number of people who live there: key -> German label."""

SIZES = {
    "to_5k": "unter 5.000 Einwohner",
    "to_10k": "5.000 bis unter 10.000 Einwohner",
    "to_20k": "10.000 bis unter 20.000 Einwohner",
    "to_50k": "20.000 bis unter 50.000 Einwohner",
    "to_100k": "50.000 bis unter 100.000 Einwohner",
    "to_500k": "100.000 bis unter 500.000 Einwohner",
    "from_500k": "ab 500.000 Einwohner",
}
