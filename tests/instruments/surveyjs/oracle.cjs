// Answers as survey-core gives them. Reads from standard input {now, expressions: [{text, values}], surveys:
// [{definition, answers: [data, ...], reuse}]}; writes what each came to, in the same order. With `reuse` one model
// takes all answers (building a large one costs more than running it): for forms that keep nothing between them.
"use strict";
const { Model, ExpressionRunner, settings } = require("survey-core");

console.warn = () => {};

function shown(value) {
  if (value === undefined) return { $: "undefined" };
  if (typeof value === "number" && !Number.isFinite(value)) return { $: String(value) };
  if (value instanceof Date) return { $: Number.isNaN(value.getTime()) ? "NaN" : value.toISOString().slice(0, 19) };
  if (Array.isArray(value)) return value.map(shown);
  return value;
}

function ran({ text, values }) {
  try {
    const runner = new ExpressionRunner(text);
    if (!runner.canRun()) return { readable: false };
    return { readable: true, value: shown(runner.runValues(values)) };
  } catch (error) {
    return { raised: error.message };
  }
}

function look(survey) {
  const known = new Map();
  const open = (parent) => {
    if (!parent) return true;
    if (!known.has(parent)) known.set(parent, parent.isVisible && open(parent.parent));
    return known.get(parent);
  };
  return {
    questions: survey.getAllQuestions().filter((q) => q.isVisible && open(q.parent)).map((q) => q.name),
    pages: survey.pages.filter((page) => page.isVisible).map((page) => page.name),
    data: JSON.parse(JSON.stringify(survey.data)),
  };
}

function made(definition, now) {
  const survey = new Model(definition);
  survey.dateProvider = { now: () => now };
  return survey;
}

// For a large form without triggers: what only tells the screen that a value changed is left out.
function quiet(survey) {
  const nothing = () => {};
  survey.runQuestionsTriggers = survey.notifyElementsOnAnyValueOrVariableChanged = nothing;
  survey.notifyQuestionOnValueChanged = nothing;
  return survey;
}

function filled(survey, data) {
  try {
    survey.isCompleted = false;
    survey.data = data;
    const before = look(survey);
    survey.doComplete();
    return { visible: before.questions, pages: before.pages, before: before.data, after: survey.data };
  } catch (error) {
    return { raised: error.message };
  }
}

const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
settings.onDateCreated = (date, reason, value) => (value === undefined ? new Date(given.now) : date);
process.stdout.write(
  JSON.stringify({
    expressions: (given.expressions ?? []).map(ran),
    surveys: (given.surveys ?? []).map(({ definition, answers, reuse }) => {
      const kept = reuse ? quiet(made(definition, given.now)) : null;
      return answers.map((data) => filled(kept ?? made(definition, given.now), data));
    }),
  }),
);
