"""Learns the weights of the built-in assistant's scorer and writes `weights.json`.

Run as the README beside it says: `train.py CHOICE... --texts TEXTS... [--threshold N]`, with files that the example
`measures` wrote. Needs numpy, scipy and scikit-learn. Nothing here runs in the product.
"""

import argparse
import json
import pathlib

import numpy as np
from scipy.optimize import minimize
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import GroupKFold

LARGEST_LEAD = 8.0
LONGEST_SEARCH = 6
CHOICE_PENALTY = 0.02
TREES = dict(n_estimators=120, max_depth=3, learning_rate=0.1, subsample=0.7, min_samples_leaf=15, random_state=1)


def read(paths):
    return [json.loads(line) for path in paths for line in open(path, encoding="utf-8")]


def learn_choice(cases):
    """A conditional logit: which of several operations is meant."""
    several = [case for case in cases if case["wanted"] is not None and len(case["measures"]) > 1]
    measures = [np.array(case["measures"]) for case in several]
    spread = np.vstack(measures).std(axis=0) + 1e-6
    # Each source counts the same, however many requests it has.
    sizes = {source: sum(case["source"] == source for case in several) for source in {case["source"] for case in several}}
    counts = [1 / sizes[case["source"]] / len(sizes) for case in several]

    def loss(weights):
        total, slope = CHOICE_PENALTY * weights @ weights, 2 * CHOICE_PENALTY * weights
        for matrix, case, count in zip(measures, several, counts):
            scaled = matrix / spread
            scores = scaled @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            total -= count * np.log(shares[case["wanted"]] + 1e-12)
            slope = slope + count * (scaled.T @ shares - scaled[case["wanted"]])
        return total, slope

    found = minimize(loss, np.zeros(len(spread)), jac=True, method="L-BFGS-B")
    return found.x / spread


def of_best(matrix, choice):
    """As `decide::best_features` computes them."""
    scores = matrix @ choice
    order = np.argsort(-scores)
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    best = order[0]
    lead = min(scores[best] - scores[order[1]], LARGEST_LEAD) if len(order) > 1 else LARGEST_LEAD
    return np.concatenate([matrix[best], [shares[best], lead, np.log(len(scores)), scores[best]]])


def any_cases(cases, choice):
    """Every request as it is; those among several operations once more without the one that is meant."""
    rows, meant, sources = [], [], []
    for case in cases:
        matrix = np.array(case["measures"])
        rows.append(of_best(matrix, choice))
        meant.append(case["wanted"] is not None)
        sources.append(case["source"].split()[0] + (" not" if case["wanted"] is None else ""))
        if case["wanted"] is not None and len(matrix) > 4:
            rows.append(of_best(np.delete(matrix, case["wanted"], axis=0), choice))
            meant.append(False)
            sources.append(case["source"] + " without")
    return np.array(rows), np.array(meant), sources


# What a source counts when it is learned whether any operation is meant. A request whose operation was taken away may
# still be served by another one, so these count little.
COUNTS = {"bfcl": 2.0, "bfcl not": 1.6, "calls": 0.7, "calls without": 0.05, "selection": 0.4, "selection without": 0.05}
COUNT_OF_OWN = 1.5
COUNT_OF_OWN_WITHOUT = 0.15
ANY_TREES = dict(n_estimators=80, max_depth=3, learning_rate=0.08, subsample=0.7, min_samples_leaf=12, random_state=1)


def learn_any(rows, meant, sources):
    """Boosted trees: is any operation meant."""
    own = lambda source: COUNT_OF_OWN_WITHOUT if source.endswith("without") else COUNT_OF_OWN
    counts = np.array([COUNTS.get(source, own(source)) / sources.count(source) for source in sources])
    return GradientBoostingClassifier(**ANY_TREES).fit(rows, meant, sample_weight=counts * len(counts) / counts.sum())


def same(left, right):
    plain = lambda text: "".join(each for each in str(text).lower() if each.isalnum())
    return plain(left) == plain(right)


def fits(text, value):
    """Whether a stretch is the value, or has it where it must only contain it, as a search does."""
    if isinstance(value, dict):
        return value["contains"].lower() in text.lower() and len(text.split()) <= LONGEST_SEARCH
    return same(text, value)


