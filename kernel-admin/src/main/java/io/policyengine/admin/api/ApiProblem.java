package io.policyengine.admin.api;

import io.policyengine.admin.view.ProblemView;
import io.policyengine.core.error.ReportedProblems;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.RecordJson;
import io.policyengine.kernel.reload.ConfChangeException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A refusal by the management API, sent as problem details (RFC 9457). The exception is expected and has no stack
 * trace.
 */
class ApiProblem extends RuntimeException {
    static final String MEDIA_TYPE = "application/problem+json";
    private static final long serialVersionUID = 1L;

    private final Code code;
    private final transient ReportedProblems problems;

    /** The machine-readable kinds of problems. */
    enum Code {
        INVALID_BODY(400, "Invalid body"),
        MALFORMED(400, "Malformed request"),
        INVALID_QUERY(400, "Invalid query"),
        UNAUTHENTICATED(401, "Authentication required"),
        /** The caller lacks the required role, or may not use the API from its address. */
        FORBIDDEN(403, "Forbidden"),
        NOT_FOUND(404, "Not found"),
        METHOD_NOT_ALLOWED(405, "Method not allowed"),
        FILES_DIFFER(409, "The files differ from the running configuration"),
        READ_ONLY(409, "The conf directory is read-only"),
        NO_STATE_DIRECTORY(409, "No state directory"),
        ALREADY_RUNNING(409, "Already running"),
        /** The engine cannot edit the text, so it must be edited by hand. */
        NOT_EDITABLE(409, "Not editable"),
        PRECONDITION_FAILED(412, "Precondition failed"),
        TOO_LARGE(413, "Body too large"),
        INVALID_CONFIGURATION(422, "Invalid configuration"),
        /** A time is in the past or too far in the future, or a start is after the end. */
        INVALID_TIME(422, "Invalid time"),
        /** Too many other requests are pending, or their bodies use all available memory. */
        BUSY(503, "Busy"),
        UNANSWERED(503, "The conf directory does not answer"),
        /** Writing the file would leave too little space on the disk. */
        NO_ROOM(507, "Too little space on the disk"),
        INTERNAL(500, "Internal error");

        final int status;
        final String title;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        Code(int status, String title) {
            this.status = status;
            this.title = title;
        }
    }

    @Doc("The reason why an operation was refused, RFC 9457.")
    record Details(
            @Doc("The kind of problem, in words.") String title,
            @Doc("The HTTP status.") int status,
            @Doc("The kind of problem, for programs.") String code,

            @Doc("The problem in this case, and the remedy.")
            String detail,

            @Doc("Number of problems of the configuration.") @Nullable
            Integer problemCount,

            @Doc(ProblemView.TOLD) @Nullable List<ProblemView> problems) {}

    ApiProblem(Code code, String detail) {
        this(code, detail, ReportedProblems.NONE);
    }

    private ApiProblem(Code code, String detail, ReportedProblems problems) {
        super(detail, null, false, false);
        this.code = code;
        this.problems = problems;
    }

    static ApiProblem of(ReportedProblems problems) {
        return new ApiProblem(Code.INVALID_CONFIGURATION, problems.text(), problems);
    }

    static ApiProblem of(ConfChangeException refused) {
        Code code = switch (refused.kind()) {
            case FILES_DIFFER -> Code.FILES_DIFFER;
            case READ_ONLY -> Code.READ_ONLY;
        };
        return new ApiProblem(code, String.valueOf(refused.getMessage()));
    }

    int status() {
        return code.status;
    }

    Code code() {
        return code;
    }

    ObjectNode json() {
        boolean hasProblems = problems.count() > 0;
        return RecordJson.of(new Details(
                code.title,
                code.status,
                code.text(),
                String.valueOf(getMessage()),
                hasProblems ? problems.count() : null,
                hasProblems ? ProblemView.of(problems) : null));
    }
}
