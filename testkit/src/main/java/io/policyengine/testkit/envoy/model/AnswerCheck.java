package io.policyengine.testkit.envoy.model;

/** Envoy's judgement of an answer. */
sealed interface AnswerCheck {
    AnswerCheck ACCEPTED = new Accepted();

    /** It was asked for and has been applied. */
    record Accepted() implements AnswerCheck {}

    /** Nothing had asked for it; {@code reason} is for the test's author. */
    record Spurious(String reason) implements AnswerCheck {}

    /** It was asked for and cannot be applied; {@code details} become the response code details. */
    record Invalid(String details) implements AnswerCheck {}
}
