package io.policyengine.testkit.envoy.model;

/** Envoy's judgement of an answer of the ext_proc server. */
sealed interface AnswerCheck {
    AnswerCheck ACCEPTED = new Accepted();

    /** The answer was expected and has been applied. */
    record Accepted() implements AnswerCheck {}

    /** The answer was not expected; {@code reason} explains the violation to the test's author. */
    record Spurious(String reason) implements AnswerCheck {}

    /** The answer was expected but cannot be applied; {@code details} become the response code details. */
    record Invalid(String details) implements AnswerCheck {}
}
