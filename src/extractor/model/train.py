#!/usr/bin/env python3
"""Trains the model that chooses the blocks of an article, and writes it as `tables.rs`.

    train.py CORPORA --matrix target/release/examples/matrix [--cv] [--write] [--jobs 2]

CORPORA   a folder of corpora, each NAME/pages/ID.html.gz and NAME/truth.json: {ID: {"url", and "text", the article, or "with",
          "without" and "comments", strings that must be in it, must not, and are of readers}}
--matrix  the program that prints the numbers of a page: `cargo build --release --example matrix`
--cv      five folds, all pages of a site (a registrable domain) in one: what the program reaches on sites that the model has
          not seen, its rules included
--write   trains on everything and writes tables.rs beside this script

Needs Python 3.11, numpy, lightgbm 4. What it was last trained on and what that gave: README.md.
"""
import argparse, hashlib, json, os, re, subprocess, sys, tempfile
from collections import Counter

import lightgbm
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
WORD = re.compile(r"\w+")
TREES = (220, 120)
# From this score on a page's answer is compared with its truth, to see whether they contradict each other.
DOUBT = .45
PARAMETERS = dict(objective="binary", learning_rate=.06, num_leaves=24, max_depth=6, min_data_in_leaf=40, feature_fraction=.5,
                  bagging_fraction=.8, bagging_freq=1, lambda_l2=5, max_bin=63, verbose=-1, seed=1, deterministic=True, num_threads=1)
# Corpora whose truth is the answer of another program weigh less.
TRUST = {"readability": .6}
FOLDS = 5


class Page:
    def __init__(self, corpus, name, truth):
        self.corpus, self.name, self.truth = corpus, name, truth

    def job(self, **more):
        return {"path": os.path.abspath(self.path), **({"url": self.truth["url"]} if self.truth.get("url") else {}), **more}


def windows(words, size=4):
    return [tuple(words[i:i + size]) for i in range(max(1, len(words) - size + 1))] if words else []


