package io.policyengine.policies.ai.shared.prompt;

import io.policyengine.core.instruction.DenialReason;
import io.policyengine.policies.shared.denial.Denial;

/**
 * The exception for a body that is not an unambiguous model request. It has no stack trace, since clients are expected
 * to cause it.
 */
public final class PromptFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** The kinds of faults. */
    public enum Kind {
        MISSING(400, PromptCode.BODY_MISSING, "The request has no body"),
        /** The body is not JSON in UTF-8, nests too deeply, or has a duplicate name in an object. */
        NOT_JSON(
                400,
                PromptCode.INVALID_JSON,
                "The body of the request is not valid JSON in UTF-8, is nested too deeply, or has a duplicate name in an object"),
        /** A relevant member name differs from the expected name only in letter case, which some servers accept. */
        AMBIGUOUS(400, PromptCode.AMBIGUOUS_NAMES, "Servers differ in how they read a name in the body of the request"),
        /** The stated charset is not UTF-8. */
        CHARSET(415, PromptCode.UNSUPPORTED_CHARSET, "The body of the request must be in UTF-8"),
        UNKNOWN_SHAPE(400, PromptCode.UNKNOWN_API, "The request is not for a known interface of a model"),
        /**
         * The body fits several interfaces, and the path selects none, so the client could choose which prompt is
         * inspected.
         */
        SEVERAL_SHAPES(
                400,
                PromptCode.AMBIGUOUS_API,
                "The path does not identify the interface of the request, and its body fits several"),
        /** A part of the body does not have the form that its interface requires. */
        MISSHAPEN(400, PromptCode.INVALID_PROMPT, "The prompt of the request does not match its interface"),
        /** Parsing would take more memory than is available. */
        TOO_COMPLEX(413, PromptCode.BODY_TOO_COMPLEX, "The JSON in the body of the request has too many values");

        private final int status;
        private final PromptCode code;
        private final String message;

        Kind(int status, PromptCode code, String message) {
            this.status = status;
            this.code = code;
            this.message = message;
        }

        /** Returns the denial of a request with this fault. */
        public Denial denial() {
            return new Denial(status, code, message, DenialReason.INVALID_REQUEST);
        }
    }

    public PromptFault(Kind kind) {
        super(kind.name(), null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
