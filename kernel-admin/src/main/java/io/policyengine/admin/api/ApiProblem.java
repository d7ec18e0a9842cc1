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

/** A refusal of the management API: problem details (RFC 9457). Expected, so it has no stack trace. */
class ApiProblem extends RuntimeException {
    static final String MEDIA_TYPE = "application/problem+json";
    private static final long serialVersionUID = 1L;

    private final Code code;
    private final transient ReportedProblems problems;

    /** The kinds of problems, for programs. */
    enum Code {
        /** The body is not what the operation takes. */
        INVALID_BODY(400, "Invalid body"),
        /** The request is not valid HTTP. */
        MALFORMED(400, "Malformed request"),
        /** A parameter of the query is not what the operation takes. */
        INVALID_QUERY(400, "Invalid query"),
        /** A token is needed. */
        UNAUTHENTICATED(401, "Authentication required"),
        /** The caller is not let in this way. */
        FORBIDDEN(403, "Forbidden"),
        /** The resource does not exist. */
        NOT_FOUND(404, "Not found"),
        /** The path does not have this method. */
        METHOD_NOT_ALLOWED(405, "Method not allowed"),
        /** The files say something other than what is running. */
        FILES_DIFFER(409, "The files differ from the running configuration"),
        /** The conf directory is not to be written. */
        READ_ONLY(409, "The conf directory is read-only"),
        /** The text of the file can only be changed by a person. */
        NOT_EDITABLE(409, "Not editable"),
        /** The condition of If-Match or If-None-Match is false. */
        PRECONDITION_FAILED(412, "Precondition failed"),
        /** The body is too long. */
        TOO_LARGE(413, "Body too large"),
        /** The configuration would have problems. */
        INVALID_CONFIGURATION(422, "Invalid configuration"),
        /** There is no memory for the body. */
        BUSY(503, "Busy"),
        /** The conf directory does not answer. */
        UNANSWERED(503, "The conf directory does not answer"),
        /** A fault of the engine. */
        INTERNAL(500, "Internal error");

        final int status;
        final String title;

        /** The text in responses. */
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        Code(int status, String title) {
            this.status = status;
            this.title = title;
        }
    }

    /** The JSON of a problem. */
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

    /** A refusal of a configuration for its problems. */
    static ApiProblem of(ReportedProblems problems) {
        return new ApiProblem(Code.INVALID_CONFIGURATION, problems.text(), problems);
    }

    /** Returns the problem of a refused change of the conf directory. */
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
