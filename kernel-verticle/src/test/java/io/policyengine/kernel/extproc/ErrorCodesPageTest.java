package io.policyengine.kernel.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.http.RequestFault;
import io.policyengine.core.instruction.ImmediateResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Keeps docs/reference/error-codes.md true to the codes and their answers; {@code -Dgolden.update=true} rewrites it. */
class ErrorCodesPageTest {
    private static final Path PAGE = Path.of("../docs/reference/error-codes.md");
    private static final String ID = "REQUEST-ID";

    @Test
    void thePageShowsAllCodes() throws IOException {
        String page = page();

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static String page() {
        ErrorResponses answers = new ErrorResponses(KernelConfig.defaults());
        StringBuilder codes = new StringBuilder();
        StringBuilder bodies = new StringBuilder();
        for (ErrorCode code : ErrorCode.values()) {
            ImmediateResponse answer = answers.of(code, ID);
            codes.append("| `%s` | %s | %d | %s | %s |\n"
                    .formatted(
                            code,
                            code.category().name().toLowerCase(Locale.ROOT),
                            code.status(),
                            code.when(),
                            code.remedy()));
            bodies.append(row(code.name(), answer));
        }
        return """
                # Error codes

                Generated from `ErrorCode.java` and `ErrorResponses.java`. When the engine itself denies a request, its log has one of
                these codes in the field [`code`](log-fields.md). The client gets the status and a body without internal details. The
                `request_id` in the body identifies the log line. The chain's entry decides whether the request is really denied:

                - For `DEPENDENCY_UNAVAILABLE`, `POLICY_TIMEOUT`, `WORKER_UNAVAILABLE` and `WORKER_TIMEOUT`, `on_failure` of the
                  entry decides; for the last two also the worker's `fail_open`.
                - For `OVERLOADED` of a policy or a worker, `on_overload` of the entry decides.
                - All other codes deny: the sender of a message can cause them, or they are a policy's decision. That includes
                  `DEADLINE_EXCEEDED`: a client may be able to slow a policy down.

                See [what happens on failure](../architecture/failure.md).

                | code | category | status | when | what to do |
                |---|---|---|---|---|
                %s
                The category says who has to act: for `policy`, the policy's author; for `configuration`, the operator who writes it;
                for `availability`, the operator who runs it; for `message`, the client or the upstream; for `engine`, its authors.

                ## What the client gets

                These are the defaults. `policy_not_supported_response` and `worker_unavailable_response` in the
                [configuration](configuration.md) replace the answers to `ROUTE_MISCONFIGURED` and `WORKER_UNAVAILABLE`.

                | code | status | body |
                |---|---|---|
                %s
                ## Refusals before any policy

                These are not failures, and have their own codes.

                | code | status | when | what to do |
                |---|---|---|---|
                | `UNKNOWN_ROUTE` | 403 | `unknown_route: deny`, and the route has no route policy. | Write a route policy, or \
                list the route in `open_routes`. |
                | `PATH_REFUSED` | 400 | Another server may read the path differently. | [Paths](../paths.md): \
                `allow_in_path` of the route, or `path_rules`. |
                | `REQUEST_REFUSED` | 400 | Another server may read the method or the authority differently. | \
                [Paths](../paths.md): usually nothing, since no honest client sends such requests. |

                | code | status | body |
                |---|---|---|
                %s%s%s
                Codes of policies are on [their pages](../policies/README.md), those of the management API in
                [its OpenAPI document](openapi.json).
                """.formatted(
                        codes,
                        bodies,
                        row("UNKNOWN_ROUTE", answers.unknownRoute(ID)),
                        row("PATH_REFUSED", answers.pathRefused(PathFault.DOT_SEGMENT, ID)),
                        row("REQUEST_REFUSED", answers.requestRefused(RequestFault.METHOD_CASE, ID)));
    }

    private static String row(String code, ImmediateResponse answer) {
        return "| `%s` | %d | `%s` |\n"
                .formatted(code, answer.status(), answer.body().toString(StandardCharsets.UTF_8));
    }
}
