/** Rules for controls: how they look, and why they cannot be used. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import "./page.js";
import { lockOf, looks } from "../../dashboard/browser/policy.js";

const FREE = { hidden: false, locked: "", highlighted: false };

test("a rule for one control is not for those whose ids begin alike", () => {
  const rules = [{ ...FREE, control: "layer.map", locked: "Not yet." }];
  assert.equal(lockOf(rules, "layer.map"), "Not yet.");
  assert.equal(lockOf(rules, "layer.map.more"), "");
  assert.equal(lockOf(rules, "layer"), "");
});

test("a star stands for whatever follows", () => {
  const rules = [{ ...FREE, control: "layer.*", locked: "Not yet." }];
  assert.equal(lockOf(rules, "layer.map"), "Not yet.");
  assert.equal(lockOf(rules, "layers"), "");
  assert.equal(lockOf([{ ...FREE, control: "*", locked: "Look." }], "save"), "Look.");
});

test("of several reasons the first is given, and a rule without one is none", () => {
  const rules = [
    { ...FREE, control: "save", hidden: true },
    { ...FREE, control: "*", locked: "First." },
    { ...FREE, control: "save", locked: "Second." },
  ];
  assert.equal(lockOf(rules, "save"), "First.");
});

test("a style selects the controls of a rule, and says what is made of them", () => {
  const rules = [
    { ...FREE, control: "layer.map", hidden: true },
    { ...FREE, control: "scrubber.*", locked: "Not yet." },
    { ...FREE, control: "*", highlighted: true },
  ];
  const [first, second, third] = looks(rules).split("\n");
  assert.match(first, /^\[data-control="layer.map"\] \{ display: none !important;\s*\}$/);
  assert.match(second, /^\[data-control\^="scrubber."\] \{ .*cursor: not-allowed;.*\}$/);
  assert.match(third, /^\[data-control\] \{ .*outline: 3px dashed;.*\}$/);
});

test("without rules nothing is changed", () => {
  assert.equal(looks([]), "");
});

test("every control carries an id", () => {
  // A button's is the first argument of what makes it.
  const folder = new URL("../../dashboard/browser/", import.meta.url);
  const texts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8"));
  const made = texts.flatMap((text) =>
    [...text.matchAll(/element\("(?:input|select|textarea|details|button)"/g)].map(({ index }) =>
      text.slice(index, index + 400),
    ),
  );
  assert.ok(made.length > 10);
  for (const one of made) assert.match(one, /data-control|dataset\.control/);
});
