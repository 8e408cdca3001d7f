"""Support vector machines with squared hinge loss, one route against the rest: the same optimum, three ways to it."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]

TOLERANCE, STEPS, DESCENTS = 0.1, 50, 100
FEW = 400
"""Up to so many rows Newton's method is faster than to load scikit-learn."""


def solve(matrix: Any, target: Ints, penalty: Floats, seed: int) -> tuple[Floats, Floats]:
    """(weights (F, K), offset (K,)) for a CSR ``matrix`` (n, F) and ``target`` (n,) in 0..K-1, each of K >= 2 there.

    Column k has the least |w|^2 / 2 + sum of ``penalty`` (n,) * max(0, 1 - y f)^2, f the score and y 1 on rows of
    route k, else -1; the offset is the weight of a feature that is 1 everywhere, as in liblinear.
    """
    if len(target) <= FEW:
        found = newton(matrix, target, penalty)
        if found is not None:
            return found
    small, group, size = merged(matrix)
    weights, offset = _liblinear(small, target, penalty, seed)
    return (weights / np.sqrt(size)[:, None])[group], offset


def newton(matrix: Any, target: Ints, penalty: Floats) -> tuple[Floats, Floats] | None:
    """Newton's method on the kernel matrix (Chapelle 2007): exact in few steps, for few rows; None where it has not
    ended after ``STEPS``.
    """
    kernel = (matrix @ matrix.T).toarray().astype(np.float64) + 1.0
    ridge = 1 / (2 * penalty)
    betas = []
    for route in range(int(target.max()) + 1):
        sign = np.where(target == route, 1.0, -1.0)
        beta = _newton(kernel, sign, ridge)
        if beta is None:
            return None
        betas.append(beta)
    together = np.stack(betas, axis=1)
    return matrix.T @ together, together.sum(axis=0)


def _newton(kernel: Floats, sign: Floats, ridge: Floats) -> Floats | None:
    """Rows within the margin are solved for exactly, until they are the rows within the margin."""
    within = np.ones(len(sign), bool)
    for _ in range(STEPS):
        beta = np.zeros(len(sign))
        inner = kernel[np.ix_(within, within)] + np.diag(ridge[within])
        beta[within] = np.linalg.solve(inner, sign[within])
        now = sign * (kernel @ beta) < 1
        if np.array_equal(now, within):
            return beta
        within = now
    return None


def merged(matrix: Any) -> tuple[Any, Ints, Ints]:
    """(columns that differ, for each old column its new one (F,), how many each new one stands for).

    Equal columns get equal weights, so m of them are as one that is sqrt(m) times as long: a problem with the same
    scores and fewer numbers. The most frequent columns come first, where the processor's caches keep their weights.
    """
    columns = matrix.tocsc()
    size = np.diff(columns.indptr)
    mark = np.random.default_rng(0).integers(1, 1 << 63, columns.shape[0], dtype=np.uint64)
    cell = (mark[columns.indices] * columns.data.view(np.uint32)).astype(np.uint64)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(cell, dtype=np.uint64)])
    name = sums[columns.indptr[1:]] - sums[columns.indptr[:-1]]
    _, first, group, times = np.unique(name, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(-size[first], kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    kept = columns[:, first[order]].tocsr()
    kept.data *= np.sqrt(times[order])[kept.indices].astype(np.float32)
    kept.sort_indices()
    return kept, rank[group], times[order]


def _liblinear(matrix: Any, target: Ints, penalty: Floats, seed: int) -> tuple[Floats, Floats]:
    """Coordinate descent in the dual (Fan et al. 2008); where heavy rows keep it from ending, Newton in the primal."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import LinearSVC

    for dual, tolerance, most in ((True, TOLERANCE, DESCENTS), (False, TOLERANCE / 10, 10 * DESCENTS)):
        machine = LinearSVC(C=1.0, tol=tolerance, dual=dual, max_iter=most, random_state=seed % (1 << 32))
        with warnings.catch_warnings():
            warnings.simplefilter("error" if dual else "default", ConvergenceWarning)
            try:
                machine.fit(matrix, target, sample_weight=penalty)
                break
            except ConvergenceWarning:
                continue
    weights, offset = machine.coef_.T, machine.intercept_
    if len(offset) == 1:
        return np.hstack([-weights, weights]), np.concatenate([-offset, offset])
    return weights, offset