def matrices(program, jobs, parts=2):
    """Runs the program over the jobs; yields (head, matrix) in order."""
    size = max(1, -(-len(jobs) // parts))
    running = []
    for at in range(0, len(jobs), size):
        # Files and not pipes: a pipe would hold up the second child until the first has read all of its jobs.
        asked, out = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        asked.write("".join(json.dumps(job) + "\n" for job in jobs[at:at + size]).encode())
        asked.seek(0)
        running.append((subprocess.Popen([program], stdin=asked, stdout=out), out))
    for child, out in running:
        if child.wait():
            sys.exit("the matrix program failed")
        out.seek(0)
        while line := out.readline():
            head = json.loads(line)
            columns = len(head["names"])
            rows = head["rows"]
            yield head, np.frombuffer(out.read(4 * rows * columns), "<f4").reshape(rows, columns)
        out.close()


def load(root, program, jobs):
    pages = []
    for corpus in sorted(os.listdir(root)):
        path = os.path.join(root, corpus, "truth.json")
        if os.path.exists(path):
            pages += [Page(corpus, name, truth) for name, truth in sorted(json.load(open(path, encoding="utf-8")).items())]
    for page in pages:
        page.path = os.path.join(root, page.corpus, "pages", page.name + ".html.gz")
    for page, (head, matrix) in zip(pages, matrices(program, [page.job() for page in pages], jobs), strict=True):
        site = head["site"] or page.name
        page.fold = int(hashlib.sha1(site.encode()).hexdigest()[:6], 16) % FOLDS
        page.names, page.first = head["names"], matrix
        page.texts, page.containers = head["texts"], head["containers"]
        page.words = [WORD.findall(text) for text in page.texts]
        page.label, page.weight = (labels(page) if page.truth.get("text") else snippets(page))
    return [page for page in pages if len(page.texts)]


def labels(page):
    """Share of each block's windows of four words that the truth still has, blocks with most of the truth around them first:
    so the teaser that repeats the lede does not take its place.  A block weighs its share of the story, a little more when it
    is short; the furniture of one page never more than five stories."""
    truth = page.truth["text"]
    left = Counter(windows(WORD.findall(truth)))
    lines = Counter(" ".join(WORD.findall(line)).casefold() for line in truth.split("\n"))
    raw = [windows(words) for words in page.words]
    count = len(raw)
    covered = np.array([sum(w in left for w in own) / len(own) if len(words) >= 4 else 0. for own, words in zip(raw, page.words)])
    support = np.zeros(count)
    size = np.minimum([len(own) for own in raw], 80)
    for i in range(count):
        for j in range(max(0, i - 8), min(count, i + 9)):
            if covered[j] >= .5:
                same = 1.5 if page.containers[i] == page.containers[j] else 1
                support[i] += size[j] / (1 + .25 * abs(i - j)) * same
    label = np.zeros(count)
    for i in sorted(range(count), key=lambda i: -support[i]):
        line = " ".join(page.words[i]).casefold()
        if len(page.words[i]) < 4:
            if line and lines[line] > 0 and support[i] > 0:
                label[i] = 1
                lines[line] -= 1
            continue
        hit = Counter(raw[i]) & left
        label[i] = sum(hit.values()) / len(raw[i])
        if label[i] >= .5:
            left -= hit
            if lines[line] > 0:
                lines[line] -= 1
    label = label >= .5
    length = np.array([len(words) for words in page.words])
    weight = (length + 6) / max(length[label].sum(), 60)
    furniture = weight[~label].sum()
    if furniture > 5:
        weight[~label] *= 5 / furniture
    return label, weight * TRUST.get(page.corpus, 1)


def snippets(page):
    """Blocks with a string that must be there are story, those with one that must not are furniture, the others unknown.
    One unit a page and kind."""
    squeeze = lambda text: re.sub(r"\s+", " ", text or "").strip()
    wanted, unwanted, comments = ([squeeze(s) for s in page.truth.get(key) or []] for key in ("with", "without", "comments"))
    label, weight = np.zeros(len(page.texts), bool), np.zeros(len(page.texts))
    for i, text in enumerate(map(squeeze, page.texts)):
        bad = any(s in text for s in unwanted if len(s) > 25 or (len(s) > 3 and len(s) > .3 * len(text)))
        bad = bad or any(s in text for s in comments if len(s) > 10)
        good = any(s in text for s in wanted)
        if good != bad:
            label[i], weight[i] = good, 1
    for kind in (label, ~label):
        total = weight[kind].sum()
        if total:
            weight[kind] *= .6 / total
    return label, weight


def columns(page, second):
    return np.concatenate([page.first, page.second], 1) if second else page.first


def fit(pages, second):
    rows, label, weight = [], [], []
    for page in pages:
        used = page.weight > 0
        rows.append(columns(page, second)[used]); label.append(page.label[used]); weight.append(page.weight[used] * page.trust)
    data = lightgbm.Dataset(np.concatenate(rows), np.concatenate(label), weight=np.concatenate(weight))
    return lightgbm.train(PARAMETERS, data, TREES[second])


def out_of_fold(pages, second):
    """Scores of each page by a model that has seen no page of its site."""
    scores = {}
    for fold in range(FOLDS):
        model = fit([page for page in pages if page.fold != fold], second)
        for page in pages:
            if page.fold == fold:
                scores[page] = model.predict(columns(page, second))
    return scores


def compare(truth, answer):
    """Runs of four words that both have, of the answer, of the truth."""
    truth, answer = Counter(windows(truth)), Counter(windows(answer))
    return sum((truth & answer).values()), sum(answer.values()), sum(truth.values())


def fscore(page, keep):
    words = [w for words, kept in zip(page.words, keep) if kept for w in words]
    hit, answered, wanted = compare(WORD.findall(page.truth["text"]), words)
    return 2 * hit / max(1, answered + wanted)


def doubt(pages, scores):
    """Pages whose truth contradicts all the others, mostly cut short: they hardly count."""
    for page in pages:
        wrong = page.truth.get("text") and fscore(page, scores[page] >= DOUBT) < .5 and page.corpus not in TRUST
        page.trust = .02 if wrong else 1.


def stack(pages, scores, program, jobs):
    asked = [page.job(scores=[float(s) for s in scores[page]]) for page in pages]
    for page, (head, matrix) in zip(pages, matrices(program, asked, jobs), strict=True):
        page.second, page.more = matrix, head["names"]


def forest(model, names):
    """The forest as the fields of a Rust `Forest`."""
    raw = model.dump_model()["tree_info"]
    down = lambda x: np.nextafter(np.float32(x), np.float32(-np.inf)) if np.float32(x) > x else np.float32(x)
    used, cuts = {}, {}

    def visit(node):
        if "split_feature" in node:
            cuts.setdefault(node["split_feature"], set()).add(float(down(node["threshold"])))
            visit(node["left_child"]); visit(node["right_child"])
    for tree in raw:
        visit(tree["tree_structure"])
    for column in sorted(cuts):
        used[column] = len(used)
    order = {column: sorted(values) for column, values in cuts.items()}
    nodes, leaves, trees, base = [], [], [], 0.
    for tree in raw:
        if "split_feature" not in tree["tree_structure"]:
            base += tree["tree_structure"]["leaf_value"]
            continue
        own, own_leaves = [], []

        def put(node):
            if "split_feature" not in node:
                own_leaves.append(node["leaf_value"])
                return -len(own_leaves)
            at = len(own)
            own.append(None)
            column = node["split_feature"]
            own[at] = (used[column], order[column].index(float(down(node["threshold"]))), put(node["left_child"]), put(node["right_child"]))
            return at
        put(tree["tree_structure"])
        trees.append((len(nodes), len(leaves)))
        nodes += own; leaves += own_leaves
    # The first tree carries the mean of all: what is common to all leaves of a tree goes into the base, the rest is small.
    ends = [b for _, b in trees[1:]] + [len(leaves)]
    for (_, begin), end in zip(trees, ends):
        middle = (max(leaves[begin:end]) + min(leaves[begin:end])) / 2
        base += middle
        leaves[begin:end] = [leaf - middle for leaf in leaves[begin:end]]
    unit = max(map(abs, leaves)) / 32767
    return dict(columns=[names[c] for c in used], cuts=[order[c] for c in used], trees=trees, nodes=nodes,
                leaves=[round(leaf / unit) for leaf in leaves], unit=unit, base=base)


def write(path, forests):
    number = lambda x: str(np.float32(x))
    with open(path, "w") as out:
        out.write("//! Generated by train.py, not to be edited: thresholds and weights, no text of any page.\n\nuse super::Forest;\n")
        for name, forest in forests.items():
            out.write(f"\n#[rustfmt::skip]\npub(super) static {name}: Forest = Forest {{\n")
            out.write(f"    columns: &{json.dumps(forest['columns'])},\n")
            out.write("    cuts: &[" + ", ".join("&[" + ", ".join(map(number, cuts)) + "]" for cuts in forest["cuts"]) + "],\n")
            out.write("    trees: &[" + ", ".join(map(str, forest["trees"])) + "],\n")
            out.write("    nodes: &[" + ", ".join(map(str, forest["nodes"])) + "],\n")
            out.write("    leaves: &[" + ", ".join(map(str, forest["leaves"])) + "],\n")
            out.write(f"    unit: {number(forest['unit'])},\n    base: {number(forest['base'])},\n}};\n")


def report(pages, scores, program, jobs):
    """What README.md states of each corpus: the harmonic mean of mean precision and mean recall of runs of four words, and the
    share of pages that agree word by word; of snippets that of all strings together."""
    figures = {}
    asked = [page.job(final=[float(s) for s in scores[page]]) for page in pages]
    for page, (head, _) in zip(pages, matrices(program, asked, jobs), strict=True):
        corpus = figures.setdefault(page.corpus, [])
        if page.truth.get("text"):
            truth, answer = WORD.findall(page.truth["text"]), WORD.findall(head["text"])
            corpus.append((*compare(truth, answer), truth == answer))
        else:
            text = " ".join(head["text"].split())
            has = lambda key: [" ".join(s.split()) in text for s in page.truth.get(key) or []]
            wanted, unwanted = has("with"), has("without")
            corpus.append((sum(wanted), sum(wanted) + sum(unwanted), len(wanted), None))
    for corpus, rows in sorted(figures.items()):
        if rows[0][3] is None:
            hit, answered, wanted = (sum(row[at] for row in rows) for at in range(3))
            precision, recall, exact = hit / answered, hit / wanted, "-"
        else:
            precision = np.mean([hit / answered for hit, answered, _, _ in rows if answered])
            recall = np.mean([hit / wanted for hit, _, wanted, _ in rows if wanted])
            exact = f"{np.mean([row[3] for row in rows]):.2f}"
        print(f"{corpus:12} pages {len(rows):4}  F1 {2 * precision * recall / (precision + recall):.4f}  exact {exact}", flush=True)


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("corpora")
    ask.add_argument("--matrix", required=True)
    ask.add_argument("--cv", action="store_true")
    ask.add_argument("--write", action="store_true")
    ask.add_argument("--jobs", type=int, default=2)
    asked = ask.parse_args()
    PARAMETERS["num_threads"] = asked.jobs
    pages = load(asked.corpora, asked.matrix, asked.jobs)
    for page in pages:
        page.trust = 1.
    doubt(pages, out_of_fold(pages, False))
    scores = out_of_fold(pages, False)
    stack(pages, scores, asked.matrix, asked.jobs)
    if asked.cv:
        report(pages, out_of_fold(pages, True), asked.matrix, asked.jobs)
    if asked.write:
        names = pages[0].names
        first, second = fit(pages, False), fit(pages, True)
        write(os.path.join(HERE, "tables.rs"), {"FIRST": forest(first, names), "SECOND": forest(second, names + pages[0].more)})
        parity(asked.matrix, first, second)


def parity(program, first, second):
    """Scores of the fixture beside this script, for the test that holds the program to them."""
    path = os.path.join(HERE, "parity.html")
    (_, matrix), = matrices(program, [{"path": path}], 1)
    scores = first.predict(matrix)
    (_, more), = matrices(program, [{"path": path, "scores": [float(s) for s in scores]}], 1)
    final = second.predict(np.concatenate([matrix, more], 1))
    with open(os.path.join(HERE, "parity.json"), "w") as out:
        json.dump({"first": [round(float(s), 6) for s in scores], "second": [round(float(s), 6) for s in final]}, out)
        out.write("\n")


if __name__ == "__main__":
    main()
