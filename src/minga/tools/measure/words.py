"""What each metric is called and means, in plain words: name -> language -> (title, explanation)."""

from __future__ import annotations

WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "accuracy": {
        "en": ("Share right", "Of all cases with a known truth, the share answered right. An abstention is not right."),
        "es": ("Parte de aciertos", "De los casos cuya respuesta se conoce, la parte acertada. Abstenerse no cuenta como acierto."),
    },
    "exact_match": {
        "en": ("Share exactly as wanted", "Of the cases for which people wrote what must come out, the share in which it did."),
        "es": ("Parte tal como se pidió", "De los casos en que las personas escribieron qué debe salir, la parte en que salió eso."),
    },
    "accuracy_when_answering": {
        "en": ("Share right when answering", "Of the cases that the tool answered, the share answered right. Read it beside the coverage."),
        "es": ("Aciertos cuando responde", "De los casos que la herramienta respondió, la parte acertada. Léase junto a la cobertura."),
    },
    "balanced_accuracy": {
        "en": ("Share right, each label alike", "The share found of each true label, averaged so that a rare label counts as much as a common one."),
        "es": ("Aciertos, cada etiqueta por igual", "La parte encontrada de cada etiqueta verdadera, en promedio: una etiqueta rara pesa tanto como una común."),
    },
    "precision": {
        "en": ("Right among those picked out", "Of the cases that the tool picked out, the share that it was right about."),
        "es": ("Aciertos entre los señalados", "De los casos que la herramienta señaló, la parte en que acertó."),
    },
    "recall": {
        "en": ("Found among those there are", "Of the cases that it should pick out, the share that it did. Those it abstained on were not found."),
        "es": ("Encontrados entre los que hay", "De los casos que debía señalar, la parte que señaló. Aquellos en que se abstuvo no fueron encontrados."),
    },
    "f1": {
        "en": ("F1", "One number for being right about those picked out and finding those there are (their harmonic mean)."),
        "es": ("F1", "Un solo número para acertar en lo señalado y encontrar lo que hay (su media armónica)."),
    },
    "macro_f1": {
        "en": ("F1, each label alike", "The F1 of each label, averaged so that a rare label counts as much as a common one."),
        "es": ("F1, cada etiqueta por igual", "El F1 de cada etiqueta, en promedio: una etiqueta rara pesa tanto como una común."),
    },
    "false_positive_rate": {
        "en": ("Wrongly picked out", "Of the cases that it should leave alone, the share that it picked out."),
        "es": ("Señalados por error", "De los casos que debía dejar en paz, la parte que señaló."),
    },
    "false_negative_rate": {
        "en": ("Missed", "Of the cases that it should pick out, the share that it did not. An abstention misses too."),
        "es": ("Pasados por alto", "De los casos que debía señalar, la parte que no señaló. Abstenerse también cuenta."),
    },
    "selection_rate": {
        "en": ("Share picked out", "Of all cases, the share that the tool picked out, rightly or not."),
        "es": ("Parte señalada", "De todos los casos, la parte que la herramienta señaló, con razón o sin ella."),
    },
    "auc": {
        "en": ("Ranking (AUC)", "How often a case with the event ranks above one without it. One half is chance, 1 is perfect."),
        "es": ("Orden (AUC)", "Con qué frecuencia un caso con el suceso queda por encima de uno sin él. Un medio es azar, 1 es perfecto."),
    },
    "brier": {
        "en": ("Error of the probabilities (Brier)", "The squared distance between the stated probability and what was true, on average. 0 is perfect."),
        "es": ("Error de las probabilidades (Brier)", "La distancia al cuadrado entre la probabilidad dada y lo cierto, en promedio. 0 es perfecto."),
    },
    "calibration_slope": {
        "en": ("Calibration slope", "1 where the probabilities are neither too extreme (below 1) nor too timid (above 1)."),
        "es": ("Pendiente de calibración", "1 si las probabilidades no son ni demasiado extremas (menos de 1) ni demasiado tímidas (más de 1)."),
    },
    "calibration_intercept": {
        "en": ("Calibration intercept", "0 where the probabilities are right on average; above 0 they are too low, below 0 too high."),
        "es": ("Ordenada de calibración", "0 si las probabilidades aciertan en promedio; más de 0, son demasiado bajas; menos de 0, demasiado altas."),
    },
    "ece": {
        "en": ("Distance from calibration (ECE)", "How far stated probabilities lie from what then happened, on average over ten ranges. 0 is perfect."),
        "es": ("Distancia a la calibración (ECE)", "Cuánto distan las probabilidades dadas de lo que luego ocurrió, en promedio sobre diez tramos. 0 es perfecto."),
    },
    "coverage": {
        "en": ("Coverage", "Of all cases, the share that the tool answered."),
        "es": ("Cobertura", "De todos los casos, la parte que la herramienta respondió."),
    },
    "abstention_rate": {
        "en": ("Abstentions", "Of all cases, the share in which the tool said that it does not know."),
        "es": ("Abstenciones", "De todos los casos, la parte en que la herramienta dijo que no sabe."),
    },
    "latency_p50": {
        "en": ("Time per case, median", "Half of the cases took at most this long."),
        "es": ("Tiempo por caso, mediana", "La mitad de los casos tardó como mucho esto."),
    },
    "latency_p95": {
        "en": ("Time per case, slowest", "95 of 100 cases took at most this long."),
        "es": ("Tiempo por caso, los más lentos", "95 de cada 100 casos tardaron como mucho esto."),
    },
    "cost_per_1000": {
        "en": ("Cost of 1,000 cases", "What 1,000 cases cost, from what these cost."),
        "es": ("Coste de 1.000 casos", "Lo que cuestan 1.000 casos, a partir de lo que costaron estos."),
    },
    "robustness": {
        "en": ("Same answer after harmless changes", "Of the cases changed in ways that should not matter, the share with the same answer."),
        "es": ("Misma respuesta tras cambios inocuos", "De los casos cambiados de forma que no debería importar, la parte con la misma respuesta."),
    },
}  # fmt: skip