def span_cases(lines):
    """Stretches of requests: is it the value of the parameter. Parameters whose value is no stretch are left out."""
    rows, right, groups = [], [], []
    for number, line in enumerate(lines):
        values = line["right"]
        wanted = [] if values is None else [value for each in values for value in (each if isinstance(each, list) else [each])]
        wanted = [value for value in wanted if value and isinstance(value, (str, dict))]
        hits = [any(fits(text, value) for value in wanted) for text, _ in line["spans"]]
        if wanted and not any(hits) and (line["required"] or "" not in values):
            continue
        for (_, measures), hit in zip(line["spans"], hits):
            rows.append(measures)
            right.append(hit)
            groups.append(number)
    return np.array(rows), np.array(right), np.array(groups)


def forest(model, names):
    trees = []
    for (tree,) in model.estimators_:
        tree, nodes = tree.tree_, []
        for at in range(tree.node_count):
            if tree.children_left[at] < 0:
                nodes.append([round(float(tree.value[at][0][0]) * model.learning_rate, 4)])
            else:
                threshold = round(float(tree.threshold[at]), 5)
                nodes.append([int(tree.feature[at]), threshold, int(tree.children_left[at]), int(tree.children_right[at])])
        trees.append(nodes)
    prior = model.init_.class_prior_[1]
    return {"names": names, "start": round(float(np.log(prior / (1 - prior))), 4), "trees": trees}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("choice", nargs="+")
    parser.add_argument("--texts", nargs="+", required=True)
    parser.add_argument("--names", required=True, help="what `measures names` wrote")
    parser.add_argument("--threshold", type=float, default=0.4)
    arguments = parser.parse_args()
    names = json.load(open(arguments.names, encoding="utf-8"))
    cases = read(arguments.choice)
    choice = learn_choice(cases)
    rows, meant, sources = any_cases(cases, choice)
    any_model = learn_any(rows, meant, sources)
    likelihood = any_model.predict_proba(rows)[:, 1]
    for source in sorted(set(sources)):
        own = np.array([each == source for each in sources])
        print(f"{source}: {own.sum()} requests, {(likelihood[own] >= arguments.threshold).mean():.3f} would be called")
    firsts = [(case["source"], int(np.argmax(np.array(case["measures"]) @ choice)) == case["wanted"]) for case in cases if case["wanted"] is not None and len(case["measures"]) > 1]
    for source in sorted({source for source, _ in firsts}):
        print(f"{source}: first {np.mean([hit for each, hit in firsts if each == source]):.3f}")
    spans, right, groups = span_cases(read(arguments.texts))
    for train, test in GroupKFold(4).split(spans, right, groups):
        model = GradientBoostingClassifier(**TREES).fit(spans[train], right[train])
        odds = model.decision_function(spans[test])
        best = {}
        for group, odd, hit in zip(groups[test], odds, right[test]):
            if group not in best or odd > best[group][0]:
                best[group] = (odd, hit)
        with_value = [hit for group, (_, hit) in best.items() if right[test][groups[test] == group].any()]
        print(f"stretches: likeliest is right {np.mean(with_value):.3f} of {len(with_value)}")
    model = GradientBoostingClassifier(**TREES).fit(spans, right)
    weights_file = pathlib.Path(__file__).with_name("weights.json")
    parts = {
        "choice": {name: round(float(weight), 5) for name, weight in zip(names["operation"], choice)},
        "threshold": arguments.threshold,
        "any": forest(any_model, names["best"]),
        "spans": forest(model, names["stretch"]),
    }
    weights_file.write_text(written(parts), encoding="utf-8")


def written(parts):
    """One line per weight and per tree, so that a change can be read."""
    forests = [f'"{name}": {{\n    "names": {json.dumps(parts[name]["names"])},\n    "start": {parts[name]["start"]},\n    "trees": [\n      '
               + ",\n      ".join(json.dumps(tree, separators=(",", ":")) for tree in parts[name]["trees"]) + "\n    ]\n  }"
               for name in ("any", "spans")]
    choice = json.dumps(parts["choice"], indent=2).replace("\n", "\n  ")
    return f'{{\n  "choice": {choice},\n  "threshold": {parts["threshold"]},\n  ' + ",\n  ".join(forests) + "\n}\n"


if __name__ == "__main__":
    main()
