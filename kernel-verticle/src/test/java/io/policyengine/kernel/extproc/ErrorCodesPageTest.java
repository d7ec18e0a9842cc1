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

/**
 * Keeps the answers in docs/reference/error-codes.md true; {@code -Dgolden.update=true} rewrites them. {@code DenialCodesPageTest} of the
 * policies writes the table before them.
 */
class ErrorCodesPageTest {
    private static final Path PAGE = Path.of("../docs/reference/error-codes.md");
    private static final String BEGINNING = "## What the client gets";
    private static final String ID = "REQUEST-ID";

    @Test
    void thePageShowsAllCodes() throws IOException {
        String page = Files.readString(PAGE);
        String expected = page.substring(0, page.indexOf(BEGINNING)) + rest();

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, expected);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(expected);
    }

    private static String rest() {
        ErrorResponses answers = new ErrorResponses(KernelConfig.defaults());
        StringBuilder bodies = new StringBuilder();
        for (ErrorCode code : ErrorCode.values()) {
            ImmediateResponse answer = RequestIdMember.in(answers.of(code, ID), ID);
            bodies.append(row(code.name(), code.category().name().toLowerCase(Locale.ROOT), answer));
        }
        bodies.append(row("UNKNOWN_ROUTE", "configuration", answers.unknownRoute(ID)));
        bodies.append(row("PATH_REFUSED", "message", answers.pathRefused(PathFault.DOT_SEGMENT, ID)));
        bodies.append(row("REQUEST_REFUSED", "message", answers.requestRefused(RequestFault.METHOD_CASE, ID)));
        return BEGINNING + """


                When the kernel itself denies a request, the client gets the status and a body without internal details. The
                `request_id` in the body identifies the log line. These are the defaults. `policy_not_supported_response` and
                `worker_unavailable_response` in the [configuration](configuration.md) replace the answers to
                `ROUTE_MISCONFIGURED` and `WORKER_UNAVAILABLE`. The bodies of policies are on [their pages](../policies/README.md).

                | code | category | status | body |
                |---|---|---|---|
                %s
                The category says who has to act: for `policy`, the policy's author; for `configuration`, the operator who writes it;
                for `availability`, the operator who runs it; for `message`, the client or the upstream; for `engine`, its authors.
                """.formatted(bodies);
    }

    private static String row(String code, String category, ImmediateResponse answer) {
        return "| `%s` | %s | %d | `%s` |\n"
                .formatted(code, category, answer.status(), answer.body().toString(StandardCharsets.UTF_8));
    }
}
